"""訪問 in a real browser: begun, heard of and ended without a mouse, silence in plain sight, at 320 px."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.actors import Role
from tests.fixtures_browser import Desk

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_a_visit_is_begun_heard_of_and_ended_by_keys_alone(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    desk.sign_in("kanri")
    page = desk.open("/visits")
    expect(page.get_by_text("いま、訪問中の職員はいません")).to_be_visible()
    assert desk.barriers() == []

    page.get_by_label("行く職員").focus()
    for words in ("山田、鈴木", "さくら町1丁目", "公用携帯1"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.type("999")
    page.keyboard.press("Enter")
    limit = page.get_by_label("目安の時間")
    assert limit.evaluate("one => one.validity.rangeOverflow")
    limit.fill("60")
    page.keyboard.press("Enter")
    expect(page.get_by_text("山田、鈴木：さくら町1丁目")).to_be_visible()
    expect(page.get_by_text("訪問中", exact=False).first).to_be_visible()

    office.write(
        "UPDATE home_visits SET begun_at = begun_at - CAST(:ago AS interval),"
        " heard_at = heard_at - CAST(:ago AS interval)",
        {"ago": "36 minutes"},
    )
    page = desk.open("/visits")
    expect(page.get_by_text("連絡がありません。電話してください")).to_be_visible()
    desk.picture("visit-silent")
    assert desk.barriers() == []
    page.get_by_role("button", name="連絡があった").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("連絡がありません。電話してください")).to_have_count(0)
    desk.picture("visit-heard")
    page.get_by_role("button", name="訪問を終える").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("いま、訪問中の職員はいません")).to_be_visible()


def test_a_slip_of_the_keys_is_told_beside_its_field(desk: Desk) -> None:
    desk.console.office.account("kanri", Role.SUPERVISOR)
    desk.sign_in("kanri")
    page = desk.open("/visits")
    page.get_by_label("行く職員").fill("山田、鈴木")
    page.get_by_label("行き先").fill("　")
    page.get_by_label("連絡先").fill("公用携帯1")
    page.get_by_role("button", name="訪問を始める").click()

    expect(page.get_by_role("alert")).to_contain_text("1か所を直してください")
    expect(page.get_by_label("行き先")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("行く職員")).to_have_value("山田、鈴木")
    assert desk.barriers() == []
    desk.complaints[:] = [said for said in desk.complaints if "status of 422" not in said]
