"""The level of a track in short blocks, and the active speech level of ITU-T P.56 (method B) made from them.

A mean over a whole call would call somebody quiet who mostly listens. P.56 measures only while there is
speech, and finds out from the sound itself when that is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcription.engine import SAMPLE_RATE, Samples

BLOCK_SECONDS = 0.005
"""The envelope is followed in these steps; the standard's time constant is six of them."""

_BLOCK = int(SAMPLE_RATE * BLOCK_SECONDS)
_FULL_SCALE = 32768.0
_CLIPPED = 0.98 * _FULL_SCALE
_TIME_CONSTANT = 0.03  # s, of each of the two averages one behind the other
_HANGOVER = int(0.2 / BLOCK_SECONDS)  # blocks
_MARGIN_DB = 15.9
_THRESHOLDS = 2.0 ** -np.arange(15, 0, -1)  # of full scale, from low to high


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """A track in blocks of 5 ms; full scale is 1."""

    power: NDArray[np.float32]
    """Mean of the squared samples."""
    magnitude: NDArray[np.float32]
    """Mean of the samples without their sign."""
    clipped: int
    """Samples at the end of the scale."""

    def where(self, active: NDArray[np.bool_]) -> Levels:
        """Return only the blocks that a mask names, one after the other."""
        return Levels(power=self.power[active], magnitude=self.magnitude[active], clipped=0)


def levels_of(samples: Samples) -> Levels:
    """Measure a track (mono, 16 bit, 8 kHz); a last part of less than a block is left out."""
    count = len(samples) // _BLOCK
    blocks = samples[: count * _BLOCK].reshape(count, _BLOCK).astype(np.float32) / _FULL_SCALE
    return Levels(
        power=np.asarray(np.mean(blocks**2, axis=1), dtype=np.float32),
        magnitude=np.asarray(np.mean(np.abs(blocks), axis=1), dtype=np.float32),
        clipped=int(np.count_nonzero(np.abs(samples.astype(np.int32)) > _CLIPPED)),
    )


def joined(parts: list[Levels]) -> Levels:
    """Put parts of a track together again."""
    return Levels(
        power=np.concatenate([part.power for part in parts] or [np.zeros(0, np.float32)]),
        magnitude=np.concatenate([part.magnitude for part in parts] or [np.zeros(0, np.float32)]),
        clipped=sum(part.clipped for part in parts),
    )


def mean_level(levels: Levels) -> float | None:
    """Tell the mean level in dBFS (a square wave of full scale is 0); None for digital silence."""
    power = float(np.mean(levels.power, dtype=np.float64)) if len(levels.power) else 0.0
    return 10 * float(np.log10(power)) if power > 0 else None


def active_level(levels: Levels) -> float | None:
    """Tell the active speech level in dBFS, after ITU-T P.56 method B; None where there is no speech.

    Taken from blocks of 5 ms instead of samples, which moves it by less than 0.1 dB.
    """
    energy = float(np.sum(levels.power, dtype=np.float64))
    if energy <= 0:
        return None
    envelope = _envelope(levels.magnitude)
    before: tuple[float, float] | None = None
    for threshold in _THRESHOLDS:
        active = _with_hangover(envelope >= threshold)
        if active == 0:
            return None
        level = 10 * float(np.log10(energy / active))
        beyond = level - 20 * float(np.log10(threshold)) - _MARGIN_DB
        if beyond <= 0:
            # The level lies where it stands 15.9 dB above the threshold: between this one and the last.
            if before is None:
                return level
            lower_level, lower_beyond = before
            return lower_level + (level - lower_level) * lower_beyond / (lower_beyond - beyond)
        before = (level, beyond)
    return before[0] if before is not None else None


def _envelope(magnitude: NDArray[np.float32]) -> NDArray[np.float64]:
    keep = float(np.exp(-BLOCK_SECONDS / _TIME_CONSTANT))
    first = second = 0.0
    followed = np.empty(len(magnitude))
    for at, value in enumerate(magnitude.tolist()):
        first = keep * first + (1 - keep) * value
        second = keep * second + (1 - keep) * first
        followed[at] = second
    return followed


def _with_hangover(active: NDArray[np.bool_]) -> int:
    """Count active blocks; each one keeps the next 200 ms active."""
    places = np.flatnonzero(active)
    if not len(places):
        return 0
    reach = np.minimum(np.diff(places, append=len(active)), _HANGOVER + 1)
    return int(reach.sum())
