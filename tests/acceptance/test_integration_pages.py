"""連携 in a real browser: an own key, a receiver, and the city's own system that opens beside a call."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from core.actors import Role
from core.profile.integrations import Integrations, ScreenPop
from tests.console_pages import collisions
from tests.fixtures_browser import Desk
from tests.fixtures_desk import OperatorDesk
from tests.office import Office

pytestmark = [pytest.mark.real, pytest.mark.browser]
CITY = "https://madoguchi.example.lg.jp/"


def test_a_key_of_ones_own_is_made_and_ended_by_keys_alone(desk: Desk) -> None:
    desk.console.office.account("kanri", Role.SUPERVISOR)
    desk.sign_in("kanri")
    desk.open("/account").get_by_role("link", name="自分の鍵を見る").press("Enter")
    page = desk.page
    expect(page.get_by_text("鍵はまだありません")).to_be_visible()
    expect(page.get_by_label("判断ボードの意見")).to_have_count(0)
    assert desk.barriers() == []

    page.get_by_label("プログラムの名前").focus()
    page.keyboard.type("窓口支援システム")
    page.keyboard.press("Tab")
    for _ in range(2):
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    page.get_by_role("button", name="鍵を作る").press("Enter")

    expect(page.locator("#key code")).to_have_text(re.compile("^tsuwaroku_"))
    desk.picture("own-key")
    assert desk.barriers() == []
    assert collisions(page) == []
    page.get_by_role("button", name="この鍵を終わらせる").press("Enter")
    expect(page.get_by_text("終わらせました")).to_be_visible()
    expect(page.locator("#key")).to_have_count(0)


def test_a_receiver_is_registered_told_of_and_sent_to_again(desk: Desk) -> None:
    office = desk.console.office
    office.account("kikai", Role.ADMINISTRATOR, departments=())
    desk.sign_in("kikai")
    page = desk.open("/webhooks")
    page.get_by_label("受信先の名前").fill("窓口支援システム")
    page.get_by_label("アドレス").fill("https://10.1.2.3/")
    page.get_by_label("通話が終わった").check()
    page.get_by_role("button", name="登録する").press("Enter")
    expect(page.get_by_text("市の設定（integrations.receivers）")).to_be_visible()
    desk.complaints[:] = [said for said in desk.complaints if "status of 422" not in said]
    page.get_by_label("アドレス").fill(CITY)
    page.get_by_role("button", name="登録する").press("Enter")
    expect(page.locator("#secret code")).to_have_text(re.compile("^whsec_"))
    assert desk.barriers() == []

    for name in ("a", "b"):
        office.call(name)
    office.write(
        "UPDATE webhook_deliveries SET next_at = NULL, parked_at = now(), attempts = 12, code = 'no-answer'"
        " WHERE subject = 'city-a.0'",
        {},
    )
    page = desk.open("/webhooks")
    expect(page.get_by_text("送れませんでした")).to_be_visible()
    desk.picture("webhooks")
    assert desk.barriers() == []
    assert collisions(page) == []
    page.get_by_role("button", name="もう一度送る").press("Enter")
    expect(page.get_by_text("これから送ります")).to_have_count(2)


def answered(route: Route) -> None:
    route.fulfill(body="<!doctype html><title>窓口支援</title>", content_type="text/html; charset=utf-8")


def shown(office: Office, pop: ScreenPop) -> None:
    profile = office.parts.profile.model_copy(update={"integrations": Integrations(screen_pop=pop)})
    object.__setattr__(office.parts, "profile", profile)


@pytest.fixture
def by_a_click(office: Office) -> None:
    """A city whose system opens by a click; its address has a place for a number that may not be told."""
    address = f"{CITY}denwa?c={{call}}&l={{line}}&n={{number}}"
    shown(office, ScreenPop(name="窓口支援システム", address=address))


@pytest.fixture
def by_itself(office: Office) -> None:
    """A city whose system opens by itself, with the number."""
    address = f"{CITY}?c={{call}}&n={{number}}"
    shown(office, ScreenPop(name="窓口支援", address=address, number_allowed=True, by_itself=True))


def test_the_citys_own_system_opens_beside_a_call_by_a_click_without_the_number(
    by_a_click: None, operator_desk: OperatorDesk
) -> None:
    desk = operator_desk.desk
    desk.context.route(f"{CITY}**", answered)
    page = desk.open("/console")
    operator_desk.answer(operator_desk.ring())
    link = page.get_by_role("link", name="窓口支援システムを開く")

    with desk.context.expect_page() as opened:
        link.press("Enter")
    expect(opened.value).to_have_url(f"{CITY}denwa?c=city-ring.0&l=kokuho&n=")
    assert opened.value.evaluate("window.opener") is None
    desk.picture("screen-pop")
    assert desk.barriers() == []


def test_where_the_profile_says_so_it_opens_by_itself_once_a_call_in_one_tab(
    by_itself: None, operator_desk: OperatorDesk
) -> None:
    desk = operator_desk.desk
    desk.context.route(f"{CITY}**", answered)
    page = desk.open("/console")
    page.mouse.click(5, 5)  # somebody was there: a browser opens nothing for a page that nobody touched
    with desk.context.expect_page() as opened:
        first = operator_desk.answer(operator_desk.ring())
    expect(opened.value).to_have_url(f"{CITY}?c=city-ring.0&n=0312345678")
    page.reload()
    expect(page.get_by_role("link", name="窓口支援を開く")).to_be_visible()
    operator_desk.hang_up(first)
    page.mouse.click(5, 5)
    operator_desk.answer(operator_desk.ring("second"))

    expect(opened.value).to_have_url(f"{CITY}?c=city-second.0&n=0312345678")
    assert len(desk.context.pages) == 2
