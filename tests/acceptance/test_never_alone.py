"""An operator is never alone: one morning at the desk, everything real, as two people live it.

A citizen calls twice. The second call goes through every hand there is: flagged, helped, listened to,
advised, joined, held, passed on, taken over and given back; each step is judged by what people hear and see.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime
from statistics import median

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from runtime.practice.scenario import RATE
from tests.busy_hall import COLLEAGUE, HALF, OPERATOR, SUPERVISOR, TONES, BusyHall, busy_hall, press
from tests.console_pages import tab_to
from tests.fixtures_browser import AXE_TAGS
from tests.fixtures_city import city_folder
from tests.sip_phones import share_of_tone
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.asterisk, pytest.mark.browser]

SAID_WITHIN_MS, HELP_WITHIN_MS = 300, 1000
PRESSES = 5
SILENCE = 0.05
# When a key went down here, and when words or a sound followed: both pages read the same machine's clock.
WATCH_OPERATOR = """() => {
  window.took = [];
  addEventListener("keydown", (event) => { window.pressed = Date.now(); window.key = event.code; }, true);
  new MutationObserver(() => {
    if (window.key !== "F4" || !/付けました/.test(document.getElementById("pressed").textContent)) return;
    window.took.push(Date.now() - window.pressed);
    window.key = "";
  }).observe(document.getElementById("pressed"), { childList: true, characterData: true, subtree: true });
}"""
WATCH_SUPERVISOR = """() => {
  window.sounded = [];
  const state = document.getElementById("sound-state");
  new MutationObserver(() => { if (document.querySelector("[data-help]")) window.sounded.push(Date.now()); })
    .observe(state, { attributes: true, attributeFilter: ["data-sounded"] });
}"""


@pytest.fixture(scope="module")
def hall(chromium: Browser) -> Generator[BusyHall]:
    """The morning; what one test leaves is where the next one begins."""
    with city_folder() as folder, busy_hall(folder, chromium) as running:
        yield running


def barriers(page: Page) -> list[tuple[str, str]]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}}).response
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]]


def test_a_first_call_is_answered_and_written_up_with_keys_alone(hall: BusyHall) -> None:
    page = hall.operator.page
    citizen = hall.ring()
    card = page.get_by_role("region", name="電話が鳴っています")
    expect(card).to_contain_text("03-1234-5678")
    expect(card).to_contain_text("この番号への約束はありません")
    expect(card).to_contain_text("24時間で 0回")
    hall.pick_up(OPERATOR)
    expect(page.get_by_role("heading", name="通話中", exact=True)).to_be_visible()
    hall.citizen_hears(OPERATOR)
    hall.hears(OPERATOR, "citizen")
    citizen.hang_up()

    after = page.get_by_role("region", name="通話が終わりました")
    expect(after).to_contain_text("03-1234-5678")
    tab_to(page, "何を")
    page.keyboard.type("減免の結果を電話で伝える")
    after.get_by_label("いつまでに").fill("2027-01-15T15:00")
    tab_to(page, "約束を書く")
    page.keyboard.press("Enter")
    expect(after).to_contain_text("1月15日(金) 15:00まで")
    tab_to(page, "回答したこと", "Shift+Tab")
    page.keyboard.type("明細は来月に郵送する")
    tab_to(page, "折り返すことにした")
    page.keyboard.press("Enter")
    expect(page.get_by_text("着信を待っています。電話が鳴ると")).to_be_visible()


def test_what_we_owe_stands_first_on_the_card_before_anybody_answers(hall: BusyHall) -> None:
    page = hall.operator.page
    hall.ring()

    card = page.get_by_role("region", name="電話が鳴っています")
    expect(card).to_contain_text("減免の結果を電話で伝える")
    expect(card).to_contain_text("24時間で 1回　7日で 1回　30日で 1回")
    words = str(card.inner_text())
    order = [
        words.index(one) for one in ("減免の結果を", "明細は来月に郵送する", "03-1234-5678", "24時間で 1回")
    ]
    assert order == sorted(order)
    assert barriers(page) == []
    assert hall.call["connected_at"] is None
    hall.pick_up(OPERATOR)
    expect(page.get_by_role("heading", name="通話中", exact=True)).to_be_visible()
    hall.citizen_hears(OPERATOR)


def test_the_flag_is_said_at_once_and_stands_in_row_and_journal(
    hall: BusyHall,
) -> None:
    page = hall.operator.page
    page.evaluate(WATCH_OPERATOR)
    for number in range(1, PRESSES + 1):
        page.keyboard.press("F4")
        wait_until(lambda wanted=number: page.evaluate("took.length") == wanted or None, 10, "words")
    took = sorted(page.evaluate("took"))
    hall.phones.order(OPERATOR, "press", "*1")
    wait_until(lambda: hall.count("call_marks") == PRESSES + 1 or None, 15, "the phone's mark")
    digits = "kind = 'digit-pressed'"
    wait_until(lambda: hall.count("call_journal", digits) == len("*1") or None, 15, "the key in the journal")

    assert median(took) <= SAID_WITHIN_MS
    assert hall.count("call_marks", "source = 'console'") == PRESSES


def test_help_sounds_at_the_supervisors_within_a_second_and_is_accepted(hall: BusyHall) -> None:
    page, live = hall.operator.page, hall.supervisor.page
    press(live, "音を鳴らす")
    expect(live.locator("#sound-state")).to_contain_text("音が鳴りました")
    live.evaluate(WATCH_SUPERVISOR)
    took: list[float] = []
    for number in range(3):
        if number:
            page.get_by_role("button", name="取り消す").press("Enter")
            expect(live.locator("[data-help]")).to_have_count(0)
        live.evaluate("sounded = []")
        page.keyboard.press("F2")
        wait_until(lambda: live.evaluate("sounded.length") or None, 10, "a sound")
        took.append(live.evaluate("sounded[0]") - page.evaluate("pressed"))
    assert median(took) <= HELP_WITHIN_MS

    page.get_by_role("button", name="取り消す").press("Enter")
    expect(live.locator("[data-help]")).to_have_count(0)
    live.evaluate("sounded = []")
    hall.phones.order(OPERATOR, "press", "*2")
    wait_until(lambda: live.evaluate("sounded.length") or None, 10, "a sound after the phone's keys")
    digits = "kind = 'digit-pressed'"
    wait_until(
        lambda: hall.count("call_journal", digits) == len("*1*2") or None, 15, "the keys in the journal"
    )
    assert live.evaluate("sounded[0]") - hall.last_key_let_go() <= HELP_WITHIN_MS

    assert barriers(live) == []
    tab_to(live, "応援を引き受ける")
    live.keyboard.press("Enter")
    expect(page.get_by_text("練習 管理者さんが向かっています。")).to_be_visible()


def test_the_supervisor_listens_advises_and_comes_in(hall: BusyHall) -> None:
    live, page, citizen = hall.supervisor.page, hall.operator.page, hall.citizen
    since = hall.lines()
    press(live, "聴く", exact=False)
    hall.pick_up(SUPERVISOR, rings_since=since)
    hall.hears(SUPERVISOR, "citizen")
    hall.hears(SUPERVISOR, OPERATOR)
    expect(page.get_by_text("練習 管理者さんが、この通話を聴いています。")).to_be_visible()
    citizen.never_hears(TONES[SUPERVISOR])

    press(live, "担当者に助言", exact=False)
    hall.hears(OPERATOR, SUPERVISOR)
    began = datetime.now(UTC)
    expect(page.get_by_text("あなたに助言しています。相手には聞こえません。")).to_be_visible()
    citizen.never_hears(TONES[SUPERVISOR])
    hall.citizen_hears(OPERATOR)
    hall.advised = (began, datetime.now(UTC))

    press(live, "三者で話す", exact=False)
    hall.citizen_hears(SUPERVISOR, share=HALF, seconds=15)
    hall.citizen_hears(OPERATOR, share=HALF)
    expect(page.get_by_text("三者で話しています。")).to_be_visible()
    press(live, "離れる", exact=False)
    citizen.silent(TONES[SUPERVISOR])
    hall.phones.hear(f"{SUPERVISOR} over", since=since)


def test_the_operator_holds_asks_a_colleague_and_passes_the_call_on(hall: BusyHall) -> None:
    page, citizen = hall.operator.page, hall.citizen
    press(page, "保留")
    citizen.silent(TONES[OPERATOR])
    press(page, "保留をやめる")
    hall.citizen_hears(OPERATOR)

    since = hall.lines()
    page.get_by_label("つなぎ先").select_option("phone:hoken2")
    press(page, "取次（先に話す）")
    hall.pick_up(COLLEAGUE, rings_since=since)
    hall.hears(OPERATOR, COLLEAGUE)
    citizen.silent(TONES[OPERATOR])
    citizen.never_hears(TONES[COLLEAGUE])
    press(page, "取次をやめて戻る")
    hall.phones.hear(f"{COLLEAGUE} over", since=since)
    hall.citizen_hears(OPERATOR)

    since = hall.lines()
    press(page, "取次（先に話す）")
    hall.pick_up(COLLEAGUE, rings_since=since)
    hall.hears(OPERATOR, COLLEAGUE)
    press(page, "取次の相手に代わる")
    hall.citizen_hears(COLLEAGUE)
    hall.phones.hear(f"{OPERATOR} over", since=since)
    hall.wait_for_call(operator_phone=COLLEAGUE)


def test_the_supervisor_takes_over_and_gives_the_call_back(hall: BusyHall) -> None:
    live, page = hall.supervisor.page, hall.operator.page
    since = hall.lines()
    press(live, "交代", exact=False)
    hall.pick_up(SUPERVISOR, rings_since=since)
    hall.phones.hear(f"{COLLEAGUE} over", since=since)
    hall.citizen_hears(SUPERVISOR)
    hall.wait_for_call(operator_phone=SUPERVISOR)

    live.goto(f"{hall.city.console}/console")
    expect(live.get_by_role("heading", name="通話中", exact=True)).to_be_visible()
    since = hall.lines()
    live.get_by_label("つなぎ先").select_option("phone:hoken1")
    press(live, "転送")
    expect(page.get_by_role("region", name="電話が鳴っています")).to_contain_text("03-1234-5678")
    hall.pick_up(OPERATOR, rings_since=since)
    hall.phones.hear(f"{SUPERVISOR} over", since=since)
    hall.citizen_hears(OPERATOR)
    expect(page.get_by_role("heading", name="通話中", exact=True)).to_be_visible()
    assert barriers(page) == []


def test_one_call_one_recording_and_no_advice_in_it(hall: BusyHall) -> None:
    page = hall.operator.page
    hall.citizen.hang_up()
    after = page.get_by_role("region", name="通話が終わりました")
    expect(after).to_be_visible()
    tab_to(page, "回答した")
    press(page, "回答した")
    expect(page.get_by_text("着信を待っています。電話が鳴ると")).to_be_visible()
    recording = hall.city.sealed_recording(hall.call)
    sound = hall.city.sound_of(recording)

    begin, end = ((one - recording["started_at"]).total_seconds() for one in hall.advised or ())
    advice = sound[int(begin * RATE) : int(end * RATE)]
    assert loudest(advice[:, 1], OPERATOR) > HALF
    assert max(loudest(advice[:, side], SUPERVISOR) for side in (0, 1)) < SILENCE
    assert loudest(sound[:, 0], "citizen") > HALF
    assert all(loudest(sound[:, 1], one) > HALF for one in (OPERATOR, COLLEAGUE, SUPERVISOR))
    assert len(hall.city.rows("SELECT 1 FROM recordings WHERE subject = %s", hall.call["id"])) == 1
    assert hall.call["outcome"] == "talked"


def loudest(track: np.ndarray, who: str) -> float:
    """How much of somebody's tone is in the stretch of a track that has most of it."""
    length, step = int(RATE * 0.2), int(RATE * 0.05)
    return max(
        share_of_tone(track[at : at + length], TONES[who]) for at in range(0, len(track) - length, step)
    )
