#!/usr/bin/env bash
# Drives the language server from real editors that are neither Neovim of today nor VS Code, each with the snippet of
# its page as it stands there. See README.md beside this file.
#
#   others.sh [helix] [emacs] [lsp-mode] [ale] [old-neovim]   else all of these
#   others.sh vim-lsp                                         with the plugin in the folder $VIM_LSP
#
# $ASYNCAPI_SECURITY_LSP  the server to test; else target/release/asyncapi-security-lsp, built when missing
# $HELIX, $EMACS, $NVIM   programs to use; else those of Debian, unpacked
# $EDITORS_CACHE          where these are unpacked, else .cache beside this file
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${EDITORS_CACHE:-$here/.cache}
. "$here/server.sh"
. "$here/find-editors.sh"
. "$here/snippet.sh"

server=$(find_server "$root")
start=$root/docs/start
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# fresh SERVER: an empty home, a workspace with the document of docs/start.md and a broken one, and the server by the
# name that the pages use.
fresh() {
  rm -rf "$scratch"/*
  mkdir -p "$scratch"/{home,workspace,bin}
  ln -s "$1" "$scratch/bin/asyncapi-security-lsp"
  snippet "$root/docs/start.md" 'finds security-ref-unresolved' >"$scratch/workspace/orders.asyncapi.yaml"
  cp "$root/fixtures/broken.asyncapi.yaml" "$scratch/workspace/"
  export HOME=$scratch/home WORKSPACE=$scratch/workspace
  export XDG_CONFIG_HOME=$HOME/.config XDG_DATA_HOME=$HOME/.local/share XDG_STATE_HOME=$HOME/.local/state XDG_CACHE_HOME=$HOME/.cache
  mkdir -p "$XDG_CONFIG_HOME"
}

# limited COMMAND...: with the server on PATH, and an end.
limited() {
  PATH=$scratch/bin:$PATH timeout 120 "$@" </dev/null 2>&1
}

helix() {
  mkdir -p "$XDG_CONFIG_HOME/helix"
  snippet "$start/helix.md" helix-languages >"$XDG_CONFIG_HOME/helix/languages.toml"
  snippet "$start/helix.md" helix-config >"$XDG_CONFIG_HOME/helix/config.toml"
  HELIX=$helix limited "$neovim" --headless -i NONE -u NONE -l "$here/helix/run.lua"
}

emacs() {
  snippet "$start/emacs.md" emacs-eglot >"$HOME/init.el"
  limited "$emacs" -Q --batch -l "$here/emacs/report.el" -l "$here/emacs/eglot.el"
}

lsp-mode() {
  snippet "$start/emacs.md" emacs-lsp-mode >"$HOME/init.el"
  limited "$emacs" -Q --batch -l "$here/emacs/report.el" -l "$here/emacs/lsp-mode.el"
}

# Vim writes /dev/stdout as a file, from its beginning: it gets a pipe.
ale() {
  snippet "$start/others.md" vim-ale >"$HOME/ale.vim"
  ALE=$cache/vim/root/usr/share/vim-ale limited "$vim" -N -u NONE -i NONE -es -S "$here/vim/ale.vim" | cat
}

vim-lsp() {
  snippet "$start/others.md" vim-lsp >"$HOME/vim-lsp.vim"
  limited "$vim" -N -u NONE -i NONE -es -S "$here/vim/vim-lsp.vim" | cat
}

old-neovim() {
  snippet "$root/editors/neovim/README.md" neovim-old >"$HOME/init.lua"
  limited "$old" --headless -i NONE -u "$HOME/init.lua" -l "$here/neovim/old.lua"
}

# Finds what a test needs, and says which version it is.
find_for() {
  case $1 in
    helix) neovim=$(find_neovim) helix=$(find_helix) && "$helix" --version ;;
    emacs | lsp-mode) emacs=$(find_emacs) && "$emacs" --batch --eval '(princ (format "Emacs %s\n" emacs-version))' ;;
    ale | vim-lsp) vim=$(find_vim) && "$vim" --version | head -1 ;;
    old-neovim) old=$(unpacked_neovim neovim-0.10 trixie) && "$old" --version | head -1 ;;
    *) echo "no test is called '$1'" >&2; exit 2 ;;
  esac
}

tests=("$@")
[ "${#tests[@]}" -gt 0 ] || tests=(helix emacs lsp-mode ale old-neovim)
failed=0
echo "server: $server"
for name in "${tests[@]}"; do
  find_for "$name"
  # A test that passes without a server proves nothing, so it has to be seen to fail first.
  echo "== $name, control: /bin/false in place of the server"
  control=0
  fresh "$(type -P false)"
  PATIENCE=2000 "$name" >"$scratch/control" || control=$?
  if [ "$control" -ne 0 ] && grep -q '^FAIL ' "$scratch/control"; then
    echo "ok   fails without a server -- $(grep -m1 '^FAIL ' "$scratch/control")"
  else
    echo "FAIL the test does not notice that there is no server (exit $control)"
    cat "$scratch/control"
    failed=1
  fi
  echo "== $name"
  fresh "$server"
  "$name" || failed=1
done
exit "$failed"
