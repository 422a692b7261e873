"""What a job asks of recognition: a piece of a call goes in, what both sides said comes out, in order.

``Hearing`` does it in this very process; ``slots.py`` does it in processes of its own, which may die.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from transcription.engine import ModelIdentity, Samples, SpeechEngine, SpokenTrack
from transcription.pieces import Piece
from transcription.speech_detection import detect
from transcription.utterance import Track, Utterance

GoOn = Callable[[], None]
"""Asked about every second; raises whatever should end the work, and that is passed on."""


class Hears(Protocol):
    """Turns pieces of calls into utterances."""

    @property
    def options(self) -> Mapping[str, str | int | float | bool]:
        """How the recogniser is set; kept with every transcript."""
        ...

    def model(self) -> ModelIdentity:
        """Say which model listens.

        Raises:
            ModelMissing: there is no model, or it is not the one it should be
        """
        ...

    def hear(self, piece: Piece, vocabulary: tuple[str, ...], go_on: GoOn) -> list[Utterance]:
        """Write down what both sides of a piece say, in seconds of the whole call.

        Raises:
            ModelMissing: there is no model, or it is not the one it should be
            RecognitionGivenUp: this piece ends every process that hears it
            whatever ``go_on`` raises
        """
        ...


class Hearing:
    """Listens in this process: each side by itself, after its speech was found."""

    def __init__(self, engine: SpeechEngine) -> None:
        self._engine = engine

    @property
    def options(self) -> Mapping[str, str | int | float | bool]:
        """How the recogniser is set."""
        return self._engine.options

    def model(self) -> ModelIdentity:
        """Say which model listens."""
        return self._engine.model()

    def hear(self, piece: Piece, vocabulary: tuple[str, ...], go_on: GoOn) -> list[Utterance]:
        """Write down what both sides of a piece say."""
        said = list[Utterance]()
        for track, own, other in _tracks(piece):
            go_on()
            said += self._listen(track, own, other, vocabulary)
        return [one.later(piece.start) for one in said]

    def _listen(
        self, track: Track, own: Samples, other: Samples | None, vocabulary: tuple[str, ...]
    ) -> list[Utterance]:
        found = detect(own, other)
        if not found.speech:
            return []
        spoken = SpokenTrack(track=track, samples=own, speech=found.speech, voiced=found.clear)
        return self._engine.listen(spoken, vocabulary)


def _tracks(piece: Piece) -> tuple[tuple[Track, Samples, Samples | None], ...]:
    """Each track of a piece, with the one whose echo it may hold; a room has one, and nothing beside it."""
    if piece.room:
        return ((Track.ROOM, piece.caller, None),)
    return ((Track.CALLER, piece.caller, piece.hall), (Track.HALL, piece.hall, piece.caller))
