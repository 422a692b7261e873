"""A program writes a case's statement and measures as its person would; heard words it never reads."""

from __future__ import annotations

import hashlib
from uuid import uuid4

import pytest
from httpx2 import Response

from api.own_keys import Reaches
from core.actors import Role
from core.ids import AccountId
from tests.api.test_case_content import decided, quoted, say
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


def test_a_paper_leaves_by_a_scope_of_its_own_as_it_was_printed_and_each_time_is_a_press(
    archived: Archived, account: AccountId, sato: Listener, listener: Arrive, program_of: Machines
) -> None:
    kacho, shomu = (listener(archived.office.account(login, Role.SUPERVISOR)) for login in ("kacho", "shomu"))
    case = opened(archived, sato)
    decided(sato, kacho, shomu, case)
    program = program_of(account, Role.SUPERVISOR, Reaches.INCIDENTS, Reaches.PAPERS)
    (paper,) = program.get(f"{case}/content").json()["papers"]
    path, press = f"{case}/papers/{paper['number']}/file", str(uuid4())

    taken, again = program.post(path, press=press), program.post(path, press=press)
    others = [one for one in Reaches if one is not Reaches.PAPERS]
    refused = program_of(account, Role.SUPERVISOR, *others).post(path)
    other = archived.office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,))
    foreign = program_of(other, Role.SUPERVISOR).post(path)

    assert (taken.status_code, taken.headers["content-type"]) == (200, "application/pdf")
    assert taken.content.startswith(b"%PDF")
    assert hashlib.sha256(taken.content).hexdigest() == paper["sha256"]
    assert again.content == taken.content
    assert (refused.status_code, foreign.status_code) == (403, 404)
    assert program.post(f"{case}/papers/1/file").json()["code"] == "not-found"
    pressed = archived.rows("SELECT account_id, address FROM api_presses WHERE address LIKE '%papers%'")
    assert [one.account_id for one in pressed] == [account], "one press, one line; none of what was refused"


def test_words_that_state_no_fact_are_found_for_programs_and_quotes_offered_without_a_word(
    archived: Archived, account: AccountId, sato: Listener, program_of: Machines
) -> None:
    case = opened(archived, sato)
    assert sato.open().status_code == 303
    heard = quoted(sato)
    assert say(sato, case, "quotes", quote=heard).status_code == 303
    program = program_of(account, Role.SUPERVISOR, Reaches.INCIDENTS)
    said = {"when-1": "午前", "how-1": "電話で", "how-2": "激しく怒られた"}
    assert say(sato, case, "statement", version="0", **said).status_code == 303

    found = program.get(f"{case}/statement/words")

    assert "責任者" not in found.text
    read = found.json()
    assert (read["version"], read["checked"]) == (1, True)
    marked = {(one["question"], one["passage"], one["word"]) for one in read["marks"]}
    assert ("how", 1, "激しく") in marked, marked
    offers = [offer for one in read["marks"] for offer in one["offers"]]
    assert {(one["by"], one["words"], one["quote"]) for one in offers if one["by"] == "quote"} == {
        ("quote", "", heard)
    }
    other = archived.office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,))
    assert program_of(other, Role.SUPERVISOR).get(f"{case}/statement/words").status_code == 404


def test_a_program_says_as_the_page_does_who_says_that_the_head_is_absent(
    archived: Archived, account: AccountId, sato: Listener, program_of: Machines
) -> None:
    for login in ("shomu", "kakari"):
        archived.office.account(login, Role.SUPERVISOR)
    case = opened(archived, sato)
    program = program_of(account, Role.SUPERVISOR)

    called = program.post(f"{case}/judges", number=program.get(case).json()["number"], absent="true")

    assert called.status_code == 200, called.text
    body = archived.rows("SELECT body FROM incident_events WHERE kind = 'judges-called'")[0].body
    assert body["absent_by"] == "caller"


def test_no_program_brings_a_quote_into_a_case(
    archived: Archived, account: AccountId, sato: Listener, program_of: Machines
) -> None:
    case = opened(archived, sato)
    assert sato.open().status_code == 303
    heard = quoted(sato)
    program = program_of(account, Role.SUPERVISOR)

    refused = program.post(f"{case}/quotes", quote=heard, number=program.get(case).json()["number"])

    assert refused.status_code == 405, refused.text
    assert program.get(f"{case}/quotes").json() == {"quotes": []}
