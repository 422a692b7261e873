"""Rights that end and rights that are narrow, as people meet them at the console."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest
import soundfile
from sqlalchemy import text

from api.sign_in import SignIn, SignInRefused
from api.wording import HERE
from core.actors import Role
from core.ids import AccountId, CallId
from tests.fixtures_console import FACT_CHECK, Arrive
from tests.office import HOKEN, PASSWORD, SHIMIN, Office
from transcription.quiet import CEILING_DBFS

pytestmark = pytest.mark.real
REASON = "命にかかわる訴えがあったため"


def minute_of_arrival(office: Office, call: CallId) -> str:
    with office.worker.begin() as connection:
        query = text("SELECT arrived_at FROM calls WHERE id = :call")
        at: datetime = connection.execute(query, {"call": call}).scalar_one()
    return f"{at.astimezone(HERE):%Y-%m-%dT%H:%M}"


def marked_call(office: Office, operator: AccountId) -> CallId:
    """A call of somebody's with a mark half a minute into its recording."""
    call = office.call("a", operator_id=operator)
    office.record(call, operator=operator)
    office.mark(call, datetime.now(UTC) - timedelta(hours=1, minutes=2, seconds=20))
    return call


def test_a_contractor_is_signed_out_when_the_end_is_set_and_gone_when_it_has_come(
    office: Office, visitor: Arrive
) -> None:
    admin = visitor(office.account("kanri", Role.ADMINISTRATOR, departments=()))
    itaku = office.account("itaku", Role.OPERATOR)
    office.call("a")
    before = visitor(itaku)
    tomorrow = f"{datetime.now(HERE) + timedelta(days=1):%Y-%m-%d}"

    without_end = admin.post("/accounts/itaku/engagement", employer="株式会社さくら")
    set_once = admin.post(
        "/accounts/itaku/engagement", employer="株式会社さくら", until=tomorrow, line="kokuho"
    )

    assert (without_end.status_code, set_once.status_code) == (400, 303)
    assert before.get("/calls").status_code == 303
    again = visitor(itaku)
    assert "通話一覧" in again.get("/calls").text
    assert "株式会社さくら" in admin.get("/accounts").text
    with office.parts.database.begin() as connection:
        connection.execute(text("UPDATE accounts SET ends_at = now() WHERE login = 'itaku'"))
    assert again.get("/calls").status_code == 303
    assert "期限切れ" in admin.get("/accounts").text
    door = SignIn(office.parts.database, office.parts.passwords, office.parts.clock, b"k" * 32)
    with pytest.raises(SignInRefused):
        door.prove("itaku", PASSWORD, "192.0.2.1")


def test_nobody_but_an_administrator_sets_an_end_and_only_lines_of_the_department_are_taken(
    office: Office, visitor: Arrive
) -> None:
    office.account("itaku", Role.OPERATOR, departments=(SHIMIN,))
    chief = visitor(office.account("kacho", Role.SUPERVISOR))
    admin = visitor(office.account("kanri", Role.ADMINISTRATOR, departments=()))

    assert chief.post("/accounts/itaku/engagement", until="2030-01-01").status_code == 403
    assert admin.post("/accounts/itaku/engagement", line="kokuho").status_code == 400
    assert admin.post("/accounts/itaku/engagement", until="yesterday").status_code == 400
    assert admin.post("/accounts/nobody/engagement").status_code == 400


def test_a_deputy_works_as_a_supervisor_of_that_department_until_it_is_ended(
    office: Office, visitor: Arrive
) -> None:
    chief = visitor(office.account("kacho", Role.SUPERVISOR))
    sato = visitor(office.account("sato", Role.OPERATOR))
    auditor = visitor(office.account("kansa", Role.AUDITOR, departments=()))
    call = office.call("a")
    office.transcribe(office.record(call))
    fields = {
        "press": str(uuid4()), "department": HOKEN, "login": "sato",
        "until": f"{datetime.now(HERE):%Y-%m-%d}",
    }  # fmt: skip
    refused = sato.post("/rights/deputies", **fields)

    named = chief.post("/rights/deputies", **fields)

    assert (refused.status_code, named.status_code) == (403, 303)
    assert sato.post(f"/calls/{call}/open", **FACT_CHECK).status_code == 303
    assert "責任者を出してください" in sato.get(f"/calls/{call}").text
    page = chief.get("/rights").text
    assert "さくら 市子（sato）" in page
    assert "さくら 市子（sato）" in auditor.get("/rights").text
    deputy = page.split("/rights/deputies/")[1].split("/end")[0]
    assert sato.post("/rights/deputies", **fields | {"press": str(uuid4())}).status_code == 422
    assert chief.post(f"/rights/deputies/{deputy}/end").status_code == 303
    assert "責任者を出してください" not in sato.get(f"/calls/{call}").text
    assert sato.get("/rights").status_code == 403


def test_an_urgent_opening_shows_a_call_for_looking_and_each_knock_carries_it(
    office: Office, visitor: Arrive
) -> None:
    other = visitor(office.account("shimin", Role.SUPERVISOR, departments=(SHIMIN,)))
    chief = visitor(office.account("kacho", Role.SUPERVISOR))
    auditor = visitor(office.account("kansa", Role.AUDITOR, departments=()))
    call = office.call("a")
    office.transcribe(office.record(call))
    wanted = {"line": "kokuho", "at": minute_of_arrival(office, call), "reason": REASON}
    assert other.get(f"/calls/{call}").status_code == 404

    assert other.post("/rights/urgent", **wanted | {"reason": ""}).status_code == 422
    assert other.post("/rights/urgent", **wanted).status_code == 303

    page = other.get(f"/calls/{call}").text
    assert "緊急閲覧で開いています" in page
    assert "保全する" not in page
    assert "責任者を出してください" not in page
    assert other.post(f"/calls/{call}/open", **FACT_CHECK).status_code == 303
    opened = other.get(f"/calls/{call}").text
    assert "責任者を出してください" in opened
    assert "data-utterance" not in opened
    begun, *under = office.knocks()
    assert (begun.act, begun.granted, begun.reason) == ("urgent", True, "urgent-opening")
    assert [(one.act, one.reason, one.detail) for one in under] == [
        (act, "urgent-opening", {"opening": str(begun.id)}) for act in ("read", "listen")
    ]
    assert all(one.until <= begun.until for one in under)
    for who in (auditor, chief):
        assert "緊急閲覧がありました" in who.get("/alarms").text
        assert REASON in who.get("/rights").text
    assert auditor.get(f"/calls/{call}").status_code == 403
    assert "緊急閲覧を始める" in auditor.get("/access-log").text


def test_an_urgent_opening_is_shut_with_its_plays(office: Office, visitor: Arrive) -> None:
    other = visitor(office.account("shimin", Role.SUPERVISOR, departments=(SHIMIN,)))
    call = office.call("a")
    office.record(call)
    at = minute_of_arrival(office, call)
    other.post("/rights/urgent", line="kokuho", at=at, reason=REASON)
    other.post(f"/calls/{call}/open", **FACT_CHECK)
    grant = other.get(f"/calls/{call}").text.split('data-grant="')[1].split('"')[0]
    played = other.get(f"/recordings/{grant}/peaks").status_code
    opening = other.get("/rights").text.split("/rights/urgent/")[1].split("/shut")[0]

    assert other.post(f"/rights/urgent/{opening}/shut").status_code == 303

    assert played == 200
    assert other.get(f"/recordings/{grant}/peaks").status_code == 403
    assert other.get(f"/calls/{call}").status_code == 404
    assert (
        other.post("/rights/urgent", line="kokuho", at="2020-01-01T00:00", reason=REASON).status_code == 404
    )


def test_an_operator_hears_around_their_marks_softly_until_the_record_is_filed(
    office: Office, visitor: Arrive
) -> None:
    mine = office.account("sato", Role.OPERATOR)
    sato, suzuki = visitor(mine), visitor(office.account("suzuki", Role.OPERATOR))
    call = marked_call(office, mine)
    assert "印の前後を開く" in sato.get(f"/calls/{call}").text
    assert "印の前後を開く" not in suzuki.get(f"/calls/{call}").text

    opened = sato.post(f"/calls/{call}/around-marks")
    page = sato.get(place := opened.headers["location"]).text
    sound = page.split('src="')[-1].split('"')[0]
    heard = sato.get(sound)

    assert opened.status_code == 303
    assert "録音の 00:00 から 00:54 まで" in page
    samples, _ = soundfile.read(io.BytesIO(heard.content))
    assert 0.05 < np.abs(samples).max() <= 10 ** (CEILING_DBFS / 20)
    assert len(sato.get(sound, {"range": "bytes=0-999"}).content) == 1000
    assert suzuki.post(f"/calls/{call}/around-marks").status_code == 403
    assert suzuki.get(sound).status_code == 403
    sato.post(f"/calls/{call}/wrap-up", outcome=office.parts.profile.outcomes[0].id, memo="", answer="")
    assert [sato.get(one).status_code for one in (place, sound)] == [403, 403]
    assert "印の前後を開く" not in sato.get(f"/calls/{call}").text
    assert [(one.act, one.granted, one.purpose) for one in office.knocks()] == [
        ("around-marks", True, "record-keeping"),
        ("around-marks", False, "record-keeping"),
    ]


def test_a_colleague_listens_in_the_operators_place_where_a_supervisor_asked_them(
    office: Office, visitor: Arrive
) -> None:
    mine, colleague = office.account("sato", Role.OPERATOR), office.account("suzuki", Role.OPERATOR)
    chief, suzuki = visitor(office.account("kacho", Role.SUPERVISOR)), visitor(colleague)
    call = marked_call(office, mine)
    assert "代わりに聞く人を頼む" in chief.get(f"/calls/{call}").text

    assert suzuki.post(f"/calls/{call}/around-marks/listeners", colleague=str(colleague)).status_code == 403
    named = chief.post(f"/calls/{call}/around-marks/listeners", colleague=str(colleague))
    assert "印の前後を開く" in suzuki.get(f"/calls/{call}").text
    opened = suzuki.post(f"/calls/{call}/around-marks")
    sound = suzuki.get(opened.headers["location"]).text.split('src="')[-1].split('"')[0]

    assert named.status_code == 303
    assert suzuki.get(sound).status_code == 200
    # That much and no more: the recording itself stays the operator's and the supervisors'.
    assert suzuki.post(f"/calls/{call}/open", **FACT_CHECK).status_code == 403


def test_a_call_that_is_kept_to_a_group_is_gone_from_everybody_elses_pages(
    office: Office, visitor: Arrive
) -> None:
    chief = visitor(office.account("kacho", Role.SUPERVISOR))
    other = visitor(office.account("kakari", Role.SUPERVISOR))
    office.account("tanaka", Role.SUPERVISOR)
    call, group = office.call("a"), str(uuid4())
    office.transcribe(office.record(call))
    assert chief.post("/rights/groups", press=group, name="議員の件", department=HOKEN).status_code == 303
    assert chief.post(f"/rights/groups/{group}/members", login="tanaka").status_code == 303
    assert other.post(f"/rights/groups/{group}/members", login="kakari").status_code == 422
    assert str(call) in other.get("/calls").text

    kept = chief.post(
        f"/calls/{call}/restriction", press=str(uuid4()), group=group, reason="議員に関する通話"
    )

    assert kept.status_code == 303
    assert "このグループの人だけが見られます" in chief.get(f"/calls/{call}").text
    assert other.get(f"/calls/{call}").status_code == 404
    assert str(call) not in other.get("/calls").text
    assert "議員の件" not in other.get("/rights").text
    assert other.post(f"/calls/{call}/restriction/lift", reason="見たいから").status_code == 404
    assert chief.post(f"/calls/{call}/restriction/lift", reason="調査が終わった").status_code == 303
    assert "調査が終わった" in chief.get(f"/calls/{call}").text
    assert other.get(f"/calls/{call}").status_code == 200
    assert [one.act for one in office.knocks()] == ["restrict", "lift"]
