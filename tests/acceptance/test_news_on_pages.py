"""News moves nothing under a reader's eyes, and is told only where there is any: pages in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.actors import Role
from tests.fixtures_browser import Desk
from tests.fixtures_desk import OperatorDesk

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_the_list_of_calls_says_that_it_changed_only_when_it_did_and_keeps_what_was_chosen(
    desk: Desk,
) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = office.call("a")
    desk.sign_in("kanri")
    with desk.page.expect_response(
        lambda told: "/calls" in told.url and "hx-request" in told.request.headers
    ):
        page = desk.open("/calls?mine=true")  # nothing is listed; the page looks once when its line opens
    said = page.get_by_text("通話の状況が変わりました")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    expect(said).to_be_hidden()
    with page.expect_response(lambda told: "/calls?mine=true" in told.url):
        office.notify(call)  # not one of those that were chosen
    expect(said).to_be_hidden()

    desk.open("/calls")
    office.notify(office.call("b"))
    expect(said).to_be_visible()
    desk.open("/calls?department=hoken-nenkin")
    office.notify(office.call("c"))
    page.get_by_role("link", name="最新の一覧を表示する").click()
    expect(page.locator("table.calls tbody tr")).to_have_count(3)
    assert page.url.endswith("/calls?department=hoken-nenkin")


def test_who_helped_with_a_call_is_told_that_it_is_over(operator_desk: OperatorDesk) -> None:
    other = operator_desk.office.account("ito", Role.OPERATOR)
    call = operator_desk.answer(operator_desk.ring(), phone="hoken2", account=other)
    page = operator_desk.desk.open(f"/console/calls/{call}")
    expect(page.locator("#keys")).to_be_visible()
    operator_desk.hang_up(call)

    expect(page.get_by_text("この通話は終わりました。手伝いは、ここまでです。")).to_be_visible()
    expect(page.get_by_text("着信を待っています")).to_have_count(0)


def test_a_hold_stands_on_the_page_until_it_is_over(operator_desk: OperatorDesk) -> None:
    page = operator_desk.desk.open("/console")
    call = operator_desk.answer(operator_desk.ring())
    operator_desk.office.write("UPDATE calls SET aside = 'held' WHERE id = :c", {"c": call})
    operator_desk.office.notify(call)
    expect(page.get_by_text("保留中です。相手には音楽が流れています。")).to_be_visible()
    operator_desk.office.write("UPDATE calls SET aside = NULL WHERE id = :c", {"c": call})
    operator_desk.office.notify(call)

    expect(page.get_by_text("保留中です。")).to_have_count(0)
