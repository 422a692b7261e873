"""Who guesses waits: longer after each wrong try, never for long, and nobody is ever locked out.

A try counts as wrong from the start, so that a burst of parallel ones gets no free ones. What was tried is
kept as a keyed hash.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from core.errors import DomainError
from core.logs import get_log

log = get_log()
REMEMBERED = timedelta(minutes=30)
"""So long a wrong try counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often one may be wrong for free, and how long the wait grows after that, in seconds."""

    free: int
    longest_seconds: int

    def wait_after(self, failures: int) -> timedelta:
        """Return the wait after so many failures in a row: 5, 10, 20 … seconds up to the longest."""
        if failures < self.free:
            return timedelta(0)
        return timedelta(seconds=min(self.longest_seconds, 5 * 2 ** min(failures - self.free, 16)))


class SignInLater(DomainError):
    """Too many wrong tries in a row. Please wait a little and try again."""

    code = "sign-in-later"
    http_status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class Attempts:
    """Counts tries. ``key`` hides what was tried."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def name(self, kind: bytes, *parts: str) -> bytes:
        """Return what stands in the table for something that is tried."""
        words = b"\0".join((kind, *(part.encode() for part in parts)))
        return hmac.new(self._key, words, hashlib.sha256).digest()

    def one_at_a_time(self, connection: Connection, name: bytes) -> None:
        """Let nobody else count the same thing until this transaction is over."""
        connection.execute(_ONE_AT_A_TIME, {"key": int.from_bytes(name[:8], "big", signed=True)})

    def wait(self, connection: Connection, name: bytes, patience: Patience, now: datetime) -> timedelta:
        """Return how long whoever tries this has to wait now; nothing or less: not at all."""
        row = connection.execute(_FAILURES, {"key": name, "since": now - REMEMBERED}).one()
        if row.last is None:
            return timedelta(0)
        last: datetime = row.last
        return last + patience.wait_after(row.failures) - now

    def note(self, connection: Connection, names: Iterable[bytes], now: datetime, *, succeeded: bool) -> None:
        """Write a try down."""
        for name in names:
            connection.execute(_ATTEMPT, {"key": name, "now": now, "succeeded": succeeded})

    def refuse(self, wait: timedelta) -> None:
        """Refuse whoever has to wait.

        Raises:
            SignInLater: ``wait`` is not over
        """
        if wait > timedelta(0):
            log.info("sign_in.later", seconds=int(wait.total_seconds()))
            raise SignInLater(max(1, int(wait.total_seconds())))


_ATTEMPT = text("INSERT INTO sign_in_attempts (login_key, at, succeeded) VALUES (:key, :now, :succeeded)")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:key)")
_FAILURES = text("""
    SELECT count(*) AS failures, max(at) AS last
      FROM sign_in_attempts
     WHERE login_key = :key AND at > :since AND NOT succeeded
       AND id > coalesce((SELECT max(id) FROM sign_in_attempts
                           WHERE login_key = :key AND at > :since AND succeeded), 0)
""")
