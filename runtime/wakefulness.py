"""Keeps the processors awake while calls go on: a caller would wait while one that sleeps wakes up.

Between INVITE and answer a call changes hands some ten times, Asterisk's threads and ours, and each of them
finds a processor asleep. The kernel keeps them awake for who holds its device open (PM QoS), and forgets the
wish when the holder ends, however it ends. Only root may; without it a call is answered a little later.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.logs import get_log

DEVICE = Path("/dev/cpu_dma_latency")
GOVERNOR = Path("/sys/devices/system/cpu/cpuidle/current_governor")

LONGEST_MICROSECONDS = 10
"""How long a processor of a real machine may take to wake: its lightest sleep is allowed, deep ones not."""

VIRTUAL_MICROSECONDS = 0
"""A virtual machine knows but two states: awake, or handed back to its host until somebody knocks there."""

AFTER_SECONDS = 30.0
"""For so long after the last call they stay awake: where one calls, another one does."""

log = get_log()


class Wakefulness:
    """The wish to be awake, held while any call has a lease."""

    def __init__(
        self,
        leases: Path,
        *,
        device: Path = DEVICE,
        governor: Path = GOVERNOR,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the folder of the leases (`find_place`), and the kernel's files; ``now`` in seconds."""
        self._leases = leases
        self._device = device
        self._governor = governor
        self._now = now
        self._wish: int | None = None
        self._until = 0.0
        self._refused = False

    @property
    def held(self) -> bool:
        """Whether the processors are kept awake now."""
        return self._wish is not None

    def look(self) -> None:
        """See whether calls go on, and wish accordingly. Several times a second; never raises."""
        if self._calls_go_on():
            self._until = self._now() + AFTER_SECONDS
            self._hold()
        elif self._now() >= self._until:
            self.let_go()

    def let_go(self) -> None:
        """Let the processors sleep as they like."""
        if self._wish is not None:
            os.close(self._wish)
            self._wish = None

    def _calls_go_on(self) -> bool:
        with suppress(OSError), os.scandir(self._leases) as files:
            return any(file.name.endswith(".lease") for file in files)
        return False

    def _hold(self) -> None:
        if self._wish is not None or self._refused:
            return
        try:
            wish = os.open(self._device, os.O_WRONLY | os.O_CLOEXEC)
        except OSError:
            self._refused = True
            log.info("processors.may_sleep")  # not root, or a machine without that device
            return
        try:
            os.write(wish, struct.pack("=i", self._longest()))
        except OSError:
            os.close(wish)
            self._refused = True
            return
        self._wish = wish

    def _longest(self) -> int:
        with suppress(OSError):
            if self._governor.read_text(encoding="ascii").strip() == "haltpoll":
                return VIRTUAL_MICROSECONDS
        return LONGEST_MICROSECONDS
