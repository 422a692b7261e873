"""Places for recognition, one process and one core each; what dies there costs one try of one recording.

A piece whose process died is heard once more, alone: no neighbour takes memory from it, and it takes none of
theirs with it. If that dies too, the recording is given up until a person has looked at it; the others go on.
A process is renewed after so many pieces, because libraries keep memory, and ended when nobody needs it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

from core.errors import GivenUp, TryLater
from core.logs import get_log
from transcription.engine import ModelIdentity, ModelMissing, SpeechEngine
from transcription.hearing import GoOn
from transcription.pieces import Piece
from transcription.recogniser import Recogniser, RecogniserDied
from transcription.recogniser_process import OUT_OF_MEMORY
from transcription.recogniser_wire import CouldNotHear
from transcription.utterance import Utterance

RENEW_AFTER = 50
IDLE_SECONDS = 300.0
_ASK_SECONDS = 1.0

log = get_log()


class RecognitionGivenUp(GivenUp):
    """音声認識が、この録音で2回続けて止まりました。録音は無事です。原因を確かめてから、もう一度始めてください。"""

    code = "recognition-given-up"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class WorkerEnds(TryLater):
    """文字起こしの処理が終わるところです。この録音は、次に動いた処理が始めから文字にします。"""

    code = "worker-ends"
    wait_seconds = 0


class Slots:
    """So many recognisers, shared by the threads of a worker.

    Args:
        engine: says which model should listen and how it is set; it never listens itself
        make: makes a recogniser, which starts its process when it is needed
        count: how many hear at the same time
        renew_after: pieces that one process hears
    """

    def __init__(
        self,
        *,
        engine: SpeechEngine,
        make: Callable[[], Recogniser],
        count: int,
        renew_after: int = RENEW_AFTER,
    ) -> None:
        self._engine = engine
        self._all = [make() for _ in range(count)]
        self._free = list(self._all)
        self._renew_after = renew_after
        self._alone = False
        self._ended = False
        self._changed = threading.Condition()
        self._used_at = time.monotonic()

    @property
    def options(self) -> Mapping[str, str | int | float | bool]:
        """How the recogniser is set."""
        return self._engine.options

    @property
    def count(self) -> int:
        """How many hear at the same time."""
        return len(self._all)

    @property
    def most_memory_bytes(self) -> int:
        """The most that one of the processes was seen to hold."""
        return max(one.most_memory_bytes for one in self._all)

    @property
    def pids(self) -> list[int]:
        """The processes that live now."""
        return [one.pid for one in self._all if one.pid is not None]

    def model(self) -> ModelIdentity:
        """Say which model listens."""
        return self._engine.model()

    def hear(self, piece: Piece, vocabulary: tuple[str, ...], go_on: GoOn) -> list[Utterance]:
        """Write down what both sides of a piece say; waits for a free place.

        Raises:
            ModelMissing: the process found no model, or another one than this worker's
            RecognitionGivenUp: two processes died of it
            WorkerEnds: the worker was asked to stop
            whatever ``go_on`` raises
        """
        try:
            with self._place(go_on, alone=False) as place:
                return self._heard_by(place, piece, vocabulary, go_on)
        except RecogniserDied as death:
            if self._ended:
                raise WorkerEnds from None
            log.warning("recogniser.died", reason=death.reason, attempt=1)
        try:
            with self._place(go_on, alone=True) as place:
                return self._heard_by(place, piece, vocabulary, go_on)
        except RecogniserDied as death:
            if self._ended:
                raise WorkerEnds from None
            log.warning("recogniser.died", reason=death.reason, attempt=2)
            raise RecognitionGivenUp(death.reason) from None

    def rest(self) -> None:
        """End the processes that nobody has needed for some minutes."""
        with self._changed:
            if len(self._free) == len(self._all) and time.monotonic() - self._used_at > IDLE_SECONDS:
                self._end_free()

    def close(self) -> None:
        """End everything now; whoever waits or hears gets WorkerEnds."""
        with self._changed:
            self._ended = True
            self._end_free()
            for one in self._all:
                one.end()
            self._changed.notify_all()

    def _heard_by(
        self, place: Recogniser, piece: Piece, vocabulary: tuple[str, ...], go_on: GoOn
    ) -> list[Utterance]:
        model, said = self._answer(place, piece, vocabulary, go_on)
        if model != self._engine.model():
            # It holds a model that was exchanged since. What a fresh one holds must be the one that is there.
            place.stop()
            model, said = self._answer(place, piece, vocabulary, go_on)
            if model != self._engine.model():
                place.stop()
                raise ModelMissing
        if place.heard >= self._renew_after:
            place.stop()
        return said

    @staticmethod
    def _answer(
        place: Recogniser, piece: Piece, vocabulary: tuple[str, ...], go_on: GoOn
    ) -> tuple[ModelIdentity, list[Utterance]]:
        try:
            return place.hear(piece, vocabulary, go_on)
        except CouldNotHear as refusal:
            place.stop()
            if refusal.why == ModelMissing.code:
                raise ModelMissing from None
            raise RecogniserDied("memory" if refusal.why == OUT_OF_MEMORY else "fault") from None

    @contextmanager
    def _place(self, go_on: GoOn, *, alone: bool) -> Generator[Recogniser]:
        place = self._take(go_on, alone=alone)
        try:
            yield place
        finally:
            with self._changed:
                self._free.append(place)
                self._alone = self._alone and not alone
                self._used_at = time.monotonic()
                self._changed.notify_all()

    def _take(self, go_on: GoOn, *, alone: bool) -> Recogniser:
        asked = False  # this thread's own wish to be alone stands
        try:
            while True:
                with self._changed:
                    self._refuse_if_ended()
                    if alone and not asked and not self._alone:
                        asked = self._alone = True
                    if self._may_take(alone=alone, asked=asked):
                        if alone:
                            self._end_free()
                        return self._free.pop()
                    self._changed.wait(_ASK_SECONDS)
                go_on()
        except BaseException:
            if asked:
                with self._changed:
                    self._alone = False
                    self._changed.notify_all()
            raise

    def _refuse_if_ended(self) -> None:
        if self._ended:
            raise WorkerEnds

    def _may_take(self, *, alone: bool, asked: bool) -> bool:
        if alone:
            return asked and len(self._free) == len(self._all)
        return not self._alone and bool(self._free)

    def _end_free(self) -> None:
        for one in self._free:
            one.stop()
