"""Whoever dials and hangs up again and again does not bury the alarms that somebody must see."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.sound.audio_files import SAMPLE_RATE
from tests.fixtures_capture import BackRoom, wav

pytestmark = pytest.mark.real


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * SAMPLE_RATE), dtype="<i2")


@pytest.mark.parametrize("seconds", [0.0, 0.3, 0.9])
def test_a_caller_who_leaves_before_anything_could_be_heard_is_no_alarm(
    back_room: BackRoom, seconds: float
) -> None:
    call = back_room.call(
        wav(silence(seconds)), wav(silence(seconds)), told=False, talked=False, seconds=seconds
    )

    back_room.capture()(call)

    assert back_room.row(call).no_sound == "nobody-answered"
    assert back_room.alarms(call) == set()


def test_a_caller_who_was_sent_nothing_for_longer_is_one(back_room: BackRoom) -> None:
    call = back_room.call(wav(silence(3)), wav(silence(3)), told=False, talked=False, seconds=3.0)

    back_room.capture()(call)

    assert "recording-silent" in back_room.alarms(call)
