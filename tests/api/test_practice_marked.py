"""練習: wherever a practice call is shown, it says so; nobody takes it for a citizen's."""

from __future__ import annotations

from uuid import uuid4

import pytest

from core.actors import Role
from core.ids import CallId
from tests.calls_in_talk import ask, sit, talking
from tests.fixtures_console import Arrive, Visitor
from tests.office import Office

pytestmark = pytest.mark.real

MARK = "練習</span>"
GOES_ON = ("/live", "/live/calls", "/live/{call}", "/help/waiting", "/calls/{call}", "/calls/{call}/ending")
AT_THE_DESK = ("/console", "/console/mini")
OVER = ("/calls", "/calls/{call}", "/calls/{call}/ending", "/promises")
SEARCH = {"words": "責任者", "since": "2020-01-01", "until": "2099-01-01", "purpose": "fact-check"}


def marked(person: Visitor, pages: tuple[str, ...], call: CallId) -> set[str]:
    """Return on which pages the mark stands."""
    answers = {page: person.get(page.format(call=call)) for page in pages}
    assert {page: answer.status_code for page, answer in answers.items()} == dict.fromkeys(pages, 200)
    return {page for page, answer in answers.items() if MARK in answer.text}


@pytest.mark.parametrize("practice", [True, False])
def test_a_practice_call_that_goes_on_is_marked_on_every_screen(
    office: Office, visitor: Arrive, practice: bool
) -> None:
    sato = office.account("sato", Role.OPERATOR)
    operator, kanri = visitor(sato), visitor(office.account("kanri", Role.SUPERVISOR))
    sit(operator, "hoken1")
    call = talking(office, "a", practice=practice, operator_id=sato, operator_phone="hoken1")
    ask(office, call)

    assert marked(kanri, GOES_ON, call) == (set(GOES_ON) if practice else set())
    assert marked(operator, AT_THE_DESK, call) == (set(AT_THE_DESK) if practice else set())


@pytest.mark.parametrize("practice", [True, False])
def test_a_practice_call_that_is_over_is_marked_with_all_that_was_written_of_it(
    office: Office, visitor: Arrive, practice: bool
) -> None:
    account = office.account("kanri", Role.SUPERVISOR)
    kanri = visitor(account)
    call = office.call("a", practice=practice)
    office.transcribe(office.record(call, practice=practice))
    office.write(
        "INSERT INTO promises (id, department, call_id, what, who, due_at, made_at, made_by)"
        " SELECT :id, department, id, '折り返す', '佐藤', now(), now(), :by FROM calls WHERE id = :call",
        {"id": uuid4(), "call": call, "by": account},
    )
    assert kanri.post(f"/calls/{call}/open", purpose="fact-check").status_code == 303
    auditor = visitor(office.account("kansa", Role.AUDITOR, departments=()))
    found = kanri.get(kanri.post("/search", **SEARCH).headers["location"]).text

    assert marked(kanri, OVER, call) == (set(OVER) if practice else set())
    assert marked(auditor, ("/access-log",), call) == ({"/access-log"} if practice else set())
    assert (str(call) in found, MARK in found) == (True, practice)
