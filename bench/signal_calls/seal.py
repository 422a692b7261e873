"""The SHA-256 of each held-back file, written before any rule was: whoever changes one changes this list too.

``python -m bench.signal_calls.seal`` prints the list anew. It is for adding calls before the rules exist;
afterwards a change of the list is a change of the measure, and its commit says why.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from bench.signal_calls.loading import HELD_BACK, HERE

SEALED = HERE / "held_back.sha256"


def sealed_hashes(sealed: Path = SEALED) -> Mapping[str, str]:
    """Read the list: SHA-256 by file name."""
    lines = (line.split("  ", 1) for line in sealed.read_text("utf-8").splitlines())
    return {name: digest for digest, name in lines}


def present_hashes(folder: Path = HELD_BACK) -> Mapping[str, str]:
    """Hash what lies in the folder now, whatever its name ends with."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


if __name__ == "__main__":
    for _name, _digest in present_hashes().items():
        print(f"{_digest}  {_name}")
