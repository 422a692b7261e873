"""統計 in a real browser: found in the menu, read as table and picture, without barriers, at both widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.actors import Role
from tests.console_pages import collisions, saved_by
from tests.counted_calls import MONTH, a_busy_month
from tests.fixtures_browser import Desk
from tests.office import HOKEN, SHIMIN

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_a_supervisor_reads_the_figures_at_both_widths(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR, departments=(HOKEN, SHIMIN))
    a_busy_month(office)
    desk.sign_in("kanri")
    page = desk.page
    page.get_by_role("link", name="統計", exact=True).click()
    expect(page.get_by_role("heading", name="統計", exact=True)).to_be_visible()
    page.get_by_label("この月から").select_option(str(MONTH))
    page.get_by_label("この月まで").select_option(str(MONTH))
    page.get_by_role("button", name="この期間で数える").click()
    expect(page.get_by_role("img", name="曜日と時間帯の図")).to_be_visible()
    desk.picture("dashboard")

    faults = dict[str, object]()
    for width in (1366, 320):
        page.set_viewport_size({"width": width, "height": 768})
        faults[f"{width} px"] = desk.barriers() + collisions(page)
    page.set_viewport_size({"width": 1366, "height": 768})
    for one in page.locator("summary").all():
        one.focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="部署").get_by_role("row")).to_have_count(3)
    desk.picture("dashboard-tables")
    faults["tables"] = desk.barriers()
    page.get_by_role("combobox", name="部署").select_option("shimin")
    page.get_by_role("button", name="この期間で数える").click()
    expect(page.get_by_role("paragraph").filter(has_text="月　市民課")).to_be_visible()
    saved = saved_by(page, page.get_by_role("link", name="電話の件数と時間の表を保存"))
    assert saved.path().read_bytes().startswith(b"\xef\xbb\xbf")

    page.goto(f"{page.url.partition('?')[0]}?since=2999-01&until={MONTH}&department=shimin")
    expect(page.get_by_text("まだ来ていない月は数えられません")).to_be_visible()
    expect(page.get_by_text("始まりの月と終わりの月が逆だった")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 768})
    faults["told"] = desk.barriers() + collisions(page)
    desk.picture("dashboard-told")

    assert {where: wrong for where, wrong in faults.items() if wrong} == {}
