"""Reads the whole access log and proves its chain, or names what was done to it.

Every hash is computed anew. Whether a row still says what was chained is asked of the database, which writes
the row as ``access_log.canonical`` does and compares; only where its bytes differ (a detail with several
counts, a letter that JSON escapes otherwise, or a fault) they are compared here. That is what makes a log of
millions of rows provable while people wait.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import UUID

import psycopg
from sqlalchemy import Connection, text

from storage.access_log import FIRST, KNOCK_COLUMNS, canonical
from storage.database import Database

_SESSION = b'"session":'
"""Knocks that were chained before their session was part of it stay as they are."""

_TYPES = ("int8", "uuid", "bytea", "bytea", "bytea", "bool", "bool")

# Keys in their order, no spaces, times in UTC with six digits: as canonical() writes them.
_WRITTEN_AGAIN = """
    '{"act":' || to_json(k.act)::text
    || ',"actor":' || coalesce('"' || k.actor::text || '"', 'null')
    || ',"actor_kind":' || to_json(k.actor_kind)::text
    || ',"at":"' || to_char(k.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00"'
    || coalesce(',"call":' || to_json(k.call_id)::text, '')
    || coalesce(',"case":' || to_json(k.case_number)::text, '')
    || coalesce(',"departments":' || to_json(k.departments)::text, '')
    || ',"detail":' || replace(k.detail::text, ' ', '')
    || ',"granted":' || CASE WHEN k.granted THEN 'true' ELSE 'false' END
    || ',"id":"' || k.id::text || '"'
    || ',"purpose":' || to_json(k.purpose)::text
    || ',"reason":' || to_json(k.reason)::text
    || ',"recording":' || coalesce('"' || k.recording_id::text || '"', 'null')
    || coalesce(',"recordings":' || to_json(k.recordings)::text, '')
    || coalesce(',"request":"' || k.request_id::text || '"', '')
    || coalesce(',"search":"' || k.search_id::text || '"', '')
    || CASE WHEN position('"session":'::bytea IN c.body) = 0 THEN '' ELSE
       ',"session":' || coalesce('"' || encode(k.session_hash, 'hex') || '"', 'null') END
    || ',"until":' || coalesce(
        '"' || to_char(k.until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00"', 'null')
    || '}'
"""
_WHOLE_CHAIN = f"""
    SELECT c.seq, c.knock_id, c.body, c.previous, c.hash, k.id IS NOT NULL,
           convert_to({_WRITTEN_AGAIN}, 'UTF8') = c.body
      FROM access_chain c LEFT JOIN access_knocks k ON k.id = c.knock_id ORDER BY c.seq
"""  # noqa: S608  constants
_KNOCK = text(f"SELECT {KNOCK_COLUMNS} FROM access_knocks k WHERE k.id = :id")  # noqa: S608  a constant
_FORGOTTEN = text(
    """
    SELECT k.id FROM access_knocks k
     WHERE k.at < :before AND NOT EXISTS (SELECT 1 FROM access_chain c WHERE c.knock_id = k.id) ORDER BY k.at
    """
)
# All of it is one statement, which may take longer than a person's request.
_AS_A_WHOLE = text("""
    SELECT set_config('work_mem', '128MB', true), set_config('statement_timeout', '3600000', true)
""")

_Row = tuple[int, UUID, bytes, bytes, bytes, bool, bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """Something in the access log is not as it was written. ``seq`` is its place, ``knock`` its row.

    The last three are seen only against heads that were kept elsewhere.
    """

    code: Literal[
        "entry-missing",
        "entry-altered",
        "order-broken",
        "knock-missing",
        "knock-altered",
        "knock-not-chained",
        "end-cut-off",
        "chain-rewritten",
        "head-not-ours",
    ]
    seq: int | None = None
    knock: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What ``verify_chain`` saw. ``head`` is worth keeping elsewhere, with ``entries`` and the date."""

    entries: int
    head: bytes
    faults: tuple[ChainFault, ...]


def verify_chain(
    database: Database, now: datetime, unsealed_for: timedelta = timedelta(seconds=10)
) -> ChainReport:
    """Read the whole access log and compare it with its chain.

    Args:
        database: of the worker role
        now: the present moment
        unsealed_for: how long a knock may wait to be chained before that is a fault

    Raises:
        DatabaseAway
    """
    faults: list[ChainFault] = []
    differing: list[tuple[int, UUID, bytes]] = []
    entries, previous, expected = 0, FIRST, 1
    with database.begin() as connection:
        for seq, knock, body, before, its_hash, is_there, is_same in _stream(connection):
            if seq != expected:
                faults.append(ChainFault(code="entry-missing", seq=expected))
            elif before != previous:
                faults.append(ChainFault(code="order-broken", seq=seq, knock=knock))
            if hashlib.sha256(before + body).digest() != its_hash:
                faults.append(ChainFault(code="entry-altered", seq=seq, knock=knock))
            if not is_there:
                faults.append(ChainFault(code="knock-missing", seq=seq, knock=knock))
            elif not is_same:
                differing.append((seq, knock, body))
            entries, previous, expected = entries + 1, its_hash, seq + 1
        faults += _altered(connection, differing)
        forgotten = connection.execute(_FORGOTTEN, {"before": now - unsealed_for}).scalars()
        faults += [ChainFault(code="knock-not-chained", knock=knock) for knock in forgotten]
    faults.sort(key=lambda fault: fault.seq or 2**63)
    return ChainReport(entries=entries, head=previous, faults=tuple(faults))


def _stream(connection: Connection) -> Iterator[_Row]:
    connection.execute(_AS_A_WHOLE)
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError(type(driver).__name__)
    # COPY, because the server goes on while we hash; a cursor has one of the two wait for the other.
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY ({_WHOLE_CHAIN}) TO STDOUT (FORMAT binary)".encode()) as copy,
    ):
        copy.set_types(_TYPES)
        for row in copy.rows():
            yield cast("_Row", row)


def _altered(connection: Connection, differing: Sequence[tuple[int, UUID, bytes]]) -> Iterator[ChainFault]:
    for seq, knock, body in differing:
        row = connection.execute(_KNOCK, {"id": knock}).mappings().one_or_none()
        if row is None or canonical(row, with_session=_SESSION in body) != body:
            yield ChainFault(code="knock-altered", seq=seq, knock=knock)
