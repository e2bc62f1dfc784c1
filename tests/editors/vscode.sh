#!/usr/bin/env bash
# Installs the extension, with the server in it, into a real VS Code, looks at a broken document, goes about several, and types. See README.md.
#
#   vscode.sh            all tests
#   vscode.sh drive      only the broken document
#   vscode.sh navigate   only names over several files
#   vscode.sh type       only typing
#   vscode.sh prepare    only fetches what is needed
#
# $ASYNCAPI_SECURITY_LSP  the server to bundle; else target/release/asyncapi-security-lsp, built when missing
# $CHROMIUM               the browser; else an installed one, else one unpacked from Debian
# $EDITORS_CACHE          where VS Code and the rest are kept, else .cache beside this file
# $PICTURES               where the pictures go, else pictures/ in the cache
# $ONLY                   types only the cases with this in their names
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${EDITORS_CACHE:-$here/.cache}
. "$here/server.sh"

case ${1:-} in
  '') tests=(drive navigate type) ;;
  drive | navigate | type | film) tests=("$1") ;;
  prepare) tests=() ;;
  *) sed -n '4,8p' "$0" >&2; exit 2 ;;
esac
"$here/vscode/prepare.sh" "$cache"
[ "${#tests[@]}" -gt 0 ] || exit 0
. "$cache/environment.sh"
server=$(find_server "$root")
echo "server: $server"

scratch=$(mktemp -d)
group=
cleanup() {
  # VS Code's extension hosts are children of children: the whole group, which is ours alone, has to go.
  [ -z "$group" ] || kill -- "-$group" 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT

# Packed in a copy, so that no binary is left behind in the sources.
extension=$root/editors/vscode
[ -d "$extension/node_modules" ] || npm ci --silent --prefix "$extension"
mkdir -p "$scratch/extension/server"
(cd "$extension" && cp -r package.json tsconfig.json README.md CHANGELOG.md LICENSE icon.png .vscodeignore src test "$scratch/extension/")
ln -s "$extension/node_modules" "$scratch/extension/node_modules"
install -m 755 "$server" "$scratch/extension/server/asyncapi-security-lsp"
case $(uname -s)-$(uname -m) in
  Linux-x86_64) target=linux-x64 ;;
  Linux-aarch64) target=linux-arm64 ;;
  Darwin-arm64) target=darwin-arm64 ;;
  Darwin-x86_64) target=darwin-x64 ;;
  *) echo "no target of VS Code's known for $(uname -s)-$(uname -m)" >&2; exit 1 ;;
esac
vsix=$scratch/asyncapi-security.vsix
(cd "$scratch/extension" && npm run --silent package -- --target "$target" --out "$vsix" >"$scratch/package.log" 2>&1) ||
  { cat "$scratch/package.log"; exit 1; }
echo "package: $(du -k "$vsix" | cut -f1) KB for $target"

mkdir -p "$scratch/workspace" "$scratch/data/User"
cp "$root"/fixtures/{broken.asyncapi.yaml,docker-compose.yml} "$scratch/workspace/"
copy_navigation "$here" "$scratch/navigation"
cp "$here/vscode/settings.json" "$scratch/data/User/"
code_server() {
  node "$code_server" --user-data-dir "$scratch/data" --extensions-dir "$scratch/extensions" --config "$scratch/config.yaml" "$@"
}
cp -r "$here/vscode/probe" "$scratch/probe"
(cd "$scratch/probe" && "$extension/node_modules/.bin/vsce" package --no-dependencies --allow-missing-repository \
  --skip-license --out "$scratch/probe.vsix" >"$scratch/probe.log" 2>&1) || { cat "$scratch/probe.log"; exit 1; }
code_server --install-extension "$vsix" --install-extension "$scratch/probe.vsix" >"$scratch/install.log" 2>&1 ||
  { cat "$scratch/install.log"; exit 1; }
code_server --list-extensions --show-versions | grep asyncapi

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
export -f code_server
export code_server scratch PROBE_SOCKET=$scratch/probe.socket
setsid bash -c "code_server --auth none --bind-addr 127.0.0.1:$port --disable-telemetry --disable-update-check \
  --disable-workspace-trust --disable-getting-started-override '$scratch/workspace'" >"$scratch/code-server.log" 2>&1 &
group=$!
curl --silent --output /dev/null --retry 60 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$port/healthz" ||
  { cat "$scratch/code-server.log"; exit 1; }

export PICTURES=${PICTURES:-$cache/pictures} WORKSPACE=$scratch/workspace NAVIGATION=$scratch/navigation NO_SERVER
NO_SERVER=$(type -P false)
mkdir -p "$PICTURES"
result=0
for test in "${tests[@]}"; do
  echo "== $test"
  PLAYWRIGHT=$playwright BROWSER=$browser URL="http://127.0.0.1:$port/" timeout 600 node "$here/vscode/$test.mjs" || result=1
done
if [ "$result" -ne 0 ] || [ -n "${VERBOSE:-}" ]; then
  echo "== what the extension wrote"
  find "$scratch/data/logs" -name '*AsyncAPI Security.log' -exec tail -n 30 {} +
fi
exit "$result"
