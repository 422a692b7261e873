#!/bin/sh
# Asks what is known of every pinned package, keeps the answers with their day, and judges as for a release:
# whoever could not be asked about fails it. Needs a network; `make check` judges by what was kept.
set -eu
cd "$(dirname -- "$0")/.."
python=.venv/bin/python
"$python" -m tools.advisories refresh
"$python" -m tools.advisories check --release
