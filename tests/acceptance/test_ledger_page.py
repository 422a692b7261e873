"""目的 and 聴取台帳 in a real browser: asked and read without a mouse, at 320 px, without barriers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.actors import Role
from tests.console_pages import saved_by
from tests.fixtures_browser import Desk

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_a_supervisor_says_for_what_and_finds_it_in_the_ledger(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    office.transcribe(office.record(office.call("a")))
    desk.sign_in("kanri")

    page = desk.open("/calls/city-a.0")
    page.get_by_role("radio", name="開示請求への対応").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_label("件番号")).to_be_focused()
    page.keyboard.type("さとう")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="件番号の形が違います")).to_be_visible()
    expect(page.get_by_role("radio", name="開示請求への対応")).to_be_checked()
    desk.picture("purpose-asked")
    assert desk.barriers() == []
    page.get_by_label("件番号").fill("R8-0012")
    page.keyboard.press("Enter")
    expect(page.get_by_text("開示請求への対応　件番号 R8-0012").first).to_be_visible()

    page.get_by_role("link", name="聴取台帳").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table")).to_contain_text("文字起こしの閲覧")
    desk.picture("ledger")
    assert desk.barriers() == []
    page.get_by_label("目的").select_option("fact-check")
    page.get_by_role("button", name="絞り込む").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("この月に開いたものはありません")).to_be_visible()
    saved = saved_by(page, page.get_by_role("link", name="のファイルを保存"))
    assert saved.path().read_bytes().startswith(b"\xef\xbb\xbf")
    # The name that was no case number.
    desk.complaints[:] = [said for said in desk.complaints if "status of 422" not in said]


def test_words_of_a_search_open_for_a_purpose(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    office.transcribe(office.record(office.call("a")))
    desk.sign_in("kanri")
    page = desk.open("/search")
    page.get_by_label("探す言葉").fill("責任者")
    page.get_by_role("radio", name="申出内容の事実確認").check()
    page.get_by_role("button", name="探す", exact=True).click()
    expect(page.locator("mark").first).to_be_visible()
    where = page.url.removeprefix(desk.console.url)

    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_label("ログイン名")).to_be_visible()
    desk.sign_in("kanri")
    page = desk.open(where)
    expect(page.locator("mark")).to_have_count(0)
    expect(page.get_by_text("完全一致：2件")).to_be_visible()
    desk.picture("search-facts")
    assert desk.barriers() == []
    page.locator("#open-words").get_by_role("radio", name="カスタマーハラスメントの判断").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_be_visible()
