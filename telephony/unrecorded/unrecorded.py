"""録れていない電話: compares Asterisk's records, our calls and the recordings, and names what does not fit.

A pure decision on what is there. It takes nothing for granted because our own processes said so: a call that
only Asterisk noted counts, and so does a file that only lies in the spool. What a rule of the city destroyed,
and what nobody ever talked on, is not missing. Nothing here repairs or judges; people look at what is named.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.ids import CallId, DepartmentId, LineId, RecordingId
from telephony.capture.findings import Finding, length_differs
from telephony.unrecorded.unrecorded_reason import SENTENCES, Reason

SETTLED = timedelta(minutes=10)
"""So long after its end a call is on its way through our jobs; capture takes seconds."""

CAPTURED_WITHIN = timedelta(hours=1)
"""Whoever tries in vain for longer than this has lost the first seven tries (`storage/jobs.py`)."""

TRANSCRIBED_WITHIN = timedelta(hours=24)
"""Recognition may work through the night; a day later it is stuck."""

_OF_SERVER = re.compile(r"(?:(?P<server>[a-z0-9-]+)-)?\d{9,11}\.\d+")

NOTHING_SAID_YET = 1.0
"""Seconds of talk in which nobody needs to have said anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedCall:
    """What Asterisk noted of a call (`telephony/unrecorded/call_record.py`)."""

    call: CallId
    line: LineId
    department: DepartmentId | None
    practice: bool
    part_of: CallId
    begun_at: datetime
    ended_at: datetime | None
    answered: bool

    @property
    def may_have_talked(self) -> bool:
        """Whether it was answered; when Asterisk died under it, nobody knows that it was not."""
        return self.answered or self.ended_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCall:
    """What our own list says of a call that has ended."""

    call: CallId
    line: LineId
    department: DepartmentId
    practice: bool
    arrived_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    talked: bool
    """An operator and the caller could talk, or nobody knows that they could not."""
    interrupted: bool
    sound_not_kept: bool
    """The line's mode or the caller's refusal says that there is no sound (`calls.no_sound`)."""
    not_recorded_seconds: float
    """Length of the stretches in which recording was stopped on purpose."""
    notice_missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecording:
    """What the vault says of a recording."""

    recording: RecordingId
    subject: CallId
    department: DepartmentId
    practice: bool
    started_at: datetime
    seconds: float
    findings: frozenset[str]
    words_due_from: datetime
    """Since when recognition has had it: sealed, or later promoted by the flag or opened for use."""
    destroyed: bool
    transcript_wanted: bool
    transcribed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolCall:
    """Tracks of a call that still lie in Asterisk's folder."""

    call: CallId
    line: LineId
    department: DepartmentId | None
    practice: bool
    begun_at: datetime


def server_of(call: CallId) -> str | None:
    """Say which Asterisk a call came to, as its id does; empty without a name, None for another id."""
    fits = _OF_SERVER.fullmatch(call)
    return None if fits is None else fits["server"] or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that is compared. ``spool`` is None when Asterisk could not be asked.

    A worker sees the folder of its own Asterisk alone; of others' calls it knows what the database says.
    """

    noted: Sequence[NotedCall]
    calls: Sequence[KnownCall]
    recordings: Sequence[KeptRecording]
    spool: Sequence[SpoolCall] | None
    live: frozenset[CallId] = frozenset()
    """Channels that are up: their tracks are being written."""
    server: str | None = None
    """Name of the Asterisk whose spool this is; None: there is one alone."""
    other_calls: frozenset[CallId] = frozenset()
    """Calls that are in our list but not to be judged: outside the period, or still going on."""

    def spool_seen(self, call: CallId) -> bool:
        """Say whether what is not in the spool is not there, for this call."""
        here = server_of(call)
        return self.spool is not None and (self.server is None or here is None or here == self.server)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One thing that does not fit, for people to look at."""

    reason: Reason
    subject: CallId
    recording: RecordingId | None
    line: LineId | None
    department: DepartmentId | None
    practice: bool
    at: datetime
    detail: Mapping[str, float] = field(default_factory=dict[str, float])
    """Lengths in seconds."""

    @property
    def sentence(self) -> str:
        """Say it in words."""
        return SENTENCES[self.reason]


def compare(found: Found, now: datetime) -> list[Doubt]:
    """Name everything that does not fit, oldest first."""
    doubts = [*_of_calls(found, now), *_of_records(found, now), *_of_what_has_no_call(found, now)]
    return sorted(doubts, key=lambda doubt: (doubt.at, doubt.subject, doubt.reason))


def _of_calls(found: Found, now: datetime) -> Iterator[Doubt]:
    kept = {one.subject: one for one in found.recordings}
    lying = {one.call for one in found.spool or ()}
    for call in found.calls:
        recording = kept.get(call.call)
        if recording is not None:
            yield from _of_recorded_call(call, recording, now)
            continue
        waiting = lying if found.spool_seen(call.call) else None
        reason = _why_there_is_none(call, waiting, now)
        if reason is not None:
            yield _doubt(reason, call, None)


def _why_there_is_none(call: KnownCall, waiting: Collection[CallId] | None, now: datetime) -> Reason | None:
    age = now - call.ended_at
    if waiting is not None and call.call in waiting:
        return Reason.WAITING if age >= CAPTURED_WITHIN else None
    if call.sound_not_kept or not call.talked or call.answered_at is None or age < SETTLED:
        return None
    if waiting is None:
        return Reason.WAITING if age >= CAPTURED_WITHIN else None
    return Reason.MISSING


def _of_recorded_call(call: KnownCall, recording: KeptRecording, now: datetime) -> Iterator[Doubt]:
    if recording.destroyed or not call.talked:
        return
    expected = _expected_seconds(call)
    detail = {"recorded": round(recording.seconds, 1)}
    if expected is not None:
        detail["expected"] = round(expected, 1)
    for reason in _oddities(call, recording, expected, now):
        yield _doubt(reason, call, recording.recording, detail)


def _oddities(
    call: KnownCall, recording: KeptRecording, expected: float | None, now: datetime
) -> Iterator[Reason]:
    said_something = expected is None or expected >= NOTHING_SAID_YET
    if recording.findings & {Finding.SILENT, Finding.EMPTY} and said_something:
        yield Reason.SILENT
    elif recording.findings & _ONE_SIDE_ONLY and said_something:
        yield Reason.ONE_SIDED
    elif Finding.HALL_FELL_SILENT in recording.findings:
        yield Reason.HALL_FELL_SILENT
    if expected is not None and length_differs(recording.seconds, expected):
        yield Reason.TOO_SHORT if recording.seconds < expected else Reason.TOO_LONG
    elif call.interrupted or Finding.SALVAGED in recording.findings:
        yield Reason.CUT_OFF
    if call.notice_missing:
        yield Reason.NOTICE_MISSING
    stuck = now - recording.words_due_from >= TRANSCRIBED_WITHIN
    if recording.transcript_wanted and not recording.transcribed and stuck:
        yield Reason.NOT_TRANSCRIBED


_ONE_SIDE_ONLY = frozenset({Finding.ONE_SIDED, Finding.MISSING_TRACK, Finding.UNREADABLE_TRACK})


def _expected_seconds(call: KnownCall) -> float | None:
    """Length of what should have been recorded; of an interrupted call the end is when somebody noticed."""
    if call.answered_at is None or call.interrupted:
        return None
    return max(0.0, (call.ended_at - call.answered_at).total_seconds() - call.not_recorded_seconds)


def _of_records(found: Found, now: datetime) -> Iterator[Doubt]:
    """Calls that Asterisk noted, and of which our list knows nothing."""
    ours = {call.call for call in found.calls} | found.other_calls
    waiting = {one.call for one in found.spool or ()}
    for noted in found.noted:
        over_at = noted.ended_at or noted.begun_at
        on_its_way = noted.call in waiting or not found.spool_seen(noted.call)
        if {noted.call, noted.part_of} & ours or noted.call in found.live or not noted.may_have_talked:
            continue
        if now - over_at >= (CAPTURED_WITHIN if on_its_way else SETTLED):
            yield Doubt(
                reason=Reason.UNKNOWN_CALL, subject=noted.call, recording=None, line=noted.line,
                department=noted.department, practice=noted.practice, at=noted.begun_at,
                detail={"expected": round((over_at - noted.begun_at).total_seconds(), 1)},
            )  # fmt: skip


def _of_what_has_no_call(found: Found, now: datetime) -> Iterator[Doubt]:
    ours = {call.call for call in found.calls} | found.other_calls
    named = ours | {noted.call for noted in found.noted}
    for recording in found.recordings:
        if recording.subject not in ours and not recording.destroyed:
            yield Doubt(
                reason=Reason.UNLINKED, subject=recording.subject, recording=recording.recording, line=None,
                department=recording.department, practice=recording.practice, at=recording.started_at,
                detail={"recorded": round(recording.seconds, 1)},
            )  # fmt: skip
    for lying in found.spool or ():
        if lying.call not in named and lying.call not in found.live:
            if now - lying.begun_at < CAPTURED_WITHIN:
                continue
            yield Doubt(
                reason=Reason.UNLINKED, subject=lying.call, recording=None, line=lying.line,
                department=lying.department, practice=lying.practice, at=lying.begun_at,
            )  # fmt: skip


def _doubt(
    reason: Reason, call: KnownCall, recording: RecordingId | None, detail: Mapping[str, float] | None = None
) -> Doubt:
    return Doubt(
        reason=reason, subject=call.call, recording=recording, line=call.line, department=call.department,
        practice=call.practice, at=call.arrived_at, detail=detail or {},
    )  # fmt: skip


def open_reasons(doubts: Iterable[Doubt]) -> Mapping[Reason, int]:
    """Count by reason what is no practice."""
    counts: dict[Reason, int] = {}
    for doubt in doubts:
        if not doubt.practice:
            counts[doubt.reason] = counts.get(doubt.reason, 0) + 1
    return counts
