"""Halfway in: the password was right, the code is still to come. Nothing opens for whoever stands here.

A step is no session: it has a cookie and a table of its own, so that nothing that asks for a session can
take one for it. It ends with the sign-in, after ten minutes, and when the password changes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from api.sessions import hash_of
from core.clock import Clock
from core.ids import AccountId
from storage.database import Database

STEP_COOKIE = "__Host-tsuwaroku-step"
LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Somebody who has shown the password."""

    account: AccountId
    csrf: str


class SignInSteps:
    """Opens, finds and ends steps."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def open(self, account: AccountId) -> str:
        """Begin a step for somebody who has shown the password; returns the cookie."""
        cookie, now = secrets.token_urlsafe(32), self._clock.now()
        csrf = secrets.token_urlsafe(32)
        row = {"id": hash_of(cookie), "account": account, "csrf": csrf, "until": now + LASTS}
        with self._database.begin() as connection:
            connection.execute(_SWEEP, {"now": now})
            connection.execute(_OPEN, row)
        return cookie

    def find(self, cookie: str) -> Step | None:
        """Return the step of a cookie; None when there is none, it is over, or the account is disabled."""
        with self._database.begin() as connection:
            row = connection.execute(_FIND, {"id": hash_of(cookie), "now": self._clock.now()}).one_or_none()
        return None if row is None else Step(account=AccountId(row.account_id), csrf=row.csrf)

    def end(self, cookie: str) -> None:
        """End a step; ending it twice is the same."""
        with self._database.begin() as connection:
            connection.execute(_END, {"id": hash_of(cookie)})


_OPEN = text("""
    INSERT INTO sign_in_steps (id_hash, account_id, csrf, expires_at) VALUES (:id, :account, :csrf, :until)
""")
_FIND = text("""
    SELECT s.account_id, s.csrf FROM sign_in_steps s JOIN accounts a ON a.id = s.account_id
     WHERE s.id_hash = :id AND s.expires_at > :now AND a.disabled_at IS NULL
       AND coalesce(a.ends_at > :now, true)
""")
_END = text("DELETE FROM sign_in_steps WHERE id_hash = :id")
_SWEEP = text("DELETE FROM sign_in_steps WHERE expires_at <= :now")
