"""What one side carries of what is left out of the other is offered, once, until somebody answers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from disclosure.redaction.mask import Mask
from disclosure.redaction.offer import ECHO, Offer, echo_offers, standing
from disclosure.redaction.work import Work
from tests.fakes.voices import voice
from transcription.utterance import CALL_TRACKS, Span, Track

RATE = 8000
WHOLE = 10.0
PASSAGE = Span(start=4.0, end=5.0)
LATE = 0.15


def work(*passages: tuple[Track, Span], declined: frozenset[str] = frozenset()) -> Work:
    masks = {
        UUID(int=number): Mask(id=UUID(int=number), track=track, span=span, ground="a")
        for number, (track, span) in enumerate(passages)
    }
    return Work(number=len(masks), masks=masks, declined=declined)


@pytest.fixture(scope="module")
def echoing() -> NDArray[np.int16]:
    """A call whose hall hears the caller again, quietly."""
    caller, hall = voice(31, WHOLE), voice(32, WHOLE) // 4
    late = round(LATE * RATE)
    hall[late:] += (caller[:-late] * 0.3).astype(np.int16)
    return np.stack([caller, hall], axis=1)


class Cuts:
    """Cuts stretches, and counts how often it was asked."""

    def __init__(self, sound: NDArray[np.int16]) -> None:
        self.sound = sound
        self.asked = 0

    def __call__(self, wanted: Sequence[Span]) -> list[NDArray[np.int16]]:
        self.asked += 1
        return [self.sound[round(one.start * RATE) : round(one.end * RATE)] for one in wanted]


def test_an_echo_of_a_passage_is_offered_on_the_other_side_where_it_is_heard(
    echoing: NDArray[np.int16],
) -> None:
    cuts = Cuts(echoing)
    passages = work((Track.CALLER, PASSAGE), (Track.CALLER, Span(start=8.0, end=9.8)))

    offers = list(echo_offers(passages, CALL_TRACKS, cuts))

    assert {(one.kind, one.track) for one in offers} == {(ECHO, Track.HALL)}
    assert min(one.span.start for one in offers) == pytest.approx(4.0 + LATE, abs=0.1)
    assert cuts.asked == 1, "a master is read from its front"


def test_two_voices_without_an_echo_and_one_microphone_offer_nothing() -> None:
    clean = np.stack([voice(31, WHOLE), voice(32, WHOLE)], axis=1)

    assert list(echo_offers(work((Track.CALLER, PASSAGE)), CALL_TRACKS, Cuts(clean))) == []
    assert list(echo_offers(work(), CALL_TRACKS, Cuts(clean))) == []
    room = (Track.ROOM, Track.ROOM)
    assert list(echo_offers(work((Track.ROOM, PASSAGE)), room, Cuts(clean))) == []


def test_an_offer_stands_until_it_is_declined_or_covered() -> None:
    one = Offer(kind=ECHO, track=Track.HALL, span=PASSAGE)

    assert standing([one], work((Track.CALLER, PASSAGE))) == (one,)
    assert standing([one], work(declined=frozenset({one.key}))) == ()
    assert standing([one], work((Track.HALL, Span(start=3.9, end=5.1)))) == ()
    assert standing([one], work((Track.HALL, Span(start=4.5, end=5.1)))) == (one,)
