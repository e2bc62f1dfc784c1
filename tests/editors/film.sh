#!/usr/bin/env bash
# Takes the moving picture of the README anew, from a real VS Code: docs/pictures/film-light.gif and film-dark.gif.
# The environment is that of vscode.sh.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export EDITORS_CACHE=${EDITORS_CACHE:-$here/.cache}
export PICTURES=${PICTURES:-$EDITORS_CACHE/pictures}
"$here/vscode.sh" film

. "$here/vscode/versions.sh"
pillow=$EDITORS_CACHE/pillow-$PILLOW_VERSION
[ -x "$pillow/bin/pip" ] || python3 -m venv "$pillow"
"$pillow/bin/pip" install --quiet --disable-pip-version-check "pillow==$PILLOW_VERSION"
for colours in light dark; do
  "$pillow/bin/python" "$here/vscode/film.py" "$PICTURES/film-$colours" "$here/../../docs/pictures/film-$colours.gif"
done
