"""A call for help reaches a supervisor on whatever page they have open, and is heard there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.actors import Role
from tests.calls_in_talk import ask, clock, talking
from tests.console_pages import photograph
from tests.fixtures_browser import Desk
from tests.office import SHIMIN

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_help_is_told_on_a_page_that_has_nothing_to_do_with_calls_and_leads_to_the_wallboard(
    desk: Desk,
) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a")
    elsewhere = talking(office, "b", line="shimin", department=SHIMIN, operator_phone="shimin1")
    desk.sign_in("kanri", "保険年金課 3番")
    page = desk.open("/promises")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    page.get_by_role("heading", name="折り返しの約束").click()  # a person did something on this page
    ask(office, elsewhere)
    ask(office, call)
    bar = page.locator("#help-waiting")
    expect(bar).to_contain_text("応援の依頼です：国民健康保険・年金の窓口、保険年金課 1番")
    expect(bar).not_to_contain_text("住民票")
    expect(page.locator("#help-sound")).to_have_text(
        re.compile("音を鳴らしました|音を止めています|スピーカー")
    )
    assert desk.barriers() == []
    photograph(page, "help-everywhere")

    bar.get_by_role("link", name="通話中の画面で引き受ける").press("Enter")
    expect(page).to_have_url(re.compile("/live$"))
    page.get_by_role("button", name="応援を引き受ける").press("Enter")
    expect(page.get_by_text("さんが向かっています")).to_be_visible()
    desk.open("/promises")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    expect(page.locator("#help-waiting")).to_have_text("")


def test_a_judgement_is_called_for_on_every_page_with_one_sound_and_leads_to_where_it_is_given(
    desk: Desk,
) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a", minutes=12)
    desk.sign_in("kanri", "保険年金課 3番")
    page = desk.open("/promises")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    page.get_by_role("heading", name="折り返しの約束").click()  # a person did something on this page
    clock(office, call, "deadlock", started=8, times=(7, 15))
    bar, sound = page.locator("#help-waiting"), page.locator("#help-sound")
    expect(bar).to_contain_text("判断を求めています：国民健康保険・年金の窓口、保険年金課 1番")
    expect(sound).to_have_text(re.compile("判断を求める音を鳴らしました|音を止めています|スピーカー"))
    assert desk.barriers() == []
    photograph(page, "judgement-everywhere")
    desk.open("/promises")
    expect(bar).to_contain_text("判断を求めています")
    expect(sound).to_have_text("")  # it sounded on the page before

    bar.get_by_role("link", name="警告と対応の中止を開く").press("Enter")
    page.get_by_label("上司が相手に伝えた言葉").fill("話を聞き、続けると伝えた")
    page.get_by_role("button", name="対応を続ける").press("Enter")
    expect(page.get_by_text("対応を続けると判断されました")).to_be_visible()
    expect(page.locator("#help-waiting")).to_have_text("")


def test_an_operators_pages_carry_no_calls_for_help_of_others(desk: Desk) -> None:
    office = desk.console.office
    office.account("sato", Role.OPERATOR)
    ask(office, talking(office, "a"))
    desk.sign_in("sato", "保険年金課 1番")
    page = desk.open("/promises")

    assert page.locator("#help-bar").count() == 0
    assert page.evaluate("fetch('/help/waiting').then((answer) => answer.status)") == 403
    desk.complaints.clear()  # the browser's own words about the refusal
