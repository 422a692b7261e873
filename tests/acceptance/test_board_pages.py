"""判断ボード in a real browser: called in a call that goes on, told everywhere; an alert on the finding."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from core.actors import Role
from core.profile.casework import Casework
from tests.acceptance.test_incident_pages import give_view
from tests.calls_in_talk import clock, talking
from tests.fixtures_browser import Desk

pytestmark = [pytest.mark.real, pytest.mark.browser]


def change_to(desk: Desk, login: str) -> Page:
    desk.page.get_by_role("button", name="ログアウト").click()
    desk.sign_in(login)
    return desk.page


def test_judges_are_called_in_the_middle_of_a_call_and_their_finding_carries_an_alert(desk: Desk) -> None:
    office = desk.console.office
    casework = Casework(heads=("kacho",), general_chiefs=("shomu",), chiefs=("kakari",))
    object.__setattr__(
        office.parts, "profile", office.parts.profile.model_copy(update={"casework": casework})
    )
    sato = office.account("sato", Role.OPERATOR)
    for login in ("kacho", "shomu", "kakari"):
        office.account(login, Role.SUPERVISOR)
    call = talking(office, "a", minutes=12, operator_id=sato)
    clock(office, call, "deadlock", started=4, times=(7, 15))
    barriers: dict[str, object] = {}

    desk.sign_in("sato")
    page = desk.open(f"/calls/{call}/ending")
    expect(page.get_by_role("group", name="所属長は").get_by_label("います")).to_be_checked()
    desk.picture("board-beside-the-ending")
    barriers["beside the ending"] = desk.barriers()
    page.get_by_role("button", name="判断する人を呼ぶ").press("Enter")
    expect(page.get_by_text("いま続いています")).to_be_visible()
    case = page.url.removeprefix(desk.console.url).partition("#")[0]

    told_everywhere(change_to(desk, "kacho"), desk, barriers)
    give_view(page, "「バカ」と5回言われた")
    expect(page.get_by_text("「バカ」と5回言われた")).to_be_visible()
    expect(page.locator("#help-waiting")).to_have_text("")

    change_to(desk, "shomu")
    give_view(desk.open(case), "断ったあとも同じ言葉が続いた")
    expect(page.get_by_text("該当の判断があります")).to_be_visible()
    desk.open(f"/calls/{call}/ending")
    expect(page.get_by_text("判断ボードで、該当の判断がそろいました")).to_be_visible()
    barriers["ending"] = desk.barriers()
    warn_and_withdraw(desk.open(case), desk, barriers)
    assert {name: found for name, found in barriers.items() if found} == {}


def told_everywhere(page: Page, desk: Desk, barriers: dict[str, object]) -> None:
    bar, sound = page.locator("#help-waiting"), page.locator("#help-sound")
    page.evaluate("sessionStorage.clear()")  # the page on which a phone is chosen may have sounded already
    desk.open("/promises")
    page.get_by_role("heading", name="折り返しの約束").click()  # a person did something on this page
    expect(bar).to_contain_text("判断をお願いします：事案 1、保険年金課")
    expect(bar).to_contain_text("通話は続いています")
    expect(sound).to_have_text(re.compile("判断を求める音を鳴らしました|音を止めています|スピーカー"))
    desk.open("/promises")
    expect(bar).to_contain_text("判断をお願いします")
    expect(sound).to_have_text("")  # it sounded on the page before
    desk.picture("board-told-everywhere")
    barriers["told"] = desk.barriers()
    bar.get_by_role("link", name="判断ボードを開く").press("Enter")
    expect(page.get_by_text("膠着")).to_be_visible()
    desk.picture("board-of-a-live-call")
    barriers["board"] = desk.barriers()


def warn_and_withdraw(page: Page, desk: Desk, barriers: dict[str, object]) -> None:
    page.get_by_role("link", name="ほかの課に知らせる").press("Enter")
    page.get_by_label("複数の職員で対応する").check()
    page.get_by_role("textbox", name="連絡先").fill("保険年金課 内線2101")
    desk.picture("board-alert-form")
    barriers["form"] = desk.barriers()
    page.get_by_role("button", name="ほかの課に知らせる").press("Enter")
    expect(page.get_by_role("heading", name="判断にもとづくもの")).to_be_visible()
    desk.picture("board-with-an-alert")
    barriers["case"] = desk.barriers()
    page.get_by_text("判断を取り消す", exact=True).click()
    page.get_by_label("取り消す理由").fill("別の方のお話でした")
    page.get_by_role("button", name="取り消す", exact=True).press("Enter")
    expect(page.get_by_text("に取り消しました")).to_be_visible()
    expect(page.get_by_text("もう一度呼ぶと、あらためて判断できます")).to_be_visible()
    desk.picture("board-withdrawn")
    barriers["withdrawn"] = desk.barriers()
