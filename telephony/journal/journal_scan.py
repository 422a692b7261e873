"""Finds in a day's journals the few calls that may not have ended, without reading of all the others.

A process that starts must have the calls of a dead one in its hands before their callers lose patience. So
only the head of each line is looked at; what is sure to be over is left out, and the rest is read in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from core.ids import CallId
from telephony.journal.journal_file import written_blocks
from telephony.journal.journal_terms import TERM

_HEAD = re.compile(
    rb'\{"crc":"(?P<crc>[0-9a-f]{8})","entry":'
    rb'\{"call":"(?P<call>[^"\\]+)","seq":(?P<seq>\d+),"kind":"(?P<kind>[a-z-]+)","refused":(?P<refused>\w+)'
)
_BODY = len(b'{"crc":"00000000","entry":')
_ENDINGS = (b"caller-hung-up", b"call-lost")
"""After these a call has ended, in whatever state it was. Other ways to end are seen by reading."""


def perhaps_open(files: list[Path]) -> frozenset[CallId]:
    """Name the calls that may go on: of all others the last term holds the caller's hang-up, whole.

    Args:
        files: all processes' journals, of any age, also while they are written
    """
    last_term: dict[bytes, int] = {}
    ended_in: dict[bytes, int] = {}
    for line in _lines(files):
        head = _HEAD.match(line)
        if head is None:
            continue
        call, term = head["call"], int(head["seq"]) // TERM
        if term > last_term.get(call, -1):
            last_term[call] = term
        if head["kind"] in _ENDINGS and head["refused"] == b"false" and _is_whole(line, head["crc"]):
            ended_in[call] = max(term, ended_in.get(call, -1))
    # What was written in a term before the last may count for nothing (`journal_terms`).
    return frozenset(
        CallId(call.decode("utf-8", "replace"))
        for call, term in last_term.items()
        if ended_in.get(call) != term
    )


def call_of_line(line: bytes) -> str | None:
    """Read whose line it is, as it stands there; None if it is no line of ours."""
    head = _HEAD.match(line)
    return None if head is None else head["call"].decode("utf-8", "replace")


def _is_whole(line: bytes, checksum: bytes) -> bool:
    return line[-1:] == b"}" and int(checksum, 16) == crc32(line[_BODY:-1])


def _lines(files: list[Path]) -> Iterator[bytes]:
    for file in files:
        try:
            with file.open("rb") as stream:
                rest = b""
                for chunk in written_blocks(stream):
                    *whole, rest = (rest + chunk).split(b"\n")
                    yield from whole
        except FileNotFoundError:
            continue  # copied and removed meanwhile
