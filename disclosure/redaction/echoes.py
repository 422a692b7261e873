"""Where a masked passage is heard on the other side of the call as an echo: offered to be masked too. Pure.

A line, a loudspeaker or a headset sends what one side says back on the other, later and quieter, and one
that is too quiet to notice can be made loud. The other side is searched in short pieces: each masked piece
is compared with what lies there from the same moment until ``LATEST`` after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from disclosure.redaction.mask import frames
from transcription.utterance import Span

LATEST = 0.6
"""Seconds after which an echo of a telephone line is over."""
_PIECE = 0.25  # seconds: some syllables, so that likeness by chance is rare
_ALIKE = 0.35
"""Of a correlation. Measured on the practice dialogues in pieces of 0.25 s: two voices are below 0.27 nine
times in ten; an echo at -30 dB under line noise is above 0.47 in 99 of 100."""
_HEARD = 60.0  # root mean square of 32767 (-55 dBFS): below it there is nothing to hear


def echoes(
    masked_side: NDArray[np.int16], other_side: NDArray[np.int16], silent: Iterable[Span], rate: int
) -> tuple[Span, ...]:
    """Return where the other side carries what is masked on this one.

    Args:
        masked_side: samples of the side with the masks, before they are replaced
        other_side: of the other one, as long
        silent: the masked passages
        rate: samples per second
    """
    found = list(_pieces(masked_side, other_side, silent, rate))
    joined: list[Span] = []
    for one in sorted(found, key=lambda span: span.start):
        if joined and one.start <= joined[-1].end:
            joined[-1] = Span(start=joined[-1].start, end=max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return tuple(joined)


def likeness(piece: NDArray[np.int16], among: NDArray[np.int16]) -> tuple[float, int]:
    """Return how alike a piece is to the likest stretch of some sound, 0 to 1, and where that one begins.

    The sign does not matter: a line may turn the wave around.
    """
    length = len(piece)
    if len(among) < length or length == 0:
        return 0.0, 0
    small = piece.astype(np.float64) - float(np.mean(piece))
    large = among.astype(np.float64)
    size = 1 << int(np.ceil(np.log2(len(large) + length)))
    products = np.fft.irfft(np.fft.rfft(large, size) * np.conj(np.fft.rfft(small, size)), size)[
        : len(large) - length + 1
    ]
    sums = np.concatenate(([0.0], np.cumsum(large)))
    squares = np.concatenate(([0.0], np.cumsum(large**2)))
    total = sums[length:] - sums[:-length]
    power = np.maximum(squares[length:] - squares[:-length] - total**2 / length, 0.0)
    scale = np.sqrt(power * float(np.sum(small**2)))
    alike = np.where(scale > 0, np.abs(products) / np.maximum(scale, 1e-9), 0.0)
    best = int(np.argmax(alike))
    return float(min(1.0, alike[best])), best


def _pieces(
    masked_side: NDArray[np.int16], other_side: NDArray[np.int16], silent: Iterable[Span], rate: int
) -> Iterator[Span]:
    length = int(_PIECE * rate)
    for one in silent:
        place = frames(one, rate, len(masked_side))
        for begin in range(place.start, max(place.stop - length, place.start) + 1, length // 2):
            piece = masked_side[begin : begin + length]
            among = other_side[begin : begin + length + int(LATEST * rate)]
            if len(piece) < length or np.sqrt(np.mean(piece.astype(np.float64) ** 2)) < _HEARD:
                continue
            alike, at = likeness(piece, among)
            if alike >= _ALIKE:
                start = (begin + at) / rate
                yield Span(start=start, end=start + _PIECE)
