"""Heard is what the server sent, the player played whole, and time allowed; a report alone is nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from transcription.heard import HeardTooFast, NotHeard, Sending, judge_hearing, played_after

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
CLIP = Sending(milliseconds=6000, began_at=NOON, sent=((0, 6000),), played_after=None, heard_before=None)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_clip_that_was_sent_and_played_whole_in_its_own_time_was_heard() -> None:
    heard = judge_hearing(CLIP, [(0, 6000)], after(6))

    assert heard.milliseconds == 6000
    assert heard.listened_from == NOON


def test_half_as_fast_again_is_the_fastest_that_counts() -> None:
    assert judge_hearing(CLIP, [(0, 6000)], after(4.0))
    with pytest.raises(HeardTooFast):
        judge_hearing(CLIP, [(0, 6000)], after(3.99))


def test_ninety_five_percent_in_any_order_is_enough_and_less_is_not() -> None:
    assert judge_hearing(CLIP, [(3000, 5700), (0, 3100)], after(6)).milliseconds == 5700
    with pytest.raises(NotHeard):
        judge_hearing(CLIP, [(0, 5699)], after(60))


@pytest.mark.parametrize(
    "forged",
    [
        [(0, 3000), (0, 3000)],  # the same half twice
        [(-6000, 3000)],  # time before the clip
        [(3000, 12000)],  # time after it
        [(6000, 0)],  # backwards
        [(0, 10)] * 600,
        [],
    ],
)
def test_what_is_no_part_of_the_clip_or_counted_twice_does_not_count(forged: list[tuple[int, int]]) -> None:
    with pytest.raises(NotHeard):
        judge_hearing(CLIP, forged, after(60))


def test_a_report_of_what_was_never_sent_is_worth_nothing() -> None:
    with pytest.raises(NotHeard):
        judge_hearing(replace(CLIP, began_at=None, sent=()), [(0, 6000)], after(60))
    with pytest.raises(NotHeard):
        judge_hearing(replace(CLIP, sent=((0, 3000),)), [(0, 6000)], after(60))
    with pytest.raises(NotHeard):
        judge_hearing(replace(CLIP, sent=((0, 2000), (4000, 6000))), [(0, 6000)], after(60))


def test_what_was_sent_late_was_heard_late() -> None:
    late = replace(CLIP, played_after=played_after(after(60), 3000))

    with pytest.raises(HeardTooFast):
        judge_hearing(late, [(0, 6000)], after(61.9))
    assert judge_hearing(late, [(0, 6000)], after(62))


def test_nobody_hears_two_clips_at_once() -> None:
    busy = replace(CLIP, heard_before=after(5))

    with pytest.raises(HeardTooFast):
        judge_hearing(busy, [(0, 6000)], after(8.9))
    assert judge_hearing(busy, [(0, 6000)], after(9)).listened_from == after(5)


def test_what_was_heard_before_this_clip_began_takes_nothing_from_it() -> None:
    assert judge_hearing(replace(CLIP, heard_before=after(-1)), [(0, 6000)], after(4)).listened_from == NOON
