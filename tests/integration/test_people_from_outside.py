"""People from outside the hall with real telephones: told first, heard when all three are to be, and gone."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.asterisk_rootfs import AsteriskProgram
from telephony.call.call import Call, Outcome, Phase
from telephony.call.outside import Stage
from telephony.call.parties import Part, Party
from telephony.call.refer_told import BROUGHT_IN, JOINS_OUTSIDE
from telephony.journal.journal_files import all_entries
from telephony.journal.projection import Projection, project
from tests.fixtures_telephony import CALLER, CALLER_TONE, FIRST, OPERATOR_TONE, SECOND, talk
from tests.hall_with_outside import (
    INTERPRETER,
    OUTSIDE_TONE,
    SEALED,
    HallWithOutside,
    running_hall_with_outside,
)
from tests.talk_passed_on import SECOND_TONE, Talk

pytestmark = [pytest.mark.real, pytest.mark.asterisk]

OF_TWO = 0.25
"""How much of what is heard is one tone at least, when two speak at once."""


class TalkWithOutside(Talk):
    """A talk in a hall that may bring somebody in from outside; calls follow each other in it."""

    hall: HallWithOutside

    @property
    def call(self) -> Call:
        return self.hall.latest()

    def bring_in(self, **body: str) -> None:
        self.order("bring-in", party="tsuyaku", sealed=SEALED, **body)

    def stage(self, stage: Stage) -> None:
        def so() -> bool:
            return self.call.outsiders[-1:] != () and self.call.outsiders[-1].stage is stage

        self.hall.wait_until(so, stage.value, 20)

    def three(self) -> None:
        """Bring the interpreter in without a word before."""
        self.bring_in()
        self.stage(Stage.HERE)
        self.phones.hears(CALLER, OUTSIDE_TONE, share=OF_TWO)
        self.phones.hears(FIRST, OUTSIDE_TONE, share=OF_TWO)

    def ended(self) -> Call:
        self.hall.wait_until_quiet(20)
        self.hall.wait_until(lambda: self.call.phase is Phase.ENDED, "an end")
        return self.call

    def told(self) -> Projection:
        """Return what the database says of the call."""
        call = self.call.id
        entries = (one for one in all_entries(self.hall.journals) if one.call == call)
        return project(call, sorted(entries, key=lambda one: one.seq))

    def parties(self) -> tuple[Party, ...]:
        return self.told().parties

    def close(self) -> None:
        self.phones.stop()
        self.hall.wait_until_quiet(40)
        self.telephony.stop()


@pytest.fixture(scope="module")
def hall(asterisk_program: AsteriskProgram, open_folder: Path) -> Iterator[HallWithOutside]:
    with running_hall_with_outside(open_folder / "outside", asterisk_program) as hall:
        yield hall


@pytest.fixture
def talking(hall: HallWithOutside) -> Iterator[TalkWithOutside]:
    talking = TalkWithOutside(hall)
    yield talking
    talking.close()


def test_an_interpreter_is_told_of_the_recording_asked_alone_and_then_heard_by_the_caller(
    talking: TalkWithOutside,
) -> None:
    before = len(talking.hall.carrier.invites)
    talking.bring_in(first="1")
    talking.stage(Stage.HERE)
    talking.phones.hears(FIRST, OUTSIDE_TONE)
    talking.phones.silent(CALLER, OUTSIDE_TONE)
    talking.phones.silent(CALLER, OPERATOR_TONE)
    talking.phones.hears_something(CALLER)
    talking.order("resume")
    talking.phones.hears(CALLER, OUTSIDE_TONE, share=OF_TWO)
    talking.phones.hears(CALLER, OPERATOR_TONE, share=OF_TWO)
    talking.phones.hears(FIRST, CALLER_TONE, share=OF_TWO)
    talking.order("let-go")
    talking.phones.silent(CALLER, OUTSIDE_TONE)
    talk(talking.phones)
    talking.phones.order(CALLER, "hang-up")
    call = talking.ended()

    (invite,) = talking.hall.carrier.invites[before:]
    assert INTERPRETER.encode() in invite.split(b"\r\n")[0]
    (here,) = call.outsiders
    assert here.result == "let-go"
    assert here.answered_at is not None
    assert here.told_at is not None
    assert here.joined_at is not None
    assert (here.told_at - here.answered_at).total_seconds() > 0.9
    assert here.told_at <= here.joined_at
    (third,) = (one for one in talking.parties() if one.part is Part.THIRD_PARTY)
    assert third.joined_at > here.joined_at
    assert all(
        INTERPRETER[1:].encode() not in file.read_bytes()
        for file in talking.hall.journals.rglob("*")
        if file.is_file()
    )
    assert len(list(talking.hall.server.plan.recordings.glob(f"*{call.id}_t.wav"))) == 1


def test_with_the_operator_the_interpreter_goes_and_nothing_is_left(talking: TalkWithOutside) -> None:
    talking.three()
    talking.phones.order(FIRST, "hang-up")
    call = talking.ended()

    assert (call.outcome, call.outsiders[-1].result) == (Outcome.TALKED, "call-over")


def test_a_process_that_dies_leaves_the_three_together(talking: TalkWithOutside) -> None:
    talking.three()
    os.kill(talking.telephony.process.pid, signal.SIGKILL)
    talking.telephony.process.wait(10)
    talking.telephony = talking.hall.telephony()
    talking.telephony.hear(lambda line: line.startswith(talking.call.id))
    talking.phones.hears(CALLER, OUTSIDE_TONE, share=OF_TWO)
    talking.phones.hears(CALLER, OPERATOR_TONE, share=OF_TWO)
    talking.order("let-go")
    talking.phones.silent(CALLER, OUTSIDE_TONE)
    talk(talking.phones)
    talking.phones.order(CALLER, "hang-up")

    assert talking.ended().outcome is Outcome.TALKED


def test_a_desk_phone_that_refers_its_call_outside_keeps_it_and_the_interpreter_comes(
    talking: TalkWithOutside,
) -> None:
    port = talking.hall.server.plan.sip_port
    talking.phones.order(FIRST, "refer", f"sip:{INTERPRETER}@127.0.0.1:{port}")
    talking.phones.hear(f"{FIRST} refused")
    talking.stage(Stage.HERE)
    talking.phones.hears(FIRST, OUTSIDE_TONE)
    talking.phones.order(CALLER, "hang-up")

    assert talking.ended().outsiders[-1].result == "call-over"
    assert [(one.phone, one.result) for one in talking.told().refers] == [(FIRST, BROUGHT_IN)]


def test_a_phone_that_has_called_somebody_outside_itself_keeps_both_calls_and_its_desk_says_why(
    talking: TalkWithOutside,
) -> None:
    port, since = talking.hall.server.plan.sip_port, len(talking.phones.lines)
    talking.phones.order(FIRST, "ask", f"sip:{INTERPRETER}@127.0.0.1:{port}")
    talking.phones.hears(FIRST, OUTSIDE_TONE)
    talking.phones.order(FIRST, "hand-over")
    talking.phones.hear(f"{FIRST} refused", since=since)
    talking.phones.silent(CALLER, OUTSIDE_TONE)
    assert talking.call.phase is Phase.TALKING
    talking.phones.order(FIRST, "hang-up")
    talking.phones.order(CALLER, "hang-up")

    assert talking.ended().outsiders == ()
    assert [(one.phone, one.result) for one in talking.told().refers] == [(FIRST, JOINS_OUTSIDE)]


def test_a_colleague_whom_the_phone_has_called_itself_takes_the_same_call(talking: TalkWithOutside) -> None:
    port, since = talking.hall.server.plan.sip_port, len(talking.phones.lines)
    talking.phones.order(FIRST, "ask", f"sip:{SECOND}@127.0.0.1:{port}")
    talking.phones.hear(f"{SECOND} ringing", since=since)
    talking.phones.order(SECOND, "answer")
    talking.phones.hear(f"{SECOND} up", since=since)
    talking.phones.order(SECOND, "say", str(SECOND_TONE))
    talking.phones.hears(FIRST, SECOND_TONE)
    talking.phones.order(FIRST, "hand-over")
    talking.phones.hears(CALLER, SECOND_TONE)
    talking.phones.hears(SECOND, CALLER_TONE)
    talking.phones.hear(f"{FIRST} passed", since=since)
    # Whoever compares with Asterisk from now on finds two halves of the colleague's leg, and both are wanted.
    os.kill(talking.telephony.process.pid, signal.SIGKILL)
    talking.telephony.process.wait(10)
    talking.telephony = talking.hall.telephony()
    talking.telephony.hear(lambda line: line.startswith(talking.call.id))
    talking.phones.hears(CALLER, SECOND_TONE)
    talking.phones.order(CALLER, "hang-up")
    talking.phones.hear(f"{SECOND} over", since=since)
    call = talking.ended()

    assert (call.outcome, call.operator_phone, call.consult_result) == (Outcome.TALKED, SECOND, "passed-on")
    # The desk phone had the caller on hold while it asked.
    assert [one.phone for one in talking.parties()] == [FIRST, SECOND]
    assert len(list(talking.hall.server.plan.recordings.glob(f"*{call.id}_t.wav"))) == 1


def test_an_interpreter_who_is_busy_leaves_the_caller_with_the_operator(
    asterisk_program: AsteriskProgram, open_folder: Path
) -> None:
    with running_hall_with_outside(open_folder / "outside-busy", asterisk_program, answers=False) as hall:
        talking = TalkWithOutside(hall)
        talking.bring_in(first="1")
        talking.stage(Stage.OVER)
        talk(talking.phones)
        talking.phones.order(CALLER, "hang-up")
        call = talking.ended()

    assert (call.outcome, call.outsiders[-1].result) == (Outcome.TALKED, "busy")
