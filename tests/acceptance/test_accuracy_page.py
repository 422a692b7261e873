"""文字起こしの正確さ in a real browser: found from the search, read without barriers, at both widths."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from core.actors import Role
from core.ids import AccountId
from tests.checked_calls import check
from tests.console_pages import collisions
from tests.fixtures_browser import Desk
from tests.fixtures_listeners import Listener
from tests.office import HOKEN, SHIMIN

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_a_supervisor_reads_the_figures_at_both_widths(
    desk: Desk, listener: Callable[[AccountId], Listener]
) -> None:
    kanri = desk.console.office.account("kanri", Role.SUPERVISOR, departments=(HOKEN, SHIMIN))
    person = listener(kanri)
    for number in range(3):
        check(person, f"checked-{number}")
    desk.sign_in("kanri")
    desk.open("/search").get_by_role("link", name="文字起こしの正確さを見る").click()
    page = desk.page
    expect(page.get_by_role("table")).to_have_count(2)

    faults = dict[str, object]()
    for name, path in (
        ("figures", ""),
        ("too-few", "?department=shimin"),
        ("fault", "?since=2026-04-01&until=2026-04-02"),
    ):
        desk.open(f"/accuracy{path}")
        desk.picture(f"accuracy-{name}")
        for width in (1366, 320):
            page.set_viewport_size({"width": width, "height": 768})
            faults[f"{name} at {width} px"] = desk.barriers() + collisions(page)
        page.set_viewport_size({"width": 1366, "height": 768})
    desk.complaints[:] = [said for said in desk.complaints if "status of 422" not in said]

    assert {where: wrong for where, wrong in faults.items() if wrong} == {}
