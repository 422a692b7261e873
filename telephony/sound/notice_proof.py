"""Proves that the announcement left for the caller's telephone: 送出の証明, a proof of sending.

It says that Asterisk finished playing the prompt and that the track of what the caller was sent holds those
very samples. It does not say that anybody listened: that the caller heard and understood cannot be proven
here, and no page may claim it.

Where the rule comes from: the manuals that cities publish announce a recording and give its purpose
(正確な対応記録を残すため、通話を録音させていただきます). Without this proof a call counts as 未告知: its
recording stays closed for use until a supervisor opens it with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from telephony.sound.audio_files import SAMPLE_RATE, Samples

PROVEN_FROM = 0.8
"""Least correlation that proves. µ-law coding alone leaves 0.999, other speech was never seen above 0.3.

That nothing was left out is Asterisk's word (``done``); that what it played was the prompt is this. A
recorder that starts late under a burst of calls misses a syllable of what the caller was sent: that is no
reason to call the announcement missing, so no single piece is asked for more than its share.
"""

_ALIKE_FROM = 0.5  # below that, the place that fits best is chance
_PIECE = SAMPLE_RATE // 2
_LATE = (
    SAMPLE_RATE // 2
)  # so much of the prompt's beginning may lie before the first sample that was recorded
_SLIP = SAMPLE_RATE // 4  # a starved machine inserts or drops frames of 20 ms; words do not move further
_SEARCHED_SECONDS = 60  # when nobody knows the interval: rings and a late answer lie before the prompt
_ALMOST_BEST = 0.98
_AUDIBLE = 30.0  # root mean square of 16-bit samples, -61 dBFS: what is softer was not announced
_NOT_DIGITAL_SILENCE = 1.0
_VOICED = 0.1  # of the prompt's own level: pieces softer than that are breaths and pauses

_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeProof:
    """What was found of the announcement in the track that the caller was sent."""

    proven: bool
    correlation: float
    """0 to 1: how much of the prompt's sound is there, piece by piece."""
    at_ms: int | None
    """Where in the recording it starts; None when nothing alike was found."""


def prove_notice(
    sent: Samples,
    prompt: Samples,
    *,
    playback_finished: bool,
    expected_ms: tuple[int, int] | None = None,
) -> NoticeProof:
    """Look for the prompt in what the caller was sent.

    Args:
        sent: the ``t`` track.
        prompt: the samples of the announcement as the city gave them.
        playback_finished: Asterisk said that the whole prompt was played (state ``done``).
        expected_ms: earliest and latest start in the recording, in milliseconds, when it is known.
    """
    spoken = _trim(prompt.astype(np.float64))
    first, last = _where_to_look(len(sent), expected_ms)
    heard = sent[first : last + len(prompt) + _SLIP].astype(np.float64)
    window = np.concatenate((np.zeros(_LATE), heard))
    if not len(spoken) or len(heard) < len(spoken) - _LATE:
        return NoticeProof(proven=False, correlation=0.0, at_ms=None)
    start = _earliest_best(_correlations(window, spoken))
    whole = _piece_by_piece(window, spoken, start)
    if _level(window[start : start + len(spoken)]) < _AUDIBLE:
        whole = 0.0
    proven = playback_finished and whole >= PROVEN_FROM
    found = (
        None if whole < _ALIKE_FROM else max(0, first + start - _LATE - _lead(prompt)) * 1000 // SAMPLE_RATE
    )
    return NoticeProof(proven=proven, correlation=round(whole, 4), at_ms=found)


def _where_to_look(length: int, expected_ms: tuple[int, int] | None) -> tuple[int, int]:
    if expected_ms is None:
        return 0, min(length, _SEARCHED_SECONDS * SAMPLE_RATE)
    earliest, latest = (ms * SAMPLE_RATE // 1000 for ms in expected_ms)
    return min(max(0, earliest), length), min(max(earliest, latest), length)


def _lead(prompt: Samples) -> int:
    """Samples of silence before the first sound of a prompt."""
    sounding = np.flatnonzero(np.abs(prompt.astype(np.int32)) > _AUDIBLE)
    return int(sounding[0]) if len(sounding) else len(prompt)


def _trim(prompt: _Floats) -> _Floats:
    """Cut the silence around a prompt: it proves nothing, and a codec fills it with a little noise."""
    sounding = np.flatnonzero(np.abs(prompt) > _AUDIBLE)
    return prompt[sounding[0] : sounding[-1] + 1] if len(sounding) else prompt[:0]


def _level(sound: _Floats) -> float:
    """Root mean square."""
    return float(np.sqrt(sound @ sound / len(sound)))


def _correlations(window: _Floats, piece: _Floats) -> _Floats:
    """Normalised correlation of a piece with every place of the window; 0 in digital silence."""
    places = len(window) - len(piece) + 1
    size = 1 << (len(window) + len(piece)).bit_length()
    spectrum = np.fft.rfft(window, size) * np.conj(np.fft.rfft(piece, size))
    products = np.fft.irfft(spectrum, size)[:places]
    summed = np.concatenate(([0.0], np.cumsum(window * window)))
    energy = summed[len(piece) :] - summed[: -len(piece)]
    audible = energy > len(piece) * _NOT_DIGITAL_SILENCE**2
    scale = np.sqrt(np.where(audible, energy, 1.0) * float(piece @ piece))
    return np.where(audible, products / scale, 0.0)


def _earliest_best(correlations: _Floats) -> int:
    """Of several equally good places the first: a prompt played twice was sent from its first time on."""
    good = int(np.argmax(correlations >= _ALMOST_BEST * float(correlations.max())))
    return good + int(np.argmax(correlations[good : good + SAMPLE_RATE // 50]))


def _piece_by_piece(window: _Floats, spoken: _Floats, start: int) -> float:
    """Return the correlation of the pieces that have voice in them, weighted by their energy.

    A single correlation of the whole would forgive a prompt cut after two thirds (the square root of the
    energy counts) and would fail for one inserted frame. Piece by piece it is the other way round.
    """
    total, weight = 0.0, 0.0
    voiced = _VOICED * _level(spoken)
    for at in range(0, len(spoken), _PIECE):
        piece = spoken[at : at + _PIECE]
        if len(piece) < _PIECE // 5 or _level(piece) < voiced:
            continue
        energy = float(piece @ piece)
        near = window[max(0, start + at - _SLIP) : max(0, start + at + len(piece) + _SLIP)]
        best = max(0.0, float(_correlations(near, piece).max())) if len(near) >= len(piece) else 0.0
        total, weight = total + best * energy, weight + energy
    return total / weight if weight else 0.0
