# An image of a release: `docker build --build-arg VERSION=1.2.3 .`; BuildKit says for which machine.
# The archive is downloaded where the image is built, so that other machines need no emulation.
FROM --platform=$BUILDPLATFORM alpine:3.22 AS release
ARG VERSION
ARG TARGETARCH
ARG RELEASES=https://github.com/asyncapi-security-lsp/asyncapi-security-lsp/releases
COPY ci/install.sh /
RUN case "$TARGETARCH" in \
      amd64) machine=x86_64 ;; \
      arm64) machine=aarch64 ;; \
      *) echo "no release for $TARGETARCH" >&2; exit 1 ;; \
    esac && \
    ASYNCAPI_SECURITY_RELEASES="$RELEASES" ASYNCAPI_SECURITY_TARGET="$machine-unknown-linux-musl" \
      /install.sh "$VERSION" /release

# With a shell, which jobs of GitLab and Jenkins need.
FROM alpine:3.22
COPY --from=release /release/asyncapi-security-lsp /usr/local/bin/
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["asyncapi-security-lsp"]
CMD ["check", "."]
