"""Asterisk's own record of one call, read from the line its dialplan wrote. Pure.

What is unreadable is unknown. A record says that a call was there, on which line, when, and whether it was
answered. It never says who called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import parse_qsl

from core.ids import CallId, LineId
from telephony.asterisk_config.call_record import is_record_name

_NAME = re.compile(r"(?P<line>[a-z0-9][a-z0-9-]*)_(?P<call>(?:[a-z0-9-]+-)?(?P<epoch>\d{9,11})\.\d+)_record")
_KIND = re.compile(r"[A-Za-z0-9-]{1,40}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,199}")
_READ_AT_MOST = 4_000


class Offer(StrEnum):
    """What became of the offer of a call to our processes."""

    TAKEN = "taken"
    TIMED_OUT = "timed-out"  # nobody claimed it in time: the dialplan served alone
    NOBODY_THERE = "nobody-there"
    NONE = "none"  # over before it was offered, or not known


_OFFERS = {"SUCCESS": Offer.TAKEN, "TIMEOUT": Offer.TIMED_OUT, "FAILED": Offer.NOBODY_THERE}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One call on a recorded line, as Asterisk noted it."""

    call: CallId
    line: LineId
    part_of: CallId
    """LINKEDID: the call itself, or the one of which this is a leg."""
    channel_kind: str
    begun_at: datetime
    ended_at: datetime | None
    """None while it goes on, and for ever when Asterisk died under it."""
    answered: bool
    offer: Offer
    alone_from: datetime | None
    """From when on the dialplan served it alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordName:
    """What the name of a record tells by itself."""

    line: LineId
    call: CallId
    begun_at: datetime


def read_record_name(name: str) -> RecordName | None:
    """Read the name of a stored recording; None when it is no record of a call."""
    fits = _NAME.fullmatch(name) if is_record_name(name) else None
    if fits is None:
        return None
    begun_at = datetime.fromtimestamp(int(fits["epoch"]), UTC)
    return RecordName(line=LineId(fits["line"]), call=CallId(fits["call"]), begun_at=begun_at)


def read_call_record(name: RecordName, raw: bytes) -> CallRecord:
    """Read the line the dialplan wrote. Never fails: of a torn line its name still tells of a call."""
    lines = raw[:_READ_AT_MOST].decode("ascii", "replace").split() or [""]
    fields = dict(parse_qsl(lines[-1], keep_blank_values=True, errors="replace"))
    kind, of = fields.get("kind", ""), fields.get("of", "")
    return CallRecord(
        call=name.call,
        line=name.line,
        part_of=CallId(of) if _ID.fullmatch(of) else name.call,
        channel_kind=kind if _KIND.fullmatch(kind) else "unknown",
        begun_at=_moment(fields.get("begun")) or name.begun_at,
        ended_at=_moment(fields.get("ended")),
        answered=fields.get("state") == "Up",
        offer=_OFFERS.get(fields.get("offer", ""), Offer.NONE),
        alone_from=_moment(fields.get("alone")),
    )


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text or ""), UTC)
    except (ValueError, OverflowError, OSError):
        return None
