"""保全と廃棄 in a real browser: held, approved and read without a mouse, at 320 px, without barriers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from core.actors import Role
from core.ids import RecordingId
from tests.console_pages import saved_by
from tests.fixtures_browser import Desk

pytestmark = [pytest.mark.real, pytest.mark.browser]


@pytest.fixture
def archive(desk: Desk) -> None:
    """An incident whose period is over, a call to hold, and one that is gone."""
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)

    def recorded(name: str, kind: str) -> RecordingId:
        recording = office.record(office.call(name), seconds=2.0)
        office.write(
            "UPDATE recordings SET class = :kind, destroy_after = :over WHERE id = :id",
            {"id": recording, "kind": kind, "over": datetime.now(UTC) - timedelta(days=2)},
        )
        return recording

    recorded("jian", "incident")
    recorded("hozen", "flagged")
    office.worker_vault.destroy(recorded("kieta", "flagged"), "flagged-period-over", None)


@pytest.mark.usefixtures("archive")
def test_a_supervisor_holds_and_approves_without_a_mouse(desk: Desk) -> None:
    desk.sign_in("kanri")
    page = desk.open("/calls/city-hozen.0")
    page.get_by_text("この録音を保全する").focus()
    page.keyboard.press("Enter")
    page.get_by_label("保全する理由").fill("審査請求が続いているため")
    desk.picture("hold-form")
    assert desk.barriers() == []
    page.keyboard.press("Enter")
    expect(page.get_by_text("「審査請求が続いているため」")).to_be_visible()

    page = desk.open("/destruction")
    desk.picture("destruction")
    assert desk.barriers() == []
    expect(page.get_by_text("「審査請求が続いているため」")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("保存期間の終わり（記録・フラグ）")
    page.get_by_role("button", name="廃棄を承認する").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("あなたは承認しました")).to_be_visible()
    saved = saved_by(page, page.get_by_role("link", name="証明を保存"))
    assert "廃棄の証明" in saved.path().read_text(encoding="utf-8")
