"""``python -m runtime``: the command line. ``./tsuwaroku`` in the project's folder calls it."""

from __future__ import annotations

from core.logs import tell_faults_of_threads
from runtime.cli import main

if __name__ == "__main__":
    tell_faults_of_threads()
    main()
