#!/usr/bin/env bash
# Installs the extension, with the server in it, into a real VS Code and uses it. See README.md.
#
#   vscode.sh            all tests
#   vscode.sh TEST...    only these: drive (a broken document), navigate (names over several files), commands
#                        (of the palette), yaml (beside the YAML extension), type (typing)
#   vscode.sh pictures   only takes the pictures of docs/ and of the extension anew
#   vscode.sh film       only takes the moving picture of the README anew
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

tests=("$@")
[ $# -gt 0 ] || tests=(drive navigate commands yaml type)
for test in "${tests[@]}"; do
  case $test in
    drive | navigate | commands | yaml | type | pictures | film | prepare) ;;
    *) sed -n '4,10p' "$0" >&2; exit 2 ;;
  esac
done
"$here/vscode/prepare.sh" "$cache" "${tests[0]}"
[ "${tests[0]}" != prepare ] || exit 0
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
case $(uname -s)-$(uname -m) in
  Linux-x86_64) target=linux-x64 ;;
  Linux-aarch64) target=linux-arm64 ;;
  Darwin-arm64) target=darwin-arm64 ;;
  Darwin-x86_64) target=darwin-x64 ;;
  *) echo "no target of VS Code's known for $(uname -s)-$(uname -m)" >&2; exit 1 ;;
esac
pack_extension() {
  mkdir -p "$scratch/extension/server"
  (cd "$extension" && cp -r package.json tsconfig.json README.md CHANGELOG.md LICENSE icon.png .vscodeignore media src test "$scratch/extension/")
  ln -s "$extension/node_modules" "$scratch/extension/node_modules"
  install -m 755 "$server" "$scratch/extension/server/asyncapi-security-lsp"
  (cd "$scratch/extension" && npm run --silent package -- --target "$target" --out "$scratch/asyncapi-security.vsix")
}
# pack_helper NAME: an extension of the tests.
pack_helper() {
  cp -r "$here/vscode/$1" "$scratch/$1"
  if [ -e "$scratch/$1/extension.js" ]; then
    NODE_PATH=$extension/node_modules "$extension/node_modules/.bin/esbuild" "$scratch/$1/extension.js" --bundle --platform=node \
      --external:vscode --log-level=warning --outfile="$scratch/$1/out.js"
  fi
  (cd "$scratch/$1" && "$extension/node_modules/.bin/vsce" package --no-dependencies --allow-missing-repository --skip-license \
    --out "$scratch/$1.vsix")
}
packing=()
for job in pack_extension 'pack_helper probe' 'pack_helper yaml'; do
  $job >"$scratch/${job#* }.log" 2>&1 &
  packing+=($!)
done
for job in "${packing[@]}"; do
  wait "$job" || { cat "$scratch"/*.log; exit 1; }
done
echo "package: $(du -k "$scratch/asyncapi-security.vsix" | cut -f1) KB for $target"

mkdir -p "$scratch"/{workspace,beside/.vscode,data/User}
cp "$root"/fixtures/{broken.asyncapi.yaml,docker-compose.yml} "$scratch/workspace/"
copy_navigation "$here" "$scratch/navigation"
copy_committed "$here/shop" "$scratch/shop"
copy_committed "$here/tour" "$scratch/tour"
cp "$root/fixtures/docker-compose.yml" "$scratch/shop/"
cp "$root/fixtures/broken.asyncapi.yaml" "$scratch/beside/"
echo "{\"yaml.schemas\": {\"file://$yaml/@asyncapi/specs/schemas/3.0.0-without-\$id.json\": \"*asyncapi*.yaml\"}}" >"$scratch/beside/.vscode/settings.json"
cp "$here/vscode/settings.json" "$scratch/data/User/"
code_server() {
  node "$code_server" --user-data-dir "$scratch/data" --extensions-dir "$scratch/extensions" --config "$scratch/config.yaml" "$@"
}
code_server --install-extension "$scratch/asyncapi-security.vsix" --install-extension "$scratch/probe.vsix" \
  --install-extension "$scratch/yaml.vsix" >"$scratch/install.log" 2>&1 || { cat "$scratch/install.log"; exit 1; }
installed=$(echo "$scratch"/extensions/asyncapi-security.asyncapi-security-*)
echo "installed: $(basename "$installed")"

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
export -f code_server
export code_server scratch PROBE_SOCKET=$scratch/probe.socket YAML_SERVER=$yaml/yaml-language-server/bin/yaml-language-server
setsid bash -c "code_server --auth none --bind-addr 127.0.0.1:$port --disable-telemetry --disable-update-check \
  --disable-workspace-trust --disable-getting-started-override '$scratch/workspace'" >"$scratch/code-server.log" 2>&1 &
group=$!
curl --silent --output /dev/null --retry 60 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$port/healthz" ||
  { cat "$scratch/code-server.log"; exit 1; }

export WORKSPACE=$scratch/workspace NAVIGATION=$scratch/navigation SHOP=$scratch/shop TOUR=$scratch/tour BESIDE=$scratch/beside
export PICTURES=${PICTURES:-$cache/pictures} DOCS=$root/docs/pictures EXTENSION=$installed MEDIA=$extension/media SHARP=$cache/sharp/node_modules/sharp NO_SERVER
NO_SERVER=$(type -P false)
mkdir -p "$PICTURES"
# For people with good screens.
case ${tests[0]} in pictures | film) export SCALE=1.5 ;; esac
result=0
PLAYWRIGHT=$playwright BROWSER=$browser URL="http://127.0.0.1:$port/" timeout 900 node "$here/vscode/run.mjs" "${tests[@]}" || result=1
if [ "$result" -ne 0 ] || [ -n "${VERBOSE:-}" ]; then
  echo "== what the extension wrote"
  find "$scratch/data/logs" -name '*AsyncAPI Security.log' -exec tail -n 30 {} +
fi
exit "$result"
