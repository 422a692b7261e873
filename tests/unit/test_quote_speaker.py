"""A quote names who was alone on the hall's track, or nobody: no words are put into anybody's mouth."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from incidents.quotes.speaker import UNKNOWN, OnHall, who_spoke
from incidents.quotes.statement import Speaker, SpeakerKind
from transcription.utterance import Track

SATO = OnHall(since=5.0, until=60.0, name="佐藤")
KANRI = OnHall(since=60.0, until=90.0, name="管理")


def hall(start: float, end: float, *there: OnHall) -> Speaker:
    return who_spoke(Track.HALL, start, end, there, connected_after=5.0)


def test_the_one_who_was_there_is_named_and_after_a_take_over_the_other() -> None:
    assert hall(10.0, 12.0, SATO, KANRI) == Speaker(kind=SpeakerKind.HALL, name="佐藤")
    assert hall(70.0, 72.0, SATO, KANRI) == Speaker(kind=SpeakerKind.HALL, name="管理")


def test_whoever_cannot_be_told_apart_is_not_named() -> None:
    beside = OnHall(since=11.0, until=20.0, name=None)

    assert hall(10.0, 12.0, SATO, beside) == UNKNOWN
    assert hall(59.0, 61.0, SATO, KANRI) == UNKNOWN
    assert hall(10.0, 12.0) == UNKNOWN
    assert hall(10.0, 12.0, OnHall(since=5.0, until=60.0, name=None)) == UNKNOWN
    assert hall(4.5, 6.0, SATO) == UNKNOWN, "the announcement may be what is heard"


def test_before_anybody_answered_it_was_the_announcement() -> None:
    assert hall(1.0, 4.9, SATO).kind is SpeakerKind.ANNOUNCEMENT
    assert who_spoke(Track.HALL, 1.0, 2.0, [SATO], None).kind is SpeakerKind.ANNOUNCEMENT


@given(st.floats(0, 100), st.floats(0.1, 10), st.booleans())
def test_whoever_called_is_never_named(start: float, length: float, answered: bool) -> None:
    spoke = who_spoke(Track.CALLER, start, start + length, [SATO, KANRI], 5.0 if answered else None)

    assert spoke == Speaker(kind=SpeakerKind.CALLER)
