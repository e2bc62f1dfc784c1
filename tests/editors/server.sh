# shellcheck shell=bash
# Sourced by the scripts beside it.

# find_server ROOT: prints the absolute path of the server's binary, built first when there is none.
find_server() {
  local server=${ASYNCAPI_SECURITY_LSP:-}
  if [ -z "$server" ]; then
    server=${CARGO_TARGET_DIR:-$1/target}/release/asyncapi-security-lsp
    [ -x "$server" ] || cargo build --release --locked --manifest-path "$1/Cargo.toml" >&2
  fi
  [ -x "$server" ] || { echo "no server: $server is not a program" >&2; return 1; }
  (cd "$(dirname "$server")" && echo "$PWD/$(basename "$server")")
}
