# shellcheck shell=bash
# Sourced by prepare.sh. code-server says which node it needs, it refuses another.
NODE_VERSION=24.21.0
CODE_SERVER_VERSION=4.139.1
PLAYWRIGHT_VERSION=1.65.1
YAML_SERVER_VERSION=2.0.0
ASYNCAPI_SPECS_VERSION=6.11.1
SHARP_VERSION=0.35.5
