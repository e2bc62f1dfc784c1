#!/bin/sh
# Tries what pipelines use: the action, the job of GitLab, the hooks of pre-commit and the
# Dockerfile, with a release made of a program that is built, from a server on this machine. Needs
# cargo, node, npm and Python 3.10; installs below tests/pipelines. ASYNCAPI_SECURITY_LSP names a
# program that is built.
set -eu
cd "$(dirname "$0")"
npm ci --no-audit --no-fund --silent --ignore-scripts
[ -x .venv/bin/pip ] || python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
if [ -z "${ASYNCAPI_SECURITY_LSP:-}" ]; then
  cargo build --locked --quiet
  ASYNCAPI_SECURITY_LSP="$(cd ../.. && pwd)/target/debug/asyncapi-security-lsp"
fi
export ASYNCAPI_SECURITY_LSP
exec .venv/bin/python run.py
