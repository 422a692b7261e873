"""庁内警報 in real browsers: placed, on another department's desk while it rings, and taken back."""

from __future__ import annotations

import time
from collections.abc import Generator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from core.actors import Role
from core.ids import CallId
from tests.console_pages import connected
from tests.fixtures_browser import Desk
from tests.office import SHIMIN

pytestmark = [pytest.mark.real, pytest.mark.browser]
SHOWN = "この番号からの電話は、統一回答で応じる、複数の職員で対応する"


@pytest.fixture
def shimin(desk: Desk, chromium: Browser) -> Generator[Desk]:
    """An operator of 市民課 at shimin1, in a browser of her own."""
    desk.console.office.account("suzuki", Role.OPERATOR, departments=(SHIMIN,))
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768}, base_url=desk.console.url, ignore_https_errors=True,
        locale="ja-JP", timezone_id="Asia/Tokyo",
    )  # fmt: skip
    other = Desk(console=desk.console, context=context, page=context.new_page(), complaints=[])
    other.sign_in("suzuki", phone="市民課 1番")
    yield other
    context.close()


def ring(desk: Desk, name: str) -> CallId:
    """Let the line of 市民課 ring at shimin1, from the number of every call."""
    call = desk.console.office.call(
        name, line="shimin", department=SHIMIN, ended_at=None, outcome=None, phase="connecting",
        notice="pending", arrived_at=datetime.now(UTC), connected_at=None, operator_phone=None,
        ringing_phones=["shimin1"],
    )  # fmt: skip
    desk.console.office.notify(call)
    return call


def test_an_alert_reaches_the_next_department_within_a_second_and_so_does_its_withdrawal(
    desk: Desk, shimin: Desk
) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = office.call("before")
    operator = shimin.open("/console")
    connected(operator)
    desk.sign_in("kanri", "保険年金課 3番")
    page = desk.open(f"/calls/{call}")
    page.get_by_role("link", name="ほかの課に知らせる").press("Enter")
    expect(page.get_by_text("ここから出せるのは、仮警報だけです")).to_be_visible()
    barriers = {"form": desk.barriers()}
    desk.picture("alert-form")
    page.get_by_label("統一回答で応じる").check()
    page.get_by_label("複数の職員で対応する").check()
    page.get_by_role("textbox", name="連絡先").fill("要注意人物の担当")
    page.get_by_role("button", name="ほかの課に知らせる").press("Enter")
    expect(page.get_by_text("人を決めつける言葉は書けません")).to_be_visible()
    barriers["fault"] = desk.barriers()
    desk.complaints.clear()  # the browser's own words about the refusal
    page.get_by_role("textbox", name="連絡先").fill("保険年金課 課長補佐（内線2101）")
    page.get_by_role("button", name="ほかの課に知らせる").press("Enter")
    expect(page.get_by_text("仮警報を出しています")).to_be_visible()

    began = time.monotonic()
    ring(shimin, "rings")
    card = operator.get_by_role("region", name="電話が鳴っています")
    expect(card).to_contain_text(SHOWN)
    took = time.monotonic() - began
    assert took <= 1.0, f"shown after {took * 1000:.0f} ms"
    expect(card).to_contain_text("電話は、いつもどおり受けてください")
    expect(card).not_to_contain_text("city-before")
    barriers["ringing"] = shimin.barriers()
    shimin.picture("alert-ringing")

    desk.open("/alerts")
    expect(page.get_by_text("さくら 市子（suzuki）")).to_be_visible()
    barriers["list"] = desk.barriers()
    desk.picture("alerts")
    page.get_by_label("取り消す理由").fill("別の方の電話でした")
    page.get_by_role("button", name="取り消して、見た人に知らせる").press("Enter")
    expect(page.get_by_text("出している庁内警報はありません")).to_be_visible()
    told = operator.get_by_role("region", name="庁内警報が取り消されました")
    expect(told).to_contain_text("別の方の電話でした")
    expect(card).not_to_contain_text("統一回答で応じる")
    barriers["withdrawn"] = shimin.barriers()
    shimin.picture("alert-withdrawn")
    told.get_by_role("button", name="確かめました").press("Enter")
    expect(told).to_have_count(0)
    desk.open("/provisions")
    barriers["provisions"] = desk.barriers()
    desk.picture("provisions")

    assert {name: found for name, found in barriers.items() if found} == {}


def test_an_alert_placed_while_the_phone_rings_comes_onto_the_card_that_is_there(
    desk: Desk, shimin: Desk
) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = office.call("before")
    operator = shimin.open("/console")
    connected(operator)
    ring(shimin, "rings")
    card = operator.get_by_role("region", name="電話が鳴っています")
    expect(card).to_contain_text("03-1234-5678")
    desk.sign_in("kanri", "保険年金課 3番")
    page = desk.open(f"/calls/{call}/alert")
    page.get_by_label("複数の職員で対応する").check()
    page.get_by_role("textbox", name="連絡先").fill("内線2101")
    page.get_by_role("button", name="ほかの課に知らせる").press("Enter")

    expect(card).to_contain_text("この番号からの電話は、複数の職員で対応する")
