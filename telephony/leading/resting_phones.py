"""Which phones are asked second now, read beside the calls: no call waits for the database.

What is not known, or not fresh, holds nobody's phone back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from core.logs import get_log
from storage.care import AtRest, phones_at_rest
from storage.database import Database, DatabaseAway
from telephony.call.events import LinePlan
from telephony.call.second_ring import asked_second, with_second

LOOK_SECONDS = 1.0
FRESH_SECONDS = 5.0

log = get_log()


class RestingPhones:
    """Reads in a thread of its own (``run``); answers from memory (``plan``).

    Args:
        read: asks the database once; raises DatabaseAway
        others_first: seconds for which the others' phones ring alone
    """

    def __init__(
        self, read: Callable[[], AtRest], others_first: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._others_first = others_first
        self._monotonic = monotonic
        self._known = (AtRest(), 0.0)

    @classmethod
    def of(cls, database: Database, others_first: int) -> RestingPhones:
        """Read from a database."""

        def read() -> AtRest:
            with database.begin() as connection:
                return phones_at_rest(connection)

        return cls(read, others_first)

    def plan(self, plan: LinePlan) -> LinePlan:
        """Return a line's plan as a call that arrives now is to be served by it."""
        known, at = self._known
        if not known.resting or self._monotonic() - at > FRESH_SECONDS:
            return plan
        return with_second(plan, asked_second(plan.phones, known.resting, known.free), self._others_first)

    def look(self) -> None:
        """Read once."""
        at = self._monotonic()
        self._known = (self._read(), at)

    def run(self, stop: threading.Event) -> None:
        """Read until told to stop."""
        while not stop.is_set():
            try:
                self.look()
            except DatabaseAway:
                pass  # what is known grows old, and then everybody's phone rings
            except Exception:
                log.exception("resting_phones.failed")
            stop.wait(LOOK_SECONDS)
