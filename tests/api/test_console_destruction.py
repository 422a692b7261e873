"""保全と廃棄 on the screen: supervisors hold and approve, administrators read certificates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.actors import Role
from core.ids import RecordingId
from storage.holds import RecordingOnHold
from tests.fixtures_console import Arrive
from tests.office import SHIMIN, Office

pytestmark = pytest.mark.real


def recorded(office: Office, name: str, kind: str = "unflagged") -> RecordingId:
    recording = office.record(office.call(name), seconds=2.0)
    office.write(
        "UPDATE recordings SET class = :kind, destroy_after = :over WHERE id = :id",
        {"id": recording, "kind": kind, "over": datetime.now(UTC) - timedelta(minutes=1)},
    )
    return recording


def test_a_supervisor_holds_a_recording_from_the_page_of_its_call_and_lifts_it_with_a_reason(
    office: Office, visitor: Arrive
) -> None:
    recording = recorded(office, "1")
    boss = visitor(office.account("boss", Role.SUPERVISOR))

    boss.post(f"/destruction/{recording}/hold", reason="訴訟のため")
    held = boss.post(f"/destruction/{recording}/hold", reason="訴訟のため")  # pressed twice
    page = boss.get("/calls/city-1.0").text
    assert (held.status_code, held.headers["location"]) == (303, "/calls/city-1.0")
    assert page.count("「訴訟のため」") == 1
    assert "「訴訟のため」" in boss.get("/destruction").text
    with pytest.raises(RecordingOnHold):
        office.worker_vault.destroy(recording, "test", None)

    placed = page.split("/holds/")[1].split("/lift")[0]
    assert boss.post(f"/destruction/{recording}/holds/{placed}/lift", reason=" ").status_code == 400
    assert boss.post(f"/destruction/{recording}/holds/{placed}/lift", reason="和解").status_code == 303
    assert "が解きました" in boss.get("/calls/city-1.0").text
    assert "保全しているものはありません" in boss.get("/destruction").text


@pytest.mark.parametrize("until", ["きのう", "2001-01-01", "9999-12-31", "2027-02-30"])
def test_an_end_that_is_none_is_refused(office: Office, visitor: Arrive, until: str) -> None:
    recording = recorded(office, "1")
    boss = visitor(office.account("boss", Role.SUPERVISOR))

    assert boss.post(f"/destruction/{recording}/hold", reason="訴訟", until=until).status_code == 400


def test_two_supervisors_approve_and_the_list_says_who_has(office: Office, visitor: Arrive) -> None:
    recording = recorded(office, "1", "incident")
    one, two = (visitor(office.account(name, Role.SUPERVISOR)) for name in ("ichi", "ni"))

    assert one.post(f"/destruction/{recording}/approve").status_code == 303
    assert "あなたは承認しました" in one.get("/destruction").text
    assert "（1／2人）" in two.get("/destruction").text
    assert two.post(f"/destruction/{recording}/approve").status_code == 303
    assert "まもなく廃棄します" in two.get("/destruction").text


def test_what_does_not_wait_for_it_cannot_be_approved(office: Office, visitor: Arrive) -> None:
    recording = recorded(office, "1", "flagged")
    boss = visitor(office.account("boss", Role.SUPERVISOR))

    refused = boss.post(f"/destruction/{recording}/approve")
    assert refused.status_code == 409
    assert "廃棄の承認を待っていません" in refused.text


def test_a_certificate_is_a_file_for_supervisors_and_administrators(office: Office, visitor: Arrive) -> None:
    recording = recorded(office, "1")
    office.worker_vault.destroy(recording, "unflagged-period-over", None)
    administrator = visitor(office.account("kanri", Role.ADMINISTRATOR))

    assert "保存期間の終わり（フラグなし）" in administrator.get("/destruction").text
    proof = administrator.get(f"/destruction/{recording}/certificate.txt")
    assert proof.status_code == 200
    assert "attachment" in proof.headers["content-disposition"]
    assert f"録音の番号　　　　{recording}" in proof.text
    assert "原本" in proof.text
    assert "自動の廃棄" in proof.text


def test_nobody_else_holds_approves_or_reads(office: Office, visitor: Arrive) -> None:
    recording = recorded(office, "1", "incident")
    gone = recorded(office, "2")
    office.worker_vault.destroy(gone, "test", None)
    operator = visitor(office.account("tanto", Role.OPERATOR))
    stranger = visitor(office.account("hoka", Role.SUPERVISOR, departments=(SHIMIN,)))
    administrator = visitor(office.account("kanri", Role.ADMINISTRATOR))

    for path in ("/destruction", f"/destruction/{gone}/certificate.txt"):
        assert operator.get(path).status_code == 403
    assert "city-1.0" not in stranger.get("/destruction").text
    for who, status in ((operator, 403), (administrator, 403)):
        assert who.post(f"/destruction/{recording}/approve").status_code == status
        assert who.post(f"/destruction/{recording}/hold", reason="訴訟").status_code == status
    assert stranger.post(f"/destruction/{recording}/approve").status_code == 409
    assert stranger.post(f"/destruction/{recording}/hold", reason="訴訟").status_code in {403, 404}
