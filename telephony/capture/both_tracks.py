"""The two tracks of a call as they lie in Asterisk's folder, read side by side as often as wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from itertools import zip_longest
from typing import Protocol

import numpy as np

from telephony.asterisk.ari_errors import AriRefused
from telephony.capture.findings import Finding
from telephony.sound.audio_files import (
    SAMPLE,
    RecordedFile,
    Samples,
    Track,
    UnreadableRecording,
    find_track,
    read_track,
)

_NOTHING: Samples = np.zeros(0, dtype=SAMPLE)


class OpensRecordings(Protocol):
    """Asterisk's recordings: telephony.asterisk.stored_recordings.StoredRecordings."""

    def open(self, name: str) -> AbstractContextManager[RecordedFile]:
        """Open a file at its front. Raises AriRefused (404 when there is none), AriAway."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BothTracks:
    """Both sides of a call, or why one of them is not there."""

    asterisk: OpensRecordings
    caller_file: str
    hall_file: str
    caller: Track | Finding
    hall: Track | Finding

    @property
    def found(self) -> list[Track]:
        """The sides that are there."""
        return [side for side in (self.caller, self.hall) if isinstance(side, Track)]

    @property
    def unreadable(self) -> list[str]:
        """Names of the files that hold something else than telephone audio."""
        sides = ((self.caller_file, self.caller), (self.hall_file, self.hall))
        return [file for file, side in sides if side is Finding.UNREADABLE_TRACK]

    def sound(self) -> Iterator[Samples]:
        """Yield both sides in blocks of shape (n, 2): the caller left, the town hall's side right.

        The shorter side is filled with silence at its end.

        Raises:
            RecordingChanged: a file is not the one that was looked at
            AriRefused, AriAway
        """
        return join(
            self._side(self.caller_file, self.caller),
            self._side(self.hall_file, self.hall),
        )

    def _side(self, file: str, side: Track | Finding) -> Iterator[Samples]:
        if isinstance(side, Track):
            yield from read_track(partial(self.asterisk.open, file), side)


def look_at_tracks(asterisk: OpensRecordings, name: str) -> BothTracks:
    """Look at both files of a call; how they begin tells nearly everything.

    Raises:
        AriRefused (not 404), AriAway
    """
    caller_file, hall_file = f"{name}_r", f"{name}_t"
    return BothTracks(
        asterisk=asterisk,
        caller_file=caller_file,
        hall_file=hall_file,
        caller=_look_at(asterisk, caller_file),
        hall=_look_at(asterisk, hall_file),
    )


def join(caller: Iterator[Samples], hall: Iterator[Samples]) -> Iterator[Samples]:
    """Lay two sides next to each other; all blocks of a side but its last are of one length."""
    for left, right in zip_longest(caller, hall, fillvalue=_NOTHING):
        both = np.zeros((max(len(left), len(right)), 2), dtype=SAMPLE)
        both[: len(left), 0] = left
        both[: len(right), 1] = right
        yield both


def _look_at(asterisk: OpensRecordings, file: str) -> Track | Finding:
    try:
        return find_track(partial(asterisk.open, file))
    except UnreadableRecording:
        return Finding.UNREADABLE_TRACK
    except AriRefused as refused:
        if refused.status == HTTPStatus.NOT_FOUND:
            return Finding.MISSING_TRACK
        raise
