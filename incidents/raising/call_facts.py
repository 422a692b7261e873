"""Puts together what is known of a call, for the rules of signals. It reads as the worker.

Calls that only a group may see count for no other call, nor does what another 実施機関 was called about.
Practice and calls of ours count for nobody; of a number that several people use, only calls of one person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from core.ids import CallId, RecordingId
from core.profile.model import CityProfile
from core.profile.signals import SignalContexts
from incidents.came import EXPLAINS, OwedPromise, PastCall, why_they_came
from incidents.signals.facts import CallFacts, ClockKind, EarlierCall, RunClock, Said
from incidents.signals.words import WordList
from storage.callers import PASSED_ON, is_shared_number
from transcription.reading import NoReader, the_reader
from transcription.revisions import SavedUtterance, read_revision, utterances_of
from transcription.utterance import Track
from transcription.voice.loudness import STEP_SECONDS
from transcription.voice.measures import VoiceMeasures
from transcription.voice.rows import measures_of

_LONGEST = timedelta(days=31) + EXPLAINS
_CALL = text("""
    SELECT c.id, c.line, c.department, c.agency, c.caller_class, c.caller_hash, c.arrived_at, c.connected_at,
           c.ended_at, c.interrupted, c.direction, r.id AS recording,
           NULL AS outcome, false AS passed_on,
           coalesce(k.called_back, false) AS called_back, CAST(k.name_id AS text) AS person,
           coalesce(r.started_at, c.connected_at) AS started_at,
           coalesce(r.samples::float8 / r.sample_rate,
                    extract(epoch FROM c.ended_at - c.connected_at)::float8) AS seconds
      FROM calls c LEFT JOIN recordings r ON r.subject = c.id AND r.usable AND r.destroyed_at IS NULL
      LEFT JOIN call_callers k ON k.call_id = c.id
     WHERE c.id = :call AND NOT c.practice AND c.direction = 'in' AND c.ended_at IS NOT NULL
       AND (r.id IS NOT NULL OR c.connected_at IS NOT NULL)
     ORDER BY r.sealed_at DESC LIMIT 1
""")
_BEFORE = text(f"""
    SELECT c.id, c.department, c.arrived_at, c.connected_at, c.ended_at, c.interrupted, c.direction,
           w.outcome, {PASSED_ON} AS passed_on,
           coalesce(k.called_back, false) AS called_back, CAST(k.name_id AS text) AS person,
           (SELECT r.id FROM recordings r WHERE r.subject = c.id AND r.usable AND r.destroyed_at IS NULL
             LIMIT 1) AS recording,
           EXISTS (SELECT 1 FROM recordings r LEFT JOIN transcription_states t ON t.recording_id = r.id
                    WHERE r.subject = c.id AND r.usable AND r.destroyed_at IS NULL AND r.class <> 'buffer'
                      AND coalesce(t.state, '') NOT IN ('not-wanted', 'failed')) AS awaited
      FROM calls c
      LEFT JOIN call_wrap_ups w ON w.call_id = c.id
      LEFT JOIN call_callers k ON k.call_id = c.id
     WHERE c.caller_hash = :caller AND c.agency = :agency AND NOT c.practice AND c.id <> :call
       AND c.arrived_at >= :since AND c.arrived_at < :at
       AND NOT EXISTS (SELECT 1 FROM call_restrictions s WHERE s.call_id = c.id AND s.lifted_at IS NULL)
     ORDER BY c.arrived_at, c.id
""")  # noqa: S608  a condition of ours
_AFTER = text("""
    SELECT r.id FROM calls this JOIN recordings t ON t.subject = this.id
      JOIN calls c ON c.caller_hash = this.caller_hash AND c.agency = this.agency AND c.id <> this.id
      JOIN recordings r ON r.subject = c.id
     WHERE t.id = :recording AND c.arrived_at > this.arrived_at
       AND c.arrived_at <= this.arrived_at + CAST(:longest AS interval)
       AND NOT this.practice AND NOT c.practice AND c.direction = 'in'
       AND EXISTS (SELECT 1 FROM transcript_revisions v WHERE v.recording_id = r.id)
     ORDER BY c.arrived_at
""")
# What another 実施機関 promised and did not keep excuses a call as well, and nobody is told of it.
_PROMISES = text("SELECT made_at, due_at, kept_at FROM promises WHERE caller_hash = :caller AND NOT practice")
_HOLDS = text("SELECT began_at, ended_at FROM call_stretches WHERE call_id = :call AND kind = 'hold'")
_CLOCKS = text("""
    SELECT kind, started_at, stopped_at, minutes FROM call_clocks
     WHERE call_id = :call AND kind IN ('deadlock', 'agreed')
""")


def call_facts(connection: Connection, wanted: CallId, profile: CityProfile) -> CallFacts | None:
    """Return what is known of an ended call, recorded or not.

    None of practice, of calls going out, of calls that go on, and where nobody talked.
    """
    call = connection.execute(_CALL, {"call": wanted}).one_or_none()
    if call is None:
        return None

    def second(moment: datetime) -> float:
        return max(0.0, (moment - call.started_at).total_seconds())

    before = _before(connection, call)
    words = _OurWords.of(profile.signals.contexts)
    *came_before, came = why_they_came(
        [*(_past(row, said, words) for row, said in before), _past(call, None, words)],
        _promises(connection, call),
    )
    earlier = tuple(
        EarlierCall(
            when=row.arrived_at,
            department=row.department,
            came=why,
            minutes=_seconds(row) / 60,
            answered=row.connected_at is not None,
            name=row.person,
            asked=_of(said or (), Track.CALLER),
            # Words that are still to come may be of another demand: until then the call is like none.
            read=_of(said or (), Track.CALLER) != "" or (said is None and row.awaited),
        )
        for (row, said), why in zip(before, came_before, strict=True)
        if row.direction == "in"
    )
    known = call.caller_hash is not None
    heard = (call.recording and _known_words(connection, RecordingId(call.recording))) or []
    measures = None if call.recording is None else measures_of(connection, RecordingId(call.recording))
    return CallFacts(
        department=call.department,
        when=call.arrived_at,
        seconds=call.seconds,
        one_number=call.caller_class == "number" and known,
        shared=known and is_shared_number(connection, call.caller_hash, call.agency),
        name=call.person,
        duty=call.line in profile.signals.duty_lines,
        came=came,
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
        said=_said(heard, measures),
        read=_of(heard, Track.CALLER) != "",
    )


def read_before_it(connection: Connection, recording: RecordingId) -> list[RecordingId]:
    """Return the same number's later calls whose words were written down before those of this one."""
    rows = connection.execute(_AFTER, {"recording": recording, "longest": _LONGEST}).scalars()
    return [RecordingId(one) for one in rows]


def _before(connection: Connection, call: Row[Any]) -> list[tuple[Row[Any], Sequence[SavedUtterance] | None]]:
    """Return the calls of this number before a call, with their words; None: nobody knows them."""
    if call.caller_hash is None:
        return []
    wanted = {
        "caller": call.caller_hash, "agency": call.agency, "call": call.id, "at": call.arrived_at,
        "since": call.arrived_at - _LONGEST,
    }  # fmt: skip
    return [
        (row, None if row.recording is None else _known_words(connection, RecordingId(row.recording)))
        for row in connection.execute(_BEFORE, wanted).all()
    ]


def _promises(connection: Connection, call: Row[Any]) -> list[OwedPromise]:
    if call.caller_hash is None:
        return []
    return [
        OwedPromise(made_at=row.made_at, due_at=row.due_at, kept_at=row.kept_at)
        for row in connection.execute(_PROMISES, {"caller": call.caller_hash})
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _OurWords:
    """The city's words for sending somebody on, and for asking them to call again."""

    sent: WordList
    call_again: WordList

    @classmethod
    def of(cls, contexts: SignalContexts) -> _OurWords:
        return cls(sent=WordList.of(contexts.sent), call_again=WordList.of(contexts.call_again))


def _past(row: Row[Any], said: Sequence[SavedUtterance] | None, words: _OurWords) -> PastCall:
    told = _of(said or (), Track.HALL)
    return PastCall(
        at=row.arrived_at,
        department=row.department,
        seconds=int(_seconds(row)),
        answered=row.connected_at is not None,
        cut_off=row.interrupted,
        outcome=row.outcome,
        heard=said is not None,
        sent_on=words.sent.found(told),
        asked_again=words.call_again.found(told),
        passed_on=row.passed_on,
        by_us=row.direction == "out",
        called_back=row.called_back,
        person=row.person,
    )


def _known_words(connection: Connection, recording: RecordingId) -> list[SavedUtterance] | None:
    revision = read_revision(connection, recording)
    if revision is None:
        return None
    return [one for one in utterances_of(connection, revision) if one.said.heard]


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


def _seconds(row: Row[Any]) -> float:
    if row.connected_at is None or row.ended_at is None:
        return 0.0
    return (row.ended_at - row.connected_at).total_seconds()
