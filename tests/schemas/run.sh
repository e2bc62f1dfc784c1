#!/bin/sh
# Holds the table of the specification (src/spec/asyncapi-security.json) against the
# official schemas. Needs cargo, node and npm; installs into tests/schemas/node_modules.
set -eu
cd "$(dirname "$0")"
npm ci --no-audit --no-fund --silent
exec node run.mjs
