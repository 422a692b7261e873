"""Each part of the service in one home has one supervisor; a second start is refused before it does anything.

Two supervisors would take each other's telephony for frozen (they share its heartbeat) and kill it, and the
one that is stopped first would stop the other's Asterisk with every call in it. The kernel holds a claim for
as long as the process lives, so a killed supervisor leaves none behind.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path

from core.errors import DomainError


class AlreadyRunning(DomainError):
    """このフォルダーのサービスは、もう動いています。通話が切れないよう、二つ目は起動しませんでした。"""

    code = "already-running"
    http_status = 409


class Claims:
    """What one supervisor looks after in a home. ``folder`` is made if it is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: list[int] = []

    def take(self, parts: Iterable[str]) -> None:
        """Claim parts by name until this process ends or lets go; all of them, or none.

        Raises:
            AlreadyRunning: another supervisor looks after one of them.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        for part in sorted(parts):
            # Not inherited (O_CLOEXEC): a child that outlives the supervisor must not keep the next one out.
            handle = os.open(self._folder / f".{part}.claim", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            self._held.append(handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.let_go()
                raise AlreadyRunning from None

    def let_go(self) -> None:
        """Give every claim back; the files stay, so that nobody can hold two of the same name."""
        while self._held:
            os.close(self._held.pop())
