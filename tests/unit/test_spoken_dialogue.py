"""What acceptance tests take for heard: words torn by a busy machine are, nothing else is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from runtime.practice.scenario import RATE, Samples, load_scenario, scenario_names
from tests.spoken_dialogue import ALIKE, DIALOGUE, OPERATOR_WORDS, place, words_of_caller, words_of_operator

SOUNDS = Path(__file__).parents[2] / "profiles/sounds"


def torn(sound: Samples, every: float, jump: float, *, waits: bool) -> Samples:
    """A sound with a jump every so many seconds: silence where packets were waited for, or words lost."""
    chance = np.random.default_rng(1)
    pieces, at = list[Samples](), 0
    while at < len(sound):
        until = at + int(every * RATE * chance.uniform(0.5, 1.5))
        missing = int(jump * RATE * chance.uniform(0.5, 1.5))
        pieces.append(sound[at:until])
        if waits:
            pieces.append(np.zeros(missing, dtype=np.int16))
        at = until if waits else until + missing
    return np.concatenate(pieces)


@pytest.mark.parametrize("waits", [True, False], ids=["late packets", "lost packets"])
@pytest.mark.parametrize(("every", "jump"), [(0.33, 0.02), (0.5, 0.06), (1.0, 0.15)])
def test_words_torn_by_a_busy_machine_were_heard(every: float, jump: float, waits: bool) -> None:
    dialogue = load_scenario(DIALOGUE)

    assert place(torn(dialogue.operator, every, jump, waits=waits), words_of_operator())[1] > ALIKE
    assert place(torn(dialogue.caller, every, jump, waits=waits), words_of_caller())[1] > ALIKE


def test_words_that_were_not_said_were_not_heard() -> None:
    dialogue, nothing = load_scenario(DIALOGUE), np.zeros(10 * RATE, dtype=np.int16)
    noise = np.random.default_rng(1).normal(0, 500, 10 * RATE).astype(np.int16)
    others = [load_scenario(name) for name in scenario_names() if name != DIALOGUE]
    files = sorted(SOUNDS.rglob("*.wav"))
    sounds = [np.asarray(soundfile.read(file, dtype="int16")[0], dtype=np.int16) for file in files]
    elsewhere = (*(track for one in others for track in (one.caller, one.operator)), *sounds, nothing, noise)

    for words, other_side in ((words_of_operator(), dialogue.caller), (words_of_caller(), dialogue.operator)):
        assert max(place(sound, words)[1] for sound in (other_side, *elsewhere)) < ALIKE / 2


def test_half_a_passage_is_not_the_passage_and_its_place_is_told() -> None:
    said = load_scenario(DIALOGUE).operator
    whole, alike = place(said, words_of_operator())
    cut = said[: int((OPERATOR_WORDS[0] + 0.5) * RATE)]

    assert (whole, alike) == (pytest.approx(OPERATOR_WORDS[0], abs=0.001), 1.0)
    assert place(cut, words_of_operator())[1] < ALIKE
