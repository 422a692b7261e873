#!/bin/sh
# Runs Asterisk before everybody else where the machine allows: a starved one tears recordings apart by seconds.
# Not in real time: docs/decisions/0066.
set -eu
if [ "$(nice -n -19 nice 2>/dev/null)" = -19 ]; then
    exec nice -n -19 asterisk "$@"
fi
echo "Asterisk runs at normal priority: this container may not raise it." >&2
exec asterisk "$@"
