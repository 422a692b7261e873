"""The dialogues to practise with: words and sound belong together, and travel to the phones unharmed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runtime.pbx_secrets import PbxSecrets
from runtime.practice.order import NoPracticeLine, OperatorConduct, PracticeOrder, Side
from runtime.practice.scenario import RATE, NoSuchScenario, load_scenario, scenario_names
from tests.fixtures_asterisk import town


@pytest.mark.parametrize("name", scenario_names())
def test_whoever_is_written_to_speak_is_heard_on_that_track(name: str) -> None:
    scenario = load_scenario(name)

    for turn in scenario.turns:
        span = slice(int(turn.start * RATE), int(turn.end * RATE))
        own, other = (
            (scenario.caller, scenario.operator) if turn.by_caller else (scenario.operator, scenario.caller)
        )
        assert np.abs(own[span].astype(float)).mean() > 50
        if name == "d1":  # no noise and no leakage in this one
            assert np.abs(other[span].astype(float)).mean() < np.abs(own[span].astype(float)).mean()
    assert len(scenario.caller) == len(scenario.operator)


def test_six_dialogues_are_there() -> None:
    assert scenario_names() == ("d1", "d2", "d3", "d4", "d5", "d6")


def test_a_dialogue_can_be_cut_to_its_first_seconds() -> None:
    whole = load_scenario("d1")
    cut = whole.first(6.0)

    assert cut.seconds == 6.0
    assert [turn.text for turn in cut.turns] == [whole.turns[0].text]
    assert whole.first(None) is whole


@pytest.mark.parametrize("name", ["d9", "../d1", ""])
def test_a_dialogue_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(NoSuchScenario):
        load_scenario(name)


def test_an_order_travels_as_it_is_and_prints_no_password(tmp_path: Path) -> None:
    order = PracticeOrder.of_city(town(), PbxSecrets(keys=tmp_path), "127.0.0.1", 5060)
    order = replace(order, conduct=OperatorConduct.REJECT, hangs_up=Side.OPERATOR, seconds=3.5)

    assert PracticeOrder.from_json(order.to_json()) == order
    assert (order.number, order.caller, order.operator) == ("9900", "renshu-caller", "renshu1")
    assert order.caller_password not in repr(order)
    assert order.operator_password not in repr(order)


def test_a_city_without_a_practice_line_is_told_so(tmp_path: Path) -> None:
    profile = town().model_copy(update={"lines": town().lines[:1]})

    with pytest.raises(NoPracticeLine):
        PracticeOrder.of_city(profile, PbxSecrets(keys=tmp_path), "127.0.0.1", 5060)
