"""Passwords are known only as Argon2id hashes, and at most two are computed at once.

One check takes 64 MiB and about a fifth of a second of a core: without a limit, a burst of sign-ins would
take the memory and the cores that calls need. Checks also step back behind everything else that runs here:
twenty people who sign in at once wait for one another, and whoever works already does not wait for them.
"""

from __future__ import annotations

import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import BoundedSemaphore, get_native_id

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from core.errors import DomainError

_AT_ONCE = 2
_WAITING = 24
_PATIENCE_SECONDS = 5.0
_NICENESS = 10


class TooManySignIns(DomainError):
    """Many people are signing in at this moment. Please try again in a few seconds."""

    code = "too-many-sign-ins"
    http_status = 503


class Passwords:
    """Makes and checks password hashes, a few at a time.

    Args:
        hasher: Argon2id with the library's costs (64 MiB, 3 rounds) unless another is given
        at_once: checks at the same time
        patience_seconds: how long one waits for a seat
    """

    def __init__(
        self,
        hasher: Argon2Hasher | None = None,
        *,
        at_once: int = _AT_ONCE,
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        self._hashes = PasswordHash((hasher or Argon2Hasher(),))
        self._seats = BoundedSemaphore(at_once)
        self._queue = BoundedSemaphore(at_once + _WAITING)
        self._patience = patience_seconds
        # Threads of their own: a thread that stepped back may not step forward again.
        self._checks = ThreadPoolExecutor(max(1, at_once), "password", initializer=_step_back)
        # Checked when the name is unknown, so that an unknown name takes as long as a wrong password.
        self._nobody = self._hashes.hash(secrets.token_urlsafe(32))

    def hash(self, password: str) -> str:
        """Return the hash to store for a password."""
        return self._hashes.hash(password)

    def matches(self, password: str, stored: str | None) -> bool:
        """Say whether a password belongs to a stored hash; None (an unknown name) takes as long and is false.

        Raises:
            TooManySignIns: no seat was free within five seconds, or too many are waiting already.
        """
        if not self._queue.acquire(blocking=False):
            raise TooManySignIns
        try:
            if not self._seats.acquire(timeout=self._patience):
                raise TooManySignIns
            try:
                right = self._checks.submit(self._hashes.verify, password, stored or self._nobody)
                return right.result() and stored is not None
            finally:
                self._seats.release()
        finally:
            self._queue.release()


def _step_back() -> None:
    # A service that was started still further back may not come forward; people sign in.
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICENESS)  # Linux: of this thread alone
