"""Puts together what is known of a call, for the rules of signals. It reads as the worker.

Calls that only a group may see count for no other call. Practice and calls of ours count for nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from core.ids import RecordingId
from core.profile.model import CityProfile
from incidents.signals.came import CallBefore, PromiseOfOurs, came_of
from incidents.signals.facts import CallFacts, ClockKind, EarlierCall, RunClock, Said
from transcription.reading import NoReader, the_reader
from transcription.revisions import SavedUtterance, read_revision, utterances_of
from transcription.utterance import Track
from transcription.voice.loudness import STEP_SECONDS
from transcription.voice.measures import VoiceMeasures
from transcription.voice.rows import measures_of

_LONGEST = timedelta(days=32)
_CALL = text("""
    SELECT c.id, c.line, c.department, c.caller_class, c.caller_hash, c.arrived_at, c.ended_at, r.started_at,
           r.samples::float8 / r.sample_rate AS seconds
      FROM calls c JOIN recordings r ON r.subject = c.id
     WHERE r.id = :recording AND NOT c.practice AND c.direction = 'in' AND c.ended_at IS NOT NULL
""")
_BEFORE = text("""
    SELECT c.id, c.department, c.arrived_at, c.connected_at, c.ended_at, c.interrupted, c.direction,
           (SELECT r.id FROM recordings r WHERE r.subject = c.id AND r.usable AND r.destroyed_at IS NULL
             LIMIT 1) AS recording
      FROM calls c
     WHERE c.caller_hash = :caller AND NOT c.practice AND c.id <> :call
       AND c.arrived_at >= :since AND c.arrived_at < :at
       AND NOT EXISTS (SELECT 1 FROM call_restrictions s WHERE s.call_id = c.id AND s.lifted_at IS NULL)
     ORDER BY c.arrived_at
""")
_AFTER = text("""
    SELECT r.id FROM calls this JOIN recordings t ON t.subject = this.id
      JOIN calls c ON c.caller_hash = this.caller_hash AND c.id <> this.id
      JOIN recordings r ON r.subject = c.id
     WHERE t.id = :recording AND c.arrived_at > this.arrived_at
       AND c.arrived_at <= this.arrived_at + CAST(:longest AS interval)
       AND NOT this.practice AND NOT c.practice AND c.direction = 'in'
       AND EXISTS (SELECT 1 FROM transcript_revisions v WHERE v.recording_id = r.id)
     ORDER BY c.arrived_at
""")
_PROMISES = text("SELECT made_at, due_at, kept_at FROM promises WHERE caller_hash = :caller")
_HOLDS = text("SELECT began_at, ended_at FROM call_stretches WHERE call_id = :call AND kind = 'hold'")
_CLOCKS = text("""
    SELECT kind, started_at, stopped_at, minutes FROM call_clocks
     WHERE call_id = :call AND kind IN ('deadlock', 'agreed')
""")


def call_facts(connection: Connection, recording: RecordingId, profile: CityProfile) -> CallFacts | None:
    """Return what is known of a recorded call; None of practice, of calls going out, of calls that go on."""
    call = connection.execute(_CALL, {"recording": recording}).one_or_none()
    if call is None:
        return None

    def second(moment: datetime) -> float:
        return max(0.0, (moment - call.started_at).total_seconds())

    before = _before(connection, call)
    promises = _promises(connection, call)
    contexts = profile.signals.contexts
    told = [_as_before(row, words) for row, words in before]
    earlier = tuple(
        EarlierCall(
            when=row.arrived_at,
            department=row.department,
            came=came_of(row.arrived_at, row.department, told[:place], promises, contexts),
            minutes=_minutes(row),
            answered=row.connected_at is not None,
            asked=_of(words, Track.CALLER),
        )
        for place, (row, words) in enumerate(before)
        if row.direction == "in"
    )
    return CallFacts(
        department=call.department,
        when=call.arrived_at,
        seconds=call.seconds,
        one_number=call.caller_class == "number" and call.caller_hash is not None,
        duty=call.line in profile.signals.duty_lines,
        came=came_of(call.arrived_at, call.department, told, promises, contexts),
        held=tuple(
            (second(row.began_at), second(row.ended_at or call.ended_at))
            for row in connection.execute(_HOLDS, {"call": call.id})
        ),
        clocks=tuple(
            RunClock(
                kind=ClockKind(row.kind),
                started=second(row.started_at),
                stopped=second(row.stopped_at or call.ended_at),
                minutes=row.minutes if row.kind == ClockKind.AGREED else None,
            )
            for row in connection.execute(_CLOCKS, {"call": call.id})
        ),
        earlier=earlier,
        said=_said(_words(connection, recording), measures_of(connection, recording)),
    )


def read_before_it(connection: Connection, recording: RecordingId) -> list[RecordingId]:
    """Return the same number's later calls whose words were written down before those of this one."""
    rows = connection.execute(_AFTER, {"recording": recording, "longest": _LONGEST}).scalars()
    return [RecordingId(one) for one in rows]


def _before(connection: Connection, call: Row[Any]) -> list[tuple[Row[Any], list[SavedUtterance]]]:
    if call.caller_hash is None:
        return []
    wanted = {
        "caller": call.caller_hash, "call": call.id, "at": call.arrived_at,
        "since": call.arrived_at - _LONGEST,
    }  # fmt: skip
    return [
        (row, [] if row.recording is None else _words(connection, RecordingId(row.recording)))
        for row in connection.execute(_BEFORE, wanted).all()
    ]


def _promises(connection: Connection, call: Row[Any]) -> list[PromiseOfOurs]:
    if call.caller_hash is None:
        return []
    return [
        PromiseOfOurs(made=row.made_at, due=row.due_at, kept=row.kept_at)
        for row in connection.execute(_PROMISES, {"caller": call.caller_hash})
    ]


def _as_before(row: Row[Any], words: Sequence[SavedUtterance]) -> CallBefore:
    return CallBefore(
        at=row.arrived_at,
        department=row.department,
        answered=row.connected_at is not None,
        broken_off=row.interrupted,
        by_us=row.direction == "out",
        told=_of(words, Track.HALL),
    )


def _words(connection: Connection, recording: RecordingId) -> list[SavedUtterance]:
    revision = read_revision(connection, recording)
    found = [] if revision is None else utterances_of(connection, revision)
    return [one for one in found if one.said.heard]


def _of(words: Sequence[SavedUtterance], track: Track) -> str:
    return "。".join(one.said.text for one in words if one.said.track is track)


def _said(words: Sequence[SavedUtterance], measures: VoiceMeasures | None) -> tuple[Said, ...]:
    try:
        reader = the_reader()
    except NoReader:
        reader = None
    return tuple(
        Said(
            number=one.id,
            side=one.said.track,
            start=one.said.start,
            end=one.said.end,
            text=one.said.text,
            sounds=reader.read(one.said.text).sounds if reader and one.said.track is Track.CALLER else "",
            db=_above(one, measures),
        )
        for one in words
    )


def _above(one: SavedUtterance, measures: VoiceMeasures | None) -> float:
    """Say how far the caller was above their own beginning while they said it, in dB."""
    if one.said.track is not Track.CALLER or measures is None or measures.loudness.baseline_dbfs is None:
        return 0.0
    course = measures.loudness.course[
        int(one.said.start / STEP_SECONDS) : int(one.said.end / STEP_SECONDS) + 1
    ]
    levels = [level for level in course if level is not None]
    return sum(levels) / len(levels) - measures.loudness.baseline_dbfs if levels else 0.0


def _minutes(row: Row[Any]) -> float:
    if row.connected_at is None or row.ended_at is None:
        return 0.0
    return (row.ended_at - row.connected_at).total_seconds() / 60
