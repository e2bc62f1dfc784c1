#!/usr/bin/env bash
# Installs each package into an empty folder, from nothing but the package, and finds a mistake in a
# document with what was installed; prints sizes and times.
#
#   tests/install/run.sh                      what is built for this machine: target/release
#   tests/install/run.sh --cross TARGET...    these too, built here (packaging/build.sh)
#   tests/install/run.sh --built FOLDER       what packaging/build.sh put there, and no other
#   tests/install/run.sh --quick ...          the crate is not built, only checked
#   tests/install/run.sh --optimised ...      the crate as users build it, which takes minutes
#   tests/install/run.sh --keep FOLDER ...    leaves the packages there
#   tests/install/run.sh --only WORD ...      only the tests with this in their names
#
# Needs cargo, node, npm and Python 3.11; what else it uses is installed below tests/install.
# qemu-aarch64, wine and ruby are used where they are.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

built=''
cross=()
options=()
while [ $# -gt 0 ]; do
  case $1 in
    --built) built=$(cd "$2" && pwd); shift 2 ;;
    --quick | --optimised) options+=("$1"); shift ;;
    --keep) mkdir -p "$2"; options+=("$1" "$(cd "$2" && pwd)"); shift 2 ;;
    --only) options+=("$1" "$2"); shift 2 ;;
    --cross) shift; cross=("$@"); shift $# ;;
    *) sed -n '5,11p' "$0" >&2; exit 2 ;;
  esac
done

[ -x "$here/.venv/bin/pip" ] || python3 -m venv "$here/.venv"
"$here/.venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
export PATH="$here/.venv/bin:$PATH"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "$built" ]; then
  built=$work/built
  host=$(rustc -vV | sed -n 's/^host: //p')
  # maturin builds the program where it is not built, and takes it where it is.
  (cd "$root" && maturin build --quiet --release --locked --out "$built/wheels")
  mkdir -p "$built/bin/$host"
  cp "$root/target/release/asyncapi-security-lsp" "$built/bin/$host/"
fi
if [ "${#cross[@]}" -gt 0 ]; then
  "$here/.venv/bin/pip" install --quiet --disable-pip-version-check -r "$root/packaging/requirements.txt"
  for target in "${cross[@]}"; do
    started=$SECONDS
    "$root/packaging/build.sh" "$target" "$built"
    echo "built $target in $((SECONDS - started)) s"
  done
fi
python "$here/run.py" "$built" ${options[@]+"${options[@]}"}
