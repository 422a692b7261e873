"""閲覧の権利 in a real browser: an urgent opening, a group, around a mark, and the end of an account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from api.wording import HERE
from core.actors import Role
from tests.fixtures_browser import Desk
from tests.office import SHIMIN

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_rights_that_end_are_given_and_used_with_the_keyboard_and_without_barriers(desk: Desk) -> None:
    office, page = desk.console.office, desk.page
    sato = office.account("sato", Role.OPERATOR)
    office.account("kanri", Role.ADMINISTRATOR, departments=())
    office.account("kacho", Role.SUPERVISOR, departments=(SHIMIN,))
    call = office.call("a", operator_id=sato)
    office.transcribe(office.record(call, operator=sato))
    office.mark(call, datetime.now(UTC) - timedelta(hours=1, minutes=2, seconds=20))
    with office.worker.begin() as connection:
        arrived = connection.execute(text("SELECT arrived_at FROM calls")).scalar_one()

    desk.sign_in("kacho")
    desk.open("/rights")
    page.get_by_text("ほかの部署の通話を緊急に開く").press("Enter")
    page.get_by_label("窓口").select_option("kokuho")
    page.get_by_label("着信した時刻").fill(f"{arrived.astimezone(HERE):%Y-%m-%dT%H:%M}")
    page.get_by_label("理由（5文字以上500文字以内）").fill("命にかかわる訴えがあったため")
    page.get_by_role("button", name="理由を残して開く").press("Enter")
    expect(page.get_by_text("命にかかわる訴えがあったため")).to_be_visible()
    page.get_by_text("グループを作る", exact=True).press("Enter")
    page.get_by_label("名前（60文字以内）").fill("議員の件")
    page.get_by_role("button", name="作る", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="議員の件")).to_be_visible()
    page.get_by_text("代理を頼む", exact=True).first.press("Enter")
    assert desk.barriers() == []
    desk.picture("rights")
    page.get_by_role("link", name="通話を見る").click()
    expect(page.get_by_text("緊急閲覧で開いています")).to_be_visible()
    assert desk.barriers() == []
    desk.picture("call-opened-urgently")

    page.get_by_role("button", name="ログアウト").click()
    desk.sign_in("sato")
    desk.open(f"/calls/{call}")
    page.get_by_role("button", name="印の前後を開く").press("Enter")
    page.locator("audio").evaluate("(audio) => audio.play()")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.2")
    assert desk.barriers() == []
    desk.picture("around-marks")

    page.get_by_role("button", name="ログアウト").click()
    desk.sign_in("kanri")
    desk.open("/accounts")
    page.get_by_text("変える：さくら 市子（sato）の委託と期限").press("Enter")
    assert desk.barriers() == []
    desk.picture("accounts")

    opened, last = page.locator("details[open]"), datetime.now(HERE) + timedelta(days=90)
    opened.get_by_label("委託先・派遣元").fill("みなと受付株式会社")
    opened.get_by_label("いつまで").fill(f"{last:%Y-%m-%d}")
    opened.get_by_role("button", name="変える").press("Enter")
    row = page.get_by_role("row").filter(has_text="sato")
    expect(row).to_contain_text("みなと受付株式会社")
    expect(row.get_by_role("cell").last).to_contain_text("まで")
    assert desk.barriers() == []
