"""Warnings and endings of calls: each step is a row with who and when, and none is ever changed.

Writing never fails because of the order of steps: what was said was said. Only what our machine would do in
a person's place, playing the words of an ending, asks the rule first (``ending_rule.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from core.errors import DomainError
from core.ids import AccountId, CallId
from storage.boards import found_about
from storage.ending_rule import Demands, EndingStep, Judgement, judge_ending, may_take
from storage.presses import write_once

LONGEST = 1000

_WRITE = text("""
    INSERT INTO call_endings (id, call_id, step, wording, words, at, by)
    VALUES (:id, :call, :step, :wording, :words, :at, :by) ON CONFLICT (id) DO NOTHING
""")
_SAME = text("""
    SELECT 1 FROM call_endings WHERE id = :id AND call_id = :call AND step = :step
       AND wording IS NOT DISTINCT FROM CAST(:wording AS text) AND words = :words AND by = :by
""")
_TALKS = text("SELECT rights.operates(:call)")
_OF_CALLS = text("""
    SELECT e.id, e.call_id, e.step, e.wording, e.words, e.at, e.by, a.display_name
      FROM call_endings e LEFT JOIN accounts a ON a.id = e.by
     WHERE e.call_id = ANY (:calls) ORDER BY e.at, e.id
""")


class SuperiorWordsMissing(DomainError):
    """The city notes what the superior told the caller; a confirmation without it says too little."""

    code = "superior-words-missing"
    http_status = 422


class OwnEnding(DomainError):
    """Whoever talks in a call does not confirm its ending alone; a second supervisor does."""

    code = "own-ending"
    http_status = 409


class NotJudged(DomainError):
    """Nobody has judged the ending of this call as the city demands."""

    code = "not-judged"
    http_status = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingNote:
    """One step of a warning or an ending."""

    id: UUID
    call: CallId
    step: EndingStep
    by: AccountId
    at: datetime
    wording: str | None = None
    words: str = ""
    name: str = ""


def note_step(connection: Connection, note: EndingNote, demands: Demands) -> None:
    """Write a step under the rights of whoever takes it; the same step twice is one.

    Raises:
        OwnEnding: a confirmation of the own call
        SuperiorWordsMissing: a confirmation without the superior's words, where the city notes them
        PressUsed: another step has this id
    """
    if not may_take(note.step, talks=talks_in(connection, note.call)):
        raise OwnEnding
    if note.step is EndingStep.CONFIRMED and demands.superior_words and not note.words:
        raise SuperiorWordsMissing
    write_once(
        connection,
        _WRITE,
        _SAME,
        {
            "id": note.id,
            "call": note.call,
            "step": note.step.value,
            "wording": note.wording,
            "words": note.words,
            "at": note.at,
            "by": note.by,
        },
    )


def talks_in(connection: Connection, call: CallId) -> bool:
    """Say whether it is the own call of the person under whose rights this runs."""
    return bool(connection.execute(_TALKS, {"call": call}).scalar())


def judgement_of(connection: Connection, call: CallId, demands: Demands) -> Judgement:
    """Return where the judgement of a call's ending stands: by its own steps, and by the board's finding."""
    steps = steps_of(connection, [call]).get(call, [])
    return judge_ending(steps, demands, found_at=found_about(connection, [call]).get(call))


def steps_of(connection: Connection, calls: list[CallId]) -> dict[CallId, list[EndingNote]]:
    """Return the steps of these calls, oldest first, by call."""
    found: dict[CallId, list[EndingNote]] = {}
    for row in connection.execute(_OF_CALLS, {"calls": list(calls)}):
        note = EndingNote(
            id=row.id,
            call=CallId(row.call_id),
            step=EndingStep(row.step),
            by=AccountId(row.by),
            at=row.at,
            wording=row.wording,
            words=row.words,
            name=row.display_name or "",
        )
        found.setdefault(note.call, []).append(note)
    return found
