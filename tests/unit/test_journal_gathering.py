"""When the journal goes to the database: not while the thread that answers callers needs the interpreter."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection

from core.clock import SystemClock
from core.facts import Fact
from storage.database import Database
from telephony.journal.journal_copy import GATHER_SECONDS, JournalCopy


class _NobodyListens:
    def announce(self, connection: Connection, fact: Fact, *, priority: int = 0) -> None:
        raise AssertionError("nothing is copied here")


class _OnePass(JournalCopy):
    """Copies once, nowhere, and is told to stop."""

    def __init__(self, root: Path, stop: threading.Event, did: list[str]) -> None:
        super().__init__(Database("postgresql://nowhere"), _NobodyListens(), root, SystemClock())
        self._stop = stop
        self._did = did

    def run_once(self) -> int:
        self._did.append("copied")
        self._stop.set()
        return 0


class _Gathering(threading.Event):
    """A wish to stop that says how long it was waited for."""

    def __init__(self, did: list[str]) -> None:
        super().__init__()
        self._did = did

    def wait(self, timeout: float | None = None) -> bool:
        self._did.append(f"waited {timeout}")
        return self.is_set()


def test_what_happens_to_a_call_in_one_burst_is_let_gather_and_copied_together(tmp_path: Path) -> None:
    did: list[str] = []
    stop = _Gathering(did)
    copy = _OnePass(tmp_path, stop, did)

    copy.wake()
    copy.run(stop)

    assert did == [f"waited {GATHER_SECONDS}", "copied"]


def test_without_news_nobody_is_waited_for(tmp_path: Path) -> None:
    did: list[str] = []
    stop = _Gathering(did)

    _OnePass(tmp_path, stop, did).run(stop)

    assert did == ["copied"]
