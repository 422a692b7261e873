"""A recogniser's process that does what the vocabulary's first word says: speak, die, eat memory, hang.

Run as a command: ``python -m tests.fakes.odd_recogniser MEMORY_BYTES PARENT``.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from transcription.engine import ModelIdentity, ModelMissing
from transcription.hearing import GoOn
from transcription.pieces import Piece
from transcription.process_limits import MEGABYTE, ProcessLimits
from transcription.recogniser_process import end_with_parent, own_pipes, serve
from transcription.utterance import Track, Utterance

MODEL = ModelIdentity(name="odd", sha256="0" * 64)


class Odd:
    """Hears nothing; says its process id, or does worse."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers
        self._eaten: list[bytearray] = []
        self._model = MODEL
        self._orders: dict[str, Callable[[], object]] = {
            "die": lambda: os.kill(os.getpid(), signal.SIGKILL),
            "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
            "eat": self._eat,
            "burst": lambda: self._eaten.append(bytearray(1 << 40)),
            "fault": self._fail,
            "spin": self._spin,
            "hang": lambda: time.sleep(600),
            "babble": lambda: self._answers.write(b"no answer at all\n"),
            "no-model": self._lose_model,
            "other-model": self._exchange_model,
            "wait": lambda: time.sleep(0.5),
            "speak": lambda: None,
        }

    @property
    def options(self) -> Mapping[str, str | int | float | bool]:
        return {"engine": "odd"}

    def model(self) -> ModelIdentity:
        return self._model

    def hear(self, piece: Piece, vocabulary: tuple[str, ...], go_on: GoOn) -> list[Utterance]:
        order, _, place = (vocabulary[0] if vocabulary else "speak").partition(" ")
        if place:
            order = "speak" if Path(place).exists() else order  # only where nobody was before
            Path(place).touch()
        self._orders[order]()
        said = f"{os.getpid()} {len(piece.caller)} {os.environ.get('TSUWAROKU_SECRET', '-')}"
        return [Utterance(track=Track.CALLER, start=piece.start, end=piece.start + 1.0, text=said)]

    def _eat(self) -> None:
        while True:
            self._eaten.append(bytearray(b"x" * MEGABYTE))

    @staticmethod
    def _fail() -> None:
        raise RuntimeError("words that were heard")

    @staticmethod
    def _spin() -> None:
        while True:
            pass

    @staticmethod
    def _lose_model() -> None:
        raise ModelMissing

    def _exchange_model(self) -> None:
        self._model = ModelIdentity(name="odd", sha256="1" * 64)


if __name__ == "__main__":
    ProcessLimits(memory_bytes=int(sys.argv[1])).take()
    questions, answers = own_pipes()
    end_with_parent(int(sys.argv[2]))
    serve(Odd(answers), questions, answers)
