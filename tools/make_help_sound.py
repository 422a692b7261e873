"""Make the sound that calls supervisors to a wallboard: ``python tools/make_help_sound.py``.

Three rising notes with soft edges, 8 kHz mono, WAV: heard in an office, not a siren. Made of sines alone, so
it is ours, and the same script always makes the same bytes.
"""

from __future__ import annotations

import io
from pathlib import Path

from pydub import AudioSegment
from pydub.generators import Sine

RATE = 8000
NOTES = (659.26, 783.99, 1046.50)  # Hz: E5, G5, C6
NOTE_MS, GAP_MS, EDGE_MS = 220, 40, 12
LOUDNESS, OVERTONE = -8.0, -20.0  # dB of full scale
TARGET = Path(__file__).parents[1] / "api" / "static" / "help.wav"


def help_sound() -> bytes:
    """Return the sound as a WAV file."""
    sound = AudioSegment.silent(duration=0, frame_rate=RATE)
    for note in NOTES:
        sound += _struck(note) + AudioSegment.silent(duration=GAP_MS, frame_rate=RATE)
    file = io.BytesIO()
    sound.export(file, format="wav")
    return file.getvalue()


def _struck(hertz: float) -> AudioSegment:
    low, high = (
        Sine(pitch, sample_rate=RATE).to_audio_segment(duration=NOTE_MS, volume=loudness)
        for pitch, loudness in ((hertz, LOUDNESS), (2 * hertz, OVERTONE))
    )
    return low.overlay(high).fade_in(EDGE_MS).fade_out(EDGE_MS)


def main() -> None:
    """Write the file."""
    TARGET.write_bytes(help_sound())


if __name__ == "__main__":
    main()
