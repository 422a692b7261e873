# The commands people type. README.md names two of them: make run, make test.
.PHONY: run setup test check audit bench lock prompts clean

# By its real path: other OS users run it too, and they cannot walk through a checkout below /root.
PY := "$$(readlink -f .venv)"/bin/python
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

run:
	sh tools/setup.sh run
	$(SUDO) ./tsuwaroku up

setup:
	sh tools/setup.sh test

test:
	sh tools/setup.sh test
	$(MAKE) --no-print-directory check
	$(SUDO) sh tools/real_tests.sh

check:
	@test -x .venv/bin/ruff || sh tools/setup.sh test
	sh tools/check.sh

# Asks anew what is known of every pinned package; before a release. Needs a network.
audit:
	sh tools/audit.sh
	$(PY) -m tools.sbom

bench:
	@test -x .venv/bin/ruff || sh tools/setup.sh test
	$(SUDO) $(PY) -m bench all --json

lock:
	sh tools/lock.sh

prompts:
	$(PY) tools/make_prompts.py profiles/sakura.yaml

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache
