"""Checks the sound files of announcements: what Asterisk cannot play, or nobody can hear, must not load.

The telephone network carries 8 kHz mono; the proof that the notice was played compares these very samples.
"""

from __future__ import annotations

import re
import wave
from array import array
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from core.profile.draft import Draft
from core.profile.faults import Finding, Place

RATE = 8000
SHORTEST_SECONDS = 0.5
LONGEST_SECONDS = 60
QUIETEST_PEAK = 1638
"""Of 32767: -26 dBFS. Below it a caller in a noisy place hears nothing."""

_FILE = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*\.wav")
_FIND_OR_MAKE = "ファイルの場所と名前を確かめるか、音声を作ってください。作り方: docs/city-profile.md"
_MAKE_AGAIN = "音声を作り直してください（8 kHz、モノラル、16ビットの WAV）。作り方: docs/city-profile.md"


def sounds_can_be_played(draft: Draft, folder: Path) -> Iterator[Finding]:
    """Check the file of every announcement, beside the profile in ``folder``."""
    for place, name in chain.from_iterable(one.texts("file") for one in draft.all("announcements")):
        if not _FILE.fullmatch(name):
            yield Finding(
                place=place,
                reason=f"ファイル名「{name}」は使えません。",
                instead="設定ファイルの場所から半角の英数字で。例: sounds/sakura/rokuon.wav",
            )
            continue
        yield from _sound(place, name, folder / name)


def _sound(place: Place, name: str, path: Path) -> Iterator[Finding]:
    try:
        with wave.open(str(path), "rb") as sound:
            shape = (sound.getframerate(), sound.getnchannels(), sound.getsampwidth() * 8)
            seconds = sound.getnframes() / max(shape[0], 1)
            content = sound.readframes(min(sound.getnframes(), RATE * LONGEST_SECONDS))
    except FileNotFoundError:
        yield Finding(place=place, reason=f"音声ファイル「{name}」がありません。", instead=_FIND_OR_MAKE)
        return
    except (OSError, EOFError, ValueError, wave.Error):
        yield Finding(place=place, reason=f"「{name}」は WAV の音声として読めません。", instead=_MAKE_AGAIN)
        return
    if shape != (RATE, 1, 16):
        yield Finding(
            place=place,
            reason=f"「{name}」（{shape[0]} Hz、{shape[1]}ch、{shape[2]}ビット）は電話では使えません。",
            instead=_MAKE_AGAIN,
        )
        return
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        yield Finding(
            place=place,
            reason=f"「{name}」の長さが {seconds:.1f} 秒です。",
            instead=f"{SHORTEST_SECONDS}〜{LONGEST_SECONDS} 秒の音声にしてください。",
        )
    samples = array("h", content[: len(content) // 2 * 2])
    if max((abs(sample) for sample in samples), default=0) < QUIETEST_PEAK:
        yield Finding(
            place=place,
            reason=f"「{name}」は音が入っていないか、小さすぎて聞こえません。",
            instead=_MAKE_AGAIN,
        )
