"""型と行為 in a real browser: found in the grouped menu, read at both widths, beside other policies."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.actors import Role
from tests.console_pages import collisions
from tests.fixtures_browser import Desk
from tests.office import HOKEN

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_a_supervisor_reads_the_types_beside_other_policies(desk: Desk) -> None:
    desk.console.office.account("kanri", Role.SUPERVISOR, departments=(HOKEN,))
    desk.sign_in("kanri")
    page = desk.page
    menu = page.get_by_role("navigation", name="主なメニュー")
    menu.get_by_role("list", name="事案").get_by_role("link", name="型と行為").press("Enter")
    expect(page.get_by_role("heading", name="型（9）")).to_be_visible()
    repeat = page.get_by_role("row").filter(has_text="T4 リピート型")
    expect(repeat).to_contain_text("刑法233条")
    expect(repeat).to_contain_text("U2 リピート型")
    expect(repeat).to_contain_text("V2e")
    desk.picture("policy")

    faults = dict[str, object]()
    for width in (1366, 320):
        page.set_viewport_size({"width": width, "height": 768})
        faults[f"{width} px"] = desk.barriers() + collisions(page)
    page.get_by_role("link", name="台東区職員カスタマーハラスメント対策基本方針").click()
    expect(page.get_by_text("この市が使う要領ではありません")).to_be_visible()
    expect(page.get_by_role("heading", name="行為（16）")).to_be_visible()
    faults["another"] = desk.barriers() + collisions(page)

    assert {where: wrong for where, wrong in faults.items() if wrong} == {}
