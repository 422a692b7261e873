"""名乗り: as whom somebody called, kept apart from the number; and whether they return our call (折り返し).

A name is what was said on the telephone and proves nobody. Two people on one number stay two: a call belongs
to one of the names of its number, or to none. A name goes when no call carries it any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.errors import NotFound
from core.ids import AccountId, CallId
from storage.callers import number_is_known
from storage.presses import write_once

LONGEST_NAME = 60
"""Characters."""
AT_MOST = 50

_NAME = text("""
    INSERT INTO claimed_names (id, caller_hash, agency, department, call_id, name_sealed, said_at, written_by)
    SELECT :id, n.caller_hash, n.agency, n.department, CAST(:call AS text), :sealed, :at, :by
      FROM rights.counted_number(:call) n
    ON CONFLICT DO NOTHING
""")
_SAME_NAME = text("""
    SELECT 1 FROM claimed_names a JOIN rights.counted_number(:call) n ON n.caller_hash = a.caller_hash
     WHERE a.id = :id AND a.written_by = :by
""")
_SAY = text("""
    INSERT INTO call_callers (call_id, name_id, called_back, at, by)
    SELECT CAST(:call AS text), :name, :called_back, :at, :by FROM rights.counted_number(:call)
    ON CONFLICT (call_id) DO UPDATE SET name_id = excluded.name_id, called_back = excluded.called_back,
        at = excluded.at, by = excluded.by
     WHERE (call_callers.name_id, call_callers.called_back)
           IS DISTINCT FROM (excluded.name_id, excluded.called_back)
""")
_SAID = text("""
    SELECT 1 FROM call_callers WHERE call_id = :call AND name_id IS NOT DISTINCT FROM CAST(:name AS uuid)
       AND called_back = :called_back
""")
_OF_NUMBER = text("""
    SELECT a.id, a.name_sealed, a.said_at
      FROM rights.counted_number(:call) n
      JOIN claimed_names a ON a.caller_hash = n.caller_hash AND a.department = n.department
     ORDER BY a.said_at, a.id LIMIT :limit
""")
_OF_CALL = text("""
    SELECT k.name_id, k.called_back, k.at, a.display_name
      FROM call_callers k JOIN accounts a ON a.id = k.by WHERE k.call_id = :call
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedName:
    """A name that was given on a number, as it lies there."""

    id: UUID
    sealed: bytes
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfCaller:
    """What somebody of ours wrote down of who called."""

    name_id: UUID | None
    called_back: bool
    at: datetime
    writer: str


def add_name(  # noqa: PLR0913, PLR0917  a row's columns
    connection: Connection, name: UUID, call: CallId, sealed: bytes, at: datetime, by: AccountId
) -> None:
    """Keep a name that was given in a call, sealed (storage/caller_numbers.py).

    Raises:
        NotFound: there is no number, or none that is theirs to know
        PressUsed: another name has this id
    """
    if not number_is_known(connection, call):
        raise NotFound
    write_once(
        connection, _NAME, _SAME_NAME, {"id": name, "call": call, "sealed": sealed, "at": at, "by": by}
    )


def say_who_called(  # noqa: PLR0913  a row's columns
    connection: Connection,
    call: CallId,
    name: UUID | None,
    *,
    called_back: bool,
    at: datetime,
    by: AccountId,
) -> None:
    """Write down as whom somebody called, and whether they return our call; said again, it is written anew.

    Raises:
        NotFound: the number is not theirs to know, or the name is none of it
    """
    if name is not None and all(one.id != name for one in names_of_number(connection, call)):
        raise NotFound
    row = {"call": call, "name": name, "called_back": called_back, "at": at, "by": by}
    if connection.execute(_SAY, row).rowcount == 0 and connection.execute(_SAID, row).first() is None:
        raise NotFound


def names_of_number(connection: Connection, call: CallId) -> list[SealedName]:
    """Return the names that the asker's department heard on a call's number, the first first."""
    return [
        SealedName(id=row.id, sealed=bytes(row.name_sealed), said_at=row.said_at)
        for row in connection.execute(_OF_NUMBER, {"call": call, "limit": AT_MOST})
    ]


def said_of_caller(connection: Connection, call: CallId) -> SaidOfCaller | None:
    """Return what is written of who called, or None."""
    row = connection.execute(_OF_CALL, {"call": call}).one_or_none()
    if row is None:
        return None
    return SaidOfCaller(name_id=row.name_id, called_back=row.called_back, at=row.at, writer=row.display_name)
