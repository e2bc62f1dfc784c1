# Filled by packaging/pack.py; what is filled stands in a tap as Formula/asyncapi-security-lsp.rb.
class AsyncapiSecurityLsp < Formula
  desc "Language server and linter for the security parts of AsyncAPI documents"
  homepage "https://github.com/asyncapi-security-lsp/asyncapi-security-lsp"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@URL:aarch64-apple-darwin@"
      sha256 "@SHA256:aarch64-apple-darwin@"
    end
    on_intel do
      url "@URL:x86_64-apple-darwin@"
      sha256 "@SHA256:x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "@URL:aarch64-unknown-linux-musl@"
      sha256 "@SHA256:aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "@URL:x86_64-unknown-linux-musl@"
      sha256 "@SHA256:x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "asyncapi-security-lsp"
    generate_completions_from_executable(bin/"asyncapi-security-lsp", "completions")
    system bin/"asyncapi-security-lsp", "man", "man"
    man1.install Dir["man/*"]
  end

  test do
    (testpath/"asyncapi.yaml").write <<~YAML
      asyncapi: 3.0.0
      info: {title: a, version: '1'}
      components: {securitySchemes: {a: {type: http, scheme: Bearer}}}
    YAML
    assert_match "http-bearer-case", shell_output("#{bin}/asyncapi-security-lsp check .", 1)
  end
end
