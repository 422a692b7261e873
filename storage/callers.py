"""What is kept of a number's calls before one that rings: for figures at the desk, and for nothing else.

It comes out of functions of the database (migration 0046), for whoever has the number at the desk in a
department of theirs: calls of one 実施機関, without practice and without calls that are kept to a group. A
caller without a number is nobody here: nothing is kept of a class.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, text

from core.ids import CallId

AT_MOST = 200
"""Calls of one number that are looked at: beyond it nobody reads the figure, and a telephone rings."""

PASSED_ON = """coalesce(c.consult_result = 'passed-on', EXISTS
    (SELECT 1 FROM call_orders o WHERE o.call_id = c.id AND o.kind = 'transfer' AND o.result = 'done'))"""
"""Whether a colleague took a call's caller over; ``rights.kept_of_number`` asks the same."""

_ALERTED = text("SELECT EXISTS (SELECT 1 FROM rights.alerts_at_desk(:call, CAST(NULL AS text[])))")
_KNOWN = text("SELECT 1 FROM rights.counted_number(:call)")
_KEPT = text("SELECT calls, shared, made, due, kept FROM rights.kept_of_number(:call, :since, :at_most)")
_IS_SHARED = text("""
    SELECT EXISTS (SELECT 1 FROM shared_numbers
                    WHERE caller_hash = :caller AND agency = :agency AND revoked_at IS NULL)
""")


class KeptCall(NamedTuple):
    """A call of a number: few columns, for there are hundreds of one that calls often, and somebody waits."""

    at: float
    """Seconds of POSIX."""
    department: str
    seconds: int
    """Of talk."""
    signs: str
    """``a`` answered, ``i`` interrupted, ``u`` of ours, ``p`` passed on, ``b`` called back."""
    person: str | None
    """Id of the name that it is said to be from."""
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPromise:
    """A promise to a number."""

    made_at: datetime
    due_at: datetime
    kept_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOfNumber:
    """All of it, calls the earliest first. ``more``: there are calls that were not looked at."""

    calls: tuple[KeptCall, ...]
    promises: tuple[KeptPromise, ...]
    shared: bool
    more: bool


def number_is_known(connection: Connection, call: CallId) -> bool:
    """Say whether a call has a number that whoever looks may know, in a department of theirs."""
    return connection.execute(_KNOWN, {"call": call}).first() is not None


def alert_at_desk(connection: Connection, call: CallId) -> bool:
    """Say whether an alert (庁内警報) stands on a call that whoever looks has at the desk."""
    return bool(connection.execute(_ALERTED, {"call": call}).scalar_one())


def kept_of_number(connection: Connection, call: CallId, since: datetime) -> KeptOfNumber | None:
    """Return what is kept of a call's number from a moment until the call.

    Returns:
        None: no number, or none that whoever looks may know; practice; a call of ours
    """
    kept = connection.execute(_KEPT, {"call": call, "since": since, "at_most": AT_MOST}).one_or_none()
    if kept is None:
        return None
    rows = kept.calls or []
    return KeptOfNumber(
        calls=tuple(KeptCall._make(row) for row in reversed(rows)),
        promises=tuple(
            KeptPromise(made_at=made, due_at=due, kept_at=done)
            for made, due, done in zip(kept.made, kept.due, kept.kept, strict=True)
        ),
        shared=kept.shared,
        more=len(rows) == AT_MOST,
    )


def is_shared_number(connection: Connection, caller: bytes, agency: str) -> bool:
    """Say whether a section of an 実施機関 marked a number as one of several people (共用の番号).

    Args:
        connection: the worker's; at a desk ``kept_of_number`` says it
        caller: keyed hash of the number
        agency: whose marks count
    """
    return bool(connection.execute(_IS_SHARED, {"caller": caller, "agency": agency}).scalar())
