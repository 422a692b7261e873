"""A call made of spoken phrases: when each is said, what is behind it, and what the line does to it.

Seeded like its words. What is behind a call goes round with its number, so that a few calls hold every kind:
clean, babble, hum, loss of packets, echo, a hold with music, ring-back and keys.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from bench import line_sounds as line
from bench.labelled_call import Phrase
from bench.line_sounds import Sound
from bench.made_dialogue import Turn, make_dialogue
from transcription.engine import SAMPLE_RATE, Samples
from transcription.utterance import CALL_TRACKS, Track

Speaks = Callable[[str, str], Sound]
"""(text, voice) -> the phrase without silence around it, 8 kHz."""

_BREATH = 0.35
_TAIL = 1.0
_HOLD = 12.0


class Behind(StrEnum):
    """What a call has besides its words."""

    NOTHING = "nothing"
    BABBLE_20 = "babble-20"
    BABBLE_10 = "babble-10"
    HUM = "hum"
    LOSS = "loss"
    ECHO_30 = "echo-30"
    ECHO_12 = "echo-12"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCall:
    """Both tracks and all that is known of them."""

    seed: int
    behind: Behind
    law: Literal["ALAW", "ULAW"]
    voices: dict[Track, str]
    levels: dict[Track, float]
    turns: tuple[tuple[Turn, tuple[Phrase, ...]], ...]
    sides: dict[Track, Samples]


def make_call(seed: int, speaks: Speaks, voices: tuple[str, ...]) -> MadeCall:
    """Make the call of a seed."""
    dice = random.Random(seed)  # noqa: S311  a draw of conditions, no secret
    behind = list(Behind)[seed % len(Behind)]
    chosen = dict(zip(CALL_TRACKS, dice.sample(voices, 2), strict=True))
    levels = {Track.CALLER: dice.uniform(-32, -14), Track.HALL: dice.uniform(-30, -20)}
    turns, sides = _spoken(dice, make_dialogue(seed), speaks, chosen, levels, hold=behind is Behind.HOLD)
    _add_behind(behind, sides, levels, seed)
    law: Literal["ALAW", "ULAW"] = "ULAW" if dice.random() < 1 / 3 else "ALAW"
    return MadeCall(
        seed=seed,
        behind=behind,
        law=law,
        voices=chosen,
        levels={track: round(level, 1) for track, level in levels.items()},
        turns=turns,
        sides={track: line.on_the_wire(line.band(sound), law) for track, sound in sides.items()},
    )


def _spoken(  # noqa: PLR0913  all that a call's words depend on
    dice: random.Random,
    dialogue: tuple[Turn, ...],
    speaks: Speaks,
    voices: dict[Track, str],
    levels: dict[Track, float],
    *,
    hold: bool,
) -> tuple[tuple[tuple[Turn, tuple[Phrase, ...]], ...], dict[Track, Sound]]:
    placed = list[tuple[Turn, tuple[Phrase, ...]]]()
    sounds = list[tuple[Track, float, Sound]]()
    at = dice.uniform(0.3, 1.0)
    for number, turn in enumerate(dialogue):
        if hold and number == len(dialogue) // 2:
            sounds.append((Track.CALLER, at + 0.5, line.hold_music(number, _HOLD)))
            at += _HOLD + 1.0
        phrases = list[Phrase]()
        for text in turn.phrases:
            said = line.at_level(speaks(text, voices[turn.track]), levels[turn.track])
            end = at + len(said) / SAMPLE_RATE
            phrases.append(Phrase(track=turn.track, text=text, start=round(at, 3), end=round(end, 3)))
            sounds.append((turn.track, at, said))
            at = end + _BREATH
        placed.append((turn, tuple(phrases)))
        # Now and then somebody begins before the other one has ended.
        at += dice.uniform(-1.0, -0.5) if dice.random() < 1 / 8 else dice.uniform(0.0, 0.5)
    length = max(begin + len(sound) / SAMPLE_RATE for _, begin, sound in sounds) + _TAIL
    sides = {track: line.silence(length) for track in CALL_TRACKS}
    for track, begin, sound in sounds:
        first = round(begin * SAMPLE_RATE)
        sides[track][first : first + len(sound)] += sound
    return tuple(placed), sides


def _add_behind(behind: Behind, sides: dict[Track, Sound], levels: dict[Track, float], seed: int) -> None:
    caller, hall = sides[Track.CALLER], sides[Track.HALL]
    seconds = len(caller) / SAMPLE_RATE
    match behind:
        case Behind.BABBLE_20 | Behind.BABBLE_10:
            below = 20 if behind is Behind.BABBLE_20 else 10
            caller += line.at_level(_babble(caller + hall, seed), levels[Track.CALLER] - below)
        case Behind.HUM:
            caller += line.hum(seconds, levels[Track.CALLER] - 15)
        case Behind.LOSS:
            sides[Track.CALLER] = line.with_loss(caller, seed, 0.03)
        case Behind.ECHO_30 | Behind.ECHO_12:
            sides[Track.HALL] = hall + line.echo_of(caller, level=-30 if behind is Behind.ECHO_30 else -12)
        case Behind.NOTHING | Behind.HOLD:
            pass
    for track in CALL_TRACKS:
        sides[track] = sides[track] + line.white(seed, seconds, -65)


def _babble(spoken: Sound, seed: int) -> Sound:
    """Many people at once: the call itself, backwards and shifted, a dozen times over."""
    places = np.random.default_rng(seed).integers(0, len(spoken), 12)
    return np.sum([np.roll(spoken[::-1], place) for place in places], axis=0)


def described(call: MadeCall, name: str) -> dict[str, object]:
    """Describe a call as the practice dialogues are described."""
    letters = {Track.CALLER: "C", Track.HALL: "O"}
    return {
        "id": name,
        "split": "made",
        "seed": call.seed,
        "duration": round(len(call.sides[Track.CALLER]) / SAMPLE_RATE, 3),
        "codec": call.law,
        "behind": call.behind.value,
        "levels": {letters[track]: level for track, level in call.levels.items()},
        "voices": {letters[track]: voice for track, voice in call.voices.items()},
        "turns": [
            {
                "speaker": letters[turn.track],
                "text": turn.text,
                "start": phrases[0].start,
                "end": phrases[-1].end,
                "phrases": [{"text": one.text, "start": one.start, "end": one.end} for one in phrases],
            }
            for turn, phrases in call.turns
        ],
    }
