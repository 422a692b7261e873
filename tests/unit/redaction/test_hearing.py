"""Nothing is released of which two people have not heard every second as it will be."""

from __future__ import annotations

from uuid import UUID, uuid4

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ids import AccountId
from disclosure.redaction.hearing import SLACK, Hearing, unheard
from disclosure.redaction.mask import Mask
from disclosure.redaction.masked_sound import masked, masked_block
from disclosure.redaction.sounding import sounding
from disclosure.redaction.work import Work
from tests.fakes.voices import voice
from transcription.utterance import CALL_TRACKS, Span, Track

SATO, SUZUKI, TANAKA = (AccountId(UUID(int=one)) for one in (1, 2, 3))
WHOLE = 20.0
ALL = (Span(start=0.0, end=WHOLE),)
spans = st.tuples(st.integers(0, 180), st.integers(5, 60)).map(
    lambda one: Span(start=one[0] / 10, end=min(WHOLE, (one[0] + one[1]) / 10))
)
works = st.lists(st.tuples(st.sampled_from(CALL_TRACKS), spans), max_size=3).map(
    lambda passages: Work(
        number=1, maker=SATO,
        masks={
            (made := uuid4()): Mask(id=made, track=track, span=span, ground="a") for track, span in passages
        },
    )
)  # fmt: skip
hearings = st.lists(
    st.builds(
        Hearing, by=st.sampled_from([SATO, SUZUKI, TANAKA]), span=spans, version=st.sampled_from([0, 1])
    ),
    max_size=8,
)


@settings(deadline=None)
@given(works, works, hearings)
def test_a_second_counts_as_heard_only_where_it_was_audible(
    before: Work, now: Work, heard: list[Hearing]
) -> None:
    told = unheard(now, {0: before, 1: now}, heard, CALL_TRACKS, ALL)

    for tenth in range(int(WHOLE * 10)):
        at = (tenth + 0.5) / 10
        for track in CALL_TRACKS:
            released = not covers(now.silent(track), at)
            audible = [
                one
                for one in heard
                if one.by == SATO and near(one.span, at)
                and not covers((before if one.version == 0 else now).silent(track), at, SLACK)
            ]  # fmt: skip
            if released and not audible and not covers(told.maker, at, SLACK):
                # Only a gap too short to be heard may stay untold.
                assert gap(now, before, heard, track, at) <= SLACK
    if told.nothing:
        assert {one.by for one in heard} - {SATO}


def covers(spans_: tuple[Span, ...], at: float, more: float = 0.0) -> bool:
    return any(one.start - more <= at <= one.end + more for one in spans_)


def near(span: Span, at: float) -> bool:
    return span.start - SLACK <= at <= span.end + SLACK


def gap(now: Work, before: Work, heard: list[Hearing], track: Track, at: float) -> float:
    """Return how long the unheard piece around a moment is, counted in steps of 10 ms."""

    def missing(place: float) -> bool:
        return not covers(now.silent(track), place) and not any(
            one.by == SATO and one.span.start <= place <= one.span.end
            and not covers((before if one.version == 0 else now).silent(track), place)
            for one in heard
        )  # fmt: skip

    length = 0.0
    for direction in (-0.01, 0.01):
        place = at
        while 0 <= place <= WHOLE and missing(place):
            place += direction
            length += 0.01
    return length


def test_the_maker_and_another_person_hear_it_and_one_alone_is_not_enough() -> None:
    work = Work(number=1, maker=SATO)
    mine = Hearing(by=SATO, span=ALL[0], version=1)

    alone = unheard(work, {1: work}, [mine, mine], CALL_TRACKS, ALL)
    both = unheard(
        work, {1: work}, [mine, Hearing(by=SUZUKI, span=ALL[0], version=1)], CALL_TRACKS, ALL
    )  # fmt: skip

    assert (alone.maker, alone.second, alone.nothing) == ((), ALL, False)
    assert both.nothing
    assert both.second_by == SUZUKI


def test_where_no_side_has_sound_there_is_nothing_to_hear_and_a_whisper_is_sound() -> None:
    silence = np.zeros((8000 * 4, 2), dtype=np.int16)
    whisper = silence.copy()
    whisper[16000:24000, 1] = (voice(5, 1.0) / 32767 * 300).astype(np.int16)

    assert sounding([silence], 8000) == ()
    (found,) = sounding(np.split(whisper, 7 * [0] + [999, 17000]), 8000)
    assert found.start <= 2.0
    assert found.end >= 2.9


@settings(max_examples=30, deadline=None)
@given(works, st.lists(st.integers(1, int(WHOLE * 800) - 1), max_size=5, unique=True))
def test_a_sound_masked_block_by_block_is_the_one_that_is_masked_whole(work: Work, cuts: list[int]) -> None:
    sound = np.stack([voice(6, WHOLE), voice(7, WHOLE)], axis=1).astype(np.int16)[: int(WHOLE * 800)]
    silent = {track: work.silent(track) for track in CALL_TRACKS}
    at, pieces = 0, []
    for piece in np.split(sound, sorted(cuts)):
        pieces.append(masked_block(piece, at, silent, CALL_TRACKS, 800))
        at += len(piece)

    assert np.array_equal(np.concatenate(pieces), masked(sound, silent, CALL_TRACKS, 800))
