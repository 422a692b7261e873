"""A release of one call, a name and a number left out of it on both sides, and its bundle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pyzipper
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from disclosure.bundle.making import MadeBundle, make_bundle
from disclosure.bundle.release import Release, ReleasedCall, SaidLine
from disclosure.redaction.mask import Mask
from incidents.papers.fonts import find_fonts
from tests.fakes.voices import voice
from transcription.utterance import CALL_TRACKS, Span, Track, Utterance, Word

SECONDS = 12.0
NAME, SAID_AGAIN, NUMBER = "鈴木花子", "鈴木様", "090-1234-5678"
CALLER, HALL = Span(start=3.0, end=4.2), Span(start=6.0, end=7.0)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
MADE_AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
SOUND: NDArray[np.int16] = np.stack([voice(21, SECONDS), voice(22, SECONDS)], axis=1).astype(np.int16)
RATE = 8000


def line(track: Track, speaker: str, *words: tuple[str, float, float]) -> SaidLine:
    """Return a line whose words have times."""
    said = Utterance(
        track=track, start=words[0][1], end=words[-1][2], text="".join(one[0] for one in words),
        words=tuple(Word(text=one, start=start, end=end, probability=0.9) for one, start, end in words),
    )  # fmt: skip
    return SaidLine(said=said, speaker=speaker, confirmed=track is Track.CALLER)


LINES = (
    line(Track.HALL, "職員", ("さくら市役所です", 0.4, 2.0)),
    line(Track.CALLER, "相手", ("隣の", 2.2, 2.8), (NAME, 3.1, 3.6), (NUMBER, 3.6, 4.1), ("です", 4.4, 4.8)),
    line(Track.HALL, "職員", (SAID_AGAIN, 6.2, 6.8), ("ですね", 7.2, 7.8)),
)
MASKS = (
    Mask(id=UUID(int=1), track=Track.CALLER, span=CALLER, ground="ho-78-2", note="第三者の氏名"),
    Mask(id=UUID(int=2), track=Track.HALL, span=HALL, ground="ho-78-2"),
)


def master() -> Iterator[NDArray[np.int16]]:
    """Give the master in blocks, as the vault does."""
    yield from np.array_split(SOUND, 5)


def release(masks: tuple[Mask, ...] = MASKS, lines: tuple[SaidLine, ...] = LINES) -> Release:
    """Return the release."""
    call = ReleasedCall(
        label="通話1", began=MADE_AT, line="国民健康保険", columns=CALL_TRACKS, samples=len(SOUND),
        masks=masks, said=lines, master=master,
    )  # fmt: skip
    return Release(
        city="さくら市", agency="市長", receipt="R8-12", kind="保有個人情報の開示",
        decided=date(2026, 11, 19), filed="8情第3号", calls=(call,),
        grounds={"ho-78-2": "個人情報の保護に関する法律 第78条第1項第2号"},
    )  # fmt: skip


def bundle(folder: Path, wanted: Release | None = None) -> MadeBundle:
    """Make the bundle of a release in a folder."""
    return make_bundle(
        wanted or release(), folder / "R8-12.zip", key=KEY, fonts=find_fonts(), made_at=MADE_AT
    )  # fmt: skip


def taken_out(made: MadeBundle, folder: Path) -> Path:
    """Take the files out of the ZIP."""
    folder.mkdir()
    with pyzipper.AESZipFile(made.path) as files:
        files.setpassword(made.password.encode())
        files.extractall(folder)
    return folder
