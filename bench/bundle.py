"""How long a bundle of a long call takes, and how long the look through it: from samples, without a vault."""

from __future__ import annotations

import resource
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pyzipper
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from disclosure.bundle.leak_check import findings
from disclosure.bundle.making import make_bundle
from disclosure.bundle.release import Release, ReleasedCall, SaidLine
from disclosure.redaction.mask import Mask
from incidents.papers.fonts import find_fonts
from telephony.sound.audio_files import SAMPLE_RATE
from transcription.reading import Reader
from transcription.utterance import CALL_TRACKS, Span, Track, Utterance, Word

_EACH = 20.0  # seconds: one passage on either side
_BLOCK = 60
_AT = datetime(2026, 11, 20, 3, tzinfo=UTC)


def measure(arguments: list[str]) -> dict[str, object]:
    """Make the bundle of one long call with many passages, and look through it."""
    options = ArgumentParser(prog="bench bundle")
    options.add_argument("--minutes", type=int, default=60)
    chosen = options.parse_args(arguments)
    release = _release(chosen.minutes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        begin = time.monotonic()
        made = make_bundle(
            release, folder / "bundle.zip", key=Ed25519PrivateKey.generate(), fonts=find_fonts(),
            made_at=_AT,
        )  # fmt: skip
        making = time.monotonic() - begin
        with pyzipper.AESZipFile(made.path) as files:
            files.setpassword(made.password.encode())
            files.extractall(folder / "files")
        reader = Reader()
        begin = time.monotonic()
        found = list(findings(release, folder / "files", lambda text: reader.read(text).sounds))
        looking = time.monotonic() - begin
    return {
        "minutes": chosen.minutes,
        "passages": len(release.calls[0].masks),
        "bundle_s": round(making, 1),
        "leak_check_s": round(looking, 1),
        "findings": len(found),
        "size_mb": round(made.size / 1e6, 1),
        "memory_growth_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024),
    }


def _release(minutes: int) -> Release:
    seconds = minutes * 60
    spans = [Span(start=at + 5.0, end=at + 6.2) for at in np.arange(0.0, seconds - _EACH, _EACH)]
    masks = tuple(
        Mask(id=UUID(int=2 * number + side + 1), track=track, span=span, ground="a")
        for number, span in enumerate(spans)
        for side, track in enumerate(CALL_TRACKS)
    )
    lines = tuple(_line(float(at)) for at in np.arange(0.0, seconds - _EACH, _EACH))
    call = ReleasedCall(
        label="通話1", began=_AT, line="代表", columns=CALL_TRACKS,
        samples=seconds * SAMPLE_RATE, masks=masks, said=lines, master=lambda: _sound(minutes),
    )  # fmt: skip
    return Release(
        city="さくら市", agency="市長", receipt="R8-1", kind="保有個人情報の開示", decided=date(2026, 11, 1),
        filed="1", calls=(call,), grounds={"a": "第78条第1項第2号"},
    )  # fmt: skip


def _line(at: float) -> SaidLine:
    words = (
        Word(text="となりの", start=at + 4.0, end=at + 4.8, probability=1),
        Word(text="鈴木花子さん", start=at + 5.2, end=at + 6.0, probability=1),
        Word(text="のことでお電話しました", start=at + 6.4, end=at + 9.0, probability=1),
    )
    said = Utterance(
        track=Track.CALLER, start=at + 4.0, end=at + 9.0, text="".join(one.text for one in words), words=words
    )
    return SaidLine(said=said, speaker="相手", confirmed=True)


def _sound(minutes: int) -> Iterator[NDArray[np.int16]]:
    """Noise with the loudness of speech, another in every minute."""
    for number in range(minutes):
        dice = np.random.default_rng(number)
        loud = np.repeat(dice.uniform(0, 3000, (_BLOCK * 10, 2)), SAMPLE_RATE // 10, axis=0)
        yield (dice.standard_normal((_BLOCK * SAMPLE_RATE, 2)) * loud).clip(-32000, 32000).astype(np.int16)
