"""The announcements' samples are those of the files that the city gave."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from telephony.sound.prompts import Prompts
from tests.fakes.voices import voice
from tests.fixtures_asterisk import town


def test_an_announcement_is_the_sound_of_its_file(tmp_path: Path) -> None:
    spoken = voice(1, 2.0)
    file = tmp_path / town().announcement("rokuon").file
    file.parent.mkdir(parents=True)
    with wave.open(str(file), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(spoken.tobytes())

    prompts = Prompts(town(), tmp_path)
    found = prompts.samples("rokuon")

    assert found is not None
    assert np.array_equal(found, spoken)
    assert prompts.seconds("rokuon") == len(spoken) / 8000


def test_a_missing_or_unknown_announcement_is_none_and_no_failure(tmp_path: Path) -> None:
    prompts = Prompts(town(), tmp_path)

    assert prompts.samples("rokuon") is None
    assert prompts.samples("no-such-announcement") is None
    assert prompts.seconds("no-such-announcement") is None
