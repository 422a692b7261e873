"""How far the machine's words are from what people heard, in the calls of a city: figures, and no words.

People choose what they check, so no figure here is that of all calls. Below `FEWEST_CHARACTERS` or
`FEWEST_CALLS` there is none at all. There is none of a person either: the groups are the telephone's two
sides and what wrote the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from core.ids import RecordingId
from transcription.checked_words import CheckedWords, MachineVersion
from transcription.interval import interval
from transcription.utterance import Track
from transcription.word_errors import WordErrors, word_errors

FEWEST_CHARACTERS = 200
FEWEST_CALLS = 3
FEWEST_WORDS = 20
"""Of words shown as uncertain, or of the others: fewer have no share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share and its 95 % interval over calls; a rate of character errors may exceed 1."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was counted in a group of checked utterances."""

    calls: int
    counts: WordErrors
    rate: Rate | None
    """Character errors per character that was said; None: too few were checked to say."""

    @property
    def marked_wrong(self) -> float | None:
        """Of the words shown as uncertain, the share that was wrong."""
        return self._share(self.counts.marked_wrong, self.counts.marked)

    @property
    def unmarked_wrong(self) -> float | None:
        """Of the other words, the share that was wrong all the same."""
        return self._share(self.counts.unmarked_wrong, self.counts.unmarked)

    def _share(self, wrong: int, words: int) -> float | None:
        return None if self.rate is None or words < FEWEST_WORDS else wrong / words


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """What a city's checked calls say of the machine's words."""

    total: Measured
    tracks: tuple[tuple[Track, Measured], ...]
    versions: tuple[tuple[MachineVersion, Measured], ...]
    """What wrote the words; that of the newest call first."""


def accuracy_of(checked: Iterable[CheckedWords], unsure_below: float) -> Accuracy:
    """Compare all that people checked; the same utterances always give the same figures.

    Args:
        checked: what the machine wrote, and what people heard
        unsure_below: probability (0..1) under which a word is shown as uncertain
    """
    counted = [(one, errors) for one in checked if (errors := word_errors(one, unsure_below)) is not None]
    versions = dict.fromkeys(one.version for one, _ in counted)
    return Accuracy(
        total=_measured(counted),
        tracks=tuple(
            (track, _measured([pair for pair in counted if pair[0].track is track]))
            for track in Track
            if track is not Track.ROOM or any(one.track is track for one, _ in counted)
        ),
        versions=tuple(
            (version, _measured([pair for pair in counted if pair[0].version == version]))
            for version in versions
        ),
    )


def _measured(counted: Sequence[tuple[CheckedWords, WordErrors]]) -> Measured:
    calls: dict[RecordingId, WordErrors] = {}
    for one, errors in counted:
        calls[one.recording] = calls.get(one.recording, WordErrors()) + errors
    counts = reduce(add, calls.values(), WordErrors())
    enough = counts.characters >= FEWEST_CHARACTERS and len(calls) >= FEWEST_CALLS
    return Measured(calls=len(calls), counts=counts, rate=_rate(list(calls.values())) if enough else None)


def _rate(calls: Sequence[WordErrors]) -> Rate:
    # What is checked within one call hangs together: the interval draws whole calls.
    pairs = [(one.errors, one.characters) for one in calls]
    low, high = interval(pairs, _share)
    return Rate(share=_share(pairs), low=low, high=high)


def _share(pairs: Sequence[tuple[int, int]]) -> float:
    return sum(errors for errors, _ in pairs) / sum(characters for _, characters in pairs)
