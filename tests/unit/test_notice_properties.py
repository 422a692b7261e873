"""未告知 exactly when the proof of notice is missing, whatever happened to the announcement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.capture.evidence import CallSpan, weigh
from telephony.sound.audio_files import SAMPLE_RATE, Samples, Track
from tests.fakes.voices import silence, through_alaw, through_mulaw, voice
from tests.fakes.whole_sound import both_sides, in_blocks
from tests.unit.call_stories import Numbers, tell_to_the_end

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PROMPT, OTHER_WORDS = voice(1, 4.0), voice(7, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What became of an announcement. ``begins`` in seconds of the recording, ``share`` of it sounded."""

    begins: float
    share: float
    loudness: float
    ours: bool
    seen_to_end: bool

    @property
    def told(self) -> bool:
        """Say whether the caller was sent all of it, and its end was seen."""
        return self.ours and self.share == 1.0 and self.seen_to_end


announcements = st.builds(
    Announcement,
    begins=st.floats(0.05, 2.0),
    share=st.sampled_from([0.0, 0.3, 0.6, 1.0, 1.0, 1.0]),
    loudness=st.floats(0.2, 1.5),
    ours=st.sampled_from([True, True, True, False]),
    seen_to_end=st.sampled_from([True, True, True, False]),
)


def sent(one: Announcement) -> Samples:
    """Make what the caller was sent: silence, the announcement or what sounded of it, an operator's words."""
    words = PROMPT if one.ours else OTHER_WORDS
    heard = (words[: int(len(words) * one.share)] * one.loudness).clip(-32000, 32000).astype("<i2")
    rest = silence((len(words) - len(heard)) / SAMPLE_RATE + 1.0)
    return np.concatenate([silence(one.begins), heard, rest, voice(2, 5.0)])


@settings(deadline=None, max_examples=40)
@given(one=announcements, line=st.sampled_from([through_mulaw, through_alaw]))
def test_a_call_counts_as_announced_exactly_when_all_of_the_announcement_was_sent(
    one: Announcement, line: Callable[[Samples], Samples]
) -> None:
    hall = line(sent(one))
    side = Track(file_bytes=44 + 2 * len(hall), start=44, count=len(hall), final=True)
    ends = NOON + timedelta(seconds=one.begins + 4.0)
    span = CallSpan(
        recorded_from=NOON,
        answered_at=NOON + timedelta(seconds=one.begins),
        announcement_finished=one.seen_to_end,
        announcement_ended_at=ends if one.seen_to_end else None,
        connected_at=ends + timedelta(seconds=1),
        ended_at=NOON + timedelta(seconds=len(hall) / SAMPLE_RATE),
    )

    evidence = weigh(side, side, in_blocks(both_sides(hall, hall)), span, PROMPT)

    assert evidence.notice.proven is one.told


@settings(deadline=None, max_examples=60)
@given(story=st.lists(st.integers(0, 2**32 - 1), min_size=6, max_size=40), sounded=st.booleans())
def test_whatever_happens_in_a_call_it_is_unannounced_exactly_without_end_and_sound_of_the_announcement(
    story: Numbers, *, sounded: bool
) -> None:
    call = tell_to_the_end(story).call
    whole = Announcement(begins=0.5, share=1.0 if sounded else 0.0, loudness=1.0, ours=True, seen_to_end=True)
    hall = through_alaw(sent(whole))
    side = Track(file_bytes=44 + 2 * len(hall), start=44, count=len(hall), final=True)
    played = call.announcement_played
    span = CallSpan(
        recorded_from=NOON,
        answered_at=NOON + timedelta(seconds=0.5),
        announcement_finished=played,
        announcement_ended_at=NOON + timedelta(seconds=4.5) if played else None,
        connected_at=NOON + timedelta(seconds=5.5),
        ended_at=NOON + timedelta(seconds=len(hall) / SAMPLE_RATE),
    )

    evidence = weigh(side, side, in_blocks(both_sides(hall, hall)), span, PROMPT)

    assert evidence.notice.proven is (played and sounded)
