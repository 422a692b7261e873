"""The prompts that ship say what the profile says, at a level and length a caller can bear."""

from __future__ import annotations

import hashlib
import json
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from core.profile.loading import load_profile
from core.profile.model import Announcement
from tests.fixtures_profile import PROFILES

PROFILE = load_profile(PROFILES / "sakura.yaml")
ORIGIN = json.loads((PROFILES / "sounds/sakura/origin.json").read_text(encoding="utf-8"))


def samples_of(announcement: Announcement) -> npt.NDArray[np.float64]:
    with wave.open(str(PROFILES / announcement.file), "rb") as sound:
        assert sound.getparams()[:3] == (1, 2, 8000)
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / 32767


@pytest.mark.parametrize("announcement", PROFILE.announcements, ids=lambda one: one.id)
def test_a_sound_was_made_from_the_words_that_stand_in_the_profile(announcement: Announcement) -> None:
    path = PROFILES / announcement.file

    assert ORIGIN[path.name]["text"] == announcement.text
    assert ORIGIN[path.name]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("announcement", PROFILE.announcements, ids=lambda one: one.id)
def test_a_sound_is_loud_undistorted_and_starts_after_a_breath(announcement: Announcement) -> None:
    samples = samples_of(announcement)

    assert 20 * np.log10(np.abs(samples).max()) == pytest.approx(-3, abs=0.1)
    assert not samples[:1600].any()
    assert not samples[-1600:].any()
    assert np.sqrt(np.mean(samples**2)) > 0.1


def test_the_notice_is_told_in_four_to_seven_seconds() -> None:
    for told in {one.announcement for one in PROFILE.lines if one.announcement}:
        notice = PROFILE.announcement(told)

        assert 4 <= len(samples_of(notice)) / 8000 <= 7


def test_every_sound_that_ships_is_spoken_by_the_profile() -> None:
    shipped = {path.relative_to(PROFILES).as_posix() for path in Path(PROFILES).rglob("*.wav")}

    assert shipped == {one.file for one in PROFILE.announcements}
