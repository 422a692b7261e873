"""What was said around a place: who asked for what just before tells what an answer is. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from transcription.utterance import Utterance

_BEFORE = 2  # utterances, of either side


class Particular(StrEnum):
    """A particular of a person that is offered."""

    NAME = "name"
    PHONE = "phone-number"
    ADDRESS = "address"
    BIRTH = "date-of-birth"
    ACCOUNT = "account"
    OWN_NUMBER = "my-number"
    NUMBER = "number"
    """Another number that belongs to one person: of an insured, a certificate, a recipient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Letters of one utterance, or from one to a later one of the same speaker."""

    particular: Particular
    said: int
    start: int
    until: int
    """The utterance in which it ends; ``said`` for most."""
    end: int


def around(call: Sequence[Utterance], at: int, start: int) -> str:
    """Return what was said before a place of a call, the two utterances before it included."""
    before = "".join(one.text for one in call[max(0, at - _BEFORE) : at])
    return before + call[at].text[:start]


def asks(words: str, call: Sequence[Utterance], at: int, start: int, own: int = 20) -> bool:
    """Say whether one of some words (a pattern) stands shortly before a place, or was said before it."""
    near = call[at].text[max(0, start - own) : start]
    if re.search(words, near):
        return True
    return not near.strip("はいえーと、。 ") and re.search(words, around(call, at, start)) is not None
