"""What is to be released, as values: a bundle is made of this and of nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from disclosure.redaction.mask import Mask, Shown, shown_of, silenced
from disclosure.redaction.masked_sound import Cover, masked_block
from telephony.sound.audio_files import SAMPLE_RATE
from transcription.utterance import Span, Track, Utterance


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidLine:
    """An utterance of the transcript that people read."""

    said: Utterance
    speaker: str
    """As it is printed: 職員, 相手, 案内, 不明."""
    confirmed: bool
    """Somebody heard it and stands for the words; otherwise 未確認."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedCall:
    """One recording of a release."""

    label: str
    """「通話1」: what it is called in every file of the bundle."""
    began: datetime
    line: str
    """The name of the line (窓口)."""
    columns: tuple[Track, Track]
    """Which side each column of the master is."""
    samples: int
    masks: tuple[Mask, ...]
    said: tuple[SaidLine, ...]
    master: Callable[[], Iterator[NDArray[np.int16]]]
    """Blocks of the master, shape (n, 2), from the first one each time it is called."""

    @property
    def seconds(self) -> float:
        """Length of the recording."""
        return self.samples / SAMPLE_RATE

    def silent(self, track: Track) -> tuple[Span, ...]:
        """What is left out of one side."""
        return silenced(self.masks, track)

    def shown(self, line: SaidLine) -> tuple[Shown, ...]:
        """What may be read of a line."""
        return shown_of(line.said, self.silent(line.said.track))

    def sound(self, cover: Cover) -> Iterator[NDArray[np.int16]]:
        """Give the released sound block by block: what is left out is replaced before anything encodes it."""
        silent = {track: self.silent(track) for track in set(self.columns)}
        at = 0
        for block in self.master():
            yield masked_block(block, at, silent, self.columns, SAMPLE_RATE, cover)
            at += len(block)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What one request receives."""

    city: str
    agency: str
    receipt: str
    """受付番号."""
    kind: str
    """What was asked for: 保有個人情報の開示 or 情報公開."""
    decided: date
    filed: str
    """決裁番号."""
    calls: tuple[ReleasedCall, ...]
    grounds: Mapping[str, str]
    """Of each ground what is printed beside a passage."""
    cover: Cover = Cover.TONE
