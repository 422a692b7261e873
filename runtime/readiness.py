"""Makes a process ready for its callers: while one waits, nothing is loaded and nothing looked through."""

from __future__ import annotations

import gc
import sys

from telephony.call.callers import read_caller

TURN_SECONDS = 0.0005
"""How long a thread computes before another one that waits gets its turn (Python's own: 5 ms)."""


def stand_ready() -> None:
    """Prepare once, when everything is built and before the first call.

    What exists by now stays for good. Left to Python's collector, looking through all of it would stop every
    call for a tenth of a second, at a time nobody chooses (measured: 120 ms, afterwards below one).
    """
    read_caller("0300000000")  # the tables of Japanese numbers are loaded by the first one read
    gc.collect()
    gc.freeze()
    # Whoever leads calls shares the interpreter with what copies the journal: a caller waits for no copy.
    sys.setswitchinterval(TURN_SECONDS)
