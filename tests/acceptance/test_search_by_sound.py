"""A misheard word is found by its sound and played where it stands, in a real browser, by keys alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.ids import CallId
from tests.console_pages import collisions, focus_of, photograph, search, tab_to
from tests.fixtures_browser import Desk

pytestmark = [pytest.mark.real, pytest.mark.browser]
SAID = (
    ("hall", 1.0, 2.2, "保険年金課でございます。"),
    ("caller", 6.4, 7.6, "固定試算税が届きました。"),
    ("caller", 20.8, 22.0, "固定資産税のことです。"),
)


@pytest.fixture
def misheard(desk: Desk, office_at_work: CallId) -> CallId:
    """A call on which a word was misspelt."""
    office = desk.console.office
    call = office.call("misheard")
    office.transcribe(office.record(call, seconds=24.0), SAID)
    return call


def test_a_misheard_word_is_found_and_played_by_keys_alone(desk: Desk, misheard: CallId) -> None:
    desk.sign_in("kanri")
    page = desk.open("/search")
    tab_to(page, "探す言葉")
    page.keyboard.type("固定資産税")
    tab_to(page, "対応記録の作成")
    page.keyboard.press("Space")
    tab_to(page, "探す")
    page.keyboard.press("Enter")

    expect(page.locator("mark")).to_have_text(["固定資産税", "固定試算税"])
    expect(page.get_by_role("heading", name="読みが同じ発言（1件）")).to_be_visible()
    tab_to(page, "再生：00:06の発言")
    with page.expect_response(lambda answer: answer.url.endswith("/sound")) as sent:
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=re.compile("^停止.*00:06の発言"))).to_be_visible()
    assert sent.value.status in {200, 206}
    expect(page.get_by_role("button", name=re.compile("^再生.*00:06の発言"))).to_be_visible(timeout=10_000)
    focused = focus_of(page)
    assert focused is not None
    assert "00:06の発言" in focused.name
    expect(page.locator("#hit-fault")).to_be_hidden()

    tab_to(page, "この検索条件の名前", "Shift+Tab")
    page.keyboard.type("毎週見るもの")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="毎週見るもの")).to_be_visible()


def test_the_page_of_hits_reads_without_barriers_and_fits_a_small_window(
    desk: Desk, misheard: CallId
) -> None:
    desk.sign_in("kanri")
    page = desk.open("/search")
    page.locator("summary").click()
    assert desk.barriers() == []
    photograph(page, "search-narrower")
    search(page, "固定資産税")
    assert desk.barriers() == []
    photograph(page, "search-tiers")

    page.set_viewport_size({"width": 320, "height": 640})
    assert collisions(page) == []
    photograph(page, "search-tiers-narrow")
    page.locator("summary").first.click()
    assert collisions(page) == []
    photograph(page, "search-narrower-narrow")
