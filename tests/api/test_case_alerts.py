"""庁内警報 that a finding carries: placed from the case, on desks elsewhere, and gone with the finding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.wording import HERE
from core.actors import Actor, Role
from core.ids import AccountId, CallId, IncidentId
from storage.alerts import NewAlert, place_alert
from tests.api.test_alerts import KYOIKU, SHOWN, WHO, at_desk
from tests.api.test_boards import board, found
from tests.api.test_console_live import listening
from tests.api.test_incidents import VIEW, number, say
from tests.fixtures_at_the_phone import rows
from tests.fixtures_console import Arrive, Visitor
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real
Sit = Callable[[AccountId, str], Visitor]
DAYS = 10


@pytest.fixture
def people(office: Office, visitor: Arrive) -> dict[str, Visitor]:
    names = {"sato": Role.OPERATOR, "kacho": Role.SUPERVISOR, "shomu": Role.SUPERVISOR}
    return {name: visitor(office.account(name, role)) for name, role in names.items()}


def day(after: int) -> str:
    return f"{datetime.now(HERE).date() + timedelta(days=after):%Y-%m-%d}"


def place(person: Visitor, case: str, call: CallId, **fields: str) -> int:
    form = {
        "number": number(person, case), "press": str(uuid4()), "call": call, "instruction": "fukusu",
        "who": WHO, "day": day(DAYS),
    } | fields  # fmt: skip
    return person.post(f"{case}/alert", **form).status_code


def test_a_finding_carries_an_alert_for_days_and_takes_it_along_with_all_who_saw_it(
    office: Office, sit: Sit, people: dict[str, Visitor]
) -> None:
    call = office.call("before")
    case = board(people["sato"], call)
    assert place(people["kacho"], case, call) == 422
    assert "該当の判断がありません" in people["kacho"].get(f"{case}/alert").text
    for who in ("kacho", "shomu"):
        say(people[who], case, "view", **VIEW)
    assert f"{case}/alert" in people["kacho"].get(case).text
    assert f"{case}/alert" in people["kacho"].get(f"/calls/{call}/alert").text
    press = {"press": str(uuid4()), "number": number(people["kacho"], case)}
    assert place(people["kacho"], case, call, **press) == 303
    assert place(people["kacho"], case, call, **press) == 303, "the answer was lost"
    assert place(people["kacho"], case, CallId("city-other.0")) == 404

    [(until, finding)] = rows(office, "SELECT until, finding FROM alerts")
    assert str(finding) == case.rpartition("/")[2]
    assert f"{until.astimezone(HERE):%Y-%m-%d %H:%M}" == f"{day(DAYS + 1)} 00:00"
    suzuki = at_desk(office, sit, "suzuki", "shimin1", SHIMIN, "shimin")
    page = suzuki.get("/console").text
    assert SHOWN in page
    assert "庁内警報（仮）" not in page
    kyoiku = at_desk(office, sit, "kyoiku", "kyoiku1", KYOIKU, "kyoiku")
    assert SHOWN not in kyoiku.get("/console").text

    with listening(suzuki) as socket:
        assert say(people["shomu"], case, "finding/withdraw", reason="別の人の話だった") == 303
        assert socket.receive_json()["topic"] == "alert"
    page = suzuki.get("/console").text
    assert SHOWN not in page
    assert "警報のもとになった判断が、取り消されたためです" in page
    assert "別の人の話だった" not in page, "what happened in the case is no other department's"
    [(fell, by)] = rows(office, "SELECT w.at, w.by FROM alert_withdrawals w")
    [(at, who)] = rows(office, "SELECT at, by FROM incident_events WHERE kind = 'finding-withdrawn'")
    assert (fell, by) == (at, who)
    page = people["kacho"].get(case).text
    assert "に取り消しました" in page
    assert "下書き" in page
    assert place(people["kacho"], case, call) == 422


def test_it_ends_at_the_longest_that_the_profile_allows_and_crosses_only_on_a_ground(
    office: Office, sit: Sit, people: dict[str, Visitor]
) -> None:
    call = office.call("before")
    case = found(people, call)
    assert place(people["kacho"], case, call, day=day(-2)) == 422
    assert place(people["kacho"], case, call, day="いつか") == 400
    assert place(people["kacho"], case, call, agency="gikai") == 422
    assert place(people["kacho"], case, call, day=day(300), agency="kyoiku-iinkai") == 303

    [(until,)] = rows(office, "SELECT until FROM alerts")
    assert until <= datetime.now(UTC) + timedelta(days=office.parts.profile.alerts.longest_days)
    kyoiku = at_desk(office, sit, "kyoiku", "kyoiku1", KYOIKU, "kyoiku")
    assert SHOWN in kyoiku.get("/console").text
    assert [one[0] for one in rows(office, "SELECT to_agency FROM provisions")] == ["kyoiku-iinkai"]


def test_the_database_places_none_on_a_finding_that_fell_or_is_about_another_call(
    office: Office, people: dict[str, Visitor]
) -> None:
    call, other = office.call("before"), office.call("other")
    case = found(people, call)
    [(kacho,)] = rows(office, "SELECT DISTINCT by FROM incident_events WHERE rank <> 'staff' AND number = 4")
    actor = Actor(account=kacho, roles=frozenset({Role.SUPERVISOR}), departments=frozenset({HOKEN}))
    now = datetime.now(UTC)

    def insert(about: CallId) -> None:
        with office.parts.database.begin(actor) as connection:
            new = NewAlert(
                id=uuid4(), call=about, instructions=("fukusu",), who_to_call=WHO, at=now, by=kacho,
                until=now + timedelta(days=5), finding=IncidentId(UUID(case.rpartition("/")[2])),
            )  # fmt: skip
            place_alert(connection, new)

    insert(call)
    with pytest.raises(DBAPIError):
        insert(other)
    say(people["kacho"], case, "finding/withdraw", reason="説明に誤りがあった")
    with pytest.raises(DBAPIError):
        insert(call)
    with office.worker.begin() as connection:
        standing = text("SELECT count(*) FROM alerts a WHERE NOT EXISTS"
                        " (SELECT 1 FROM alert_withdrawals w WHERE w.alert_id = a.id)")  # fmt: skip
        assert connection.execute(standing).scalar() == 0
