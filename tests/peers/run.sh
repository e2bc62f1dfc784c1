#!/bin/sh
# Measures ours beside three peers and prints the tables of docs/comparison-language-servers.md.
# Needs Linux on x86-64, Python 3.9, npm and a built server; installs into tests/peers/node_modules.
#
#   tests/peers/run.sh [--only NAME]... [--raw FILE]
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-audit --no-fund --silent
exec python3 -B compare.py --ours "${ASYNCAPI_SECURITY_LSP:-$PWD/../../target/release/asyncapi-security-lsp}" "$@"
