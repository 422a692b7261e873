"""What a number's calls come to, in real browsers: after the call is drawn, and no sooner."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from core.actors import Role
from core.ids import CallId
from tests.calls_in_talk import talking
from tests.console_pages import connected
from tests.fixtures_browser import Desk
from tests.fixtures_desk import OperatorDesk
from tests.office import SHIMIN, Office

pytestmark = [pytest.mark.real, pytest.mark.browser]


def earlier(office: Office, name: str, days: float, **facts: object) -> CallId:
    """Write a call of the same number, so many days ago, and that it was answered."""
    arrived = datetime.now(UTC) - timedelta(days=days)
    times = {"arrived_at": arrived, "connected_at": arrived, "ended_at": arrived + timedelta(minutes=12)}
    call = office.call(name, **(times | facts))
    office.write(
        "INSERT INTO call_wrap_ups (call_id, outcome, at, by)"
        " SELECT :call, 'kaito', now(), (SELECT id FROM accounts LIMIT 1)",
        {"call": call},
    )
    return call


def test_figures_come_to_the_desk_after_the_call_and_neither_ring_nor_answer_waits(
    operator_desk: OperatorDesk,
) -> None:
    desk, office = operator_desk.desk, operator_desk.office
    earlier(office, "one", 9)
    earlier(office, "missed", 0.3, connected_at=None)
    earlier(office, "two", 0.2)
    earlier(office, "elsewhere", 0.1, department=SHIMIN, line="shimin")
    page = desk.open("/console")
    connected(page)
    held: list[Route] = []
    page.route("**/caller", lambda one: held.append(one))  # noqa: PLW0108  it takes no built-in

    call = operator_desk.ring()
    card = page.get_by_role("region", name="電話が鳴っています")
    expect(card).to_contain_text("03-1234-5678")
    operator_desk.answer(call)
    expect(page.get_by_role("heading", name="通話中")).to_be_visible()
    expect(page.get_by_text("24時間で")).to_have_count(0)
    assert held, "the page asks for them by itself"
    for one in held:
        one.continue_()

    beside = page.get_by_role("region", name="この電話について")
    expect(beside).to_contain_text("24時間で 2回　7日で 2回　30日で 3回")
    expect(beside).to_contain_text("こちらの都合によるもの 1回")
    page.unroute("**/caller")
    operator_desk.hang_up(call)
    operator_desk.ring("again")
    expect(card).to_contain_text("30日で 4回")
    expect(card).not_to_contain_text("市民課")
    assert desk.barriers() == []
    desk.picture("caller-at-desk")


def test_a_supervisor_marks_a_shared_number_and_writes_who_called_with_keys_alone(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    earlier(office, "before", 2)
    call = earlier(office, "over", 0.1)
    desk.sign_in("kanri", "保険年金課 3番")
    page = desk.open(f"/calls/{call}")
    card = page.get_by_role("region", name="番号と名乗り")
    expect(card).to_contain_text("30日で 1回")

    card.get_by_text("名乗りと折り返しを書く").press("Enter")
    card.get_by_label("名乗り（60文字まで）").fill("田中 花子")
    card.get_by_label("折り返しの電話").press("Space")
    card.get_by_role("button", name="書き留める").press("Enter")
    expect(card).to_contain_text("この電話の名乗り：田中 花子")
    expect(card).to_contain_text("折り返し")
    card.get_by_text("何人かで使う番号だと印を付ける").press("Enter")
    card.get_by_label("理由").fill("家族で使う番号")
    card.get_by_role("button", name="印を付ける").press("Enter")
    expect(card).to_contain_text("一人の方の回数ではありません")
    assert desk.barriers() == []
    desk.picture("number-of-call")

    live = talking(office, "now")
    desk.open("/live")
    board = page.get_by_role("listitem").filter(has=page.locator(f'[data-caller-of="{live}"]'))
    expect(board).to_contain_text("30日で 2回")
    expect(board).to_contain_text("共用の番号")
    office.notify(live)
    assert desk.barriers() == []
    desk.picture("caller-on-wallboard")
    desk.open(f"/live/{live}")
    expect(page.locator("#live-call")).to_contain_text("30日で 2回")
    desk.picture("caller-beside")
