"""Whom a telephony process works with, as it sees them: its journal, its copier, who brings orders."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import Protocol

from core.ids import CallId
from telephony.leading.adoption import Papers
from telephony.leading.driver import Journal
from telephony.leading.order_reader import Deliver


class ProcessJournal(Journal, Papers, Protocol):
    """The journal as its owner uses it. Both calls touch the disk."""

    def open(self) -> None:
        """Start to write; raises JournalUnwritable when the disk does not take it."""
        ...

    def close(self) -> None:
        """Write what is in line, and let go."""
        ...


class Copier(Protocol):
    """Brings the journal into the database, in a thread of its own (`JournalCopy`)."""

    def run(self, stop: threading.Event) -> None:
        """Copy until told to stop."""
        ...

    def wake(self) -> None:
        """Hear that something was written."""
        ...


class Orders(Protocol):
    """Hears what people order of live calls, in a thread of its own (`OrderReader`)."""

    def run(self, stop: threading.Event, calls: Callable[[], Collection[CallId]], deliver: Deliver) -> None:
        """Hand orders on until told to stop."""
        ...
