"""Feeds the API from its own OpenAPI document: `python -m tools.fuzz_api [REQUESTS]`, 200 to each address.

The same test as in the suite, with real PostgreSQL, and as deep as asked.
"""

from __future__ import annotations

import os
import subprocess
import sys

TEST = "tests/api/test_api_fuzzed.py"


def main(requests: str = "200") -> int:
    """Return the exit status of the test."""
    words = {**os.environ, "TSUWAROKU_FUZZ_EXAMPLES": str(int(requests))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "--timeout", "7200", TEST], env=words, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
