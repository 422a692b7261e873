"""Sessions live on the server. The cookie is a random name for one; only its SHA-256 is stored.

A session ends when nobody used it for a while, at an absolute time, at sign-out, and when the account is
disabled or its own time is over (委託の終わり). Every sign-in makes a new one, so a name that somebody
planted before is worth nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from core.actors import Actor, Role
from core.clock import Clock
from core.ids import AccountId, DepartmentId, LineId, PhoneId
from core.settings import ConsoleSettings
from storage.database import Database
from storage.deputies import with_deputy_rights

COOKIE = "__Host-tsuwaroku"
Reach = Callable[[Collection[DepartmentId]], frozenset[DepartmentId]]
"""Gives some departments and those below them: ``CityProfile.with_those_below``."""
_WRITE_EVERY = timedelta(seconds=60)  # one write a minute is enough to know that somebody is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody signed in, as one request sees them."""

    id_hash: bytes
    actor: Actor
    display_name: str
    csrf: str
    created_at: datetime
    expires_at: datetime


def hash_of(cookie: str) -> bytes:
    """Return what is stored of a cookie."""
    return hashlib.sha256(cookie.encode()).digest()


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(
        self, database: Database, clock: Clock, settings: ConsoleSettings, reach: Reach = frozenset
    ) -> None:
        self._database = database
        self._clock = clock
        self._reach = reach
        self._idle = timedelta(minutes=settings.idle_minutes)
        self._absolute = timedelta(hours=settings.absolute_hours)

    def open(self, account: AccountId, *, instead_of: str | None = None) -> str:
        """Start a session for somebody who proved who they are; returns the cookie. An old one is ended."""
        cookie, now = secrets.token_urlsafe(32), self._clock.now()
        with self._database.begin() as connection:
            if instead_of is not None:
                connection.execute(_END, {"id": hash_of(instead_of)})
            connection.execute(text("DELETE FROM web_sessions WHERE expires_at < :now"), {"now": now})
            connection.execute(
                _OPEN,
                {"id": hash_of(cookie), "account": account, "csrf": secrets.token_urlsafe(32), "now": now,
                 "until": now + min(self._idle, self._absolute)},
            )  # fmt: skip
        return cookie

    def find(self, cookie: str, *, touch: bool = True) -> Session | None:
        """Return the session of a cookie, or None when there is none, it is over, or the account is.

        ``touch`` is false for what a page does by itself: an unattended page must not stay signed in.
        """
        now = self._clock.now()
        with self._database.begin() as connection:
            row = connection.execute(_FIND, {"id": hash_of(cookie), "now": now}).one_or_none()
            if row is None:
                return None
            until = row.expires_at
            if touch and now - row.seen_at >= _WRITE_EVERY:
                until = min(now + self._idle, row.created_at + self._absolute)
                connection.execute(_TOUCH, {"id": row.id_hash, "now": now, "until": until})
        stands_in = frozenset(DepartmentId(one) for one in row.stands_in)
        roles, departments, standing_in = with_deputy_rights(
            frozenset(Role(role) for role in row.roles),
            self._reach([DepartmentId(one) for one in row.departments]),
            stands_in,
            self._reach(stands_in),
        )
        actor = Actor(
            account=AccountId(row.account_id),
            roles=roles,
            departments=departments,
            phone=PhoneId(row.phone) if row.phone else None,
            session=row.id_hash,
            lines=None if row.lines is None else frozenset(LineId(one) for one in row.lines),
            standing_in=standing_in,
        )
        return Session(
            id_hash=row.id_hash, actor=actor, display_name=row.display_name, csrf=row.csrf,
            created_at=row.created_at, expires_at=until,
        )  # fmt: skip

    def sit_at(self, session: Session, phone: PhoneId | None) -> None:
        """Say which desk phone the person sits at. A phone has one person: whoever sat there before, left.

        To say the same again is to go on sitting: who sat where is kept (``storage/seats.py``).
        """
        with self._database.begin() as connection:
            if phone is not None:
                connection.execute(_LEAVE, {"phone": phone, "id": session.id_hash})
            connection.execute(_SIT, {"id": session.id_hash, "phone": phone})

    def end(self, cookie: str) -> None:
        """End a session; ending it twice is the same."""
        with self._database.begin() as connection:
            connection.execute(_END, {"id": hash_of(cookie)})

    def end_everywhere(self, account: AccountId) -> int:
        """End every session of somebody, on whatever machine, and every sign-in halfway; returns how many."""
        with self._database.begin() as connection:
            connection.execute(_END_STEPS, {"account": account})
            return connection.execute(_END_ALL, {"account": account}).rowcount

    def count(self, account: AccountId) -> int:
        """Count somebody's sessions that go on."""
        with self._database.begin() as connection:
            values = {"account": account, "now": self._clock.now()}
            return int(connection.execute(_COUNT, values).scalar_one())


_OPEN = text("""
    INSERT INTO web_sessions (id_hash, account_id, csrf, created_at, seen_at, expires_at)
    VALUES (:id, :account, :csrf, :now, :now, :until)
""")
_FIND = text("""
    SELECT s.id_hash, s.account_id, s.csrf, s.phone, s.created_at, s.seen_at, s.expires_at,
           a.display_name, a.roles, a.departments, a.lines, rights.deputises(a.id) AS stands_in
      FROM web_sessions s JOIN accounts a ON a.id = s.account_id
     WHERE s.id_hash = :id AND s.expires_at > :now AND a.disabled_at IS NULL
       AND (a.ends_at IS NULL OR a.ends_at > :now)
""")
_TOUCH = text("UPDATE web_sessions SET seen_at = :now, expires_at = :until WHERE id_hash = :id")
_LEAVE = text("UPDATE web_sessions SET phone = NULL WHERE phone = :phone AND id_hash <> :id")
_SIT = text("UPDATE web_sessions SET phone = :phone WHERE id_hash = :id")
_END = text("DELETE FROM web_sessions WHERE id_hash = :id")
_END_ALL = text("DELETE FROM web_sessions WHERE account_id = :account")
_END_STEPS = text("DELETE FROM sign_in_steps WHERE account_id = :account")
_COUNT = text("SELECT count(*) FROM web_sessions WHERE account_id = :account AND expires_at > :now")
