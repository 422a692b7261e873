"""The words of a call that goes on (速報), in a real browser: with keys, by ear, narrow, without a fright."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from core.actors import Role
from core.profile.live_text import LiveText
from core.profile.loading import load_profile
from core.profile.model import CityProfile
from storage.live_text import Following
from tests.calls_in_talk import rows, talking
from tests.console_pages import collisions, focus_of, photograph, tab_to
from tests.fixtures_browser import Desk
from tests.fixtures_desk import OperatorDesk
from tests.live_words import LiveWords
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.browser]

SAID = (
    ("hall", "お電話ありがとうございます。さくら市役所、保険年金課でございます。"),
    ("caller", "国民健康保険の納税通知書が届いたんですけど、金額がおかしいと思うんですよ。"),
    ("hall", "恐れ入ります。通知書の右上にある番号を教えていただけますでしょうか。"),
    ("caller", "番号なんかどうでもいいだろう。明細を今すぐ出せ。"),
)
# What a screen reader is given: everything added inside of an element that is live then.
EARS = """() => {
  window.heard = [];
  new MutationObserver((changes) => {
    for (const change of changes) for (const one of change.addedNodes) {
      const live = one.parentElement?.closest("[aria-live]");
      const words = one.querySelector?.(".letters")?.textContent;
      if (words && live?.getAttribute("aria-live") === "polite") window.heard.push(words);
    }
  }).observe(document.querySelector("[data-words]"), { childList: true, subtree: true });
}"""


@pytest.fixture
def sakura_profile(request: pytest.FixtureRequest) -> CityProfile:
    """The invented city, with what it wants of live text; as it ships when a test says nothing."""
    wanted: LiveText = getattr(request, "param", LiveText())
    return load_profile(Path("profiles/sakura.yaml")).model_copy(update={"live_text": wanted})


def connected(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")


def panel(page: Page) -> Locator:
    return page.get_by_role("region", name="速報の文字起こし")


def shown(page: Page) -> list[str]:
    """Return the words as they stand, one line each."""
    return [
        re.sub(r"\s+", " ", one).strip() for one in panel(page).locator("li .letters").all_text_contents()
    ]


def supervisor_beside(desk: Desk) -> tuple[Page, LiveWords]:
    """A supervisor has the page of one call open, and has pressed nothing yet."""
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = talking(office, "a")
    desk.sign_in("kanri", "保険年金課 3番")
    page = desk.open(f"/live/{call}")
    connected(page)
    return page, LiveWords(office, call)


def end(words: LiveWords) -> None:
    words.office.write(
        "UPDATE calls SET phase = 'ended', ended_at = now() WHERE id = :call", {"call": words.call}
    )
    words.office.notify(words.call)


def test_words_come_are_guessed_first_and_are_read_out_once_when_they_are_settled(
    desk: Desk, chromium: Browser
) -> None:
    page, words = supervisor_beside(desk)
    tab_to(page, "速報の文字起こしを見る")
    page.keyboard.press("Enter")
    expect(panel(page).get_by_text("まだ言葉はありません。")).to_be_visible()
    focused = focus_of(page)
    assert focused is not None
    assert "速報の言葉" in focused.name
    words.follows()
    for track, said in SAID[:2]:
        words.says(track, said)
    expect(panel(page).locator("li")).to_have_count(2)
    expect(panel(page).locator("[data-settled]")).to_have_attribute("aria-live", "polite")
    page.evaluate(EARS)

    guess = words.says("caller", "番号なんか", settled=False)
    expect(panel(page).get_by_text("（聞き取り中）").filter(visible=True)).to_have_count(1)
    guess = words.changes(guess, text="番号なんかどうでも")
    answer = words.says("hall", "はい")
    withdrawn = words.says("hall", "ご視聴ありがとうございました", settled=False)
    expect(panel(page)).to_contain_text("ご視聴ありがとうございました")
    words.changes(withdrawn, text="")
    found = desk.barriers() + collisions(page)
    desk.picture("live-text-guessed")
    dark = chromium.new_context(
        viewport={"width": 1366, "height": 768}, base_url=desk.console.url, ignore_https_errors=True,
        storage_state=desk.context.storage_state(), forced_colors="active", reduced_motion="reduce",
    )  # fmt: skip
    window = dark.new_page()
    window.goto(f"/live/{words.call}")
    # Asked for once in this session: whoever opens the page again has the words at once.
    expect(panel(window).get_by_text("（聞き取り中）").filter(visible=True)).to_have_count(1)
    photograph(window, "live-text-forced")
    assert window.evaluate("getComputedStyle(document.querySelector('.guessed')).borderLeftStyle") == "dashed"
    dark.close()
    words.changes(guess, text=SAID[3][1], settled=True)

    expect(panel(page).get_by_text("（聞き取り中）").filter(visible=True)).to_have_count(0)
    assert shown(page) == [SAID[0][1], SAID[1][1], SAID[3][1], answer.text]
    assert page.evaluate("window.heard") == [answer.text, SAID[3][1]]
    assert page.evaluate("document.getAnimations().length") == 0
    assert found == []
    panel(page).get_by_label("読み上げソフトに").uncheck()
    words.says("hall", "かしこまりました。")
    expect(panel(page).locator("li")).to_have_count(5)
    assert page.evaluate("window.heard.length") == 2
    assert [(one.act, one.purpose, one.granted) for one in desk.console.office.knocks()] == [
        ("live-text", "supervision", True)
    ]


def test_a_reader_who_looks_back_is_left_where_they_read(desk: Desk) -> None:
    page, words = supervisor_beside(desk)
    panel(page).get_by_role("button", name="速報の文字起こしを見る").click()
    words.follows()
    for turn in range(12):
        words.says("caller" if turn % 2 else "hall", f"{turn}番目。{SAID[1][1]}")
    expect(panel(page).locator("li")).to_have_count(12)
    box = panel(page).get_by_role("group", name="速報の言葉")
    place = "one => Math.round(one.scrollHeight - one.clientHeight - one.scrollTop)"
    wait_until(lambda: box.evaluate(place) <= 1)
    newest = panel(page).get_by_role("button", name="いちばん新しい言葉へ")
    expect(newest).to_be_hidden()

    box.focus()
    page.keyboard.press("Home")
    expect(newest).to_be_visible()
    wait_until(lambda: box.evaluate("one => one.scrollTop") == 0)
    words.says("caller", "十三番目です。")
    expect(panel(page).locator("li")).to_have_count(13)
    assert box.evaluate("one => one.scrollTop") == 0
    photograph(page, "live-text-looking-back")
    tab_to(page, "いちばん新しい言葉へ")
    page.keyboard.press("Enter")

    wait_until(lambda: box.evaluate(place) <= 1)
    words.says("caller", "十四番目です。")
    expect(panel(page).locator("li")).to_have_count(14)
    assert box.evaluate(place) <= 1
    focused = focus_of(page)
    assert focused is not None
    assert "速報の言葉" in focused.name


def test_a_line_that_was_lost_and_a_recogniser_that_is_late_or_gone_are_said_calmly(desk: Desk) -> None:
    page, words = supervisor_beside(desk)
    panel(page).get_by_role("button", name="速報の文字起こしを見る").click()
    words.follows()
    gone = words.says("hall", "消える言葉", settled=False)
    words.says("caller", SAID[1][1])
    expect(panel(page).locator("li")).to_have_count(2)
    desk.console.stop()
    expect(page.locator("body")).to_have_attribute("data-connection", "lost")
    words.changes(gone, text="")
    words.says("hall", SAID[2][1])
    assert shown(page) == [SAID[1][1], "消える言葉"]  # what was there stays there
    desk.console.start()

    connected(page)
    expect(panel(page).locator("li")).to_have_count(2)
    expect(panel(page)).to_contain_text(SAID[2][1])
    assert shown(page) == [SAID[1][1], SAID[2][1]]
    state = panel(page).locator("[data-state]")
    for following, said in (
        (Following.SLOW, "話が終わった文から、遅れて出ます"),
        (Following.WAITING, "いま文字にしていません"),
        (Following.AWAY, "いま動いていません"),
    ):
        words.follows(following)
        expect(state).to_contain_text(said)
        expect(state).to_have_class(re.compile("warn"))
        assert desk.barriers() == []
        desk.picture(f"live-text-{following.value}")
    words.follows()
    expect(state).to_have_text("")
    words.falls_silent()
    expect(state).to_contain_text("通話と録音は続いています")
    words.office.write("UPDATE calls SET sound_now = 'stopped' WHERE id = :call", {"call": words.call})
    words.follows()
    expect(state).to_contain_text("この通話は、速報の文字起こしをしません。")
    assert collisions(page) == []
    broken = ("Failed to load resource", "WebSocket", "ERR_CONNECTION", "htmx:")  # of browser and library
    desk.complaints[:] = [one for one in desk.complaints if not any(part in one for part in broken)]


def test_closed_it_stays_closed_and_with_the_call_the_words_go(desk: Desk) -> None:
    page, words = supervisor_beside(desk)
    offer = panel(page).get_by_role("button", name="速報の文字起こしを見る")
    offer.click()
    words.follows()
    words.says("caller", SAID[1][1])
    expect(panel(page)).to_contain_text(SAID[1][1])
    tab_to(page, "速報を閉じる")
    page.keyboard.press("Enter")
    expect(offer).to_be_focused()
    assert shown(page) == []
    wait_until(lambda: rows(desk.console.office, "SELECT 1 FROM live_watches") == [])
    words.says("hall", SAID[2][1])
    with page.expect_response("**/state"):
        desk.console.office.notify(words.call)  # told after the words, and answered: those were not asked for
    assert shown(page) == []
    page.keyboard.press("Enter")
    expect(panel(page).locator("li")).to_have_count(2)

    end(words)

    expect(panel(page)).to_contain_text("通話は終わりました。")
    assert shown(page) == []
    expect(offer).to_be_hidden()
    assert desk.barriers() == []
    desk.picture("live-text-over")
    panel(page).get_by_role("link", name="この通話のページを見る").click()
    expect(page).to_have_url(re.compile(f"/calls/{re.escape(words.call)}$"))


def test_whoever_takes_the_notes_reads_along_without_losing_a_letter_of_them(
    operator_desk: OperatorDesk,
) -> None:
    office = operator_desk.office
    other = office.account("tanaka", Role.OPERATOR)
    call = talking(office, "a", operator_id=other, operator_phone="hoken2")
    words = LiveWords(office, call)
    page = operator_desk.desk.open(f"/console/calls/{call}")
    connected(page)
    expect(panel(page)).to_contain_text("メモを書き始めると")
    page.get_by_label("メモを書く").press_sequentially("責任者をご希望")
    watch = panel(page).get_by_role("button", name="速報の文字起こしを見る")
    expect(watch).to_be_visible()
    watch.click()
    words.follows()
    words.says("caller", SAID[1][1])
    guess = words.says("caller", "番号なんか", settled=False)
    expect(panel(page).locator("li")).to_have_count(2)

    page.get_by_label("メモを書く").press_sequentially("。折り返し")
    office.notify(call)
    words.changes(guess, text=SAID[3][1], settled=True)

    expect(panel(page)).to_contain_text(SAID[3][1])
    expect(page.get_by_label("メモを書く")).to_have_value("責任者をご希望。折り返し")
    expect(page.get_by_label("メモを書く")).to_be_focused()
    assert operator_desk.desk.barriers() + collisions(page) == []
    operator_desk.desk.picture("live-text-notes")
    end(words)
    expect(page.get_by_text("速報の文字起こしは、録音からの文字起こしに替わります。")).to_be_visible()
    operator_desk.desk.picture("live-text-notes-over")


@pytest.mark.parametrize("sakura_profile", [LiveText(operator=True)], indirect=True)
def test_an_operator_whose_city_wants_it_reads_along_and_keeps_the_keys_where_they_are(
    operator_desk: OperatorDesk,
) -> None:
    page = operator_desk.desk.open("/console")
    call = operator_desk.answer(operator_desk.ring())
    words = LiveWords(operator_desk.office, call)
    place_of_keys = "document.getElementById('keys').getBoundingClientRect().top + scrollY"
    watch = panel(page).get_by_role("button", name="速報の文字起こしを見る")
    expect(watch).to_be_visible()
    place = page.evaluate(place_of_keys)

    watch.click()
    words.follows()
    for track, said in SAID:
        words.says(track, said)

    expect(panel(page).locator("li")).to_have_count(4)
    assert page.evaluate(place_of_keys) == place
    page.keyboard.press("F4")
    expect(page.locator("#pressed")).to_contain_text("記録・フラグを付けました")
    assert operator_desk.desk.barriers() + collisions(page) == []
    operator_desk.desk.picture("live-text-operator")
