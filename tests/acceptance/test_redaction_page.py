"""The editor of left-out passages in a real browser: by pointer and by keys, see-through and as released."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from core.actors import Role
from tests.fixtures_browser import Desk
from tests.redaction_scenes import transcribed

pytestmark = [pytest.mark.real, pytest.mark.browser]


def begun(desk: Desk, login: str = "kaiji") -> Page:
    """Open a request, accept a recording for it, open it, and go to the editor."""
    office = desk.console.office
    transcribed(office, office.record(office.call("a"), seconds=6.0))
    office.account(login, Role.RECORDS_OFFICER)
    desk.sign_in(login)
    page = desk.open("/records")
    page.get_by_label("請求の番号").fill("令和8年度 第12号")
    page.get_by_role("button", name="この請求で探す").click()
    page.get_by_role("button", name="探す", exact=True).click()
    page.get_by_role("button", name="請求に当たる録音とする").click()
    page.get_by_role("link", name=re.compile("録音と文字起こし")).click()
    page.get_by_role("button", name="開く").click()
    page.get_by_role("link", name="不開示部分を決める").click()
    expect(page.locator("body[data-ready=true]")).to_be_visible()
    return page


def test_words_are_left_out_by_keys_and_heard_as_they_will_be_released(desk: Desk) -> None:
    page = begun(desk)
    assert desk.barriers() == []
    name = page.get_by_role("option", name="鈴木さん")
    name.click()
    expect(page.locator("#chosen")).to_contain_text("相手")
    expect(page.locator("#chosen")).to_contain_text("「鈴木さん」")
    page.keyboard.press("r")
    expect(page.get_by_role("option", name="鈴木さん（不開示）")).to_be_visible()
    expect(page.locator("#groundless")).to_contain_text("1か所")
    page.get_by_role("option", name="佐藤").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#chosen")).to_contain_text("「国保年金課の佐藤」")
    page.get_by_label("理由", exact=True).select_option(label="第2号 ほかの個人の情報")
    page.get_by_role("option", name="佐藤").focus()
    page.keyboard.press("r")
    expect(page.locator("#count")).to_have_text("2")
    page.keyboard.press("Control+z")
    expect(page.locator("#count")).to_have_text("1")
    page.get_by_label(re.compile("の理由$")).select_option(label="第2号 ほかの個人の情報")
    expect(page.locator("#groundless")).to_be_hidden()
    desk.picture("redaction")
    assert desk.barriers() == []

    box = page.locator("#wave").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.85, box["y"] + 10, steps=4)
    page.mouse.up()
    expect(page.locator("#chosen")).to_contain_text("職員")
    page.get_by_role("button", name="不開示にする").click()
    expect(page.locator("#count")).to_have_text("2")

    page.get_by_role("link", name="交付イメージ").click()
    expect(page.locator("body[data-ready=true]")).to_be_visible()
    expect(page.get_by_text("鈴木さん")).to_have_count(0)
    expect(page.locator("#heard-maker")).to_contain_text("あと")
    desk.picture("redaction-image")
    assert desk.barriers() == []
    page.locator("#sound").evaluate("one => { one.playbackRate = 2 }")
    page.get_by_role("button", name="まだ聞いていない所へ").click()
    expect(page.locator("#heard-maker")).to_have_text("✓ 全部聞きました")
    expect(page.locator("#heard-second")).to_contain_text("あと")
