"""Reads what the dialplan left beside the tracks about a call that it served alone.

Times are Asterisk's own; what is missing or unreadable becomes None, because a call whose facts were torn by
a crash is still a call. The caller's words come out as they went in: untrusted, and for sealing only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from core.ids import PhoneId
from telephony.asterisk_config.call_record import CLOSED
from telephony.call.call import Outcome

_PLAYED = "SUCCESS"
_READ_AT_MOST = 10_000
_OUTCOMES = {
    "ANSWER": Outcome.TALKED,
    "BUSY": Outcome.BUSY,
    "NOANSWER": Outcome.NO_ANSWER,
    "CHANUNAVAIL": Outcome.NOBODY_THERE,
    "CONGESTION": Outcome.NOBODY_THERE,
    "CANCEL": Outcome.ABANDONED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DialplanFacts:
    """What the dialplan knows of one call."""

    recorded_from: datetime | None = None
    answered_at: datetime | None = None
    announcement_played: bool = False
    """The dialplan's own Playback ended well."""
    notice_from: datetime | None = None
    notice_until: datetime | None = None
    ended_at: datetime | None = None
    """None when Asterisk died under the call."""
    outcome: Outcome = Outcome.UNKNOWN
    connected_at: datetime | None = None
    """An operator picked up."""
    phone: PhoneId | None = None
    marks: tuple[datetime, ...] = ()
    """When the operator dialled the mark code."""
    help_asked: tuple[datetime, ...] = ()
    """When the operator dialled the code for help."""
    spoken: str = ""
    """The announcement that the dialplan played; another than the line's while a disaster lasts."""
    presentation: str = ""
    number: str = ""
    display_name: str = ""


def says_closed(raw: bytes) -> bool:
    """Say whether Asterisk's record of a call holds the done marker: both tracks are closed."""
    return _fields(raw).get("closed") == CLOSED


def read_dialplan_facts(raw: bytes) -> DialplanFacts:
    """Read the line the dialplan wrote. Never fails: what cannot be read is not known."""
    fields = _fields(raw)
    connected_at, ended_at = _moment(fields.get("connected")), _moment(fields.get("ended"))
    channel = fields.get("phone", "").rpartition("/")[2]
    phone = channel.rpartition("-")[0] or channel  # a phone's own name may have hyphens
    return DialplanFacts(
        recorded_from=_moment(fields.get("recorded_from")),
        answered_at=_moment(fields.get("answered")),
        announcement_played=fields.get("notice") == _PLAYED,
        notice_from=_moment(fields.get("notice_from")),
        notice_until=_moment(fields.get("notice_until")),
        ended_at=ended_at,
        outcome=_outcome(fields.get("dial", ""), connected_at, ended_at),
        connected_at=connected_at,
        phone=PhoneId(phone) if phone else None,
        marks=_moments(fields.get("marks")),
        help_asked=_moments(fields.get("help")),
        spoken=fields.get("spoken", ""),
        presentation=fields.get("presentation", ""),
        number=fields.get("number", ""),
        display_name=fields.get("name", ""),
    )


def _outcome(dial: str, connected_at: datetime | None, ended_at: datetime | None) -> Outcome:
    if connected_at is not None:
        return Outcome.TALKED
    if not dial:
        # Nobody had been rung to the end yet when it was over; if the end is unknown, so is the rest.
        return Outcome.UNKNOWN if ended_at is None else Outcome.ABANDONED
    return _OUTCOMES.get(dial, Outcome.UNKNOWN)


def _fields(raw: bytes) -> Mapping[str, str]:
    lines = raw[:_READ_AT_MOST].decode("ascii", "replace").split() or [""]
    return dict(parse_qsl(lines[-1], keep_blank_values=True, errors="replace"))


def _moments(text: str | None) -> tuple[datetime, ...]:
    return tuple(at for at in map(_moment, (text or "").split()) if at is not None)


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text or ""), UTC)
    except (ValueError, OverflowError, OSError):
        return None
