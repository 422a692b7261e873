"""What a recogniser says into noise, told apart by the figures it gives about itself.

Measured on noise, tones and single words: invented text had a mean log probability of -1.10 or less and a
silence probability of 0.62 or more, the figures moving a little with the machine's kind of processor; true
words, even a lone はい, stayed at 0.62 or less, and over six telephone dialogues above -1.0. Far below that
a lower silence is enough to refuse. With the city's words as a prompt a recogniser recites them into noise
and is sure of it (-0.5 to -0.9), but the silence stays (0.72 to 0.97; true words 0.00 to 0.29). Sentences
learned from films (ご視聴ありがとうございました) are refused earlier, but a person who says them is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SILENT, _UNSURE = 0.65, -1.0
_RATHER_SILENT, _MADE_UP = 0.5, -1.3
_RECITED_SILENT = 0.5
_LOOPING = 2.4
_FROM_FILMS = re.compile(r"ご(視聴|清聴)|チャンネル登録|字幕")
_FILM_SILENT, _FILM_UNSURE = 0.45, -0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a recogniser says about its own text."""

    log_probability: float
    """Mean over the text's tokens, natural logarithm."""
    silence: float
    """Probability that nobody spoke, 0..1."""
    compression: float
    """How well the text compresses; a text that repeats itself compresses well."""


def is_believable(text: str, figures: Figures, *, doubtful: bool = False, prompted: bool = False) -> bool:
    """Say whether a text was probably spoken, and not made up.

    ``doubtful`` is a text for sound that gave none, or none to be believed, a first time: it must be surer.
    ``prompted`` is a text that was written down with the city's words in mind.
    """
    if (doubtful or prompted) and figures.log_probability < _UNSURE:
        return False
    if prompted and figures.silence > _RECITED_SILENT:
        return False
    if figures.compression > _LOOPING or _is_noise(figures):
        return False
    if _FROM_FILMS.search(text):
        return figures.silence <= _FILM_SILENT and figures.log_probability >= _FILM_UNSURE
    return True


def recites(text: str, prompt: str) -> bool:
    """Say whether most of a text is what the recogniser was given to read before it listened."""
    pairs = [text[at : at + 2] for at in range(len(text) - 1)]
    return sum(pair in prompt for pair in pairs) * 2 > len(pairs)


def _is_noise(figures: Figures) -> bool:
    if figures.silence > _RATHER_SILENT and figures.log_probability < _MADE_UP:
        return True
    return figures.silence > _SILENT and figures.log_probability < _UNSURE
