"""``python -m bench NAME [--json] [options]``: one measurement, printed for people or as JSON.

A measurement is a module of this folder with ``measure(arguments) -> dict``; it says its options with --help.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

from core.logs import start_logging


def main() -> None:
    """Run the measurement that is named first."""
    # As the service's recogniser runs: sums in another number of parts are rounded otherwise, and a text that
    # hangs on a hair becomes another one. Set before any measurement is imported.
    os.environ["OMP_NUM_THREADS"] = "1"
    start_logging("bench")  # to standard error: standard output holds the figures alone
    known = sorted(
        path.stem
        for path in Path(__file__).parent.glob("*.py")
        if "\ndef measure(" in path.read_text("utf-8")
    )
    if "all" in sys.argv[1:2]:
        print(json.dumps({name: _told(name) for name in known}, ensure_ascii=False))
        return
    wanted = [one for one in sys.argv[1:] if one != "--json"]
    if not wanted or wanted[0] not in known:
        sys.exit(f"usage: python -m bench NAME [--json] [options]; NAME is all or one of: {', '.join(known)}")
    figures = _measured(wanted[0], wanted[1:])
    if "--json" in sys.argv:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        for name, figure in figures.items():
            print(f"{name}: {figure}")


def _told(name: str) -> dict[str, object]:
    """Measure one of all, and show its figures at once: the others take minutes, and one of them may fail."""
    figures = _measured(name, [])
    print(json.dumps({name: figures}, ensure_ascii=False), file=sys.stderr)
    return figures


def _measured(name: str, arguments: list[str]) -> dict[str, object]:
    with redirect_stdout(sys.stderr):  # a practice call tells people how it goes
        figures: dict[str, object] = importlib.import_module(f"bench.{name}").measure(arguments)
    return figures


if __name__ == "__main__":
    main()
