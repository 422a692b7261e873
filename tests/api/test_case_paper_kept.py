"""What the paper of a case says, whatever the city's settings say since; and who may have it."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader

from core.actors import Role
from core.profile.casework import DecisionWay
from core.profile.model import CityProfile
from tests.api.test_case_content import decided, say
from tests.api.test_incidents import VIEW
from tests.fixtures_listeners import Archived, Arrive, Listener
from tests.office import SHIMIN

pytestmark = pytest.mark.real


def settle(person: Listener, **changed: object) -> CityProfile:
    """Change the profile of the console that somebody uses; returns the one from before."""
    console: Any = person.client.app
    before: CityProfile = console.state.parts.profile
    object.__setattr__(console.state.parts, "profile", before.model_copy(update=changed))
    return before


def opened(archived: Archived, sato: Listener) -> str:
    answer = sato.post(f"/calls/{archived.call}/incident", press=str(uuid4()))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def judges(archived: Archived, listener: Arrive) -> list[Listener]:
    return [listener(archived.office.account(login, Role.SUPERVISOR)) for login in ("kacho", "shomu")]


def printed(person: Listener, case: str) -> tuple[str, str]:
    """Return the address of the paper of the decision, and what it says without its line breaks."""
    number = person.at.rows("SELECT number FROM incident_papers")[0].number
    pdf = person.client.get(f"{case}/papers/{number}").content
    pages = PdfReader(BytesIO(pdf)).pages
    return f"{case}/papers/{number}", "".join("".join(one.extract_text().split()) for one in pages)


def test_a_policy_that_changes_in_the_middle_of_a_case_changes_no_word_of_it(
    archived: Archived, sato: Listener, listener: Arrive
) -> None:
    kacho, shomu = judges(archived, listener)
    case = opened(archived, sato)
    before = settle(sato)
    kind = next(one for one in before.harassment_types if one.statutes)
    assert say(sato, case, "kinds", types=kind.code).status_code == 303
    other = kind.model_copy(update={"name": "別の要領の型", "statutes": ("別の法律9条",)})
    settle(sato, harassment_types=(other,), harassment_acts=())

    page = kacho.client.get(case).text
    decided(sato, kacho, shomu, case)
    _, paper = printed(sato, case)

    assert "市の設定はそのあと変わりました" in page
    for words in (page, paper):
        assert kind.name in words
        assert kind.statutes[0] in words
        assert "別の要領の型" not in words
        assert "別の法律" not in words


def test_a_city_that_decides_elsewhere_prints_number_and_day_and_gives_its_paper_to_no_other_section(
    archived: Archived, sato: Listener, listener: Arrive
) -> None:
    casework = settle(sato).casework.model_copy(update={"decided": DecisionWay.FILING})
    settle(sato, casework=casework)
    people = judges(archived, listener)
    case = opened(archived, sato)
    filed: dict[str, str] = {
        "step": "file", "ending": "harassment", "filed": "8保年第12号", "decided_on": "2026-11-20",
    }  # fmt: skip
    too_early = say(people[0], case, "step", **filed)
    assert say(sato, case, "judges").status_code == 303
    for judge in people:
        assert say(judge, case, "view", **VIEW).status_code == 303

    passed_on = say(sato, case, "step", step="submit")
    answer = say(people[0], case, "step", **filed)

    assert (too_early.status_code, passed_on.status_code) == (409, 409)
    assert answer.status_code == 303, answer.text
    address, paper = printed(sato, case)
    assert "起案番号8保年第12号決裁日2026年11月20日" in paper
    assert "起案番号 8保年第12号" in people[1].client.get(case).text
    stranger = listener(archived.office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))
    assert [stranger.client.get(one).status_code for one in (address, f"{case}/paper")] == [404, 404]
    assert sato.client.get(address).status_code == 200
