"""What somebody touched: read from the access log when an account, an address or a period is in doubt.

Persons are told apart by the keyed hash of their number and nothing else; whoever called without a number is
counted as a person of their own, call by call, so the number of persons is never told too low. Whatever needs
no knock (who called when, on the pages of calls) leaves no trace here, and the report says so.

An address is known only as far as sign-ins go: of each right one there is a keyed hash of name and address,
for 30 days. What an account did from such a sign-in until a session can last counts as done from there.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as SQL_UUID

from core.errors import DomainError
from core.ids import AccountId, RecordingId
from storage.database import Database

_ACCOUNTS = text("SELECT id, login FROM accounts")
_SIGNED_IN = text("""
    SELECT login_key, at FROM sign_in_attempts
     WHERE succeeded AND at >= :since AND at < :until ORDER BY at
""")
_TOUCHED = text("""
    SELECT k.at, k.actor, k.act, k.purpose, k.granted, t.recording, t.nth = 1 AS first,
           coalesce((k.detail->>'hits')::int, 0) AS hits,
           coalesce(k.call_id, r.subject, of_case.call_id) AS call,
           coalesce(c.department, r.department) AS department, c.agency, c.regime, c.caller_hash,
           coalesce(c.practice, r.practice, false) AS practice, r.destroyed_at IS NOT NULL AS destroyed,
           c.arrived_at
      FROM access_knocks k
     CROSS JOIN LATERAL unnest(coalesce(k.recordings, ARRAY[k.recording_id]))
           WITH ORDINALITY AS t(recording, nth)
      LEFT JOIN recordings r ON r.id = t.recording
      LEFT JOIN LATERAL (SELECT l.call_id FROM incident_calls l
                          WHERE k.act IN ('case', 'paper') AND l.incident_id::text = k.detail ->> 'incident'
                          ORDER BY l.linked_at LIMIT 1) AS of_case ON true
      LEFT JOIN calls c ON c.id = coalesce(k.call_id, r.subject, of_case.call_id)
     WHERE k.actor_kind = 'person' AND k.at >= :since AND k.at < :until
       AND (:everybody OR k.actor = ANY(:accounts))
     ORDER BY k.at, k.id, t.nth
""").bindparams(bindparam("accounts", type_=ARRAY(SQL_UUID)))


_QUOTED = text("""
    SELECT q.by, q.made_at, q.recording_id FROM quotes q JOIN recordings r ON r.id = q.recording_id
     WHERE q.made_at >= :since AND q.made_at < :until AND NOT r.practice
       AND (:everybody OR q.by = ANY(:accounts))
     ORDER BY q.made_at
""").bindparams(bindparam("accounts", type_=ARRAY(SQL_UUID)))


class NoSuchAccount(DomainError):
    """その利用者はいません。ログイン名を確かめてください（止めた利用者も指定できます）。"""

    code = "no-such-account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One knock of a person, with what is known of the call behind it; of a search one for each recording."""

    at: datetime
    account: AccountId | None
    act: str
    purpose: str
    granted: bool
    recording: RecordingId | None
    call: str | None
    department: str | None
    agency: str | None
    regime: str | None
    person: bytes | None
    """Keyed hash of the caller's number; None of who called without one."""
    practice: bool
    destroyed: bool
    hits: int
    arrived_at: datetime | None
    first: bool = True
    """Not one more recording of a search that was told already."""

    @property
    def whose(self) -> str:
        """Return a word for the person behind it: of the number's hash, or of this call alone."""
        return self.person.hex() if self.person is not None else f"call:{self.call or self.recording}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Words that somebody took out of a transcript, to use them elsewhere."""

    at: datetime
    account: AccountId
    recording: RecordingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Somebody was signed in from the address asked for."""

    account: AccountId
    since: datetime
    until: datetime


Done = TypeVar("Done", Touch, Taken)


def logins(database: Database) -> Mapping[AccountId, str]:
    """Return the login name of every account, also of those that were disabled.

    Raises:
        DatabaseAway
    """
    with database.begin() as connection:
        return {AccountId(row.id): row.login for row in connection.execute(_ACCOUNTS)}


def account_of(names: Mapping[AccountId, str], login: str) -> AccountId:
    """Return the account of a login name.

    Raises:
        NoSuchAccount
    """
    for account, name in names.items():
        if name == login:
            return account
    raise NoSuchAccount


def signed_in_from(  # noqa: PLR0913  who, where, when, and what a sign-in's hash is made with
    database: Database,
    names: Mapping[AccountId, str],
    address: str,
    period: tuple[datetime, datetime],
    *,
    key: bytes,
    session: timedelta,
) -> list[Presence]:
    """Find who signed in from an address, by trying every name's hash.

    Args:
        database: of the role that owns the tables
        names: of every account
        address: as the console saw it
        period: from, until; a session that began before it may reach into it
        key: of the hashes of sign-ins
        session: how long one can last

    Raises:
        DatabaseAway
    """
    since, until = period
    hashes = {_pair(key, login, address): account for account, login in names.items()}
    with database.begin() as connection:
        rows = connection.execute(_SIGNED_IN, {"since": since - session, "until": until}).all()
    return [
        Presence(account=hashes[bytes(row.login_key)], since=row.at, until=row.at + session)
        for row in rows
        if bytes(row.login_key) in hashes
    ]


def touched(
    database: Database, since: datetime, until: datetime, accounts: Iterable[UUID] | None
) -> Sequence[Touch]:
    """Return every knock of people in a period, the oldest first.

    Args:
        database: of the role that owns the tables
        since: the first moment
        until: the first moment after it
        accounts: whose; None for everybody's

    Raises:
        DatabaseAway
    """
    asked = {"since": since, "until": until, "everybody": accounts is None, "accounts": list(accounts or ())}
    with database.begin() as connection:
        rows = connection.execute(_TOUCHED, asked).all()
    return [
        Touch(
            at=row.at, account=None if row.actor is None else AccountId(row.actor), act=row.act,
            purpose=row.purpose, granted=row.granted,
            recording=None if row.recording is None else RecordingId(row.recording), call=row.call,
            department=row.department, agency=row.agency, regime=row.regime,
            person=None if row.caller_hash is None else bytes(row.caller_hash), practice=row.practice,
            destroyed=row.destroyed, hits=row.hits, arrived_at=row.arrived_at, first=row.first,
        )
        for row in rows
    ]  # fmt: skip


def quoted(
    database: Database, since: datetime, until: datetime, accounts: Iterable[UUID] | None
) -> Sequence[Taken]:
    """Return what people quoted; quotes of what was destroyed since are gone with it.

    Args: as ``touched``

    Raises:
        DatabaseAway
    """
    asked = {"since": since, "until": until, "everybody": accounts is None, "accounts": list(accounts or ())}
    with database.begin() as connection:
        return [
            Taken(at=row.made_at, account=AccountId(row.by), recording=RecordingId(row.recording_id))
            for row in connection.execute(_QUOTED, asked)
        ]


def from_there(done: Iterable[Done], present: Sequence[Presence]) -> list[Done]:
    """Keep what was done while somebody was signed in from the address."""
    return [
        one
        for one in done
        if any(one.account == who.account and who.since <= one.at < who.until for who in present)
    ]


def _pair(key: bytes, login: str, address: str) -> bytes:
    """Hash a name at an address as signing in does."""
    return hmac.new(key, b"\0".join((b"pair", login.encode(), address.encode())), hashlib.sha256).digest()
