#!/bin/sh
# Installs a release: downloads the archive for this machine, compares its checksum, unpacks it.
#
#   ci/install.sh [VERSION [FOLDER]]
#
# VERSION is that of a release, `1.2.3`, or `latest`. The program is put into FOLDER, else into
# `~/.local/bin`.
#   ASYNCAPI_SECURITY_RELEASES  where releases are, if not at GitHub; `file:` works as well
#   ASYNCAPI_SECURITY_TARGET    the Rust target, if not that of this machine
#
# Needs curl or wget, tar (unzip on Windows), and sha256sum or shasum.
set -eu

fail() {
  echo "error: $1" >&2
  exit 1
}

# On Linux the program without any library, which runs on all of them.
target() {
  case "$(uname -m)" in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) fail "there is no release for $(uname -m); build it with cargo" ;;
  esac
  case "$(uname -s)" in
    Linux) echo "$machine-unknown-linux-musl" ;;
    Darwin) echo "$machine-apple-darwin" ;;
    MINGW* | MSYS* | CYGWIN*) echo "$machine-pc-windows-msvc" ;;
    *) fail "there is no release for $(uname -s); build it with cargo" ;;
  esac
}

download() {
  if command -v curl >/dev/null; then
    # No other protocol, also after a redirection.
    curl --proto "=${releases%%:*}" --retry 3 -sSfL -o "$2" "$1"
  else
    wget -q -O "$2" "$1"
  fi ||
    fail "$1 could not be downloaded; there are other ways: https://github.com/asyncapi-security-lsp/asyncapi-security-lsp/blob/main/docs/install.md"
}

check_sum() {
  if command -v sha256sum >/dev/null; then
    sha256sum -c "$1"
  else
    shasum -a 256 -c "$1"
  fi >/dev/null 2>&1
}

install() {
  version=${1:-latest}
  version=${version#v}
  folder=${2:-$HOME/.local/bin}
  releases=${ASYNCAPI_SECURITY_RELEASES:-https://github.com/asyncapi-security-lsp/asyncapi-security-lsp/releases}
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT

  target=${ASYNCAPI_SECURITY_TARGET:-$(target)}
  if [ "$version" = latest ]; then
    # The newest release has a file that says which one it is.
    download "$releases/latest/download/version.txt" "$work/version.txt"
    # The line may have no end.
    read -r version <"$work/version.txt" || [ -n "$version" ] || fail "there is no release at $releases"
  fi
  case $target in
    *windows*) kind=zip program=asyncapi-security-lsp.exe ;;
    *) kind=tar.gz program=asyncapi-security-lsp ;;
  esac
  name=asyncapi-security-lsp-$version-$target
  archive=$name.$kind

  download "$releases/download/v$version/$archive" "$work/$archive"
  download "$releases/download/v$version/$archive.sha256" "$work/$archive.sha256"
  (cd "$work" && check_sum "$archive.sha256") || fail "$archive does not have the checksum it should have"
  case $kind in
    zip) unzip -q "$work/$archive" -d "$work" ;;
    *) tar -xzf "$work/$archive" -C "$work" ;;
  esac
  mkdir -p "$folder"
  mv "$work/$name/$program" "$folder/"
  echo "asyncapi-security-lsp $version for $target is in $folder"
  case :$PATH: in
    *:"$folder":*) ;;
    *) echo "$folder is not on your PATH" ;;
  esac
}

# Begun when all of it was read: of a download that broke off nothing runs.
install "$@"
