"""休みと声かけ in a real browser: one press, one to end it; only the named superior is reminded."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.actors import Role
from tests.console_pages import collisions
from tests.fixtures_browser import Desk

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_a_tired_operator_presses_once_and_only_the_named_superior_is_reminded(desk: Desk) -> None:
    office, page, faults = desk.console.office, desk.page, dict[str, object]()
    office.account("sato", Role.OPERATOR)
    office.account("kanri", Role.SUPERVISOR)
    office.account("kacho", Role.SUPERVISOR)

    def look(name: str) -> None:
        desk.picture(f"care-{name}")
        for width in (1366, 320):
            page.set_viewport_size({"width": width, "height": 768})
            faults[f"{name} at {width} px"] = desk.barriers() + collisions(page)
        page.set_viewport_size({"width": 1366, "height": 768})

    desk.sign_in("sato", phone="保険年金課 1番")
    desk.open("/console")
    care = page.locator("#care")
    care.get_by_label("伝える人").select_option(label="さくら 市子（kanri）")
    look("console")
    care.get_by_role("button", name="少し休みたい").click()
    expect(page.locator("#care")).to_contain_text("いま出られるのはあなただけです")
    look("console-resting")
    page.locator("#care").get_by_role("button", name="休みを終える").click()
    expect(page.locator("#care").get_by_role("button", name="少し休みたい")).to_be_visible()
    desk.open("/care")
    expect(page.get_by_text("さくら 市子（kanri）に伝えました")).to_be_visible()
    look("own")

    for login, reminded in (("kacho", False), ("kanri", True)):
        page.get_by_role("button", name="ログアウト").click()
        desk.sign_in(login)
        desk.open("/care")
        expect(page.get_by_text("声をかけましたか。")).to_have_count(int(reminded))
    look("superior")
    page.get_by_role("button", name="あとで").click()
    expect(page.get_by_text("声をかけましたか。")).to_have_count(0)

    page.get_by_role("button", name="ログアウト").click()
    desk.sign_in("sato", phone="保険年金課 1番")
    desk.open("/care").get_by_role("button", name="いま消す").click()
    expect(page.get_by_text("に伝えました")).to_have_count(0)

    assert {where: wrong for where, wrong in faults.items() if wrong} == {}


def test_a_superior_lets_somebody_rest_and_says_that_they_spoke(desk: Desk) -> None:
    office, page = desk.console.office, desk.page
    office.account("sato", Role.OPERATOR)
    office.account("kanri", Role.SUPERVISOR)
    desk.sign_in("kanri")

    desk.open("/care").get_by_label("休みを勧める人").select_option(label="さくら 市子（sato）")
    page.get_by_role("button", name="休みを勧める").click()
    page.get_by_role("button", name="声をかけた").click()

    expect(page.get_by_text("声をかけましたか。")).to_have_count(0)
    expect(page.get_by_text("いまは、ありません。")).to_be_visible()
