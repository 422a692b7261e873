"""情報開示 in a real browser: from a request's number to the sound that belongs to it; the auditor's log."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from core.actors import Role
from tests.fixtures_browser import Desk
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.browser]
REQUEST = "令和8年度 第12号"


def test_a_request_is_answered_and_the_auditor_sees_that_it_was(desk: Desk) -> None:
    office = desk.console.office
    office.account("kaiji", Role.RECORDS_OFFICER)
    office.account("kansa", Role.AUDITOR, departments=())
    office.transcribe(office.record(office.call("a")))
    desk.sign_in("kaiji")
    page = desk.page
    desk.picture("records")

    page.get_by_label("請求の番号").fill(REQUEST)
    page.get_by_role("button", name="この請求で探す").click()
    page.get_by_label("この日から").fill(f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}")
    page.get_by_label("この日まで").fill(f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}")
    page.get_by_label("相手の電話番号").fill("03-1234-5678")
    page.get_by_role("button", name="探す", exact=True).click()
    expect(page.get_by_role("heading", name="見つかった通話（1件）")).to_be_visible()
    assert desk.barriers() == []
    desk.picture("records-found")

    page.get_by_role("button", name=re.compile("請求に当たる録音とする")).press("Enter")
    page.get_by_role("link", name=re.compile("録音と文字起こし")).click()
    expect(page.get_by_text("責任者を出してください")).to_have_count(0)
    page.get_by_role("button", name="開く", exact=True).click()
    expect(page.get_by_text("責任者を出してください")).to_be_visible()
    expect(page.locator("audio")).to_be_visible()
    wait_until(lambda: page.locator("audio").evaluate("one => one.readyState") > 0)
    assert desk.barriers() == []
    desk.picture("records-content")

    page.get_by_role("button", name="ログアウト").click()
    desk.sign_in("kansa")
    expect(page.get_by_role("heading", name="閲覧記録")).to_be_visible()
    expect(page.get_by_text(REQUEST).first).to_be_visible()
    expect(page.get_by_text("03-1234-5678")).to_have_count(0)
    assert desk.barriers() == []
    desk.picture("access-log")
