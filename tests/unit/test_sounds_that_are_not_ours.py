"""A file that is no telephone recording of ours is refused whole; words at wrong seconds would be worse."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
import soundfile

from telephony.sound.audio_files import UnreadableRecording
from telephony.sound.flac import unpack_flac
from tests.fakes.voices import voice


def packed(rate: int, sides: int) -> bytes:
    spoken = np.stack([voice(side, 2.0) for side in range(sides)], axis=1)
    file = BytesIO()
    soundfile.write(file, spoken, rate, format="FLAC", subtype="PCM_16")
    return file.getvalue()


def unpack(file: bytes) -> int:
    return sum(
        len(block) for block in unpack_flac(lambda start, length: file[start : start + length], len(file))
    )


@pytest.mark.parametrize("rate", [16_000, 44_100, 11_025])
def test_a_recording_of_another_sample_rate_is_not_listened_to(rate: int) -> None:
    with pytest.raises(UnreadableRecording):
        unpack(packed(rate, 2))


@pytest.mark.parametrize("sides", [1, 3])
def test_a_recording_without_two_sides_is_not_listened_to(sides: int) -> None:
    with pytest.raises(UnreadableRecording):
        unpack(packed(8000, sides))


def test_a_recording_of_telephone_rate_with_two_sides_is() -> None:
    assert unpack(packed(8000, 2)) == 2 * 8000


@pytest.mark.parametrize("place", [50, 2000, 9000])
def test_a_recording_with_bytes_changed_on_the_disk_is_no_shorter_recording(place: int) -> None:
    file = bytearray(packed(8000, 2))
    file[place : place + 400] = bytes(400)

    try:
        samples = unpack(bytes(file))
    except UnreadableRecording:
        return
    assert samples == 2 * 8000
