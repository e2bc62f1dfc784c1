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

# copy_navigation EDITORS TO: copies the documents that refer to each other into a repository, one with CRLF.
copy_navigation() {
  rm -rf "$2"
  mkdir -p "$2/.git"
  cp -r "$1"/navigation/. "$2"
  awk '{ printf "%s\r\n", $0 }' "$1/navigation/channels/stock.yaml" >"$2/channels/stock.yaml"
}

# copy_committed FROM TO: copies documents into a repository of git, committed.
copy_committed() {
  rm -rf "$2"
  mkdir -p "$2/.vscode"
  cp -r "$1"/. "$2"
  git -C "$2" init --quiet
  git -C "$2" add .
  git -C "$2" -c user.name=test -c user.email=test@example.com -c commit.gpgsign=false commit --quiet --message first
}
