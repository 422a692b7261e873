"""The moments around the marks of a call as their page shows them: what was said there, and nothing else.

Words are shown that were said wholly within a moment. What reaches over its edge is closed, like the rest of
the call: the database shows neither (migration 0037), and this page asks for neither.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from api.reading.calls import CallSeen
from api.reading.hall_track import several_on_hall
from api.reading.transcripts import UtteranceSeen, transcript_seen
from core.ids import RecordingId
from transcription.around_marks import Moments
from transcription.utterance import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentSeen:
    """One stretch of a recording around marks, and what was said in it."""

    span: Span
    utterances: tuple[UtteranceSeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentsSeen:
    """All of them, oldest first."""

    moments: tuple[MomentSeen, ...]
    written: bool
    """Whether there is a transcript at all."""


def moments_seen(
    connection: Connection, call: CallSeen, recording: RecordingId, moments: Moments
) -> MomentsSeen:
    """Return the moments with their words.

    Args:
        connection: a transaction that asked by marks (``AroundMarks.reading``)
        call: whose recording it is
        recording: of the call
        moments: what of it is around marks
    """
    connected = call.connected_at
    transcript = transcript_seen(
        connection,
        recording,
        connected_after=None if connected is None else (connected - moments.started_at).total_seconds(),
        several=several_on_hall(connection, call.id, moments.started_at),
    )
    said: list[list[UtteranceSeen]] = [[] for _ in moments.stretches]
    for one in () if transcript is None else transcript.utterances:
        number = moments.within(one.start, one.end)
        if number is not None:
            said[number].append(one)
    return MomentsSeen(
        moments=tuple(
            MomentSeen(span=span, utterances=tuple(words))
            for span, words in zip(moments.stretches, said, strict=True)
        ),
        written=transcript is not None,
    )
