"""The editor as people use it: read, led on by one event, each under the rights of who works on the request.

Of two officers who work on one recording at once the later one is told to look again: nothing is lost, and
nothing is written over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Connection

from core.errors import DomainError, WrittenMeanwhile
from core.ids import AccountId, RecordingId, RequestId
from disclosure.redaction.hearing import FASTEST, Hearing, Unheard, joined, unheard
from disclosure.redaction.work import Work, allow, work_of
from disclosure.redaction.work_event_words import read, written
from disclosure.redaction.work_events import WorkEvent
from storage.presses import PressUsed
from storage.redactions import (
    HearingRow,
    append_work,
    hearings_of,
    note_hearing,
    work_rows,
    works_on,
)
from transcription.utterance import Span, Track

_GRACE = 3.0  # seconds by which a report may be early: the player tells its place four times a second


class HeardTooFast(DomainError):
    """More was told to have been heard than can be heard in the time since it was opened."""

    code = "heard-too-fast"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which recording of which request."""

    request: RequestId
    recording: RecordingId
    seconds: float
    """Length of the recording."""


def read_work(connection: Connection, place: Place) -> tuple[Work, list[WorkEvent]]:
    """Return the passages of a recording and everything that was done.

    Raises:
        AccessDenied: it is no recording of a request of theirs
    """
    works_on(connection, place.request, place.recording)
    events = [read(row) for row in work_rows(connection, place.request, place.recording)]
    return work_of(events), events


def edit(
    connection: Connection,
    place: Place,
    seen: int,
    make: Callable[[list[WorkEvent]], WorkEvent],
    press: UUID,
) -> Work:
    """Lead the passages on by one event. The same press, sent again, is one event.

    Args:
        connection: under the rights of who acts
        place: which recording
        seen: the version that they had before them
        make: makes the event out of those before it
        press: the page's own id

    Raises:
        AccessDenied: it is no recording of a request of theirs
        WrittenMeanwhile: somebody else did something first
        PressUsed: something else was pressed under this id
        PassageWrong, NoSuchPassage: it cannot be done, and nothing is changed
    """
    work, events = read_work(connection, place)
    rows = work_rows(connection, place.request, place.recording)
    pressed = next((row for row in rows if row.press == press), None)
    if pressed is not None:
        again = make(events[: pressed.number - 1])
        if written(replace(again, at=pressed.at)) != replace(pressed, number=0, press=None):
            raise PressUsed
        return work
    if work.number != seen:
        raise WrittenMeanwhile
    event = make(events)
    after = allow(events, event, place.seconds)
    append_work(connection, place.request, place.recording, seen, replace(written(event), press=press))
    return after


def hear(connection: Connection, place: Place, hearing_id: UUID, heard: HearingRow, since: float) -> None:
    """Keep that somebody played a stretch of a version.

    Args:
        connection: under the rights of who heard it
        place: of which recording
        hearing_id: the player's own id of this report
        heard: what they played
        since: seconds since they opened the recording

    Raises:
        AccessDenied: it is no recording of a request of theirs
        HeardTooFast: nobody hears so much in so little time
        PressUsed: something else has this id
    """
    works_on(connection, place.request, place.recording)
    rows = hearings_of(connection, place.request, place.recording)
    mine = [_span(one) for one in rows if one.by == heard.by and (heard.at - one.at).total_seconds() < since]
    told = sum(one.seconds for one in joined([*mine, _span(heard)]))
    if told > FASTEST * (since + _GRACE):
        raise HeardTooFast
    note_hearing(connection, place.request, place.recording, hearing_id, heard)


def left_to_hear(
    connection: Connection, place: Place, tracks: tuple[Track, ...], sounding: tuple[Span, ...]
) -> tuple[Unheard, dict[AccountId, str]]:
    """Return what two people have still to hear of a recording as it stands, and what they are called."""
    work, events = read_work(connection, place)
    rows = hearings_of(connection, place.request, place.recording)
    versions = {number: work_of(events[:number]) for number in {one.version for one in rows}}
    hearings = [Hearing(by=one.by, span=_span(one), version=one.version) for one in rows]
    return unheard(work, versions, hearings, tracks, sounding), {one.by: one.name for one in rows}


def _span(row: HearingRow) -> Span:
    return Span(start=row.start_ms / 1000, end=row.end_ms / 1000)
