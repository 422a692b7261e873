"""The sheet of a call in which a life is at stake: what is told to 110, and where help is (命の相談).

Facts are there at once. Words are content: they come only where this person has the call open for a purpose,
or reads along in a call that goes on. They are a machine's until somebody hears them, and the sheet says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from api.parts import ConsoleParts
from api.reading.calls import CallSeen, CallsSeen
from api.reading.live_text import may_watch
from api.reading.recordings import RecordingSeen, open_grant, recording_seen
from api.reading.signals import SignalShown, signal_shown
from api.sessions import Session
from api.wording import CALLER_CLASSES
from core.errors import NotFound
from storage.danger_reports import DangerReport, reports_of
from storage.live_text import lines_of
from storage.live_watch import has_grant
from storage.signals import SignalRow, find_signal
from transcription.revisions import read_revision, utterances_of
from transcription.utterance import Track

AROUND = 20.0
"""Seconds of the call shown before and after the words."""
_NUMBER_SHOWN = "番号が通知された電話"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One thing that was said."""

    speaker: str
    """``caller`` or ``hall``."""
    at: datetime
    text: str
    meant: bool
    """Whether it is what the rule found."""
    utterance: int | None = None
    """With which it can be heard; None while the call goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSeen:
    """All that the sheet says."""

    one: SignalShown
    call: CallSeen
    number_class: str
    said_at: datetime
    """When the first of the words were said, as far as the rule knows."""
    lines: tuple[SheetLine, ...]
    opened: bool
    """Whether this person has the words open."""
    can_open: bool
    """Whether there are words that they could open."""
    reports: tuple[DangerReport, ...]


def sheet_seen(connection: Connection, parts: ConsoleParts, session: Session, signal: UUID) -> SheetSeen:
    """Return a sheet.

    Raises:
        NotFound: there is no such signal, none that this person may see, or no life is at stake in it
    """
    row = find_signal(connection, signal)
    if not row.urgent:
        raise NotFound
    call = CallsSeen(connection, session.actor, parts.numbers).one(row.call)
    now = parts.clock.now()
    lines: tuple[SheetLine, ...] = ()
    if call.ended_at is None:
        opened = has_grant(connection, session.actor, call.id, now)
        can_open = may_watch(connection, session.actor, call.id, parts.profile) is not None
        said_at = (call.connected_at or call.arrived_at) + timedelta(seconds=row.seconds)
        if opened and can_open:
            lines = _live(connection, call, said_at)
    else:
        recording = recording_seen(connection, call.recording) if call.recording else None
        can_open = recording is not None
        began = recording.started_at if recording else call.connected_at or call.arrived_at
        said_at = began + timedelta(seconds=row.seconds)
        opened = recording is not None and (
            open_grant(
                connection, session.actor.account, recording.id,
                since=session.created_at, now=now, session=session.id_hash,
            ) is not None
        )  # fmt: skip
        if recording and opened:
            lines = _written(connection, row, recording)
    return SheetSeen(
        one=signal_shown(row),
        call=call,
        number_class=call.caller if call.caller in CALLER_CLASSES.values() else _NUMBER_SHOWN,
        said_at=said_at,
        lines=lines,
        opened=opened,
        can_open=can_open,
        reports=tuple(reports_of(connection, call.id)),
    )


def _written(connection: Connection, row: SignalRow, recording: RecordingSeen) -> tuple[SheetLine, ...]:
    revision = read_revision(connection, recording.id)
    if revision is None:
        return ()
    said = [one for one in utterances_of(connection, revision) if one.said.heard]
    meant = [one for one in said if one.id in row.utterances]
    # Somebody has corrected the words since: they are where they were.
    meant = meant or [
        one for one in said
        if one.said.track is Track.CALLER and one.said.start - 1 <= row.seconds <= one.said.end + 1
    ]  # fmt: skip
    if not meant:
        return ()
    chosen = {one.id for one in meant}
    return tuple(
        SheetLine(
            speaker=one.said.track.value,
            at=recording.started_at + timedelta(seconds=one.said.start),
            text=one.said.text,
            meant=one.id in chosen,
            utterance=one.id,
        )
        for one in said
        if any(
            one.said.end > word.said.start - AROUND and one.said.start < word.said.end + AROUND
            for word in meant
        )
    )


def _live(connection: Connection, call: CallSeen, said_at: datetime) -> tuple[SheetLine, ...]:
    near = timedelta(seconds=AROUND)
    return tuple(
        SheetLine(
            speaker=one.track, at=one.at, text=one.text,
            meant=one.track == Track.CALLER.value and abs(one.at - said_at) < timedelta(seconds=2),
        )
        for one in lines_of(connection, call.id, 0)
        if one.settled and abs(one.at - said_at) < near
    )  # fmt: skip
