#!/usr/bin/env bash
# Builds the documentation as a site, into target/site, and checks its links.
#
#   build.sh           builds and checks
#   build.sh serve     shows it on http://localhost:3000 and follows changes of docs/
#
# It needs Rust, Python 3, npm, and mdBook 0.5:
#
# $MDBOOK                mdBook; else `mdbook` of this version on PATH, else that of requirements.txt
# $ASYNCAPI_SECURITY_LSP the program that tells the rules; else one is built
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
cache=$here/.cache
mkdir -p "$cache"

find_mdbook() {
  if [ -n "${MDBOOK:-}" ]; then
    echo "$MDBOOK"
  elif mdbook --version 2>/dev/null | grep -q ' v0\.5\.'; then
    echo mdbook
  else
    # To compile it takes minutes, and Debian's one finds its icons only where it is installed.
    [ -x "$cache/venv/bin/mdbook" ] || {
      python3 -m venv "$cache/venv"
      "$cache/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --require-hashes -r "$here/requirements.txt"
    } >&2
    echo "$cache/venv/bin/mdbook"
  fi
}

mdbook=$(find_mdbook)
"$mdbook" --version

# What draws the diagrams of the page on architecture, so that the site asks nobody else for it.
npm ci --silent --no-audit --no-fund --prefix "$here"
cp "$here/node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js" "$cache/"

program=${ASYNCAPI_SECURITY_LSP:-}
if [ -z "$program" ]; then
  cargo build --locked --manifest-path "$root/Cargo.toml"
  program=${CARGO_TARGET_DIR:-$root/target}/debug/asyncapi-security-lsp
fi
export RULES=$cache/rules.json
"$program" rules --format json >"$RULES"

if [ "${1:-}" = serve ]; then
  exec "$mdbook" serve "$here"
fi
site=$root/target/site
rm -rf "$site"
"$mdbook" build "$here"
cp "$cache/mermaid.tiny.js" "$site/"
# Pictures of the pages that stand outside of docs/.
for pictures in "$root"/editors/*/media; do
  [ ! -e "$pictures" ] || cp -r "$pictures" "$site/editors/"
done
python3 "$here/links.py" "$site"
