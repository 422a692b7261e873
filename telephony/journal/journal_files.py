"""Reads journals back, of this process or another, alive or dead, while they may still be written.

A last line without its end is not there yet, and never will be if its writer is dead: it is passed over, and
cut. A damaged line with others after it is counted and skipped; the rest is read.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from core.ids import CallId
from telephony.call.call import Call, Phase, offered
from telephony.call.events import DigitPressed
from telephony.call.machine import UnexpectedEvent, advance
from telephony.journal.journal_entry import JournalEntry, LineDamaged, read_line
from telephony.journal.journal_file import written_blocks
from telephony.journal.journal_scan import call_of_line
from telephony.journal.journal_terms import in_force

FEW_CALLS = 64
"""So many are looked for in a whole stretch at once, before any of its lines is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of a file: its whole entries, where to go on, and how many lines were damaged."""

    entries: tuple[JournalEntry, ...]
    offset: int
    damaged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalledCall:
    """A call as its journal knows it, the number of its last entry, and which process wrote that."""

    call: Call
    seq: int
    writer: str
    last_key_at: datetime | None = None
    """When a key was pressed last, as far as it was written down."""

    @property
    def ended(self) -> bool:
        """Whether the call has ended."""
        return self.call.phase is Phase.ENDED


def journal_files(root: Path) -> list[Path]:
    """List the files of all processes under the journal's root, those of each in the order of writing."""
    return sorted(root.glob("*/[0-9]*.jsonl"))


def read_from(
    file: Path,
    offset: int = 0,
    *,
    at_most_bytes: int = 4 * 1024 * 1024,
    only: Collection[CallId] | None = None,
) -> Reading:
    """Read whole lines from an offset on, of all calls or of a few. Raises OSError if the file is gone."""
    with file.open("rb") as stream:
        stream.seek(offset)
        content = _written(stream, at_most_bytes)
    whole = content[: content.rfind(b"\n") + 1]
    entries, damaged = list[JournalEntry](), 0
    wanted = None if only is None else frozenset(only)
    if wanted is not None and len(wanted) <= FEW_CALLS and not any(one.encode() in whole for one in wanted):
        return Reading(entries=(), offset=offset + len(whole))
    for line in whole.splitlines():
        if not line:
            continue  # the proof, at the beginning of each file, that the disk takes bytes
        if wanted is not None and call_of_line(line) not in wanted:
            continue
        try:
            entry = read_line(line)
        except LineDamaged:
            damaged += 1
        else:
            if only is None or entry.call in only:
                entries.append(entry)
    return Reading(entries=tuple(entries), offset=offset + len(whole), damaged=damaged)


def is_being_written(file: Path) -> bool:
    """Say whether a living process holds the file."""
    with file.open("rb") as stream:
        try:
            # Shared, so that two who ask at once do not take each other for the writer.
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def cut_torn_end(file: Path) -> int:
    """Cut the half line that a dead writer left, and its zeros, unless it lives; say how many bytes went."""
    with file.open("r+b") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        whole = _written(stream).rfind(b"\n") + 1
        size = stream.seek(0, os.SEEK_END)
        if whole < size:
            stream.truncate(whole)
            stream.flush()
            os.fsync(stream.fileno())
        return size - whole


def _written(stream: BinaryIO, at_most_bytes: int | None = None) -> bytes:
    """Read what is written, at least so much of it if there is so much."""
    content = bytearray()
    for block in written_blocks(stream):
        content += block
        if at_most_bytes is not None and len(content) >= at_most_bytes:
            break
    return bytes(content)


def all_entries(root: Path) -> Iterator[JournalEntry]:
    """Read every whole entry under the journal's root."""
    for file in journal_files(root):
        yield from _entries_of(file)


def _entries_of(file: Path, only: Collection[CallId] | None = None) -> Iterator[JournalEntry]:
    offset, more = 0, True
    while more:
        try:
            reading = read_from(file, offset, only=only)
        except FileNotFoundError:
            return  # copied and removed meanwhile
        yield from reading.entries
        more, offset = reading.offset > offset, reading.offset


def journalled_calls(root: Path, only: Collection[CallId] | None = None) -> dict[CallId, JournalledCall]:
    """Rebuild the calls that the journals under the root still tell of, from all processes' files.

    Args:
        root: the folder of all processes' journals
        only: the calls to rebuild, None for all; some are found many times faster
    """
    found: dict[CallId, dict[int, tuple[JournalEntry, str]]] = {}
    for file in journal_files(root):
        for entry in _entries_of(file, only):
            found.setdefault(entry.call, {}).setdefault(entry.seq, (entry, file.parent.name))
    return {call: _journalled(call, entries) for call, entries in found.items()}


def _journalled(call: CallId, entries: dict[int, tuple[JournalEntry, str]]) -> JournalledCall:
    counting = in_force([entries[seq][0] for seq in sorted(entries)])
    keys = [entry.event.at for entry in counting if isinstance(entry.event, DigitPressed)]
    last = counting[-1].seq
    return JournalledCall(
        call=rebuild(call, counting),
        seq=last,
        writer=entries[last][1],
        last_key_at=max(keys, default=None),
    )


def rebuild(call: CallId, entries: Sequence[JournalEntry]) -> Call:
    """Fold a call from its entries in order, passing over what was refused, or what no longer fits."""
    state = offered(call)
    for entry in entries:
        if entry.refused:
            continue
        # What no longer fits: an entry before it was lost with a disk; what still exists is seen in Asterisk.
        with suppress(UnexpectedEvent):
            state, _ = advance(state, entry.event)
    return state
