"""A file that the telephony process touches as long as its event loop runs.

Whoever watches (the supervisor) reads the file's age: older than two seconds means that the process is frozen
and holds callers in silence; it is killed (SIGKILL) and started again. The file says nothing but its age.
A process that is merely waiting for Asterisk goes on beating: it is not frozen.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from core.logs import get_log

EVERY_SECONDS = 0.25

log = get_log()


class Heartbeat:
    """Beats from inside the event loop, so a loop that is stuck stops beating too."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._also: Callable[[], None] = lambda: None

    def also(self, beat: Callable[[], None]) -> None:
        """Let something else beat with us."""
        self._also = beat

    def beat(self) -> None:
        """Touch the file once."""
        self._also()
        try:
            self._file.touch(mode=0o600)
            os.utime(self._file)
        except OSError:
            log.exception("heartbeat.not_written")

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            self.beat()
            await asyncio.sleep(EVERY_SECONDS)
