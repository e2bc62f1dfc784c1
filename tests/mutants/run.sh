#!/usr/bin/env bash
# How many mutants of a random sample the tests see: run.sh [OPTION...]; --help has them.
#
# Needs cargo and Python 3.11; installs cargo-mutants below target/mutants-tools, which takes
# minutes, and what else it uses below tests/mutants. 300 mutants take an hour on two cores.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$here/../../target/mutants-tools
[ -x "$tools/bin/cargo-mutants" ] || cargo install cargo-mutants --version 27.1.0 --locked --root "$tools"
[ -x "$here/.venv/bin/pip" ] || python3 -m venv "$here/.venv"
"$here/.venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
PATH=$tools/bin:$PATH exec "$here/.venv/bin/python" "$here/run.py" "$@"
