#!/bin/sh
# Writes requirements/*.lock anew: exact versions and hashes, no addresses. Needs uv.
set -eu
cd "$(dirname -- "$0")/../requirements"
lock() {
    name=$1
    shift
    uv pip compile --universal --python-version 3.11 --generate-hashes --prerelease=if-necessary-or-explicit \
        --no-emit-index-url --no-annotate --no-header -q "$@" -o "$name.lock"
}
lock runtime runtime.in
lock dev dev.in
lock voice ../pyproject.toml --extra voice
