"""The guard that looks for voices on disk must find every voice that is put there."""

from __future__ import annotations

import io
import os
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from tests.fakes.voices import voice
from tests.fakes.whole_sound import both_sides, write_flac, write_webm
from tests.no_plain_audio import assert_no_plain_audio

CALL = both_sides(voice(1, 20.0), voice(2, 20.0))
CALLER, HALL = np.ascontiguousarray(CALL.T)


def coded(subtype: str) -> bytes:
    """The caller's side as bytes of a raw telephone coding."""
    file = io.BytesIO()
    soundfile.write(file, CALLER, 8000, format="RAW", subtype=subtype)
    return file.getvalue()


def mpeg() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="adts") as container:
        stream = container.add_stream("aac", rate=8000)
        stream.layout, stream.bit_rate = "mono", 24_000
        frame = av.AudioFrame.from_ndarray(CALLER.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


PLANTED = {
    "flac": write_flac(CALL),
    "webm": write_webm(CALL),
    "aac": mpeg(),
    "raw": CALLER.tobytes(),
    "raw at an odd place": os.urandom(1001) + HALL.tobytes(),
    "raw, the other byte order": CALLER.astype(">i2").tobytes(),
    "raw, two sides": CALL.tobytes(),
    "raw, two sides, odd": b"x" + CALL.tobytes(),
    "mu-law": coded("ULAW"),
    "a-law": b"header" + coded("ALAW"),
    "amid noise": os.urandom(70_000) + HALL[40_000:80_000].tobytes() + os.urandom(70_000),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_voice_on_disk_is_found(name: str, tmp_path: Path) -> None:
    hidden = tmp_path / "deep" / "er"
    hidden.mkdir(parents=True)
    (hidden / "object.bin").write_bytes(PLANTED[name])

    with pytest.raises(AssertionError, match="gives the voice away"):
        assert_no_plain_audio([tmp_path], CALL)


def test_sealed_bytes_pass_and_are_counted(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"sealed-{number}").write_bytes(os.urandom(200_000))
    (tmp_path / "empty").write_bytes(b"")

    assert assert_no_plain_audio([tmp_path], CALL) == 4


def test_another_voice_in_raw_form_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(voice(99, 20.0).tobytes())

    assert assert_no_plain_audio([tmp_path], CALL) == 1


def test_looking_for_silence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="nothing would ever be found"):
        assert_no_plain_audio([tmp_path], np.zeros((80_000, 2), dtype=np.int16))
