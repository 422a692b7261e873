"""An operator brings an interpreter into a call, in a real browser, by keyboard, and sees how it goes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.ids import CallId
from tests.fixtures_desk import OperatorDesk

pytestmark = [pytest.mark.real, pytest.mark.browser]


def becomes(desk: OperatorDesk, call: CallId, change: str) -> None:
    """Let the telephone side write how far somebody from outside has come."""
    desk.office.write(change, {"c": call, "l": f"ot-{call}-1"})
    desk.office.notify(call)


def test_an_interpreter_is_called_heard_of_and_let_go_at_the_desk(operator_desk: OperatorDesk) -> None:
    desk, page = operator_desk.desk, operator_desk.desk.open("/console")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    call = operator_desk.answer(operator_desk.ring())
    part = page.get_by_role("region", name="外部の方との三者通話")
    expect(part).to_contain_text("相手の方の了解を得てから呼びます")
    part.get_by_label("呼ぶ方").select_option("tsuyaku")
    part.get_by_role("button", name="先に外部の方と話す").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("外部の方を呼ぶ：")).to_be_visible()
    assert operator_desk.rows(
        "SELECT kind, body->>'party', body->>'first', body->>'sealed' LIKE '%0300000901%' FROM call_orders"
    ) == [("bring-in", "tsuyaku", "1", False)]

    becomes(
        operator_desk, call,
        "INSERT INTO call_outside (call_id, leg, party, rung_at) VALUES (:c, :l, 'tsuyaku', now())",
    )  # fmt: skip
    expect(page.get_by_text("外部の方（多言語通訳センター）を呼び出しています。").first).to_be_visible()
    becomes(
        operator_desk, call,
        "UPDATE call_outside SET answered_at = now(), told_at = now(), joined_at = now() WHERE leg = :l",
    )  # fmt: skip
    expect(page.get_by_text("が、この通話に加わっています。（").first).to_be_visible()
    barriers = desk.barriers()
    part.get_by_role("button", name="外部の方との通話を終える").click()
    becomes(operator_desk, call, "UPDATE call_outside SET left_at = now(), result = 'let-go' WHERE leg = :l")
    expect(page.get_by_text("外部の方（多言語通訳センター）との通話を終えました。")).to_be_visible()
    expect(part.get_by_role("button", name="外部の方との通話を終える")).to_have_count(0)

    assert barriers == []
    assert operator_desk.rows("SELECT kind FROM call_orders ORDER BY at") == [("bring-in",), ("let-go",)]
