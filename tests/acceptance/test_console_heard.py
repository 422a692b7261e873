"""What a screen reader has to go by: names, roles, landmarks, headings, and what is told by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.ids import CallId
from tests.console_pages import every_page, open_content
from tests.fixtures_browser import Desk
from tests.waiting import wait_until

pytestmark = [pytest.mark.real, pytest.mark.browser]

OUTLINE = """() => ({
  lang: document.documentElement.lang,
  title: document.title,
  headings: [...document.querySelectorAll("h1, h2, h3, h4")].map((one) => Number(one.tagName[1])),
  mains: document.querySelectorAll("main").length,
  nameless: [...document.querySelectorAll("nav, aside, fieldset, table, [role=slider]")].filter((one) =>
    !one.getAttribute("aria-label") && !one.getAttribute("aria-labelledby")
    && !one.querySelector(":scope > legend, :scope > caption")).map((one) => one.outerHTML.slice(0, 80)),
  wordless: [...document.querySelectorAll("main [aria-hidden=true]")].filter((one) =>
    /[\\p{L}\\p{N}]/u.test(one.textContent) && !one.matches(".wave-names, .pair > span"))
    .map((one) => one.textContent),
})"""
# Counts what would be spoken by itself: every change inside a live region, and every value of the slider.
LISTEN = """() => {
  window.spoken = [];
  const live = "[aria-live], [role=status], [role=alert], [role=log], [role=timer]";
  const all = { childList: true, characterData: true, subtree: true };
  for (const one of document.querySelectorAll(live))
    new MutationObserver(() => window.spoken.push(one.textContent.trim())).observe(one, all);
  const slider = document.getElementById("wave");
  if (slider) new MutationObserver(() => window.spoken.push(slider.getAttribute("aria-valuetext")))
    .observe(slider, { attributes: true, attributeFilter: ["aria-valuetext", "aria-valuenow"] });
}"""


def heard(page: Page) -> list[str]:
    return page.evaluate("window.spoken")


def in_tree(page: Page, role: str, name: str) -> dict[str, Any]:
    """Return what the browser hands to a screen reader for one thing."""
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    found = [
        node for node in tree
        if node.get("role", {}).get("value") == role and name in node.get("name", {}).get("value", "")
    ]  # fmt: skip
    assert len(found) == 1, f"{len(found)} of {role} {name}"
    properties = {one["name"]: one["value"].get("value") for one in found[0].get("properties", [])}
    return properties | {
        "name": found[0]["name"]["value"],
        "description": found[0].get("description", {}).get("value", ""),
    }


def test_every_page_has_one_main_part_a_title_of_its_own_and_headings_in_order(
    desk: Desk, office_at_work: CallId
) -> None:
    pages = every_page(desk, office_at_work)
    outlines = {name: desk.open(path).evaluate(OUTLINE) for name, path in pages.items()}

    for name, outline in outlines.items():
        headings = outline["headings"]
        assert outline["lang"] == "ja", name
        assert outline["title"].endswith("｜通話録"), name
        assert outline["mains"] == 1, name
        assert headings.count(1) == 1, name
        assert headings[0] == 1, name
        assert all(later - one <= 1 for one, later in pairwise(headings)), name
        assert outline["nameless"] == [], name
        assert outline["wordless"] == [], name
    titles = {name: outline["title"] for name, outline in outlines.items() if name in {
        "live", "calls", "search", "found", "alarms", "phone", "content"}}  # fmt: skip
    assert len(set(titles.values())) == len(titles), titles
    assert titles["found"].startswith("2件見つかりました")


def test_the_page_of_a_call_reads_as_a_person_would_tell_it(desk: Desk, office_at_work: CallId) -> None:
    desk.sign_in("kanri")
    page = open_content(desk, office_at_work)

    expect(page.locator("body")).to_match_aria_snapshot("""
      - link "本文へ移動"
      - banner:
        - link "通話録"
        - button "ログアウト"
        - navigation "主なメニュー":
          - list "通話":
            - listitem:
              - link "通話中"
            - listitem:
              - link "通話一覧"
            - listitem:
              - link "通話を探す"
          - list "管理":
            - listitem:
              - link /警報 2 ?件の未確認/
      - status
      - main:
        - paragraph:
          - link "通話一覧へ戻る"
        - heading /の通話/ [level=1]
        - status
        - heading "録音" [level=2]
        - region "録音":
          - slider /録音の位置/
          - button "再生"
          - button /5秒 ?戻る/
          - button /5秒 ?進む/
          - text: /いまの位置/
          - button "この位置の言葉へ"
          - combobox "速さ"
          - slider "音量"
          - button /波形を ?広げる/
          - button /波形を ?縮める/
        - region /文字起こし/:
          - heading /文字起こし/ [level=2]
          - list /文字起こし/:
            - listitem:
              - button "00:00から聞く"
              - text: /^職員 お電話ありがとう/
            - listitem:
              - button "00:06から聞く"
              - text: /^相手 もしもし.*（聞き取り不確かな言葉があります）/
        - complementary "この通話について":
          - heading "通話のあらまし" [level=2]
          - heading "録音の保管" [level=2]
          - heading /印/ [level=2]
    """)


def test_the_place_in_a_recording_is_told_in_words_and_only_when_asked_for(
    desk: Desk, office_at_work: CallId
) -> None:
    desk.sign_in("kanri")
    page = open_content(desk, office_at_work)
    wave = in_tree(page, "slider", "録音の位置")
    assert wave["name"] == "録音の位置。全体は54秒。波形は、上が職員、下が相手"
    assert "左右の矢印キーで5秒" in wave["description"]
    assert (wave["valuemin"], wave["valuemax"]) == (0, 54)
    slider = page.get_by_role("slider", name="録音の位置")
    expect(slider).to_have_attribute("aria-valuetext", "0秒")

    page.evaluate(LISTEN)
    page.get_by_role("button", name="再生", exact=True).click()
    expect(page.locator("#place")).to_have_text(re.compile(r"00:(0[3-9]|[1-5]\d)"))
    while_playing = heard(page)
    page.get_by_role("button", name="停止", exact=True).click()
    # On a busy machine the hand comes a second late; what is told is where the sound stopped.
    wait_until(lambda: heard(page)[-1:] == [f"{slider.get_attribute('aria-valuenow')}秒"])

    assert while_playing == []
    assert int(slider.get_attribute("aria-valuenow") or 0) >= 3


def test_a_running_timer_is_silent_and_a_new_call_is_told_once(desk: Desk, office_at_work: CallId) -> None:
    office = desk.console.office
    desk.sign_in("kanri")
    page = desk.open("/live")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    page.evaluate(LISTEN)
    timer = page.locator(f"#timer-{'city-talking.0'.replace('.', chr(92) + '.')}")
    for _ in range(3):
        expect(timer).not_to_have_text(timer.text_content() or "")
    office.notify(CallId("city-talking.0"))  # something changed, and the number of calls did not
    fetched = _when_fetched(page, lambda: office.notify(CallId("city-ringing.0")))
    assert fetched == 200
    assert heard(page) == []

    call = office.call(
        "new",
        ended_at=None,
        outcome=None,
        phase="announcing",
        arrived_at=datetime.now(UTC),
        connected_at=None,
    )
    office.notify(call)
    expect(page.locator(".live-call")).to_have_count(3)

    wait_until(lambda: heard(page) != [])
    assert heard(page) == ["3件の電話がつながっています。"]


def _when_fetched(page: Page, act: Callable[[], None]) -> int:
    with page.expect_response(re.compile("/live/calls$")) as answer:
        act()
    return answer.value.status


def test_what_happens_to_a_call_is_told_once(desk: Desk, office_at_work: CallId) -> None:
    office = desk.console.office
    desk.sign_in("kanri")
    call = office.call("fresh")
    page = desk.open(f"/calls/{call}")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    page.evaluate(LISTEN)
    for _ in range(2):
        with page.expect_response(re.compile("/state")):
            office.notify(call)
    assert heard(page) == []

    office.record(call)
    office.notify(call)

    expect(page.locator("[role=status]", has_text="内容が新しくなりました")).to_be_visible()
    assert len(heard(page)) == 1


def test_a_changed_list_is_told(desk: Desk, office_at_work: CallId) -> None:
    desk.sign_in("kanri")
    page = desk.open("/calls")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    told = page.locator("main [role=status]")
    expect(told).to_be_attached()
    expect(told).to_have_attribute("role", "status")
    assert told.aria_snapshot() == "- status"

    desk.console.office.notify(desk.console.office.call("new"))

    expect(told).to_match_aria_snapshot("""
      - status:
        - paragraph:
          - text: 通話の状況が変わりました。
          - link "最新の一覧を表示する"
    """)


def test_a_sound_that_cannot_be_played_is_told_in_words(desk: Desk, office_at_work: CallId) -> None:
    desk.sign_in("kanri")
    desk.page.route("**/audio", lambda route: route.fulfill(status=503, body=""))
    page = open_content(desk, office_at_work)

    expect(page.get_by_role("alert")).to_contain_text("録音を再生できませんでした。録音は保管しています。")
    desk.complaints[:] = [said for said in desk.complaints if "status of 503" not in said]


def test_a_mistake_is_told_where_it_is(desk: Desk, office_at_work: CallId) -> None:
    desk.sign_in("kanri")
    page = desk.open("/search")
    page.locator("form[action='/search']").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="探す").click()

    expect(page).to_have_title(re.compile("^エラー："))
    expect(page.get_by_role("alert")).to_contain_text("2か所を直してください。")
    words = in_tree(page, "searchbox", "探す言葉")
    assert words["invalid"] == "true"
    assert "探す言葉を入れてください" in words["description"]
    assert desk.barriers() == []
    desk.complaints[:] = [said for said in desk.complaints if "status of 422" not in said]
