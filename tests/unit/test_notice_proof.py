"""When the record may say that the announcement was sent to the caller, and when it must not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from telephony.sound.audio_files import Samples
from telephony.sound.notice_proof import NoticeProof, prove_notice
from tests.fakes.voices import silence, through_alaw, through_mulaw, voice

PROMPT = voice(100, 5.0)
TALK = voice(200, 12.0)


def track(*parts: Samples) -> Samples:
    return np.concatenate(parts)


def prove(sent: Samples) -> NoticeProof:
    return prove_notice(sent, PROMPT, playback_finished=True)


def test_an_announcement_that_was_sent_is_proven_with_its_place() -> None:
    proof = prove(track(silence(2), PROMPT, silence(1), TALK))

    assert proof.proven
    assert proof.correlation > 0.99
    assert proof.at_ms == pytest.approx(2000, abs=5)


@pytest.mark.parametrize("line", [through_mulaw, through_alaw])
def test_the_telephone_lines_coding_does_not_hide_it(line: Callable[[Samples], Samples]) -> None:
    proof = prove(track(silence(1), line(PROMPT), TALK))

    assert proof.proven
    assert proof.correlation > 0.98


@pytest.mark.parametrize("loudness", [0.05, 0.3, 2.0])
def test_another_level_does_not_hide_it(loudness: float) -> None:
    louder_or_softer = (PROMPT * loudness).clip(-32000, 32000).astype("<i2")

    assert prove(track(silence(1), louder_or_softer, TALK)).proven


def test_an_announcement_nobody_could_hear_was_not_announced() -> None:
    whispered = (PROMPT * 0.003).astype("<i2")

    assert not prove(track(silence(1), whispered, silence(5))).proven


def test_the_same_sound_without_a_finished_playback_proves_nothing() -> None:
    sent = track(silence(1), PROMPT, TALK)

    proof = prove_notice(sent, PROMPT, playback_finished=False)

    assert not proof.proven
    assert proof.correlation > 0.99


@pytest.mark.parametrize("seed", range(300, 306))
def test_other_speech_is_not_taken_for_the_announcement(seed: int) -> None:
    proof = prove(voice(seed, 20.0))

    assert not proof.proven
    assert proof.correlation < 0.5
    assert proof.at_ms is None


@pytest.mark.parametrize("sent", [silence(30), silence(0), silence(1), silence(5)])
def test_silence_proves_nothing(sent: Samples) -> None:
    assert prove(sent) == NoticeProof(proven=False, correlation=0.0, at_ms=None)


@pytest.mark.parametrize("part", [0.25, 0.5, 0.66, 0.75])
def test_of_an_announcement_that_broke_off_too_little_was_sent_to_prove_it(part: float) -> None:
    begun = PROMPT[: int(len(PROMPT) * part)]

    assert not prove(track(silence(2), begun, silence(10))).proven
    assert not prove(track(silence(2), begun, TALK)).proven


def test_an_announcement_without_its_middle_is_not_proven() -> None:
    sent = track(silence(1), PROMPT[:14000], silence(1.5), PROMPT[26000:], silence(5))

    assert not prove(sent).proven


@pytest.mark.parametrize("late", [0.05, 0.2, 0.3, 0.45])
def test_a_recorder_that_starts_late_in_a_burst_of_calls_does_not_unprove_it(late: float) -> None:
    proof = prove(track(PROMPT[int(late * 8000) :], TALK))

    assert proof.proven
    assert proof.at_ms == 0


def test_an_announcement_that_began_too_late_to_end_is_not_proven() -> None:
    assert not prove(track(silence(3), PROMPT[:30000])).proven


def test_played_twice_it_counts_from_the_first_time() -> None:
    proof = prove(track(silence(1), PROMPT, silence(1), PROMPT, TALK))

    assert proof.proven
    assert proof.at_ms == pytest.approx(1000, abs=5)


def test_after_a_broken_first_try_the_whole_second_one_counts() -> None:
    proof = prove(track(silence(1), PROMPT[:12000], silence(1), PROMPT, TALK))

    assert proof.proven
    assert proof.at_ms == pytest.approx(3500, abs=5)


def test_frames_lost_or_inserted_under_load_do_not_unprove_it() -> None:
    inserted = track(
        silence(1), PROMPT[:9000], silence(0.02), PROMPT[9000:22000], silence(0.02), PROMPT[22000:]
    )
    dropped = track(silence(1), PROMPT[:9000], PROMPT[9160:22000], PROMPT[22160:], silence(1))

    assert prove(inserted).proven
    assert prove(dropped).proven


def test_it_is_looked_for_where_it_should_be() -> None:
    sent = track(silence(4), PROMPT, TALK)

    there = prove_notice(sent, PROMPT, playback_finished=True, expected_ms=(3500, 4500))
    elsewhere = prove_notice(sent, PROMPT, playback_finished=True, expected_ms=(8000, 9000))

    assert there.proven
    assert there.at_ms == pytest.approx(4000, abs=5)
    assert not elsewhere.proven


def test_an_interval_beyond_the_recording_proves_nothing() -> None:
    sent = track(PROMPT, silence(1))

    assert not prove_notice(sent, PROMPT, playback_finished=True, expected_ms=(90_000, 95_000)).proven


def test_a_prompt_with_silence_around_it_keeps_its_own_start() -> None:
    padded = track(silence(0.5), PROMPT, silence(0.5))

    proof = prove_notice(track(silence(2), padded, TALK), padded, playback_finished=True)

    assert proof.proven
    assert proof.at_ms == pytest.approx(2000, abs=5)


def test_a_silent_prompt_can_prove_nothing() -> None:
    assert not prove_notice(track(silence(2), TALK), silence(3), playback_finished=True).proven
