"""One line of the journal: an event of a call, with its number and a checksum. Pure.

A line is either whole or it is not there: the checksum stands in front, over the very bytes that follow, so a
line torn by a crash or a full disk can never be mistaken for an event.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from zlib import crc32

from pydantic import TypeAdapter, ValidationError

from core.ids import CallId
from telephony.call.events import EVENTS, CallEvent

_OPENING = b'{"crc":"'
_MIDDLE = b'","entry":'
_HEAD = len(_OPENING) + 8 + len(_MIDDLE)

_ADAPTERS: dict[str, TypeAdapter[CallEvent]] = {
    re.sub(r"(?<!^)(?=[A-Z])", "-", event.__name__).lower(): TypeAdapter(event) for event in EVENTS
}
_KINDS = {event: kind for kind, event in zip(_ADAPTERS, EVENTS, strict=True)}


class LineDamaged(Exception):
    """A line of the journal is not what was once written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """An event as it was written down. ``refused``: the call machine did not accept it."""

    call: CallId
    seq: int
    event: CallEvent
    refused: bool = False


def kind_of(event: CallEvent) -> str:
    """Name the kind of an event as the journal does, e.g. ``caller-arrived``."""
    return _KINDS[type(event)]


def write_body(event: CallEvent) -> str:
    """Write an event's own fields as JSON. Bytes are base64, times ISO 8601 with their zone."""
    return _ADAPTERS[kind_of(event)].dump_json(event).decode()


def read_body(kind: str, body: str | bytes) -> CallEvent:
    """Read an event's fields back.

    Raises:
        LineDamaged: no such kind, or the fields do not fit it.
    """
    try:
        return _ADAPTERS[kind].validate_json(body)
    except (KeyError, ValidationError):
        raise LineDamaged(kind) from None


def write_line(entry: JournalEntry) -> bytes:
    """Write an entry as one line, its end included."""
    front = json.dumps(
        {"call": entry.call, "seq": entry.seq, "kind": kind_of(entry.event), "refused": entry.refused},
        separators=(",", ":"),
    )
    inner = f'{front[:-1]},"body":{write_body(entry.event)}}}'.encode()
    return b"%s%08x%s%s}\n" % (_OPENING, crc32(inner), _MIDDLE, inner)


def read_line(line: bytes) -> JournalEntry:
    """Read a line back, with or without its end.

    Raises:
        LineDamaged: the checksum does not fit, or the content is no entry.
    """
    line = line.rstrip(b"\n")
    inner = line[_HEAD:-1]
    if line[:_HEAD] != b"%s%08x%s" % (_OPENING, crc32(inner), _MIDDLE) or line[-1:] != b"}":
        raise LineDamaged("checksum")
    try:
        raw = json.loads(inner)
        event = read_body(raw["kind"], json.dumps(raw["body"]))
        return JournalEntry(
            call=CallId(raw["call"]), seq=int(raw["seq"]), event=event, refused=raw["refused"]
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise LineDamaged("content") from None
