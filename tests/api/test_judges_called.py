"""膠着: those who judge are called early enough, on whatever page they are; their word ends the calling."""

from __future__ import annotations

import pytest

from core.actors import Role
from tests.calls_in_talk import clock, talking
from tests.fixtures_console import Arrive, Visitor
from tests.office import SHIMIN, Office

pytestmark = pytest.mark.real
CALLED = "判断を求めています"


def waits(person: Visitor) -> str:
    return person.get("/help/waiting").text


def test_every_supervisor_of_the_department_is_called_before_the_clock_is_over(
    office: Office, visitor: Arrive
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    hoka = visitor(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))
    call = talking(office, "a", operator_id=sato, minutes=12)
    clock(office, call, "deadlock", started=6, times=(7, 15))
    assert CALLED not in waits(kanri)

    office.write("UPDATE call_clocks SET ask_at = now() - interval '1 second'", {})

    assert "国民健康保険・年金の窓口、さくら 市子（sato）" in waits(kanri)
    assert f'data-judge="{call}"' in kanri.get("/live/calls").text
    assert CALLED not in waits(hoka)
    assert "data-judge" not in visitor(sato).get("/live/calls").text


@pytest.mark.parametrize("word", ["confirmed", "went-on"])
def test_their_word_ends_the_calling_and_the_desk_says_so(office: Office, visitor: Arrive, word: str) -> None:
    sato = office.account("sato", Role.OPERATOR)
    kanri, desk = visitor(office.account("kanri", Role.SUPERVISOR)), visitor(sato)
    desk.post("/phone", phone="hoken1")
    call = talking(office, "a", operator_id=sato, operator_phone="hoken1", minutes=12)
    clock(office, call, "deadlock", started=8, times=(7, 15))
    assert "▲</span> 判断する人を呼んでいます" in desk.get("/console/desk").text

    kanri.post(f"/calls/{call}/ending", step=word, words="上司が説明した")

    assert CALLED not in waits(kanri)
    assert "判断する人を呼んでいます" not in kanri.get("/live/calls").text
    page = desk.get("/console/desk").text
    assert "判断がありました" in page
    assert "判断する人を呼んでいます" not in page


def test_an_operator_who_asks_for_a_judgement_calls_them_too(office: Office, visitor: Arrive) -> None:
    sato = office.account("sato", Role.OPERATOR)
    kanri, desk = visitor(office.account("kanri", Role.SUPERVISOR)), visitor(sato)
    call = talking(office, "a", operator_id=sato)

    desk.post(f"/calls/{call}/ending", step="asked")

    assert CALLED in waits(kanri)


def test_nobody_is_called_to_judge_the_own_call(office: Office, visitor: Arrive) -> None:
    account = office.account("kanri", Role.SUPERVISOR)
    kanri, second = visitor(account), visitor(office.account("kacho", Role.SUPERVISOR))
    call = talking(office, "a", operator_id=account, minutes=12)
    clock(office, call, "deadlock", started=8, times=(7, 15))

    assert CALLED not in waits(kanri)
    assert CALLED in waits(second)


def test_an_agreed_time_that_is_over_is_told_as_such_and_judged_only_when_it_is_far_over(
    office: Office, visitor: Arrive
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    kanri, desk = visitor(office.account("kanri", Role.SUPERVISOR)), visitor(sato)
    desk.post("/phone", phone="hoken1")
    call = talking(office, "a", operator_id=sato, operator_phone="hoken1", minutes=40)
    clock(office, call, "agreed", started=31, times=(30, 45))

    page = desk.get("/console/desk").text
    assert "▲</span> 伝えた時間が過ぎました" in page
    assert "判断する人を呼んでいます</span>" not in page
    assert CALLED not in waits(kanri)

    office.write("UPDATE call_clocks SET due_at = now() - interval '1 second'", {})

    assert "■</span> 判断する人を呼んでいます" in desk.get("/console/desk").text
    assert CALLED in waits(kanri)
