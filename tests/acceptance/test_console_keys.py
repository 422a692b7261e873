"""Everything an operator does, with keys alone: nothing is clicked and nothing is focused by the test."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from core.actors import Role
from core.ids import AccountId, CallId
from tests.console_pages import every_page, focus_of, open_content, photograph, press, tab_to
from tests.fixtures_browser import Desk
from tests.office import DIALOGUE, PASSWORD, Office

pytestmark = [pytest.mark.real, pytest.mark.browser]


def long_call(office: Office, operator: AccountId) -> CallId:
    """A call whose transcript is several windows long."""
    call = office.call("long", operator_id=operator)
    dialogue = tuple(
        (side, start + turn * 54.0, end + turn * 54.0, words)
        for turn in range(8)
        for side, start, end, words in DIALOGUE
    )
    office.transcribe(office.record(call, seconds=8 * 54.0, operator=operator), dialogue)
    return call


def test_a_call_is_found_heard_and_read_with_keys_alone(desk: Desk, office_at_work: CallId) -> None:
    page = desk.open("/sign-in")
    _sit_down(page)
    _open_a_call(page, office_at_work)
    _listen(page)
    _search(page)
    _take_note_of_an_alarm(page)

    tab_to(page, "ログアウト")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="ログイン")).to_be_visible()


def _sit_down(page: Page) -> None:
    tab_to(page, "ログイン名")
    page.keyboard.type("kanri")
    tab_to(page, "パスワード")
    page.keyboard.type(PASSWORD)
    tab_to(page, "ログイン")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="どの電話機の席ですか")).to_be_visible()
    tab_to(page, "番")
    while "保険年金課 1番" not in (press(page, "ArrowDown") or pytest.fail("no phone")).name:
        continue
    tab_to(page, "この席で始める")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="通話中", exact=True)).to_be_visible()


def _open_a_call(page: Page, call: CallId) -> None:
    tab_to(page, "通話一覧")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="通話一覧")).to_be_visible()
    press(page, "Tab")
    page.keyboard.press("Enter")  # the skip link
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    while page.evaluate("document.activeElement.getAttribute('href')") != f"/calls/{call}":
        assert press(page, "Tab") is not None
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="録音と文字起こしを開く")).to_be_visible()
    tab_to(page, "対応記録の作成")
    press(page, "ArrowDown")
    press(page, "ArrowDown")
    expect(page.get_by_role("radio", name="申出内容の事実確認")).to_be_checked()
    tab_to(page, "開く")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_attribute("data-ready", "true")


def _listen(page: Page) -> None:
    slider = page.get_by_role("slider", name="録音の位置")
    tab_to(page, "録音の位置")
    for key, place in (("ArrowRight", "5秒"), ("PageDown", "53秒"), ("Home", "0秒")):
        press(page, key)
        expect(slider).to_have_attribute("aria-valuetext", place)
    tab_to(page, "再生")
    page.keyboard.press("Space")
    expect(page.locator("#turn")).to_have_text("停止")
    expect(page.locator("#place")).not_to_have_text("00:00")
    page.keyboard.press("Space")
    expect(page.locator("#turn")).to_have_text("再生")
    tab_to(page, "速さ")
    press(page, "ArrowDown")
    expect(page.locator("#sound")).to_have_js_property("playbackRate", 1.25)
    tab_to(page, "音量")
    press(page, "ArrowLeft")
    expect(page.locator("#sound")).to_have_js_property("volume", 0.95)
    tab_to(page, "00:20から聞く")
    page.keyboard.press("Enter")
    expect(page.locator("#transcript li[aria-current]")).to_contain_text("番号なんか")
    tab_to(page, "00:10")
    page.keyboard.press("Enter")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^1[01]秒$"))
    tab_to(page, "停止", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, "閲覧記録")
    page.keyboard.press("Enter")
    expect(page.locator("details[open]")).to_have_count(1)


def _search(page: Page) -> None:
    tab_to(page, "通話を探す", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="通話を探す")).to_be_visible()
    tab_to(page, "探す言葉")
    page.keyboard.type("明細")
    tab_to(page, "対応記録の作成")
    page.keyboard.press("Space")
    tab_to(page, "探す")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text(["明細", "明細"])
    tab_to(page, "00:20")
    page.keyboard.press("Enter")
    expect(page.locator("#transcript li[aria-current]")).to_contain_text("明細を今すぐ出せ")


def _take_note_of_an_alarm(page: Page) -> None:
    tab_to(page, "件の未確認")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="警報")).to_be_visible()
    tab_to(page, "確認しました")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="確認済み")).to_be_visible()


def test_no_page_keeps_the_focus_and_both_ways_lead_through_the_same_places(
    desk: Desk, office_at_work: CallId
) -> None:
    trapped: dict[str, object] = {}
    for name, path in every_page(desk, office_at_work).items():
        page = desk.open(path)
        if name == "content":
            expect(page.locator("body")).to_have_attribute("data-ready", "true")
        ways: list[list[int]] = []
        for key in ("Tab", "Shift+Tab"):
            page.evaluate("document.activeElement.blur(), getSelection().removeAllRanges(), scrollTo(0, 0)")
            way: list[int] = []
            for _ in range(250):
                found = press(page, key)
                if found is None or (way and found.key == way[0] and len(set(way)) > 1):
                    if way:
                        break
                    continue
                if not way or way[-1] != found.key:
                    way.append(found.key)
            else:
                trapped[name] = key
            ways.append(way)
        forth, back = ways
        if sorted(set(forth)) != sorted(set(back)) or forth != sorted(forth):
            trapped[name] = (forth, back)

    assert trapped == {}


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (683, 384), (320, 640), (320, 256)])
def test_in_a_long_transcript_the_player_stays_in_reach_and_hides_no_focus(
    desk: Desk, office_at_work: CallId, width: int, height: int
) -> None:
    office = desk.console.office
    call = long_call(office, office.account("suzuki", Role.OPERATOR))
    desk.page.set_viewport_size({"width": width, "height": height})
    desk.sign_in("kanri")
    page = open_content(desk, call)
    last = page.locator("#transcript li").last

    tab_to(page, last.locator(".jump").get_attribute("aria-label") or "")  # past all lines, each one seen
    photograph(page, f"long-{width}x{height}", full=False)
    covered = page.evaluate("parseFloat(document.documentElement.style.getPropertyValue('--stuck'))")
    if height >= 384:
        expect(page.get_by_role("button", name="再生", exact=True)).to_be_in_viewport(ratio=1)
        assert 0 < covered <= height * 0.35
    else:
        assert covered == 0
    tab_to(page, "00:00から聞く", "Shift+Tab")

    # Back up: nothing that has the focus lies under the player on the way.
    expect(page.locator("#transcript li").first).to_be_in_viewport()


def test_the_page_follows_the_sound_until_somebody_reads_elsewhere(
    desk: Desk, office_at_work: CallId
) -> None:
    office = desk.console.office
    call = long_call(office, office.account("suzuki", Role.OPERATOR))
    desk.sign_in("kanri")
    page = open_content(desk, call)
    spoken = page.locator("#transcript li[aria-current]")

    page.locator("#sound").evaluate("sound => { sound.playbackRate = 4; }")
    page.get_by_role("button", name="1:30から聞く").click()
    page.locator("#sound").evaluate("sound => { sound.currentTime = 300; }")
    expect(spoken).to_contain_text("申し訳ございません")
    expect(spoken).to_be_in_viewport(ratio=1)

    page.evaluate("scrollTo(0, 0)")
    expect(spoken).not_to_be_in_viewport()
    page.locator("#sound").evaluate("sound => { sound.currentTime = 330; }")
    expect(spoken).to_contain_text("お電話ありがとう")
    expect(spoken).not_to_be_in_viewport()

    page.get_by_role("button", name="この位置の言葉へ").click()
    expect(spoken).to_be_in_viewport(ratio=1)
    focused = focus_of(page)
    assert focused is not None
    assert focused.name.endswith("から聞く")
