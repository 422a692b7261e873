"""Which stretches of a recording are around the marks of a call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from transcription.around_marks import around
from transcription.utterance import Span

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def at(*seconds: float) -> list[datetime]:
    return [NOON + timedelta(seconds=one) for one in seconds]


def test_two_minutes_on_each_side_of_a_mark() -> None:
    assert around(at(600), NOON, 3600) == [Span(start=480, end=720)]


def test_marks_that_are_near_each_other_are_one_stretch() -> None:
    assert around(at(600, 700, 1800), NOON, 3600) == [Span(start=480, end=820), Span(start=1680, end=1920)]


def test_nothing_lies_outside_the_recording() -> None:
    assert around(at(30), NOON, 3600) == [Span(start=0, end=150)]
    assert around(at(3590), NOON, 3600) == [Span(start=3470, end=3600)]
    assert around(at(-300, 4000), NOON, 3600) == []
