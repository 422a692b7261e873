"""A program writes a case's statement and measures as its person would; heard words it never reads."""

from __future__ import annotations

from uuid import uuid4

import pytest
from httpx2 import Response

from core.actors import Role
from core.ids import AccountId
from tests.api.test_case_content import decided, say
from tests.fixtures_listeners import Archived, Arrive, Listener
from tests.fixtures_machines import Machines
from tests.office import SHIMIN

pytestmark = pytest.mark.real


@pytest.fixture
def account(archived: Archived) -> AccountId:
    """Somebody who writes cases."""
    return archived.office.account("kiroku", Role.SUPERVISOR)


@pytest.fixture
def sato(account: AccountId, listener: Arrive) -> Listener:
    """The same person at the console."""
    return listener(account)


def opened(archived: Archived, sato: Listener) -> str:
    answer = sato.post(f"/calls/{archived.call}/incident", press=str(uuid4()))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_program_writes_an_answer_and_what_was_recorded_stays(
    archived: Archived, account: AccountId, sato: Listener, program_of: Machines
) -> None:
    case = opened(archived, sato)
    program = program_of(account, Role.SUPERVISOR)
    assert say(sato, case, "statement", version="0", **{"when-1": "午前", "when-1-origin": "written"})
    there = program.get(f"{case}/content").json()
    assert there["version"] == 1

    sent = {
        "question": "what", "version": "1", "passages": "明細をすぐ出すよう求めた",
        "estimates": "声が大きかった", "number": str(there["number"]),
    }  # fmt: skip
    written = program.post(f"{case}/statement", **sent)
    late = program.post(f"{case}/statement", **{**sent, "press": str(uuid4())})

    assert written.status_code == 200, written.text
    assert late.status_code == 409
    after = program.get(f"{case}/content").json()
    assert [(one["text"], one["origin"]) for one in after["statement"]["what"]] == [
        ("明細をすぐ出すよう求めた", "written"), ("声が大きかった", "estimate"),
    ]  # fmt: skip
    assert [one["text"] for one in after["statement"]["when"]] == ["午前"]
    page = sato.client.get(case).text
    assert "声が大きかった" in page
    assert "推定" in page


def test_a_measure_that_lasts_needs_a_finding_for_programs_too(
    archived: Archived, account: AccountId, sato: Listener, program_of: Machines
) -> None:
    case = opened(archived, sato)
    program = program_of(account, Role.SUPERVISOR)

    def measure(kind: str, **more: str) -> Response:
        number = str(program.get(f"{case}/content").json()["number"])
        sent = {"kind": kind, "on": "2026-11-20", "basis": "要領", "number": number, **more}
        return program.post(f"{case}/measures", **sent)

    assert measure("warning").status_code == 200
    assert measure("one-window").status_code == 409
    assert measure("warning", on="2999-01-01").status_code == 422
    kinds = [one["kind"] for one in program.get(f"{case}/content").json()["measures"]]
    assert kinds == ["warning"]


def test_of_quotes_and_papers_a_program_has_what_tells_them_and_no_word(
    archived: Archived, account: AccountId, sato: Listener, listener: Arrive, program_of: Machines
) -> None:
    kacho, shomu = (listener(archived.office.account(login, Role.SUPERVISOR)) for login in ("kacho", "shomu"))
    case = opened(archived, sato)
    decided(sato, kacho, shomu, case)
    there = program_of(account, Role.SUPERVISOR).get(f"{case}/content").json()

    assert [one["number"] for one in there["papers"]]
    assert all(len(one["sha256"]) == 64 for one in there["papers"])
    other = archived.office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,))
    assert program_of(other, Role.SUPERVISOR).get(f"{case}/content").status_code == 404
