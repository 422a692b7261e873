"""How a job and its recogniser's process talk: JSON and samples go there, a line of JSON comes back.

Never pickles: a sound made to break the recogniser must not reach the process behind it, which holds keys.
"""

from __future__ import annotations

import json
import math
from typing import Any, BinaryIO

import numpy as np

from core.errors import DomainError
from transcription.engine import ModelIdentity, Samples
from transcription.pieces import Piece
from transcription.utterance import Track, Utterance, Word

_SAMPLE_BYTES = 2


class NotAnAnswer(DomainError):
    """音声認識のプロセスから、読めない答えが返りました。録音は無事です。"""

    code = "not-an-answer"


class CouldNotHear(DomainError):
    """音声認識のプロセスが、聞き取れない理由を返しました。録音は無事です。"""

    code = "could-not-hear"

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why
        """A code: ``model-missing``, ``memory``, or the kind of a fault."""


def question(piece: Piece, vocabulary: tuple[str, ...]) -> tuple[bytes, ...]:
    """Write a question, as blocks of bytes that follow each other."""
    sides = [np.ascontiguousarray(side, dtype="<i2").tobytes() for side in (piece.caller, piece.hall)]
    head = {"start": piece.start, "bytes": [len(side) for side in sides], "vocabulary": list(vocabulary),
            "room": piece.room}  # fmt: skip
    return (json.dumps(head, ensure_ascii=False).encode() + b"\n", *sides)


def read_question(pipe: BinaryIO) -> tuple[Piece, tuple[str, ...]] | None:
    """Read the next question; None when nobody asks any more."""
    line = pipe.readline()
    if not line.endswith(b"\n"):
        return None
    head = json.loads(line)
    caller, hall = (_samples(pipe.read(size)) for size in head["bytes"])
    return Piece(start=head["start"], caller=caller, hall=hall, room=head["room"]), tuple(head["vocabulary"])


def answer(model: ModelIdentity, said: list[Utterance]) -> bytes:
    """Write an answer: one line."""
    heard = [
        [one.track.value, one.start, one.end, one.text,
         [[word.text, word.start, word.end, word.probability] for word in one.words]]
        for one in said
    ]  # fmt: skip
    told = {"model": model.name, "sha256": model.sha256, "heard": heard}
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def refusal(why: str) -> bytes:
    """Write why there is no answer: a code, never a library's words, which may quote what was heard."""
    return json.dumps({"failed": why}).encode() + b"\n"


def read_answer(line: bytes) -> tuple[ModelIdentity, list[Utterance]]:
    """Read an answer.

    Raises:
        CouldNotHear: it says why there is none
        NotAnAnswer: it is something else
    """
    try:
        told: dict[str, Any] = json.loads(line)
        if "failed" in told:
            raise CouldNotHear(str(told["failed"]))
        model = ModelIdentity(name=str(told["model"]), sha256=str(told["sha256"]))
        return model, [_utterance(*one) for one in told["heard"]]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise NotAnAnswer from None


def _utterance(track: str, start: float, end: float, written: str, words: list[list[Any]]) -> Utterance:
    return Utterance(
        track=Track(track),
        start=_number(start),
        end=_number(end),
        text=_text(written),
        words=tuple(
            Word(text=_text(piece), start=_number(begin), end=_number(until), probability=_number(sure))
            for piece, begin, until, sure in words
        ),
    )


def _text(written: object) -> str:
    """Return text that a database can hold; a process that was broken into may write anything.

    Raises:
        ValueError
    """
    text = str(written)
    text.encode()  # half of a surrogate pair is no text
    if "\0" in text:
        raise ValueError
    return text


def _number(written: Any) -> float:  # noqa: ANN401  whatever stands there
    number = float(written)
    if not math.isfinite(number):
        raise ValueError
    return number


def _samples(raw: bytes) -> Samples:
    return np.frombuffer(raw, dtype="<i2", count=len(raw) // _SAMPLE_BYTES)
