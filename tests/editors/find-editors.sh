# shellcheck shell=bash
# Sourced by the scripts beside it. Each function prints the command of an editor: the one of its variable, else one
# unpacked from Debian into $cache. `$here` is this folder.

neovim_is_new() {
  command -v "$1" >/dev/null && "$1" --headless -u NONE -i NONE -l /dev/stdin <<<'os.exit(vim.fn.has("nvim-0.11") == 1 and 0 or 1)' 2>/dev/null
}

# unpacked_neovim FOLDER SUITE
unpacked_neovim() {
  [ -x "$cache/$1/run" ] || "$here/unpack-debian.sh" "$2" "$cache/$1" own neovim >&2
  cat >"$cache/$1/nvim" <<'RUN'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
# Debian keeps the parsers apart, and without that of Markdown no documentation is shown beside a list.
VIMRUNTIME=$here/root/usr/share/nvim/runtime exec "$here/run" usr/bin/nvim \
  --cmd "set runtimepath+=$here/root/usr/lib/nvim" "$@"
RUN
  chmod +x "$cache/$1/nvim"
  echo "$cache/$1/nvim"
}

# One that has `vim.lsp.enable`, also that on PATH.
find_neovim() {
  # Below a terminal of Neovim $NVIM is the address of its socket, which is not meant.
  if [ -n "${NVIM:-}" ] && [ ! -S "$NVIM" ]; then
    neovim_is_new "$NVIM" || { echo "\$NVIM ($NVIM) is not a Neovim of 0.11 or later" >&2; return 1; }
    echo "$NVIM"
  elif neovim_is_new nvim; then
    echo nvim
  else
    local unpacked
    unpacked=$(unpacked_neovim neovim "${NEOVIM_SUITE:-forky}")
    neovim_is_new "$unpacked" || { echo "no Neovim of 0.11 or later, set \$NVIM" >&2; return 1; }
    echo "$unpacked"
  fi
}

find_helix() {
  if [ -n "${HELIX:-}" ]; then
    echo "$HELIX"
    return
  fi
  [ -x "$cache/helix/run" ] || "$here/unpack-debian.sh" "${HELIX_SUITE:-forky}" "$cache/helix" own hx >&2
  cat >"$cache/helix/hx" <<'RUN'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
HELIX_RUNTIME=$here/root/usr/lib/hx/runtime exec "$here/run" usr/bin/hx "$@"
RUN
  chmod +x "$cache/helix/hx"
  echo "$cache/helix/hx"
}

# With the packages that Debian has: yaml-mode, lsp-mode and what these need.
find_emacs() {
  if [ -n "${EMACS:-}" ]; then
    echo "$EMACS"
    return
  fi
  [ -x "$cache/emacs/run" ] ||
    "$here/unpack-debian.sh" "${EMACS_SUITE:-trixie}" "$cache/emacs" own emacs-nox elpa-yaml-mode elpa-lsp-mode >&2
  cat >"$cache/emacs/emacs" <<'RUN'
#!/bin/sh
# Emacs looks for its own files where it was to be installed. To compile, it would start itself anew.
here=$(cd "$(dirname "$0")" && pwd)
root=$here/root
set -- --dump-file="$(echo "$root"/usr/libexec/emacs/*/*/emacs*.pdmp)" \
  --eval '(setq native-comp-jit-compilation nil native-comp-enable-subr-trampolines nil)' "$@"
share=$(echo "$root"/usr/share/emacs/[0-9]*)
export EMACSDATA="$share/etc" EMACSDOC="$share/etc" EMACSPATH="$(echo "$root"/usr/libexec/emacs/*/*/)"
EMACSLOADPATH=$share/lisp
for package in "$root"/usr/share/emacs/site-lisp/elpa-src/*; do
  EMACSLOADPATH=$EMACSLOADPATH:$package
done
export EMACSLOADPATH
exec "$here/run" usr/bin/emacs-nox "$@"
RUN
  chmod +x "$cache/emacs/emacs"
  echo "$cache/emacs/emacs"
}

# A Vim, and the plugin ALE beside it.
find_vim() {
  [ -x "$cache/vim/run" ] || "$here/unpack-debian.sh" "${VIM_SUITE:-trixie}" "$cache/vim" own vim vim-ale >&2
  cat >"$cache/vim/vim" <<'RUN'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
root=$here/root
VIMRUNTIME=$(echo "$root"/usr/share/vim/vim[0-9]*) exec "$here/run" usr/bin/vim.basic "$@"
RUN
  chmod +x "$cache/vim/vim"
  echo "$cache/vim/vim"
}
