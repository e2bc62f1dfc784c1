#!/usr/bin/env bash
# Fills the cache that vscode.sh needs: node, code-server, playwright-core, the server of the YAML extension with the
# schema of AsyncAPI, and a browser where none is installed.
# About 1.3 GB and five minutes the first time, nothing after that.
#
#   prepare.sh CACHE [pictures|film]   with what makes pictures small, if they are to be taken
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
cache=$(cd "$1" && pwd)
. "$here/versions.sh"
export npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false

# has WHAT VERSION: whether this version of a part was prepared to the end.
has() { [ "$(cat "$cache/$1.prepared" 2>/dev/null)" = "$2" ]; }
note() { echo "$2" >"$cache/$1.prepared"; }
suite() { . /etc/os-release && echo "${VERSION_CODENAME:-}"; }

if ! has node "$NODE_VERSION"; then
  rm -rf "$cache/node"
  npm install --silent --prefix "$cache/node" "node@$NODE_VERSION"
  note node "$NODE_VERSION"
fi
# npm's package of node carries the headers as well, so that nothing is asked of nodejs.org below.
node=$(dirname "$(dirname "$(readlink -f "$cache"/node/node_modules/node/node_modules/node-*/bin/node)")")
export PATH=$node/bin:$PATH npm_config_nodedir=$node

if ! has code-server "$CODE_SERVER_VERSION"; then
  # Its module `kerberos` is compiled here and wants these headers, although nothing in the test uses it.
  if ! pkg-config --exists krb5-gssapi 2>/dev/null; then
    "$here/../unpack-debian.sh" "$(suite)" "$cache/krb5" host libkrb5-dev
    krb5=$cache/krb5/root/usr
    LIBRARY_PATH=$(echo "$krb5"/lib/*-linux-gnu)
    export CPATH=$krb5/include LIBRARY_PATH
  fi
  rm -rf "$cache/code-server"
  mkdir -p "$cache/code-server"
  echo '{"private":true}' >"$cache/code-server/package.json"
  npm_config_unsafe_perm=true npm install --loglevel=error --foreground-scripts \
    --prefix "$cache/code-server" "code-server@$CODE_SERVER_VERSION" >"$cache/code-server.log" 2>&1 ||
    { tail -n 40 "$cache/code-server.log" >&2; exit 1; }
  note code-server "$CODE_SERVER_VERSION"
fi

if ! has playwright "$PLAYWRIGHT_VERSION"; then
  rm -rf "$cache/playwright"
  npm install --silent --prefix "$cache/playwright" "playwright-core@$PLAYWRIGHT_VERSION"
  note playwright "$PLAYWRIGHT_VERSION"
fi

if ! has yaml "$YAML_SERVER_VERSION $ASYNCAPI_SPECS_VERSION"; then
  rm -rf "$cache/yaml"
  npm install --silent --prefix "$cache/yaml" "yaml-language-server@$YAML_SERVER_VERSION" "@asyncapi/specs@$ASYNCAPI_SPECS_VERSION"
  note yaml "$YAML_SERVER_VERSION $ASYNCAPI_SPECS_VERSION"
fi

if [[ ${2:-} =~ ^(pictures|film)$ ]] && ! has sharp "$SHARP_VERSION"; then
  rm -rf "$cache/sharp"
  npm install --silent --prefix "$cache/sharp" "sharp@$SHARP_VERSION"
  note sharp "$SHARP_VERSION"
fi

# A browser: the user's choice, an installed one, or one unpacked from this machine's Debian.
browser=${CHROMIUM:-}
for name in chromium google-chrome chromium-browser; do
  [ -n "$browser" ] || browser=$(command -v "$name" || true)
done
if [ -z "$browser" ]; then
  browser=$cache/chromium/chromium
  if ! has chromium "$(suite)"; then
    rm -rf "$cache/chromium"
    "$here/../unpack-debian.sh" "$(suite)" "$cache/chromium" host chromium fonts-dejavu-core fonts-noto-color-emoji
    cat >"$browser" <<'RUN'
#!/bin/sh
root=$(cd "$(dirname "$0")" && pwd)/root
for folder in "$root"/usr/lib/*-linux-gnu; do
  export LD_LIBRARY_PATH="$folder:$folder/pulseaudio"
done
export FONTCONFIG_FILE="$root/../fonts.conf"
exec "$root/usr/lib/chromium/chromium" "$@"
RUN
    chmod +x "$browser"
    cat >"$cache/chromium/fonts.conf" <<FONTS
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>$cache/chromium/root/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>$cache/chromium/fonts</cachedir>
</fontconfig>
FONTS
    note chromium "$(suite)"
  fi
fi

cat >"$cache/environment.sh" <<ENV
export PATH=$node/bin:\$PATH
code_server=$cache/code-server/node_modules/code-server/out/node/entry.js
playwright=$cache/playwright/node_modules/playwright-core/index.mjs
browser=$browser
yaml=$cache/yaml/node_modules
ENV
