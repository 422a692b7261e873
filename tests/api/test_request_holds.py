"""What a request may concern: held at once, in or out with a reason, held until the end."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.actors import Role
from core.ids import RecordingId
from storage.holds import RecordingOnHold
from storage.request_holds import hold_what_is_wished
from tests.api.test_disclosures import DECIDED, FORM, step
from tests.fixtures_console import Arrive, Visitor
from tests.office import SHIMIN, Office

pytestmark = pytest.mark.real

NUMBER = "03-1234-5678"
DAYS = {
    "since": f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}",
    "until": f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}",
}
TODAY = f"{datetime.now(UTC):%Y-%m-%d}"


@pytest.fixture
def officer(office: Office, visitor: Arrive) -> Visitor:
    return visitor(office.account("kaiji", Role.RECORDS_OFFICER))


def recorded(office: Office, name: str = "a", **facts: object) -> UUID:
    return office.record(office.call(name, **facts))


def held(office: Office) -> list[Any]:
    with office.worker.begin() as connection:
        rows = "SELECT recording_id, until, lifted_at FROM recording_holds ORDER BY placed_at"
        return list(connection.execute(text(rows)))


def provisional(officer: Visitor, **changed: str) -> str:
    """Hold at once; returns the page of the request."""
    answer = officer.post("/disclosures/hold", **{"press": str(uuid4()), **DAYS, **changed})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).split("#")[0]


def test_a_request_without_its_form_holds_at_once_what_it_may_concern(
    office: Office, officer: Visitor
) -> None:
    recording = recorded(office)
    recorded(office, "elsewhere", department=SHIMIN, line="shimin")
    page = provisional(officer, number=NUMBER)

    (only,) = held(office)
    assert only.recording_id == recording
    shown = officer.get(page).text
    assert "仮受付です" in shown
    assert "まだ決めていない録音（1件）" in shown
    assert "番号を指定" in shown
    assert NUMBER not in shown
    (knock,) = office.knocks()
    assert (knock.act, knock.granted) == ("facts", True)


def test_what_comes_later_is_held_before_anything_is_destroyed(office: Office, officer: Visitor) -> None:
    provisional(officer)
    assert held(office) == []
    late = recorded(office, "later")

    with office.worker.begin() as connection:
        hold_what_is_wished(connection)
        hold_what_is_wished(connection)

    assert [one.recording_id for one in held(office)] == [late]


def test_nothing_that_is_held_can_be_destroyed_and_nobody_lifts_it_by_hand(
    office: Office, officer: Visitor, visitor: Arrive
) -> None:
    recording = recorded(office)
    provisional(officer)
    boss = visitor(office.account("kacho", Role.SUPERVISOR))
    with office.worker.begin() as connection:
        hold = connection.execute(text("SELECT id FROM recording_holds")).scalar_one()

    refused = boss.post(f"/destruction/{recording}/holds/{hold}/lift", reason="もう要らない")

    assert refused.status_code == 403
    assert held(office)[0].lifted_at is None
    with pytest.raises(RecordingOnHold):
        office.worker_vault.destroy(RecordingId(recording), rule="test", by=None)
    with pytest.raises(DBAPIError, match="held"), office.worker.begin() as connection:
        connection.execute(text("DELETE FROM recording_keys WHERE recording_id = :one"), {"one": recording})


def test_every_recording_found_is_in_or_left_out_before_anything_is_decided(
    office: Office, officer: Visitor
) -> None:
    first, second = recorded(office), recorded(office, "b")
    page = provisional(officer)
    case = page.replace("records", "disclosures")
    taken = officer.post(
        "/disclosures", press=str(uuid4()), **{**FORM, "on_day": TODAY, "provisional": case.rsplit("/", 1)[1]}
    )
    assert taken.headers["location"] == case
    assert step(officer, case, "identity-checked", words="運転免許証", on_day=TODAY) == 303
    assert step(officer, case, "decided", **DECIDED, on_day=TODAY) == 409
    assert officer.post(f"{page}/accept", recording=str(first)).status_code == 303
    nameless = officer.post(
        f"{page}/leave-out", recording=str(second), press=str(uuid4()), reason=" "
    )  # fmt: skip
    assert nameless.status_code == 400
    for _ in range(2):
        out = officer.post(
            f"{page}/leave-out", recording=str(second), press=str(uuid4()), reason="別の方の通話"
        )
        assert out.status_code == 303

    shown = officer.get(page).text
    assert "請求に当たる録音（1件）" in shown
    assert "外した録音（1件）" in shown
    assert "別の方の通話" in shown
    assert officer.post(f"{page}/open", recording=str(second)).status_code == 403
    assert officer.post(f"{page}/close").status_code == 409  # it is led, and ends by its steps
    assert step(officer, case, "decided", **DECIDED, on_day=TODAY) == 303
    assert officer.post(f"{page}/accept", recording=str(second)).status_code == 303
    assert "請求に当たる録音（2件）" in officer.get(page).text


def test_what_was_left_out_opens_no_more(office: Office, officer: Visitor) -> None:
    recording = recorded(office)
    page = provisional(officer)
    officer.post(f"{page}/accept", recording=str(recording))
    assert officer.post(f"{page}/open", recording=str(recording)).status_code == 303
    officer.post(f"{page}/leave-out", recording=str(recording), press=str(uuid4()), reason="別の方")

    assert officer.post(f"{page}/open", recording=str(recording)).status_code == 403


def test_holds_last_until_nobody_can_contest_the_decision(office: Office, officer: Visitor) -> None:
    recording = recorded(office)
    page = provisional(officer)
    case = page.replace("records", "disclosures")
    officer.post(
        "/disclosures", press=str(uuid4()), **{**FORM, "on_day": TODAY, "provisional": case.rsplit("/", 1)[1]}
    )
    officer.post(f"{page}/accept", recording=str(recording))
    for what, words in (
        ("identity-checked", {"words": "運転免許証"}), ("decided", DECIDED), ("notice-reached", {}),
        ("carried-out", {"words": "写しの交付"}), ("closed", {}),
    ):  # fmt: skip
        assert step(officer, case, what, **words, on_day=TODAY) == 303, what

    (only,) = held(office)
    assert only.until is not None
    assert timedelta(days=180) < only.until - datetime.now(UTC) < timedelta(days=200)


def test_a_closed_workspace_shows_to_nobody_else_not_even_that_it_exists(
    office: Office, officer: Visitor, visitor: Arrive
) -> None:
    recording = recorded(office)
    page = provisional(officer)
    case = page.replace("records", "disclosures")
    officer.post(
        "/disclosures", press=str(uuid4()), **{**FORM, "on_day": TODAY, "provisional": case.rsplit("/", 1)[1]}
    )
    officer.post(f"{page}/accept", recording=str(recording))
    let_in = office.account("naka", Role.RECORDS_OFFICER)
    inside = visitor(let_in)
    outside = visitor(office.account("soto", Role.RECORDS_OFFICER))
    auditor = visitor(office.account("kansa", Role.AUDITOR))
    boss = visitor(office.account("kacho", Role.SUPERVISOR))
    assert "R8-12" in outside.get("/records").text

    closed = officer.post(f"{case}/workspace", close="yes", others=str(let_in))

    assert closed.status_code == 303
    assert inside.get(case).status_code == officer.get(case).status_code == 200
    assert [outside.get(one).status_code for one in (case, page)] == [404, 404]
    assert not any("R8-12" in outside.get(one).text for one in ("/records", "/disclosures"))
    assert "R8-12" not in auditor.get("/access-log").text
    assert "請求のため" not in boss.get("/destruction").text
    assert outside.post(f"{case}/workspace").status_code == 404
    assert outside.post(f"{page}/accept", recording=str(recording)).status_code == 403
    assert outside.post(f"{page}/open", recording=str(recording)).status_code == 403
    assert inside.post(f"{case}/workspace").status_code == 303
    assert outside.get(case).status_code == 200


def test_a_number_is_given_once_and_a_stranger_is_let_in_by_nobody(
    office: Office, officer: Visitor, visitor: Arrive
) -> None:
    page = provisional(officer)
    own = page.rsplit("/", 1)[1]
    first = {**FORM, "on_day": TODAY, "provisional": own}
    assert officer.post("/disclosures", press=str(uuid4()), **first).status_code == 303
    assert officer.post("/disclosures", press=str(uuid4()), **first).status_code == 303  # sent again
    other = {**first, "number": "R8-99"}
    assert officer.post("/disclosures", press=str(uuid4()), **other).status_code == 404
    stranger = office.account("yoso", Role.RECORDS_OFFICER, departments=(SHIMIN,))
    refused = officer.post(f"/disclosures/{own}/workspace", close="yes", others=str(stranger))
    assert refused.status_code == 400


@pytest.mark.parametrize("changed", [{"since": ""}, {"number": "x"}, {"line": "nowhere"}])
def test_what_cannot_be_held_is_told_at_its_field(officer: Visitor, changed: dict[str, str]) -> None:
    answer = officer.post("/disclosures/hold", **{"press": str(uuid4()), **DAYS, **changed})

    assert answer.status_code == 422
    assert re.search(r'class="fault" id="meant_\w+-fault"', answer.text)
