"""What a recording is worth as evidence, from its two sides and the times of its call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from telephony.capture.evidence import CallSpan, Evidence, weigh
from telephony.capture.findings import Finding
from telephony.sound.audio_files import SAMPLE_RATE, Samples, Track
from tests.fakes.voices import silence, through_mulaw, voice
from tests.fakes.whole_sound import both_sides, fingerprint, in_blocks

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PROMPT = voice(1, 4.0)
HALL = through_mulaw(np.concatenate([silence(0.3), PROMPT, silence(3), voice(2, 12.7)]))
CALLER = through_mulaw(np.concatenate([silence(8), voice(3, 12.0)]))


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


TALKED = CallSpan(
    recorded_from=NOON,
    answered_at=after(0.2),
    announcement_finished=True,
    announcement_ended_at=after(4.4),
    connected_at=after(7),
    ended_at=after(20),
)


@dataclass(frozen=True)
class Side:
    samples: Samples
    final: bool

    def found(self) -> Track:
        size = 44 + 2 * len(self.samples)
        return Track(file_bytes=size, start=44, count=len(self.samples), final=self.final)


def track(samples: Samples, *, final: bool = True) -> Side:
    return Side(samples, final)


def weighed(caller: Side | Finding, hall: Side | Finding, span: CallSpan = TALKED) -> Evidence:
    found = [side.found() if isinstance(side, Side) else side for side in (caller, hall)]
    sound = both_sides(*(side.samples if isinstance(side, Side) else silence(0) for side in (caller, hall)))
    evidence = weigh(found[0], found[1], in_blocks(sound), span, PROMPT)
    assert evidence.sound == fingerprint(sound)
    return evidence


def test_an_ordinary_call_is_announced_and_has_nothing_odd() -> None:
    evidence = weighed(track(CALLER), track(HALL))

    assert evidence.findings == frozenset()
    assert evidence.notice.proven
    assert evidence.notice.at_ms is not None
    assert 290 <= evidence.notice.at_ms <= 310
    assert evidence.seconds == 20.0


def test_a_call_whose_announcement_nobody_saw_end_is_not_announced() -> None:
    unseen = CallSpan(recorded_from=NOON, connected_at=after(7), ended_at=after(20))

    evidence = weighed(track(CALLER), track(HALL), unseen)

    assert not evidence.notice.proven
    assert evidence.notice.correlation > 0.9
    assert not evidence.left_early


def test_without_known_times_the_announcement_is_found_all_the_same() -> None:
    timeless = CallSpan(recorded_from=NOON, announcement_finished=True)

    assert weighed(track(CALLER), track(HALL), timeless).notice.proven


def test_a_missing_track_keeps_the_other_one_and_is_said() -> None:
    evidence = weighed(Finding.MISSING_TRACK, track(HALL))

    assert evidence.findings == {Finding.MISSING_TRACK, Finding.ONE_SIDED}
    assert evidence.sound.samples == len(HALL)
    assert evidence.notice.proven


def test_without_the_track_of_what_was_sent_nothing_proves_the_announcement() -> None:
    evidence = weighed(track(CALLER), Finding.UNREADABLE_TRACK)

    assert Finding.UNREADABLE_TRACK in evidence.findings
    assert not evidence.notice.proven


def test_a_salvaged_recording_of_a_crash_says_so_and_is_padded() -> None:
    crashed = CallSpan(
        recorded_from=NOON,
        answered_at=after(0.2),
        announcement_finished=True,
        announcement_ended_at=after(4.4),
        connected_at=after(7),
    )

    evidence = weighed(track(CALLER[:150_000], final=False), track(HALL[:140_000], final=False), crashed)

    assert evidence.findings == {Finding.SALVAGED, Finding.PADDED}
    assert evidence.notice.proven
    assert evidence.sound.samples == 150_000


def test_a_recording_that_lacks_three_seconds_of_its_call_says_so() -> None:
    evidence = weighed(track(CALLER[:-24_000]), track(HALL[:-24_000]))

    assert evidence.findings == {Finding.LENGTH_DIFFERS}


def test_an_empty_recording_is_weighed_too() -> None:
    evidence = weighed(track(silence(0)), track(silence(0)))

    assert evidence.findings == {Finding.EMPTY, Finding.LENGTH_DIFFERS}
    assert not evidence.notice.proven
    assert evidence.sound.samples == 0


def test_a_call_that_was_never_answered_has_no_length_to_compare() -> None:
    unanswered = CallSpan(recorded_from=NOON, ended_at=after(30))

    evidence = weighed(track(silence(0)), track(silence(0)), unanswered)

    assert evidence.findings == {Finding.EMPTY}


def test_a_caller_who_leaves_in_the_announcement_is_no_failure_of_ours() -> None:
    left = CallSpan(recorded_from=NOON, answered_at=after(0.2), ended_at=after(3))

    evidence = weighed(track(silence(3)), track(HALL[:24_000]), left)

    assert not evidence.notice.proven
    assert evidence.left_early


def test_an_announcement_that_never_sounded_in_a_long_call_is_ours() -> None:
    waited = CallSpan(recorded_from=NOON, answered_at=after(0.2), ended_at=after(20))

    evidence = weighed(track(CALLER), track(silence(20)), waited)

    assert not evidence.notice.proven
    assert not evidence.left_early


def test_the_announcement_of_a_telephone_left_off_the_hook_is_proven_without_keeping_the_sixteen_hours() -> (
    None
):
    minute = np.zeros((60 * SAMPLE_RATE, 2), dtype="<i2")

    def sixteen_hours() -> Iterator[Samples]:
        yield from in_blocks(both_sides(silence(20), HALL))
        for _ in range(16 * 60):
            yield minute

    length = len(HALL) + 16 * 3600 * SAMPLE_RATE
    side = Track(file_bytes=44 + 2 * length, start=44, count=length, final=True)
    forgotten = replace(TALKED, ended_at=after(20 + 16 * 3600))

    evidence = weigh(side, side, sixteen_hours(), forgotten, PROMPT)

    assert evidence.notice.proven
    assert evidence.findings == {Finding.ONE_SIDED}
    assert evidence.seconds == 20 + 16 * 3600


def test_an_announcement_played_again_after_a_minute_and_a_half_is_found_there() -> None:
    hall = through_mulaw(np.concatenate([silence(90), PROMPT, silence(6)]))
    span = replace(TALKED, announcement_ended_at=after(94), connected_at=after(96), ended_at=after(100))

    evidence = weighed(track(voice(3, 100.0)), track(hall), span)

    assert evidence.notice.proven
    assert evidence.notice.at_ms is not None
    assert 89_990 <= evidence.notice.at_ms <= 90_010


def test_an_answer_that_was_noted_late_moves_the_beginning_back_and_hides_nothing() -> None:
    noted_late = replace(TALKED, recorded_from=after(8), arrived_at=NOON, answered_at=after(8))

    evidence = weighed(track(CALLER), track(HALL), noted_late)

    assert evidence.recorded_from == NOON
    assert evidence.notice.proven
    assert evidence.findings == frozenset()


def test_a_recording_that_was_stretched_still_differs_in_length() -> None:
    stretched = voice(3, 27.0)
    span = replace(TALKED, arrived_at=after(-0.01))

    evidence = weighed(track(stretched), track(voice(4, 27.0)), span)

    assert Finding.LENGTH_DIFFERS in evidence.findings
    assert evidence.recorded_from == NOON
