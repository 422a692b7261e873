"""The wallboard in a real browser: help that reaches it, a sound, keys alone, and everybody's eyes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from core.actors import Role
from core.ids import AccountId, CallId
from tests.calls_in_talk import ask, clock, rows, talking
from tests.console_pages import collisions, connected, focus_of, photograph, supervise, tab_to, use_style
from tests.fixtures_browser import Desk
from tests.fixtures_console import Visitor
from tests.office import SHIMIN
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.browser]

DOUBLED = "html { font-size: 200% !important; }"
SMALL = """() => [...document.querySelectorAll("main :is(a[href], button, input:not([type=hidden]), select)")]
  .map((one) => one.matches("[type=radio], [type=checkbox]") ? one.closest("label") : one)
  .filter((one) => { const place = one.getBoundingClientRect();
    return place.width && (place.width < 24 || place.height < 23.95); })
  .map((one) => one.textContent.trim())"""


@pytest.fixture
def busy(desk: Desk) -> CallId:
    """A morning with everything the wallboard can show; returns the call that needs help."""
    office = desk.console.office
    sato = office.account("sato", Role.OPERATOR)
    kanri = office.account("kanri", Role.SUPERVISOR, departments=("hoken-nenkin", "shimin"))  # type: ignore[arg-type]
    office.account("kikai", Role.ADMINISTRATOR, departments=())
    talking(office, "rest", minutes=4, caller_class="withheld")
    talking(office, "long", minutes=47, line="shimin", department=SHIMIN, operator_phone="shimin1")
    clock(office, talking(office, "over", minutes=32), "agreed", started=31, times=(30, 45))
    judged = talking(office, "judge", minutes=12, operator_id=sato)
    clock(office, judged, "deadlock", started=8, times=(7, 15))
    office.write(
        "INSERT INTO call_notes (id, call_id, text, at, by) VALUES (:id, :call, 'x', now(), :by)",
        {"id": uuid4(), "call": judged, "by": sato},
    )
    office.write(
        "INSERT INTO call_guests (call_id, leg, mode, since, phone, account_id, shown)"
        " VALUES (:call, 'sv-a', 'listen', now(), 'hoken3', :account, true)",
        {"call": judged, "account": kanri},
    )
    office.write(
        "INSERT INTO text_cards (id, call_id, text, at, by) VALUES (:id, :call, :text, now(), :by)",
        {"id": uuid4(), "call": judged, "by": kanri, "text": "折り返しにして、いったん終えましょう"},
    )
    helped = talking(office, "help", minutes=6, operator_id=sato)
    office.mark(helped, datetime.now(UTC))
    ask(office, helped, rung=("hoken3",), seconds_ago=24)
    ended = datetime.now(UTC) - timedelta(minutes=2)
    office.call("over-now", ended_at=ended, operator_id=sato)
    return helped


def pages_of(call: CallId) -> dict[str, str]:
    return {
        "wallboard": "/live", "beside": f"/live/{call}", "ending": f"/calls/{call}/ending",
        "reason": "/calls/city-over-now.0/ending", "disaster": "/disaster",
    }  # fmt: skip


def test_every_page_is_free_of_barriers_and_fits_a_narrow_window(desk: Desk, busy: CallId) -> None:
    found: dict[str, object] = {}
    desk.sign_in("kanri", "保険年金課 3番")
    for name, path in pages_of(busy).items():
        page = desk.open(path)
        found[name] = desk.barriers() + collisions(page) + page.evaluate(SMALL)
        desk.picture(f"supervisor-{name}")
    desk.context.clear_cookies()
    desk.sign_in("kikai")
    page = desk.open("/tokens")
    page.get_by_label("プログラムの名前").fill("窓口の受付機")
    page.get_by_label("記録・フラグを押す").check()
    page.get_by_label("保険年金課").check()
    page.get_by_role("button", name="鍵を作る").click()
    expect(page.locator("#token code")).to_have_text(re.compile("^tsuwaroku_"))
    found["tokens"] = desk.barriers() + collisions(page) + page.evaluate(SMALL)
    desk.picture("administrator-tokens")

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_larger_letters_narrow_windows_and_forced_colours_lose_nothing(
    desk: Desk, busy: CallId, chromium: Browser
) -> None:
    desk.sign_in("kanri", "保険年金課 3番")
    lost: dict[str, list[str]] = {}
    for width, rules in ((1366, DOUBLED), (640, DOUBLED), (320, "")):
        desk.page.set_viewport_size({"width": width, "height": 640})
        for name, path in pages_of(busy).items():
            page = desk.open(path)
            use_style(page, rules)
            lost[f"{name}-{width}"] = collisions(page)
            photograph(page, f"supervisor-{name}-at-{width}")
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768}, base_url=desk.console.url, ignore_https_errors=True,
        storage_state=desk.context.storage_state(), forced_colors="active",
    )  # fmt: skip
    window = context.new_page()
    window.goto("/live")
    photograph(window, "supervisor-wallboard-forced")
    border = "getComputedStyle(document.querySelector('.why')).borderLeftStyle"
    assert window.evaluate(border) == "solid"
    context.close()

    assert {name: words for name, words in lost.items() if words} == {}


def test_help_appears_by_itself_is_told_once_and_is_accepted_with_keys_alone(desk: Desk) -> None:
    office = desk.console.office
    sato = office.account("sato", Role.OPERATOR)
    kanri = office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a", operator_id=sato)
    talking(office, "b")
    page = supervise(desk)
    page.evaluate(
        "window.told = []; new MutationObserver(() => window.told.push(document.getElementById('help-told')"
        ".textContent)).observe(document.getElementById('help-told'), { childList: true, subtree: true })"
    )

    ask(office, call)

    alert = page.get_by_role("alert").filter(has_text="応援：国民健康保険・年金の窓口、さくら 市子（sato）")
    expect(alert).to_be_visible()
    office.notify(CallId("city-b.0"))
    tab_to(page, "応援を引き受ける")
    page.keyboard.press("Enter")
    expect(page.get_by_text("さくら 市子（kanri）さんが向かっています")).to_be_visible()
    # Once that it is there, once that it is not.
    wait_until(lambda: len(page.evaluate("window.told")) == 2)
    focused = focus_of(page)
    assert focused is not None
    assert focused.id == f"call-{call}"
    (row,) = rows(office, "SELECT accepted_by FROM help_requests")
    assert row.accepted_by == kanri


def test_the_sound_is_silent_until_a_person_lets_it_and_the_page_says_so(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a")
    desk.sign_in("kanri", "保険年金課 3番")
    fresh = desk.context.new_page()  # nobody has pressed anything in this window yet
    fresh.goto(desk.console.url + "/live")
    connected(fresh)
    state = fresh.locator("#sound-state")
    expect(state).to_contain_text("一度「音を鳴らす」を押すと")
    ask(office, call)
    expect(fresh.get_by_role("alert").filter(has_text="応援")).to_be_visible()
    expect(state).to_have_text(re.compile("ブラウザーが音を止めています|応援の音を鳴らしました"))
    blocked = "止めています" in (state.text_content() or "")
    sounded = int(state.get_attribute("data-sounded") or 0)
    assert blocked == (sounded == 0)

    fresh.get_by_role("button", name="音を鳴らす").click()

    expect(state).to_contain_text("音が鳴りました")
    expect(state).to_have_attribute("data-sounded", str(sounded + 1))
    office.write("UPDATE help_requests SET closed_at = now()", {})
    expect(fresh.locator("[data-help]")).to_have_count(0)
    ask(office, call)
    expect(state).to_have_text("応援の音を鳴らしました。")


def test_listening_is_ordered_with_keys_and_answered_in_words(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a")
    page = supervise(desk)

    tab_to(page, "聴く")
    page.keyboard.press("Enter")

    expect(page.get_by_text("聴く：あなたの電話機を鳴らしています")).to_be_visible()
    assert [one.act for one in office.knocks()] == ["live-listen"]
    with office.worker.begin() as connection:
        connection.execute(text("UPDATE call_orders SET done_at = now(), result = 'no-answer'"))
        connection.execute(text("SELECT pg_notify('tsuwaroku_calls', :call)"), {"call": call})
    expect(page.get_by_text("聴く：電話機を取らなかったので、やめました")).to_be_visible()
    focused = focus_of(page)
    assert focused is not None
    assert focused.id == f"listen-{call}"


def test_a_free_colleague_is_asked_to_take_over_with_keys_alone(
    desk: Desk, sit: Callable[[AccountId, str], Visitor]
) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    sit(office.account("kato", Role.OPERATOR), "hoken2")
    call = talking(office, "a")
    page = supervise(desk)
    tab_to(page, "ほかの職員に頼む")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="交代を頼む：決定権のない職員が先です")).to_be_visible()
    tab_to(page, "さくら 市子（kato）さんに頼む")
    page.keyboard.press("Enter")

    expect(page.get_by_text("交代を頼む：頼んだ人の電話機を鳴らしています")).to_be_visible()
    office.write("UPDATE calls SET ringing_phones = '{hoken2}' WHERE id = :call", {"call": call})
    office.notify(call)
    expect(page.get_by_text("交代する人の電話機を鳴らしています（保険年金課 2番）")).to_be_visible()
    expect(page.get_by_text("電話の空いている人は、いまいません")).to_be_visible()
    assert [one.act for one in office.knocks()] == ["live-take-over"]
    assert desk.barriers() == []
    assert collisions(page) == []
    desk.picture("supervisor-asks-a-colleague")


def test_what_somebody_writes_outlives_the_news_of_the_call(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a")
    page = supervise(desk, f"/live/{call}")
    page.get_by_label("文字の連絡").fill("折り返しに")

    with page.expect_response(re.compile("/state$")):
        ask(office, call)
    expect(page.get_by_text("応援を呼んでいます")).to_be_visible()
    expect(page.get_by_label("文字の連絡")).to_have_value("折り返しに")
    page.get_by_role("button", name="応援を引き受ける").click()
    expect(page.get_by_text("さんが向かっています")).to_be_visible()
    expect(page.get_by_label("文字の連絡")).to_have_value("折り返しに")
    page.get_by_label("文字の連絡").press("Enter")

    expect(page.get_by_text("「折り返しに」")).to_be_visible()
    expect(page.get_by_text("まだ見ていません")).to_be_visible()


def test_a_button_that_cannot_do_it_says_so(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a")
    page = supervise(desk)
    page.route("**/supervise?*", lambda route: route.abort())

    page.get_by_role("button", name=re.compile("^聴く")).click()

    expect(page.get_by_role("alert").filter(has_text="口頭で伝えてください")).to_be_visible()
    page.unroute("**/supervise?*")
    page.get_by_role("button", name=re.compile("^聴く")).click()
    expect(page.get_by_text("聴く：あなたの電話機を鳴らしています")).to_be_visible()
    expect(page.get_by_text("口頭で伝えてください")).to_have_count(0)
    wait_until(lambda: bool(rows(office, "SELECT 1 FROM call_orders")))
    assert str(call) in page.content()
    expected = ("Failed to load resource", "htmx:")  # the browser's own words about the broken line
    desk.complaints[:] = [said for said in desk.complaints if not any(one in said for one in expected)]


def test_a_judgement_is_asked_given_and_seen_by_the_operator_at_once(desk: Desk, chromium: Browser) -> None:
    office = desk.console.office
    sato = office.account("sato", Role.OPERATOR)
    office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a", operator_id=sato)
    desk.sign_in("sato", "保険年金課 1番")
    page = desk.open(f"/calls/{call}/ending")
    connected(page)
    page.get_by_role("button", name="判断を求める").click()
    expect(page.get_by_text("あと1人の管理者の判断を待っています")).to_be_visible()
    context = chromium.new_context(
        ignore_https_errors=True, locale="ja-JP", viewport={"width": 1366, "height": 768}
    )
    other = Desk(console=desk.console, context=context, page=context.new_page(), complaints=[])
    other.sign_in("kanri", "保険年金課 3番")
    board = other.open("/live")
    expect(board.get_by_text("対応を中止するかの判断を求めています")).to_be_visible()
    judge = other.open(f"/calls/{call}/ending")
    judge.get_by_label("上司が相手に伝えた言葉").fill("課長の鈴木です。お話の内容は承知しました。")
    judge.get_by_role("button", name="対応の中止を認める").click()
    expect(judge.get_by_text("対応の中止が認められています")).to_be_visible()

    expect(page.get_by_text("対応の中止が認められています")).to_be_visible()
    page.get_by_role("button", name=re.compile("伝えました.*お電話を切らせていただきます")).click()
    expect(page.get_by_text("対応の中止の言葉を伝えました")).to_be_visible()
    assert len(rows(office, "SELECT 1 FROM call_endings")) == 3
    context.close()
