"""A word is found, heard, quoted, confirmed and corrected in a real browser: by mouse, by keys, at 320 px."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from core.clock import SystemClock
from core.ids import CallId
from tests.console_pages import collisions, open_content, photograph, press, search, tab_to
from tests.fixtures_browser import Desk
from transcription.corrections import MakeCorrections

pytestmark = [pytest.mark.real, pytest.mark.browser]

SHORT = (
    ("hall", 1.0, 2.2, "保険年金課でございます。"),
    ("caller", 6.4, 7.6, "農税家の通知が届きました。"),
    ("caller", 20.8, 22.0, "責任者を出してください。"),
)
HEARD = re.compile("終わりまで聞きました")


@pytest.fixture
def short_call(desk: Desk, office_at_work: CallId) -> CallId:
    """A call of three short utterances that the supervisor may hear."""
    office = desk.console.office
    call = office.call("short")
    office.transcribe(office.record(call, seconds=24.0), SHORT)
    return call


def line(page: Page, number: int) -> Locator:
    return page.locator("#transcript > li").nth(number)


def state(page: Page, number: int) -> Locator:
    return line(page, number).locator(".check-this")


def hear(page: Page) -> None:
    page.get_by_role("button", name="聞く", exact=True).click()
    expect(page.locator("#check-told")).to_have_text(HEARD)


def make_corrections(desk: Desk, call: CallId) -> None:
    """Do the worker's part, and wake the pages as it does."""
    office = desk.console.office
    with office.worker.begin() as connection:
        wanted = text("SELECT id FROM recordings WHERE subject = :call")
        recording = connection.execute(wanted, {"call": call}).scalar_one()
    MakeCorrections(database=office.worker, announcer=office.facts, clock=SystemClock())(str(recording))


def test_a_word_is_found_by_its_sound_played_selected_confirmed_and_corrected(
    desk: Desk, short_call: CallId
) -> None:
    desk.sign_in("kanri")
    page = desk.open("/search")
    search(page, "納税課")
    expect(page.locator("mark")).to_have_text("農税家")
    expect(page.locator(".found .chip")).to_have_text(["読み一致", "未確認"])
    with page.expect_response(lambda answer: answer.url.endswith("/sound")) as sent:
        page.get_by_role("button", name=re.compile("^再生.*00:06の発言")).click()
    assert sent.value.status in {200, 206}
    page.locator(f"a.at[href='/calls/{short_call}#t=6.4']").click()
    page.get_by_role("radio", name="申出内容の事実確認").check()
    page.get_by_role("button", name="開く", exact=True).click()
    expect(page.locator("body")).to_have_attribute("data-ready", "true")
    expect(page.locator("#words-state")).to_have_text("未確認")
    expect(state(page, 1)).to_have_text("未確認")

    # Select 責任者 with the mouse, and quote it.
    page.evaluate("""() => {
      const letters = document.querySelectorAll("#transcript .letters")[2].firstChild;
      const range = document.createRange();
      range.setStart(letters, 0); range.setEnd(letters, 3);
      getSelection().removeAllRanges(); getSelection().addRange(range);
    }""")
    state(page, 2).click()
    page.get_by_role("button", name="引用する", exact=True).click()
    expect(page.locator("#check-told")).to_have_text(HEARD)
    page.get_by_role("button", name="聞いたとおりです", exact=True).click()
    quote = page.locator(".quote")
    expect(quote.locator("blockquote")).to_have_text("「責任者」")
    expect(quote).to_contain_text("に聞いて確認")

    state(page, 2).click()
    hear(page)
    page.get_by_role("button", name="聞いたとおりです", exact=True).click()
    expect(state(page, 2)).to_have_text("✓ 確認済み")
    expect(state(page, 2)).to_be_focused()
    expect(page.locator("#words-state")).to_have_text("一部確認済み（3件のうち1件）")

    state(page, 1).click()
    hear(page)
    page.get_by_role("button", name="訂正する").click()
    page.locator("#check-words").fill("納税課の通知が届きました。")
    page.get_by_role("button", name="訂正を保存").click()
    expect(state(page, 1)).to_have_text("✎ 訂正済み")
    expect(line(page, 1).locator("ins")).to_have_text(["納税課"])
    expect(line(page, 1).locator(".machine")).to_contain_text("農税家の通知が届きました。")
    before = line(page, 1).get_attribute("data-utterance")
    make_corrections(desk, short_call)
    expect(line(page, 1)).not_to_have_attribute("data-utterance", before or "")
    expect(state(page, 2)).to_have_text("✓ 確認済み")
    expect(quote.locator("blockquote")).to_have_text("「責任者」")
    search(desk.open("/search"), "納税課")
    expect(page.locator("mark").first).to_have_text("納税課")


def test_words_are_heard_confirmed_and_quoted_with_keys_alone(desk: Desk, short_call: CallId) -> None:
    desk.sign_in("kanri")
    page = open_content(desk, short_call)

    tab_to(page, "00:20から聞く")
    page.keyboard.press("Enter")
    expect(line(page, 2)).to_have_attribute("aria-current", "true")
    assert (press(page, "Tab") or pytest.fail("no focus")).name == "未確認"
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="聞く", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#check-told")).to_have_text(HEARD)
    tab_to(page, "言葉（引用")
    page.keyboard.press("Control+Home")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    tab_to(page, "引用する")
    page.keyboard.press("Enter")
    expect(page.locator("#check-told")).to_contain_text("「責任者」を引用しました")
    expect(page.locator("#check-told")).to_have_text(HEARD)
    tab_to(page, "聞いたとおりです", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#words-told")).to_have_text("引用を確認しました。")
    expect(page.locator(".quote")).to_contain_text("に聞いて確認")
    expect(state(page, 2)).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#check")).to_be_hidden()
    expect(state(page, 2)).to_be_focused()


def test_nothing_is_confirmed_before_it_was_heard_and_the_page_says_so(
    desk: Desk, short_call: CallId
) -> None:
    desk.sign_in("kanri")
    page = open_content(desk, short_call)
    state(page, 0).click()

    for name in ("聞いたとおりです", "訂正する"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator("#check-told")).to_have_text("先に「聞く」を押して、終わりまで聞いてください。")

    expect(state(page, 0)).to_have_text("未確認")


def test_checking_reads_without_barriers_and_fits_a_narrow_window(desk: Desk, short_call: CallId) -> None:
    desk.sign_in("kanri")
    page = open_content(desk, short_call)
    state(page, 1).click()
    barriers = {"panel": desk.barriers()}
    desk.picture("words-panel")
    hear(page)
    page.get_by_role("button", name="訂正する").click()
    page.locator("#check-words").fill("納税課の通知が届きました。")
    barriers["correcting"] = desk.barriers()
    desk.picture("words-correcting")
    page.get_by_role("button", name="訂正を保存").click()
    expect(state(page, 1)).to_have_text("✎ 訂正済み")
    state(page, 2).click()
    page.get_by_role("button", name="引用する", exact=True).click()
    expect(page.locator("#check-told")).to_have_text(HEARD)
    page.get_by_role("button", name="閉じる").click()
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-ready", "true")
    barriers["corrected"] = desk.barriers()
    desk.picture("words-corrected")
    page.set_viewport_size({"width": 320, "height": 640})
    state(page, 2).click()
    photograph(page, "words-320")
    wrong = collisions(page)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.get_by_role("link", name="紙に出す").click()
    expect(page.locator(".paper")).to_contain_text("「責任者を出してください。」")
    barriers["paper"] = desk.barriers()
    desk.picture("words-paper")

    assert {name: found for name, found in barriers.items() if found} == {}
    assert wrong == []
