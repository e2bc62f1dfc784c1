#!/usr/bin/env bash
# Drives the language server from a real Neovim. See README.md beside this file.
#
#   neovim.sh
#
# $ASYNCAPI_SECURITY_LSP  the server to test; else target/release/asyncapi-security-lsp, built when missing
# $NVIM                   the Neovim to use; else `nvim` of at least 0.11 on PATH, else one unpacked from Debian
# $EDITORS_CACHE          where that one is unpacked, else .cache beside this file
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${EDITORS_CACHE:-$here/.cache}
. "$here/server.sh"
. "$here/find-editors.sh"

nvim=$(find_neovim)
server=$(find_server "$root")
"$nvim" --version | head -1
echo "server: $server"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CONFIG_HOME=$scratch/config XDG_DATA_HOME=$scratch/data XDG_STATE_HOME=$scratch/state XDG_CACHE_HOME=$scratch/xdg-cache
export EDITORS_NEOVIM=$root/editors/neovim NVIM_PROGRAM=$nvim

# drive SCRIPT SERVER: runs a script of neovim/ in a fresh copy of the fixtures.
drive() {
  rm -rf "$scratch/workspace"
  mkdir -p "$scratch/workspace"
  cp "$root"/fixtures/{broken.asyncapi.yaml,docker-compose.yml} "$scratch/workspace/"
  printf 'type: scramSha512\ndescription: For the cluster.\n' >"$scratch/workspace/fragment.yaml"
  local workspace=$scratch/workspace
  [ "$1" != navigate ] || workspace=$scratch/navigation
  copy_navigation "$here" "$scratch/navigation"
  WORKSPACE=$workspace ASYNCAPI_SECURITY_LSP=$2 \
    timeout 300 "$nvim" --headless -i NONE -u "$here/neovim/init.lua" -l "$here/neovim/$1.lua" 2>&1
}

failed=0
echo "== detection"
drive detect "$server" || failed=1

# A test that passes without a server proves nothing, so it has to be seen to fail first.
echo "== control: /bin/false in place of the server"
control=0
drive run "$(type -P false)" >"$scratch/control" || control=$?
if [ "$control" -eq 1 ] && grep -q '^FAIL ' "$scratch/control"; then
  echo "ok   fails without a server -- $(grep -m1 '^FAIL ' "$scratch/control")"
else
  echo "FAIL the test does not notice that there is no server (exit $control)"
  cat "$scratch/control"
  failed=1
fi

for script in run navigate; do
  echo "== $script"
  drive "$script" "$server" && continue
  failed=1
  # Neovim writes down what a server said on its standard error.
  grep -v START "$scratch/state/nvim/lsp.log" 2>/dev/null | tail -n 20 || true
done
echo "== typing"
drive type "$server" || failed=1
exit "$failed"
