#!/bin/sh
# Holds the table of the specification (src/spec/asyncapi-security.json), and what `check` says of
# mutated documents, against the official schemas. Needs cargo, node and npm; installs into tests/schemas/node_modules.
set -eu
cd "$(dirname "$0")"
npm ci --no-audit --no-fund --silent
node run.mjs
cargo build --release --locked
exec node mutants.mjs ../../target/release/asyncapi-security-lsp
