"""The keyboard stays where a person left it, though news draws the card anew: in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from core.actors import Role
from core.ids import CallId
from storage.call_clocks import ClockKind
from tests.calls_in_talk import talking
from tests.console_pages import connected, focus_of, supervise, tab_to
from tests.fixtures_browser import Desk
from tests.fixtures_desk import OperatorDesk
from tests.office import Office

pytestmark = [pytest.mark.real, pytest.mark.browser]

# A hand that falls in the very moment in which the cards were drawn anew.
PRESS_WHEN_DRAWN = """() => new MutationObserver((_, watching) => {
  watching.disconnect();
  document.activeElement.click();
}).observe(document.getElementById("live-calls"), { childList: true })"""


def focused(page: Page) -> tuple[str, str]:
    """Return tag and id of what has the focus."""
    found = focus_of(page)
    return ("", "") if found is None else (found.tag, found.id)


def listens(office: Office, call: CallId) -> None:
    """Let the supervisor's phone be on the call: the button that asked for it is gone."""
    office.write(
        "INSERT INTO call_guests (call_id, leg, mode, since, phone, shown)"
        " VALUES (:call, 'sv-a', 'listen', now(), 'hoken3', true)",
        {"call": call},
    )
    office.notify(call)


def test_a_button_pressed_in_the_moment_its_card_is_drawn_anew_acts_and_keeps_the_focus(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a")
    page = supervise(desk)
    tab_to(page, "聴く")

    page.evaluate(PRESS_WHEN_DRAWN)
    office.notify(call)

    expect(page.get_by_text("聴く：あなたの電話機を鳴らしています")).to_be_visible()
    assert focused(page) == ("BUTTON", f"listen-{call}")
    assert [one.act for one in office.knocks()] == ["live-listen"]


def test_a_button_that_goes_leaves_the_focus_in_its_card_and_the_card_in_its_call(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a")
    page = supervise(desk)
    tab_to(page, "聴く")
    listens(office, call)
    expect(page.get_by_role("button", name="離れる")).to_be_visible()
    assert focused(page) == ("A", f"call-{call}")

    office.write("UPDATE calls SET phase = 'ended', ended_at = now() WHERE id = :call", {"call": call})
    office.notify(call)

    expect(page.get_by_role("heading", name="さきほど終わった通話")).to_be_visible()
    assert focused(page) == ("A", f"call-{call}")


def test_beside_one_call_a_button_that_goes_leaves_the_focus_at_the_head_of_its_card(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a")
    page = supervise(desk, f"/live/{call}")
    tab_to(page, "聴く")

    listens(office, call)

    expect(page.get_by_role("button", name="離れる")).to_be_visible()
    assert focused(page) == ("H2", "")
    tab_to(page, "担当者に助言")  # the next one on, not the head of the page


def test_at_the_desk_the_focus_stays_with_what_a_button_does_and_never_with_its_place(
    operator_desk: OperatorDesk,
) -> None:
    page = operator_desk.desk.open("/console")
    call = operator_desk.answer(operator_desk.ring())
    connected(page)
    for name in ("膠着（話が進まない）", "特別扱いの求め"):
        page.get_by_role("button", name=name).click()
    stop = page.get_by_role("button", name="止める", exact=True)
    expect(stop).to_have_count(2)
    stop.nth(1).focus()
    meant = page.evaluate("document.activeElement.form.action")

    operator_desk.office.write(
        "UPDATE call_clocks SET stopped_at = now() WHERE kind = :kind", {"kind": ClockKind.DEADLOCK}
    )
    operator_desk.office.notify(call)
    expect(stop).to_have_count(1)
    assert page.evaluate("document.activeElement.form?.action") == meant
    operator_desk.office.write("UPDATE call_clocks SET stopped_at = now()", {})
    operator_desk.office.notify(call)
    expect(stop).to_have_count(0)

    assert focused(page) == ("H2", "clocks-title")


def test_a_press_is_not_lost_because_news_came_between_its_two_halves(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a")
    page = supervise(desk)
    page.get_by_role("button", name=re.compile("^聴く")).hover()
    page.mouse.down()
    with page.expect_response("**/live/calls"):
        listens(office, call)
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    expect(page.get_by_role("button", name="離れる")).to_have_count(0)

    page.mouse.up()

    expect(page.get_by_text("聴く：あなたの電話機を鳴らしています")).to_be_visible()
    expect(page.get_by_role("button", name="離れる")).to_be_visible()  # nor is the news
    assert [one.act for one in office.knocks()] == ["live-listen"]
