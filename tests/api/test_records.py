"""情報開示: facts under a request, content of what was accepted for it, all of it in the access log."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.app import create_app
from api.sessions import COOKIE
from core.actors import Actor, Role
from core.ids import CallId, DepartmentId
from core.profile.department import Department
from tests.fixtures_console import Arrive, Visitor
from tests.office import HOKEN, SHIMIN, Office

pytestmark = pytest.mark.real

NUMBER = "03-1234-5678"
"""Of every caller of the office."""
WORDS = "責任者を出してください"
TODAY = f"{datetime.now(UTC):%Y-%m-%d}"
DAYS = {
    "since": f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}",
    "until": f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}",
}


@pytest.fixture
def officer(office: Office, visitor: Arrive) -> Visitor:
    return visitor(office.account("kaiji", Role.RECORDS_OFFICER))


def opened(officer: Visitor, number: str = "令和8年度 第12号") -> str:
    """Open a request; returns its page."""
    return officer.post("/records", number=number).headers["location"]


def recorded(office: Office, name: str = "a") -> tuple[CallId, UUID]:
    call = office.call(name)
    recording = office.record(call)
    office.transcribe(recording)
    return call, recording


def test_an_officer_sees_no_call_and_finds_facts_under_a_request_alone(
    office: Office, officer: Visitor
) -> None:
    call, recording = recorded(office)

    assert officer.get("/").headers["location"] == "/records"
    assert officer.get(f"/calls/{call}").status_code == officer.get("/search").status_code == 403
    page = opened(officer)
    found = officer.post(f"{page}/facts", **DAYS, number=NUMBER)

    assert "見つかった通話（1件）" in found.text
    assert "国民健康保険" in found.text
    assert WORDS not in found.text
    assert found.text.count(NUMBER) == 1, "as it was typed, and nowhere else"
    assert officer.get(f"{page}/{recording}").status_code == 404
    (knock,) = office.knocks()
    assert (knock.act, knock.granted, str(knock.request_id)) == ("facts", True, page.rsplit("/", 1)[1])
    assert "1234" not in str(knock)


def test_facts_are_of_the_own_departments_and_of_no_practice(office: Office, officer: Visitor) -> None:
    recorded(office)
    office.call("b", department=SHIMIN, line="shimin")
    office.call("c", practice=True)
    page = opened(officer)

    assert "見つかった通話（1件）" in officer.post(f"{page}/facts", **DAYS).text
    assert "見つかった通話（0件）" in officer.post(f"{page}/facts", **DAYS, number="03-9999-9999").text
    other_line = officer.post(f"{page}/facts", **DAYS, line="shimin").text
    assert "見つかった通話（0件）" in other_line


def test_what_was_accepted_opens_until_the_request_is_closed(office: Office, officer: Visitor) -> None:
    _, accepted = recorded(office)
    _, another = recorded(office, "b")
    page = opened(officer)
    assert officer.post(f"{page}/accept", recording=str(accepted)).status_code == 303

    before = officer.get(f"{page}/{accepted}").text
    refused = officer.post(f"{page}/open", recording=str(another))
    officer.post(f"{page}/open", recording=str(accepted))
    after = officer.get(f"{page}/{accepted}").text
    grant = next(one.id for one in office.knocks() if one.act == "listen" and one.granted)

    assert WORDS not in before
    assert WORDS in after
    assert (refused.status_code, officer.get(f"/recordings/{grant}/audio").status_code) == (403, 200)
    told = [(one.act, one.granted, one.reason, one.purpose) for one in office.knocks()]
    assert told == [
        ("accept", True, "under-request", "disclosure"),
        ("read", False, "not-visible", "disclosure"),
        ("read", True, "accepted", "disclosure"),
        ("listen", True, "accepted", "disclosure"),
    ]
    assert {str(one.request_id) for one in office.knocks() if one.granted} == {page.rsplit("/", 1)[1]}

    officer.post(f"{page}/close")
    assert officer.get(f"/recordings/{grant}/audio").status_code == 403
    assert officer.get(f"{page}/{accepted}").status_code == 404
    assert officer.post(f"{page}/accept", recording=str(another)).status_code == 403
    assert "終わりました" in officer.get(page).text


def test_another_office_knows_nothing_of_a_request(office: Office, officer: Visitor, visitor: Arrive) -> None:
    _, recording = recorded(office)
    page = opened(officer)
    officer.post(f"{page}/accept", recording=str(recording))
    stranger = visitor(office.account("hoka", Role.RECORDS_OFFICER, departments=(SHIMIN,)))
    own = opened(stranger, "第13号")

    assert stranger.get(page).status_code == 404
    assert "令和8年度 第12号" not in stranger.get("/records").text
    assert stranger.post(f"{page}/facts", **DAYS).status_code == 403
    assert stranger.post(f"{own}/accept", recording=str(recording)).status_code == 403
    assert stranger.post(f"{page}/close").status_code == 404
    assert stranger.post(f"{own}/open", recording=str(recording)).status_code == 403


def test_the_database_gives_no_facts_and_takes_no_acceptance_without_a_knock(office: Office) -> None:
    _, recording = recorded(office)
    kaiji = office.account("kaiji", Role.RECORDS_OFFICER)
    who = Actor(
        account=kaiji, roles=frozenset({Role.RECORDS_OFFICER}), departments=frozenset({HOKEN})
    )  # fmt: skip
    request = uuid4()
    with office.parts.database.begin(who) as connection:
        connection.execute(
            text(
                "INSERT INTO record_requests (id, number, departments, opened_by, opened_at)"
                " VALUES (:id, '1', '{hoken-nenkin}', :by, now())"
            ),
            {"id": request, "by": kaiji},
        )
        facts = connection.execute(
            text("SELECT count(*) FROM search_facts(:knock, '2020-01-01', '2099-01-01', NULL, NULL, 10)"),
            {"knock": uuid4()},
        ).scalar_one()

    assert facts == 0
    accept = text(
        "INSERT INTO record_candidates (id, request_id, recording_id, accepted_by, accepted_at)"
        " VALUES (gen_random_uuid(), :request, :recording, :by, now())"
    )
    with pytest.raises(DBAPIError), office.parts.database.begin(who) as connection:
        connection.execute(accept, {"request": request, "recording": recording, "by": kaiji})


def test_an_officer_hears_and_reads_but_changes_no_words(office: Office, officer: Visitor) -> None:
    call, recording = recorded(office)
    page = opened(officer)
    officer.post(f"{page}/accept", recording=str(recording))
    officer.post(f"{page}/open", recording=str(recording))

    for path in (f"/calls/{call}/clips", f"/calls/{call}/quotes", f"/calls/{call}/notes", "/search"):
        assert officer.post(path).status_code == 403, path


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"since": ""}, "1年までの期間"),
        ({"since": "2020-01-01"}, "1年までの期間"),
        ({"since": "9999-12-31", "until": "9999-12-31"}, "1年までの期間"),
        ({"number": "番号"}, "市外局番から"),
        ({"number": "12"}, "市外局番から"),
        ({"line": "nai"}, "窓口を選び直して"),
    ],
)
def test_a_form_of_facts_says_what_to_put_right_and_asks_nothing(
    office: Office, officer: Visitor, fields: dict[str, str], told: str
) -> None:
    page = opened(officer)

    answer = officer.post(f"{page}/facts", **(DAYS | fields))

    assert answer.status_code == 422
    assert told in answer.text
    assert office.knocks() == []


@pytest.mark.parametrize("number", ["", "山田太郎", "1" * 41])
def test_a_request_has_a_number_and_no_name(officer: Visitor, number: str) -> None:
    answer = officer.post("/records", number=number)

    assert answer.status_code == 422
    assert "数字を含む40文字まで" in answer.text


def test_the_auditor_reads_who_knocked_for_what_and_nothing_of_a_call(
    office: Office, officer: Visitor, visitor: Arrive
) -> None:
    _, recording = recorded(office)
    page = opened(officer)
    officer.post(f"{page}/facts", **DAYS, number=NUMBER)
    officer.post(f"{page}/open", recording=str(recording))
    auditor = visitor(office.account("kansa", Role.AUDITOR, departments=()))

    log = auditor.get("/access-log").text

    assert auditor.get("/").headers["location"] == "/access-log"
    assert "請求のもとで通話を探す" in log
    assert "令和8年度 第12号" in log
    assert "（kaiji）" in log
    assert str(recording) in log
    assert NUMBER not in log
    assert WORDS not in log
    refused = auditor.get("/access-log?refused=true").text
    assert "文字起こしを読む" in refused
    assert "請求のもとで通話を探す</td>" not in refused
    for odd in ("who=x", "until=x", "until=2026-01-01", f"who={uuid4()}"):
        assert auditor.get(f"/access-log?{odd}").status_code == 200, odd


def test_a_department_s_rights_reach_those_below_it(office: Office) -> None:
    above = Department(id=DepartmentId("fukushi-bu"), name="福祉部", agency="shicho")
    departments = tuple(
        one.model_copy(update={"under": above.id}) if one.id == "hoken-nenkin" else one
        for one in office.parts.profile.departments
    )
    profile = office.parts.profile.model_copy(update={"departments": (above, *departments)})
    app = create_app(replace(office.parts, profile=profile))
    call, _ = recorded(office)
    head = office.account("bucho", Role.SUPERVISOR, departments=(above.id,))
    client = TestClient(app, base_url="https://testserver", headers={"accept": "text/html"})
    client.cookies.set(COOKIE, app.state.sessions.open(head))

    assert client.get(f"/calls/{call}").status_code == 200
    assert NUMBER in client.get(f"/calls/{call}").text
    other = office.call("b", department=SHIMIN, line="shimin")
    assert client.get(f"/calls/{other}").status_code == 404
