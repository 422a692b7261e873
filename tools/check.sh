#!/bin/sh
# The fast checks: format, lint, types, import contracts, unit tests, advisories. Uses two cores; prints what failed.
set -u
cd "$(dirname -- "$0")/.."
bin=.venv/bin
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

"$bin/ruff" format --check . && "$bin/ruff" check . || exit 1

{
    { "$bin/basedpyright" >"$out/types" 2>&1; echo $? >"$out/types.rc"
      PYTHONPATH=. "$bin/lint-imports" >"$out/imports" 2>&1; echo $? >"$out/imports.rc"
      # The tests with real parts are not run here, but a name they import must be there.
      "$bin/python" -m pytest --collect-only -q -p no:cacheprovider tests/contract tests/api \
          tests/integration tests/attacks tests/acceptance >"$out/real" 2>&1; echo $? >"$out/real.rc"; } &
    "$bin/python" -m pytest -q -p no:cacheprovider -n 2 --dist worksteal tests/unit tests/architecture \
        >"$out/tests" 2>&1
    echo $? >"$out/tests.rc"
    wait
}

failed=0
for part in types imports real tests; do
    if [ "$(cat "$out/$part.rc")" = 0 ]; then
        tail -n 1 "$out/$part"
    else
        cat "$out/$part"
        failed=1
    fi
done
# Known faults of what we depend on, by the answers that were kept; what is not known is said, not passed over.
"$bin/python" -m tools.advisories check || failed=1
exit $failed
