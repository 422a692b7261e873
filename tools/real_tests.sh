#!/bin/sh
# The tests with real parts. Fifty calls at once are measured alone; the rest mostly waits, so three files run at a time.
#
# They happen in real time: on two processors a test may fail because its neighbour had them. What failed is run once
# more, alone, with its whole file, whose tests may build on each other. What fails alone has failed; what passes alone is
# named as unsteady, because it is a fault to be mended.
set -u
cd "$(dirname -- "$0")/.."
python=$(readlink -f .venv)/bin/python
burst=tests/integration/test_burst_of_calls.py
at_most=12

"$python" -m pytest "$burst" -q || exit 1
"$python" -m pytest --ignore "$burst" tests/contract tests/api tests/integration tests/attacks tests/acceptance \
    -n 3 --dist loadfile -q --durations=40 --cache-clear
code=$?
[ "$code" = 1 ] || exit "$code"

failed=.pytest_cache/v/cache/lastfailed
count=$("$python" -c 'import json, sys; print(len(json.load(open(sys.argv[1]))))' "$failed")
files=$("$python" -c 'import json, sys; print(*sorted({one.split("::")[0] for one in json.load(open(sys.argv[1]))}))' \
    "$failed")
if [ "$count" -gt "$at_most" ]; then
    echo "$count tests failed: too many for want of processors. None is run again."
    exit 1
fi
unsteady=$(cat "$failed")
echo "$count failed beside others; once more, alone:"
# shellcheck disable=SC2086  several files
"$python" -m pytest $files -q || exit 1
echo "unsteady, passed alone and to be mended: $unsteady"
