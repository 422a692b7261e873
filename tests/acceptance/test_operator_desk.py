"""An operator's page in a real browser: it rings, they talk, they write; and a colleague helps."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, WebSocketRoute, expect

from core.actors import Role
from core.ids import AccountId, CallId
from tests.console_pages import collisions, focus_of, photograph, press, tab_to
from tests.fixtures_browser import Desk
from tests.fixtures_desk import OperatorDesk
from tests.office import Office
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.browser]


def earlier(office: Office, account: AccountId) -> None:
    """Two calls of the same number: one with an answer and a promise that is overdue."""
    now = datetime.now(UTC)
    before = office.call("before", operator_id=account, arrived_at=now - timedelta(days=3))
    office.call("older", operator_id=account, arrived_at=now - timedelta(days=20))
    office.call("practised", practice=True, arrived_at=now - timedelta(hours=2))
    office.write(
        "INSERT INTO call_wrap_ups VALUES (:c, 'kaito', '', '明細は10月末に郵送すると回答', now(), :a)",
        {"c": before, "a": account},
    )
    office.write(
        "INSERT INTO call_wrap_ups VALUES ('city-older.0', 'kaito', '', '', now(), :a)", {"a": account}
    )
    office.write(
        "INSERT INTO promises (id, department, call_id, caller_hash, what, who, due_at, made_at, made_by)"
        " SELECT gen_random_uuid(), department, id, caller_hash, '減免の結果を電話で伝える', '国保係の佐藤',"
        " now() - interval '1 hour', now() - interval '3 days', :a FROM calls WHERE id = :c",
        {"c": before, "a": account},
    )


def test_it_rings_they_talk_with_two_keys_and_write_how_it_came_out(operator_desk: OperatorDesk) -> None:
    desk, office = operator_desk.desk, operator_desk.office
    earlier(office, operator_desk.account)
    page = desk.open("/console")
    expect(page.get_by_text("着信を待っています。電話が鳴ると")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    barriers = {"waiting": desk.barriers()}
    desk.picture("desk-waiting")

    call = operator_desk.ring()
    card = page.get_by_role("region", name="電話が鳴っています")
    expect(card).to_contain_text("03-1234-5678")
    expect(card).to_contain_text("減免の結果を電話で伝える")
    expect(card).to_contain_text("明細は10月末に郵送する")
    expect(card).to_contain_text("24時間で 0回　7日で 1回　30日で 2回")
    order = [
        str(card.inner_text()).index(words)
        for words in ("約束していること", "前回の回答", "03-1234", "この番号から")
    ]
    assert order == sorted(order)
    barriers["ringing"] = desk.barriers()
    desk.picture("desk-ringing")

    operator_desk.answer(call)
    expect(page.get_by_role("heading", name="通話中", exact=True)).to_be_visible()
    page.keyboard.press("F4")
    expect(page.locator("#pressed")).to_contain_text("記録・フラグを付けました")
    page.keyboard.press("F4")
    expect(page.locator("#pressed")).to_contain_text("時刻の印を付けました（2回目）")
    page.keyboard.press("F2")
    expect(page.locator("#pressed")).to_contain_text("応援を呼びました")
    assert operator_desk.rows("SELECT count(*) FROM call_marks") == [(2,)]
    assert operator_desk.rows("SELECT count(*) FROM help_requests") == [(1,)]
    page.get_by_label("メモを書く").fill("通知書の番号は手元にないとのこと。")
    expect(page.locator("#note-state")).to_have_text("保存しました。")
    barriers["talking"] = desk.barriers()
    desk.picture("desk-talking")

    operator_desk.hang_up(call)
    after = page.get_by_role("region", name="通話が終わりました")
    expect(after).to_contain_text("通知書の番号は手元にないとのこと。")
    barriers["after"] = desk.barriers()
    desk.picture("desk-after")
    after.get_by_label("何を").fill("保険料の計算を調べて電話する")
    after.get_by_label("いつまでに").fill("2026-12-01T15:00")
    after.get_by_role("button", name="約束を書く").click()
    expect(after).to_contain_text("12月1日(火) 15:00まで")
    after.get_by_label("回答したこと").fill("計算の根拠を調べて折り返すと伝えた。")
    after.get_by_role("button", name="折り返すことにした").click()
    expect(page.get_by_text("着信を待っています。電話が鳴ると")).to_be_visible()

    assert operator_desk.rows("SELECT outcome, answer FROM call_wrap_ups WHERE call_id = 'city-ring.0'") == [
        ("orikaeshi", "計算の根拠を調べて折り返すと伝えた。")
    ]
    assert {name: found for name, found in barriers.items() if found} == {}


@pytest.fixture
def colleague(operator_desk: OperatorDesk, chromium: Browser) -> Generator[Desk]:
    """Another operator, at hoken2, in a browser of her own."""
    console = operator_desk.desk.console
    operator_desk.office.account("ito", Role.OPERATOR)
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768}, base_url=console.url, ignore_https_errors=True,
        locale="ja-JP", timezone_id="Asia/Tokyo",
    )  # fmt: skip
    other = Desk(console=console, context=context, page=context.new_page(), complaints=[])
    other.sign_in("ito", phone="保険年金課 2番")
    yield other
    context.close()


def test_a_colleague_opens_the_live_card_and_takes_the_notes(
    operator_desk: OperatorDesk, colleague: Desk
) -> None:
    operator_desk.desk.open("/console")
    operator_desk.answer(operator_desk.ring())
    page = colleague.open("/console")
    page.get_by_role("link", name="の通話を手伝う").click()
    expect(page.get_by_role("heading", name="国民健康保険・年金の窓口の通話")).to_be_visible()
    expect(page.get_by_text("03-1234-5678")).to_have_count(0)
    page.get_by_label("メモを書く").fill("税額の内訳を知りたい、とのこと。")
    page.get_by_role("button", name="次のメモへ").click()
    page.get_by_role("button", name="膠着").click()
    colleague.picture("desk-helper")

    here = operator_desk.desk.page
    expect(here.get_by_text("税額の内訳を知りたい、とのこと。")).to_be_visible()
    expect(here.get_by_role("region", name="時計")).to_contain_text("に判断する人を呼びます")
    assert colleague.barriers() == []


def test_a_phone_that_rings_before_the_line_for_news_is_open_is_shown_all_the_same(
    operator_desk: OperatorDesk,
) -> None:
    # It begins to ring after the page was made and before anybody listens; no news of it follows.
    desk = operator_desk.desk
    rung: list[CallId] = []

    def late(_line: WebSocketRoute) -> None:
        if desk.page.url.endswith("/console") and not rung:
            rung.append(operator_desk.ring())

    desk.context.route_web_socket("**/ws", late)
    page = desk.open("/console")

    expect(page.get_by_role("region", name="電話が鳴っています")).to_contain_text("03-1234-5678")


def test_what_one_types_stays_while_the_page_hears_news(operator_desk: OperatorDesk) -> None:
    page = operator_desk.desk.open("/console")
    call = operator_desk.answer(operator_desk.ring())
    field = page.get_by_label("メモを書く")
    field.fill("書きかけ")
    for _ in range(3):
        operator_desk.office.notify(call)
        page.get_by_role("button", name="30分と伝えた").click()
    expect(page.get_by_role("region", name="時計")).to_contain_text("伝えた時間（30分）")
    second = operator_desk.ring("second", caller_class="withheld")

    expect(page.get_by_role("region", name="電話が鳴っています")).to_contain_text("非通知")
    expect(field).to_have_value("書きかけ")
    operator_desk.hang_up(second)
    expect(page.get_by_role("region", name="電話が鳴っています")).to_have_count(0)
    wait_until(lambda: operator_desk.rows("SELECT text FROM call_notes") == [("書きかけ",)])


def test_clocks_and_marks_follow_the_servers_time_with_shape_and_word(operator_desk: OperatorDesk) -> None:
    # A computer whose clock is wrong by three hours.
    operator_desk.desk.context.clock.install(time=datetime.now(UTC) - timedelta(hours=3))
    page = operator_desk.desk.open("/console")
    now = datetime.now(UTC)
    call = operator_desk.ring(
        arrived_at=now - timedelta(minutes=32), connected_at=now - timedelta(minutes=31),
        operator_phone="hoken1", operator_id=operator_desk.account, phase="talking", ringing_phones=[],
    )  # fmt: skip
    clock = "INSERT INTO call_clocks VALUES (gen_random_uuid(), :c, :k, :s, :a, :m, :ask, :due)"
    for kind, ago, minutes, ask, due in (("deadlock", 8, 15, 7, 15), ("special", 20, 15, 15, 15)):
        started = now - timedelta(minutes=ago)
        operator_desk.office.write(clock, {
            "c": call, "k": kind, "s": started, "a": operator_desk.account, "m": minutes,
            "ask": started + timedelta(minutes=ask), "due": started + timedelta(minutes=due),
        })  # fmt: skip

    marks = page.get_by_role("list", name="通話の長さの目安")
    expect(marks).to_contain_text("▲ 30分を過ぎました")
    expect(marks).to_contain_text("△ 60分")
    clocks = page.get_by_role("region", name="時計")
    expect(clocks).to_contain_text("▲ 判断する人を呼んでいます")
    expect(clocks).to_contain_text("■ 判断の目安を過ぎました")
    operator_desk.desk.context.clock.run_for(2000)
    assert str(page.locator(".talk-head .timer").text_content()).startswith("31:")
    operator_desk.desk.picture("desk-clocks")
    assert operator_desk.desk.barriers() == []


def test_a_call_of_nobody_is_claimed_and_written_up_with_keys_alone(operator_desk: OperatorDesk) -> None:
    operator_desk.office.call("whose", operator_id=None)
    page = operator_desk.desk.open("/console")

    tab_to(page, "わたしが取りました")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="通話が終わりました")).to_contain_text("03-1234-5678")
    tab_to(page, "回答したこと")
    page.keyboard.type("郵送すると答えた")
    tab_to(page, "メモ")
    assert tab_to(page, "回答した").tag == "BUTTON"
    tab_to(page, "約束を書く")  # past a date, whose own parts show the focus too
    tab_to(page, "回答した", "Shift+Tab")
    while (focus_of(page) or pytest.fail("no focus")).name != "回答した":
        press(page, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("着信を待っています。電話が鳴ると")).to_be_visible()

    assert operator_desk.rows("SELECT outcome, answer FROM call_wrap_ups") == [("kaito", "郵送すると答えた")]


def test_the_register_shows_what_is_overdue_and_lets_it_be_done(operator_desk: OperatorDesk) -> None:
    earlier(operator_desk.office, operator_desk.account)
    page = operator_desk.desk.open("/promises")
    expect(page.get_by_role("listitem").filter(has_text="減免の結果")).to_contain_text("期限を過ぎています")
    barriers = operator_desk.desk.barriers()
    operator_desk.desk.picture("promises")
    page.get_by_role("button", name="済みにする").click()

    expect(page.get_by_text("待っている約束はありません")).to_be_visible()
    assert barriers == []


@pytest.mark.parametrize("width", [1366, 640, 320])
def test_larger_letters_and_forced_colours_lose_nothing(
    operator_desk: OperatorDesk, chromium: Browser, width: int
) -> None:
    office = operator_desk.office
    earlier(office, operator_desk.account)
    operator_desk.answer(operator_desk.ring())
    operator_desk.ring("second")
    context: BrowserContext = chromium.new_context(
        viewport={"width": width, "height": 768}, base_url=operator_desk.desk.console.url,
        ignore_https_errors=True, locale="ja-JP", timezone_id="Asia/Tokyo", forced_colors="active",
        storage_state=operator_desk.desk.context.storage_state(),
    )  # fmt: skip
    page = context.new_page()
    lost: dict[str, list[str]] = {}
    for path in ("/console", "/promises"):
        page.goto(path)
        photograph(page, f"desk-forced-{width}{path.replace('/', '-')}")
        if width > 320:
            page.evaluate(
                "const own = new CSSStyleSheet(); own.replaceSync('html { font-size: 200% !important }');"
                " document.adoptedStyleSheets = [own];"
            )
        lost[path] = collisions(page)
        photograph(page, f"desk-large-{width}{path.replace('/', '-')}")
    context.close()

    assert {path: words for path, words in lost.items() if words} == {}
