"""The pages of a second factor in a real browser: by keyboard alone, at 320 px, nothing in anybody's way."""

from __future__ import annotations

import re

import pyotp
import pytest
from playwright.sync_api import Page, expect

from api.qr_picture import qr_picture
from api.second_factors import SecondFactors
from core.actors import Role
from tests.console_pages import collisions, tab_to
from tests.fixtures_browser import Desk
from tests.office import PASSWORD

pytestmark = [pytest.mark.real, pytest.mark.browser]


def type_here(page: Page, name: str, words: str) -> None:
    tab_to(page, name)
    page.keyboard.type(words)


def looked_at(desk: Desk, name: str) -> None:
    assert desk.barriers() == []
    assert collisions(desk.page) == []
    desk.picture(f"second-factor-{name}")
    desk.page.set_viewport_size({"width": 320, "height": 640})
    assert collisions(desk.page) == []
    desk.page.set_viewport_size({"width": 1366, "height": 768})


def test_a_telephone_is_set_up_and_used_by_keyboard_alone(desk: Desk) -> None:
    account = desk.console.office.account("sato", Role.ADMINISTRATOR, departments=())
    desk.sign_in("sato")
    page = desk.open("/account")
    looked_at(desk, "none-yet")
    tab_to(page, "二段階認証を設定する")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="二段階認証の設定")).to_be_visible()
    secret = page.locator("#secret").inner_text().replace(" ", "")
    looked_at(desk, "set-up")

    type_here(page, "いまのパスワード", PASSWORD)
    type_here(page, "アプリに表示された6桁の数字", "000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("このコードでは確認できませんでした")
    looked_at(desk, "set-up-wrong")
    type_here(page, "いまのパスワード", PASSWORD)
    type_here(page, "アプリに表示された6桁の数字", pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="復旧コードを控えてください")).to_be_visible()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    looked_at(desk, "codes")
    tab_to(page, "控えました。続ける")
    page.keyboard.press("Enter")
    expect(page.get_by_text("使っています")).to_be_visible()
    looked_at(desk, "in-use")
    tab_to(page, "すべての場所でログアウトする")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sign-in$"))

    type_here(page, "ログイン名", "sato")
    type_here(page, "パスワード", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("確認コード")).to_be_focused()
    looked_at(desk, "code")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    looked_at(desk, "code-wrong")
    page.keyboard.type(codes[0])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/alarms$"))
    desk.complaints[:] = [said for said in desk.complaints if "status of 401" not in said]  # the wrong codes
    factors = SecondFactors(
        desk.console.office.parts.database, desk.console.office.parts.clock,
        desk.console.office.parts.sign_in_key,
    )  # fmt: skip
    assert factors.state_of(account).codes_left == 9


def test_the_picture_says_what_the_letters_say(desk: Desk) -> None:
    """What a telephone reads is what a person would type."""
    desk.console.office.account("sato", Role.ADMINISTRATOR, departments=())
    desk.sign_in("sato")
    page = desk.open("/account/second-factor")
    secret = page.locator("#secret").inner_text().replace(" ", "")

    drawn = page.locator("svg.qr path").get_attribute("d")

    city = desk.console.office.parts.profile.name
    address = pyotp.TOTP(secret).provisioning_uri(name="sato", issuer_name=f"通話録 {city}")
    assert drawn == qr_picture(address).path
