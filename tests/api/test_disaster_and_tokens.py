"""Two pages of the hall itself: the switch for disasters, and the keys of programs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import text

from api.tokens import Tokens
from api.wording import HERE
from core.actors import Role
from core.profile.judging import DisasterSwitch, Switching
from tests.fixtures_console import Arrive, Visitor
from tests.office import Office

pytestmark = pytest.mark.real


def form(**changed: str) -> dict[str, str]:
    """What a person writes into the switch's form."""
    until = datetime.now(UTC).astimezone(HERE) + timedelta(days=1)
    written = {
        "reason": "台風で電話が集中",
        "day": f"{until:%Y-%m-%d}",
        "hour": "18:00",
        "announcements": "full",
    }
    return written | changed


def switches(office: Office) -> list[Any]:
    with office.worker.begin() as connection:
        return list(connection.execute(text("SELECT * FROM disaster_switches ORDER BY began_at")))


def test_the_switch_has_a_reason_an_end_and_a_name_and_can_be_ended(office: Office, visitor: Arrive) -> None:
    account = office.account("kanri", Role.SUPERVISOR)
    kanri = visitor(account)

    assert kanri.post("/disaster", **form(signals_off="1")).status_code == 303
    page = kanri.get("/disaster").text
    for words in ("災害時の切り替えが入っています", "台風で電話が集中", "さくら 市子（kanri）"):
        assert words in page
    (row,) = switches(office)
    assert (row.reason, row.announcements, row.signals_off, row.by) == (
        "台風で電話が集中",
        "full",
        True,
        account,
    )

    assert kanri.post(f"/disaster/{row.id}/off").status_code == 303
    (row,) = switches(office)
    assert row.ended_by == account
    assert "いまは、ふだんどおりです" in kanri.get("/disaster").text


def test_a_second_switch_does_not_lie_over_the_first(office: Office, visitor: Arrive) -> None:
    kanri, kikai = (
        visitor(office.account("kanri", Role.SUPERVISOR)),
        visitor(office.account("kikai", Role.ADMINISTRATOR, departments=())),
    )
    kanri.post("/disaster", **form())

    second = kikai.post("/disaster", **form(reason="別の理由"))

    assert second.status_code == 422
    assert "ほかの人が先に切り替えました" in second.text
    assert [row.reason for row in switches(office)] == ["台風で電話が集中"]


@pytest.mark.parametrize(
    ("field", "wrong"), [("reason", "  "), ("day", "2001-01-01"), ("day", "x"), ("announcements", "loud")]
)
def test_what_is_missing_is_said_and_nothing_is_switched(
    office: Office, visitor: Arrive, field: str, wrong: str
) -> None:
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))

    answer = kanri.post("/disaster", **form(**{field: wrong}))

    assert answer.status_code == 422
    assert "1か所を直してください" in answer.text
    assert switches(office) == []


def test_the_profile_says_in_whose_hands_the_switch_is(office: Office, visitor: Arrive) -> None:
    only = DisasterSwitch(by=(Switching.ADMINISTRATOR,))
    profile = office.parts.profile.model_copy(update={"disaster_switch": only})
    object.__setattr__(office.parts, "profile", profile)
    kanri = visitor(office.account("kanri", Role.SUPERVISOR))
    sato = visitor(office.account("sato", Role.OPERATOR))

    assert "切り替えは、市の設定で決めた人が行います" in kanri.get("/disaster").text
    assert kanri.post("/disaster", **form()).status_code == 403
    assert sato.get("/disaster").status_code == 403
    assert sato.post("/disaster", **form()).status_code == 403
    assert switches(office) == []


def issue(person: Visitor, **changed: str) -> Response:
    fields = {"name": "窓口の受付機", "scopes": "flag", "departments": "hoken-nenkin", "days": "90"} | changed
    return person.post("/tokens", **fields)


def test_a_key_is_shown_once_opens_what_it_should_and_is_ended_at_once(
    office: Office, visitor: Arrive
) -> None:
    kikai = visitor(office.account("kikai", Role.ADMINISTRATOR, departments=()))

    answer = issue(kikai)
    shown = re.search(r"tsuwaroku_[\w-]{20,}", answer.text)

    assert shown is not None
    found = Tokens(office.parts.database, office.parts.clock).find(shown[0])
    assert found is not None
    assert (found.name, found.scopes, found.departments) == ("窓口の受付機", {"flag"}, {"hoken-nenkin"})
    page = kikai.get("/tokens").text
    assert shown[0] not in page
    assert "窓口の受付機" in page
    assert kikai.post(f"/tokens/{found.token}/revoke").status_code == 303
    assert Tokens(office.parts.database, office.parts.clock).find(shown[0]) is None
    assert kikai.post(f"/tokens/{found.token}/revoke").status_code == 404


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR])
def test_keys_are_administrators_alone(office: Office, visitor: Arrive, role: Role) -> None:
    person = visitor(office.account("dareka", role))

    assert person.get("/tokens").status_code == 403
    assert issue(person).status_code == 403
    assert 'href="/tokens"' not in person.get("/live").text


@pytest.mark.parametrize(
    ("field", "wrong"), [("name", " "), ("scopes", "all"), ("departments", "nowhere"), ("days", "9999")]
)
def test_a_key_without_bounds_is_not_made(office: Office, visitor: Arrive, field: str, wrong: str) -> None:
    kikai = visitor(office.account("kikai", Role.ADMINISTRATOR, departments=()))

    answer = issue(kikai, **{field: wrong})

    assert answer.status_code == 422
    assert "tsuwaroku_" not in answer.text
    assert "鍵はまだありません" in kikai.get("/tokens").text
