"""Nothing that somebody typed is lost, and no old answer is shown as news: the desk in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Route, expect

from tests.fixtures_desk import OperatorDesk
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_what_is_typed_after_a_call_is_there_again_when_the_next_call_is_over(
    operator_desk: OperatorDesk,
) -> None:
    page = operator_desk.desk.open("/console")
    operator_desk.hang_up(operator_desk.answer(operator_desk.ring()))
    page.get_by_label("回答したこと").fill("書きかけの回答")
    page.get_by_label("何を").fill("書きかけの約束")
    second = operator_desk.answer(operator_desk.ring("second"))
    expect(page.get_by_role("heading", name="通話中", exact=True)).to_be_visible()
    operator_desk.hang_up(second)
    # The call that ended last is written up first.
    page.get_by_role("button", name="回答した", exact=True).click()

    expect(page.get_by_label("回答したこと")).to_have_value("書きかけの回答")
    expect(page.get_by_label("何を")).to_have_value("書きかけの約束")
    assert operator_desk.rows("SELECT call_id, answer FROM call_wrap_ups") == [("city-second.0", "")]


def test_a_note_that_was_being_typed_when_the_call_ended_stands_after_it(operator_desk: OperatorDesk) -> None:
    page = operator_desk.desk.open("/console")
    call = operator_desk.answer(operator_desk.ring())
    page.get_by_label("メモを書く").fill("番号は手元にない")
    operator_desk.hang_up(call)

    expect(page.get_by_role("region", name="通話が終わりました")).to_contain_text("番号は手元にない")
    assert operator_desk.rows("SELECT text FROM call_notes") == [("番号は手元にない",)]


def test_as_much_as_the_fields_hold_is_saved(operator_desk: OperatorDesk) -> None:
    page = operator_desk.desk.open("/console")
    operator_desk.hang_up(operator_desk.answer(operator_desk.ring()))
    page.get_by_label("回答したこと").fill("答" * 4000)
    page.get_by_label("メモ").fill("覚" * 4000)
    page.get_by_role("button", name="回答した", exact=True).click()

    expect(page.get_by_text("着信を待っています。電話が鳴ると")).to_be_visible()
    assert operator_desk.rows("SELECT length(answer), length(memo) FROM call_wrap_ups") == [(4000, 4000)]


def test_an_outcome_does_not_swallow_a_promise_that_was_begun(operator_desk: OperatorDesk) -> None:
    page = operator_desk.desk.open("/console")
    operator_desk.hang_up(operator_desk.answer(operator_desk.ring()))
    page.get_by_label("何を").fill("計算を調べて電話する")
    page.get_by_role("button", name="回答した", exact=True).click()

    expect(page.get_by_text("書きかけの約束があります。")).to_be_visible()
    expect(page.get_by_label("何を")).to_be_focused()
    assert operator_desk.rows("SELECT 1 FROM call_wrap_ups") == []
    page.get_by_label("何を").fill("")
    page.get_by_role("button", name="回答した", exact=True).click()
    expect(page.get_by_text("着信を待っています。電話が鳴ると")).to_be_visible()
    assert operator_desk.rows("SELECT outcome FROM call_wrap_ups") == [("kaito",)]


def test_a_page_with_words_that_are_not_saved_asks_before_it_goes(operator_desk: OperatorDesk) -> None:
    page = operator_desk.desk.open("/console")
    operator_desk.hang_up(operator_desk.answer(operator_desk.ring()))
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("回答したこと").press_sequentially("書きかけ")
    page.get_by_role("link", name="折り返しの約束").click()
    wait_until(lambda: asked == ["beforeunload"])
    expect(page.get_by_label("回答したこと")).to_have_value("書きかけ")
    page.get_by_role("button", name="回答した", exact=True).click()
    expect(page.get_by_text("着信を待っています。電話が鳴ると")).to_be_visible()
    page.get_by_role("link", name="折り返しの約束").click()

    expect(page.get_by_role("heading", name="折り返しの約束")).to_be_visible()
    assert asked == ["beforeunload"]


def test_an_answer_that_comes_late_does_not_hide_what_is_newer(operator_desk: OperatorDesk) -> None:
    page = operator_desk.desk.open("/console")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.wait_for_load_state("networkidle")
    page.route("**/console/desk", hold_the_first)
    first = operator_desk.ring()
    wait_until(lambda: bool(page.wait_for_timeout(20) or held))
    late = held[0].fetch()  # as it was while the phone rang
    operator_desk.answer(first)
    expect(page.get_by_role("heading", name="通話中", exact=True)).to_be_visible()
    with page.expect_response("**/console/desk"):
        held[0].fulfill(response=late)
    page.wait_for_timeout(100)

    assert page.get_by_role("heading", name="通話中", exact=True).is_visible()
    assert page.get_by_role("region", name="電話が鳴っています").count() == 0


def test_news_is_not_lost_with_an_answer_that_failed(operator_desk: OperatorDesk) -> None:
    page = operator_desk.desk.open("/console")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    page.wait_for_load_state("networkidle")
    failed: list[str] = []

    def fail_once(route: Route) -> None:
        if failed:
            route.continue_()
        else:
            failed.append(route.request.url)
            route.fulfill(status=503, body="")

    page.route("**/console/desk", fail_once)
    operator_desk.ring()

    expect(page.get_by_role("region", name="電話が鳴っています")).to_be_visible()
    assert len(failed) == 1
    operator_desk.desk.complaints.clear()  # the browser's own words about the answer
