"""A file from outside is read by a process of its own: every kind that recorders write, and no other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from incidents.imports.decoder import Decoding, FileRefused
from telephony.sound.audio_files import SAMPLE_RATE
from tests.recorder_files import EMPTY_WAV, recorded, silent_film


def read(data: bytes, longest: float = 60.0) -> tuple[np.ndarray, dict[str, str]]:
    decoding = Decoding(lambda start, length: data[start : start + length], len(data), longest)
    blocks = list(decoding.sound())
    return np.concatenate(blocks), decoding.claims


@pytest.mark.parametrize(
    ("container", "codec", "rate", "more"),
    [
        ("wav", "pcm_s16le", 8000, {"layout": "mono"}),
        ("wav", "pcm_s16le", 16000, {}),
        ("mp3", "libmp3lame", 44100, {}),
        ("mp4", "aac", 44100, {"video": True}),
        ("asf", "wmav2", 44100, {}),
    ],
)
def test_what_recorders_write_comes_out_as_one_track_of_telephone_sound(
    container: str, codec: str, rate: int, more: dict[str, object]
) -> None:
    sound, claims = read(recorded(container, codec, rate=rate, title="窓口", **more))  # type: ignore[arg-type]

    assert abs(len(sound) / SAMPLE_RATE - 2.0) < 0.15
    loud = np.abs(sound[-SAMPLE_RATE // 2 : -SAMPLE_RATE // 10].astype(int)).max()
    assert loud > 10 * np.abs(sound[: SAMPLE_RATE // 20].astype(int)).max() + 1000
    assert claims["rate"] == str(rate)
    assert "窓口" in claims.values()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "unreadable"),
        (b"%PDF-1.7 not a sound" * 50, "unreadable"),
        (recorded()[:20], "unreadable"),
        (EMPTY_WAV, "no-sound"),
        (silent_film(), "no-sound"),
    ],
)
def test_what_is_no_sound_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read(data)

    assert refused.value.reason == reason


def test_a_file_that_plays_too_long_is_left_in_its_midst() -> None:
    with pytest.raises(FileRefused) as refused:
        read(recorded("mp3", "libmp3lame", seconds=30), longest=5)

    assert refused.value.reason == "too-long"


def test_a_playlist_leads_nowhere(tmp_path: Path) -> None:
    """FFmpeg would follow what a playlist names: other files of this machine, and addresses in the hall."""
    (tmp_path / "secret.wav").write_bytes(recorded())
    lists = (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://{tmp_path}/secret.wav\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile {tmp_path}/secret.wav\n",
    )
    for one in lists:
        with pytest.raises(FileRefused):
            read(one.encode())
