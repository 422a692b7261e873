"""A practice call over the real Asterisk: what one says the other hears, and it is all recorded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from runtime.asterisk_server import AsteriskServer
from runtime.pbx_secrets import PbxSecrets
from runtime.practice.order import Moment, OperatorConduct, PracticeOrder, Side
from runtime.practice.running import PracticeFailed, RunningPractice, practice_call
from runtime.practice.scenario import RATE, Samples, load_scenario
from telephony.sound.audio_files import read_wav
from tests.fixtures_asterisk import RENSHU, SpokenTo
from tests.spoken_dialogue import JUMPS_SECONDS, place
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

SECONDS = 9.0  # of d1: the operator greets, then the caller speaks


@pytest.fixture
def order(asterisk: AsteriskServer, tmp_path: Path) -> PracticeOrder:
    plan = asterisk.plan
    secrets = PbxSecrets(keys=plan.home.parent / "keys")
    order = PracticeOrder.of_city(asterisk.profile, secrets, plan.sip_address, plan.sip_port)
    return replace(order, seconds=SECONDS, heard=str(tmp_path))


def sound_of(file: str) -> Samples:
    return np.asarray(soundfile.read(file, dtype="int16")[0], dtype=np.int16)


def test_both_hear_each_other_and_both_tracks_are_in_step(
    asterisk: AsteriskServer, order: PracticeOrder
) -> None:
    ask = SpokenTo(asterisk)
    said = load_scenario("d1").first(SECONDS)
    # The operator presses the mark's keys while saying the first words, so the rest is compared.
    by_operator = said.operator[int(2.7 * RATE) : int(4.7 * RATE)]
    by_caller = said.caller[int(6.3 * RATE) : int(8.3 * RATE)]

    outcome = practice_call(replace(order, digits="*1"))
    facts = ask.facts_of(RENSHU)
    name = ask.recording_of(RENSHU)
    r, t = (read_wav(ask.recordings.fetch(f"{name}_{side}")).samples for side in "rt")
    caller_heard = sound_of(str(outcome.caller_heard))
    operator_heard = sound_of(str(outcome.operator_heard))

    assert outcome.connected
    assert outcome.hung_up_by == Side.CALLER
    assert place(caller_heard, by_operator)[1] > 0.8
    assert place(operator_heard, by_caller)[1] > 0.8
    at_caller, like_caller = place(r, by_caller)
    at_operator, like_operator = place(t, by_operator)
    assert min(like_caller, like_operator) > 0.8
    # Each phone begins to speak in a process of its own, on a busy machine later than the other one.
    assert abs((at_caller - at_operator) - (6.3 - 2.7)) < JUMPS_SECONDS
    assert len(r) == len(t)
    assert place(t, sound_of(f"{asterisk.plan.prompt('rokuon')}.wav"))[1] > 0.9
    assert place(r, by_operator)[1] < 0.3, "the operator's voice must not be on the caller's track"
    assert outcome.caller_digits == "", "a mark is nothing the caller hears of"
    assert len(facts["marks"].split()) == 1
    assert (facts["dial"], facts["phone"].partition("-")[0]) == ("ANSWER", "PJSIP/renshu1")
    assert abs(float(facts["talked_ms"]) / 1000 - outcome.talked) < 1.0


@pytest.mark.parametrize(
    ("conduct", "dial"),
    [
        (OperatorConduct.REJECT, "BUSY"),
        (OperatorConduct.IGNORE, "NOANSWER"),
        (OperatorConduct.AWAY, "CHANUNAVAIL"),
    ],
)
def test_a_caller_who_reaches_nobody_hears_the_right_apology(
    asterisk: AsteriskServer, order: PracticeOrder, conduct: OperatorConduct, dial: str
) -> None:
    apology = "hanashichu" if dial == "BUSY" else "fuzai"
    outcome = practice_call(replace(order, conduct=conduct))
    heard = sound_of(str(outcome.caller_heard))
    words = sound_of(f"{asterisk.plan.prompt(apology)}.wav")

    assert not outcome.connected
    assert outcome.hung_up_by == "hall"
    assert SpokenTo(asterisk).facts_of(RENSHU)["dial"] == dial
    assert place(heard, words[: RATE // 2])[1] > 0.8


def test_the_operator_may_hang_up_and_somebody_else_may_say_when(
    asterisk: AsteriskServer, order: PracticeOrder
) -> None:
    with RunningPractice(order) as call:
        call.wait_for(Moment.TALKING)
        call.hang_up(Side.OPERATOR)
        outcome = call.finish()

    assert outcome.hung_up_by == Side.OPERATOR
    assert outcome.talked < SECONDS / 2
    wait_until(lambda: SpokenTo(asterisk).facts_of(RENSHU)["ended"] != "")


def test_a_practice_call_without_an_asterisk_fails_in_plain_words(order: PracticeOrder) -> None:
    with pytest.raises(PracticeFailed):
        practice_call(replace(order, port=9, connect_within=2.0))


def test_a_wrong_password_opens_nothing(order: PracticeOrder) -> None:
    outcome = practice_call(replace(order, conduct=OperatorConduct.AWAY, caller_password="wrong"))

    assert not outcome.connected
    assert outcome.answered_after is None
