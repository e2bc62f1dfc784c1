#!/bin/sh
# Holds what `check` writes against the schemas and readers of others. Needs cargo, node and npm;
# installs into tests/formats/node_modules. ASYNCAPI_SECURITY_LSP names a program that is built.
set -eu
cd "$(dirname "$0")"
npm ci --no-audit --no-fund --silent --ignore-scripts --omit=peer
# Its package brings it without the right to be run, which a script of it would give.
chmod +x node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool*
if [ -z "${ASYNCAPI_SECURITY_LSP:-}" ]; then
  cargo build --locked --quiet
  ASYNCAPI_SECURITY_LSP="$(cd ../.. && pwd)/target/debug/asyncapi-security-lsp"
fi
# The schema that OASIS publishes comes with a crate that we depend on.
host=$(rustc -vV | sed -n 's/^host: //p')
SARIF_SCHEMA="$(cargo metadata --locked --format-version 1 --filter-platform "$host" |
  node -e 'const { packages } = JSON.parse(require("fs").readFileSync(0));
    const sarif = packages.find(({ name }) => name === "serde-sarif");
    console.log(sarif.manifest_path.replace("Cargo.toml", "src/schema.json"))')"
export ASYNCAPI_SECURITY_LSP SARIF_SCHEMA
exec node run.mjs
