#!/usr/bin/env bash
# Whether a program runs on this machine: it says its version and finds a mistake.
#
#   packaging/try.sh PROGRAM
set -euo pipefail

program=$1
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=$("$program" --version)
wanted="asyncapi-security-lsp $(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)"
[ "${version%$'\r'}" = "$wanted" ] || { echo "error: it is $version, not $wanted" >&2; exit 1; }
code=0
found=$("$program" check --format concise fixtures/broken.asyncapi.yaml) || code=$?
echo "$found"
[ "$code" -eq 1 ] || { echo "error: check ends with $code, not with 1" >&2; exit 1; }
