"""Makes words of the calls that are watched now: what is said grows as a guess, and settles when it ends.

Sound comes in on one thread and is heard on another, one stretch after the other, the neediest call first.
It is kept in memory for seconds. Only what the detectors call speech of this side is heard, so that silence,
music and echo become no words.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Protocol
from uuid import UUID

import numpy as np

from core.clock import Clock
from core.ids import CallId
from core.logs import get_log
from storage.database import DatabaseAway
from storage.live_streams import Stream
from storage.live_text import Following, LiveLine
from transcription.engine import SAMPLE_RATE, ModelMissing, Samples
from transcription.live.ear import Ear
from transcription.live.pace import Need, Pace
from transcription.live.speech import SpeechOnLine, Stretch
from transcription.speech_detection import detect
from transcription.spoken_numbers import masked_text
from transcription.utterance import UNHEARD

GUESS_EVERY = int(0.7 * SAMPLE_RATE)
"""A stretch is heard anew when so much more of it was said."""

FIRST_GUESS = int(0.8 * SAMPLE_RATE)
_VOICE_SECONDS = 0.6  # less voice without text is no lost speech
_ECHO_MARGIN = SAMPLE_RATE // 25  # both sides are in step to 40 ms
_MODEL_AGAIN_SECONDS = 30.0
_IDLE_SECONDS = 0.1

log = get_log()


class Lines(Protocol):
    """Where words go (`storage.live_text.LiveLines`). May raise DatabaseAway."""

    def write(self, call: CallId, line: LiveLine) -> None:
        """Write a line as it stands now."""
        ...


class Side:
    """One side of one watched call."""

    def __init__(self, call: CallId, track: str) -> None:
        self.call = call
        self.track = track
        self.speech = SpeechOnLine()
        self.began_at: datetime | None = None
        self.began = 0.0
        self.guessed: dict[UUID, int] = {}
        self.shown: dict[UUID, str] = {}
        """The guess that stands for a stretch."""

    def at(self, sample: int) -> datetime:
        """Say when a sample was spoken."""
        if self.began_at is None:
            raise ValueError("nothing came yet")
        return self.began_at + timedelta(seconds=sample / SAMPLE_RATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A stretch that can be heard now: over, or still growing."""

    side: Side
    stretch: Stretch
    sound: Samples = field(repr=False)
    other: Samples | None = field(repr=False)
    over_since: float | None = None


class LiveListening:
    """The calls whose words are made now.

    Args:
        ear: hears a stretch
        lines: where the words go
        clock: for the times of what was said
        steady: seconds that only grow
    """

    def __init__(
        self, ear: Ear, lines: Lines, clock: Clock, *, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._ear = ear
        self._lines = lines
        self._clock = clock
        self._steady = steady
        self._lock = Lock()
        self._news = Event()
        self._sides: dict[tuple[CallId, str], Side] = {}
        self._over: list[Heard] = []
        self._needs: Sequence[Need] = ()
        self._pace = Pace()
        self._share: Mapping[CallId, Following] = {}
        self._no_model_until = 0.0
        self._change = 0
        self._ready = False

    # What comes in ---------------------------------------------------------------------------------------

    def listen_to(self, stream: Stream) -> Side:
        """Begin with one side of a call; a newer stream of the same side takes its place."""
        side = Side(stream.call, stream.track)
        with self._lock:
            self._sides[stream.call, stream.track] = side
        return side

    def hear(self, side: Side, sound: bytes) -> None:
        """Take sound of a side."""
        with self._lock:
            if self._sides.get((side.call, side.track)) is not side:
                return
            if side.began_at is None:
                side.began = self._steady() - len(sound) / 2 / SAMPLE_RATE
                side.began_at = self._clock.now() - timedelta(seconds=len(sound) / 2 / SAMPLE_RATE)
            for stretch in side.speech.feed(sound):
                self._over.append(self._cut(side, stretch, over=True))
        self._news.set()

    def leave(self, side: Side) -> None:
        """Take out a side whose stream has ended; what was being said is heard to its end."""
        with self._lock:
            if self._sides.get((side.call, side.track)) is side:
                del self._sides[side.call, side.track]
                if side.began_at is not None:
                    self._over += [self._cut(side, one, over=True) for one in side.speech.end()]
        self._news.set()

    def need(self, calls: Sequence[Need]) -> None:
        """Say which calls are watched, in the order they came, and how much they need it."""
        with self._lock:
            self._needs = tuple(calls)
            known = {one.call for one in calls}
            self._over = [one for one in self._over if one.side.call in known]

    @property
    def states(self) -> Mapping[CallId, Following]:
        """How each watched call is followed."""
        with self._lock:
            away = self._steady() < self._no_model_until
            speaking = {call for call, _ in self._sides}
            return {
                one.call: Following.AWAY
                if away
                else self._share.get(one.call, Following.ON)
                if one.call in speaking and self._ready
                else Following.STARTING
                for one in self._needs
            }

    # What is heard ---------------------------------------------------------------------------------------

    def run(self, stop: Event) -> None:
        """Hear what can be heard until told to stop."""
        while not stop.is_set():
            if not self.hear_one():
                self._news.wait(_IDLE_SECONDS)
                self._news.clear()

    def hear_one(self) -> bool:
        """Hear the stretch that comes first; False when there is none."""
        with self._lock:
            heard = self._next()
            may_load = self._steady() >= self._no_model_until
            prepares = heard is None and may_load and not self._ready and bool(self._sides)
        if heard is None and not prepares:
            return False
        try:
            self._ear.prepare()  # once; before anybody has said a word, if there is time
            self._ready = True
            if heard is not None:
                self._write_down(heard)
        except ModelMissing:
            log.warning("live_text.no_model")
            with self._lock:
                self._no_model_until = self._steady() + _MODEL_AGAIN_SECONDS
                self._over = []
        except DatabaseAway:
            log.warning("live_text.database_away")
        except Exception:
            log.exception("live_text.failed")  # the next stretch may go well
        return True

    def _next(self) -> Heard | None:
        now = self._steady()
        if now < self._no_model_until:
            self._over = []
            return None
        followed = [one for one in self._over if self._share.get(one.side.call) is not Following.WAITING]
        late = max((now - (one.over_since or now) for one in followed), default=0.0)
        self._pace = self._pace.judge(late, len(self._needs), now)
        self._share = self._pace.share(self._needs)
        self._over = [one for one in self._over if self._share.get(one.side.call) is not Following.WAITING]
        ranks = {one.call: one.rank for one in self._needs}
        chosen = min(
            [*self._over, *self._growing()],
            key=lambda one: (ranks.get(one.side.call, 9), one.over_since is None, one.over_since or 0.0),
            default=None,
        )
        if chosen is not None and chosen.over_since is not None:
            self._over.remove(chosen)
        return chosen

    def _growing(self) -> Iterator[Heard]:
        for side in self._sides.values():
            stretch = side.speech.open
            if stretch is None or self._share.get(side.call, Following.ON) is not Following.ON:
                continue
            guessed = side.guessed.get(stretch.id)
            grown = stretch.end - (stretch.start if guessed is None else guessed)
            if grown >= (FIRST_GUESS if guessed is None else GUESS_EVERY):
                yield self._cut(side, stretch, over=False)

    def _cut(self, side: Side, stretch: Stretch, *, over: bool) -> Heard:
        other = self._sides.get((side.call, "hall" if side.track == "caller" else "caller"))
        beside = None
        if other is not None and other.began_at is not None:
            shift = round((side.began - other.began) * SAMPLE_RATE) - _ECHO_MARGIN
            beside = other.speech.cut(stretch.start + shift, stretch.end + shift)
        return Heard(
            side=side,
            stretch=stretch,
            sound=side.speech.cut(stretch.start, stretch.end),
            other=beside,
            over_since=self._steady() if over else None,
        )

    def _write_down(self, heard: Heard) -> None:
        side, stretch, over = heard.side, heard.stretch, heard.over_since is not None
        side.guessed[stretch.id] = stretch.end
        found = detect(heard.sound, heard.other)
        text: str | None = ""
        if found.speech:
            pieces = [
                heard.sound[int(one.start * SAMPLE_RATE) : int(one.end * SAMPLE_RATE)] for one in found.speech
            ]
            text = self._ear.hear(np.concatenate(pieces), sure=over)
        if over:
            guess = side.shown.pop(stretch.id, "")
            if text is None:  # somebody spoke, and what the machine makes of it is not to be believed
                lost = sum(one.seconds for one in found.voiced) >= _VOICE_SECONDS
                text = guess or (UNHEARD if lost else "")
            side.guessed.pop(stretch.id, None)
            if text or guess:
                self._tell(side, stretch, text, settled=True)
        elif text:
            side.shown[stretch.id] = text
            self._tell(side, stretch, text, settled=False)

    def _tell(self, side: Side, stretch: Stretch, text: str, *, settled: bool) -> None:
        self._change = max(self._change + 1, int(self._clock.now().timestamp() * 1_000_000))
        line = LiveLine(
            id=stretch.id, track=side.track, at=side.at(stretch.start),
            text=masked_text(text), settled=settled, change=self._change,
        )  # fmt: skip
        self._lines.write(side.call, line)
