"""What people see and do: every page in a real browser, by mouse and by keyboard, at two widths."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from core.ids import CallId
from tests.fixtures_browser import Desk
from tests.office import PASSWORD, UNSURE

pytestmark = [pytest.mark.real, pytest.mark.browser]


def open_content(desk: Desk, call: CallId) -> Page:
    page = desk.open(f"/calls/{call}")
    page.get_by_role("radio", name="申出内容の事実確認").check()
    page.get_by_role("button", name="開く", exact=True).click()
    expect(page.locator("body")).to_have_attribute("data-ready", "true")
    return page


def second_of(page: Page) -> float:
    return page.evaluate("document.getElementById('sound').currentTime")


def search(page: Page, words: str) -> None:
    page.get_by_label("探す言葉").fill(words)
    page.get_by_role("radio", name="申出内容の事実確認").check()
    page.get_by_role("button", name="探す").click()
    expect(page).to_have_url(re.compile("/search/[0-9a-f-]{36}$"))


PAGES = (
    "live",
    "calls",
    "search",
    "alarms",
    "phone",
    "calls/city-closed.0",
    "calls/city-talking.0",
    "calls/none",
)


def test_every_page_of_a_supervisor_reads_without_barriers_at_two_widths(
    desk: Desk, office_at_work: CallId
) -> None:
    desk.open("/sign-in")
    desk.picture("sign-in")
    barriers = {"sign-in": desk.barriers()}
    desk.sign_in("kanri")
    for name in PAGES:
        desk.open(f"/{name}")
        barriers[name] = desk.barriers()
        desk.picture(name.replace("/", "-"))
    desk.open(f"/calls/{office_at_work}")
    barriers["purpose"] = desk.barriers()
    desk.picture("call-purpose")
    page = open_content(desk, office_at_work)
    page.get_by_text("閲覧記録").click()
    barriers["call"] = desk.barriers()
    desk.picture("call-content")
    open_content(desk, CallId("city-odd.0"))
    barriers["odd"] = desk.barriers()
    desk.picture("call-odd")
    search(desk.open("/search"), "責任者")
    barriers["found"] = desk.barriers()
    desk.picture("search-found")
    search(desk.open("/search"), "見つからない言葉")
    barriers["none"] = desk.barriers()
    desk.picture("search-none")
    # "none" answers 404, and Chromium says so on its console; every other word would be a fault.
    desk.complaints[:] = [said for said in desk.complaints if "status of 404" not in said]

    assert {name: found for name, found in barriers.items() if found} == {}


def test_the_administrators_pages_read_without_barriers(desk: Desk, office_at_work: CallId) -> None:
    desk.sign_in("kikai")
    page = desk.open("/accounts")
    expect(page.get_by_role("cell", name="kanri", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="通話一覧")).to_have_count(0)
    desk.picture("accounts")

    assert desk.barriers() == []


def test_a_wrong_password_is_answered_in_words_and_the_right_one_opens(
    desk: Desk, office_at_work: CallId
) -> None:
    page = desk.open("/calls")
    page.get_by_label("ログイン名").fill("sato")
    page.get_by_label("パスワード").fill("違います")
    page.get_by_role("button", name="ログイン").click()
    expect(page.get_by_role("alert")).to_contain_text("ログインできませんでした")
    desk.picture("sign-in-refused")
    barriers = desk.barriers()

    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    page.get_by_role("radio", name="保険年金課 1番").check()
    page.get_by_role("button", name="この席で始める").click()

    expect(page.get_by_role("heading", name="通話一覧")).to_be_visible()
    expect(page.get_by_role("link", name="保険年金課 1番")).to_be_visible()
    desk.complaints[:] = [said for said in desk.complaints if "status of 401" not in said]
    assert barriers == []


def test_a_call_appears_and_disappears_by_itself(desk: Desk, office_at_work: CallId) -> None:
    office = desk.console.office
    desk.sign_in("sato", phone="保険年金課 1番")
    page = desk.open("/live")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    clock = page.locator("time").first
    expect(page.locator(".live-call")).to_have_count(1)
    before = clock.text_content() or ""
    expect(clock).not_to_have_text(before)

    now = datetime.now(UTC)
    call = office.call(
        "new", ended_at=None, outcome=None, phase="announcing", arrived_at=now, connected_at=None
    )
    office.notify(call)
    expect(page.locator(".live-call")).to_have_count(2)
    expect(page.locator(".live-call.own")).to_have_count(2)
    expect(page.get_by_text("録音の案内中")).to_be_visible()

    office.write("UPDATE calls SET ended_at = now(), phase = 'ended' WHERE id = :call", {"call": call})
    office.notify(call)
    expect(page.locator(".live-call")).to_have_count(1)
    ended = page.get_by_role("region", name="さきほど終わった通話").get_by_role("listitem")
    expect(ended).to_have_count(1)
    assert desk.barriers() == []
    desk.picture("live-ended")
    ended.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/calls/{call}$"))


def test_a_lost_connection_is_told_and_mended(desk: Desk, office_at_work: CallId) -> None:
    desk.sign_in("sato")
    page = desk.open("/live")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")

    desk.console.stop()
    expect(page.locator("#connection")).to_contain_text("通信が切れました。録音は続いています。")
    desk.picture("live-lost")
    barriers = desk.barriers()
    desk.console.start()

    expect(page.locator("body")).to_have_attribute("data-connection", "ok", timeout=15_000)
    expect(page.locator("#connection")).to_have_text("つながりました。")
    now = datetime.now(UTC)
    call = desk.console.office.call("after", ended_at=None, outcome=None, phase="talking", arrived_at=now)
    desk.console.office.notify(call)
    expect(page.locator(".live-call")).to_have_count(2)
    desk.complaints[:] = [said for said in desk.complaints if "WebSocket connection" not in said]
    assert barriers == []


def test_the_list_says_that_something_changed_and_does_not_move(desk: Desk, office_at_work: CallId) -> None:
    desk.sign_in("sato")
    page = desk.open("/calls")
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    rows = page.locator("tbody tr").count()

    desk.console.office.notify(desk.console.office.call("new"))

    expect(page.get_by_text("通話の状況が変わりました")).to_be_visible()
    assert page.locator("tbody tr").count() == rows
    page.get_by_role("link", name="最新の一覧を表示する").click()
    expect(page.locator("tbody tr")).to_have_count(rows + 1)


def test_the_page_of_a_call_says_when_its_recording_is_ready(desk: Desk, office_at_work: CallId) -> None:
    office = desk.console.office
    desk.sign_in("kanri")
    call = office.call("fresh")
    page = desk.open(f"/calls/{call}")
    expect(page.get_by_text("録音を取り込んでいます")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")

    office.record(call)
    office.notify(call)

    page.get_by_role("link", name="表示し直す").click()
    expect(page.get_by_role("button", name="開く", exact=True)).to_be_visible()
    expect(page.get_by_text("文字起こしの順番を待っています")).to_be_visible()


def test_the_player_plays_a_range_and_the_transcript_follows(desk: Desk, office_at_work: CallId) -> None:
    answers: list[int] = []
    desk.page.on("response", lambda one: answers.append(one.status) if "/audio" in one.url else None)
    desk.sign_in("kanri")
    page = open_content(desk, office_at_work)
    line = page.get_by_role("listitem").filter(has_text="番号なんかどうでもいいだろう")

    line.click()

    expect(line).to_have_attribute("aria-current", "true")
    expect(page.locator("#place")).to_have_text(re.compile(r"00:2\d"))
    page.locator("#sound").evaluate("sound => sound.pause()")
    assert second_of(page) > 20.5
    assert set(answers) == {206}
    assert page.locator("#sound").evaluate("sound => sound.error") is None
    assert len(desk.console.office.knocks()) == 2


def test_the_transcript_shows_who_spoke_and_what_is_uncertain(desk: Desk, office_at_work: CallId) -> None:
    desk.sign_in("kanri")

    page = open_content(desk, office_at_work)

    lines = page.locator("#transcript li")
    expect(lines).to_have_count(8)
    expect(lines.nth(0)).to_contain_text("◀ 職員")
    expect(lines.nth(1)).to_contain_text("▶ 相手")
    unsure = page.locator("#transcript .unsure")
    expect(unsure).to_have_text([UNSURE])
    # By shape, for whoever tells no colours apart.
    expect(unsure).to_have_css("text-decoration-line", "underline")
    expect(unsure).to_have_css("text-decoration-style", "wavy")
    expect(page.locator("#words-state")).to_have_text("未確認")
    expect(page.locator("#transcript .check-this")).to_have_text(["未確認"] * 8)


def test_the_player_is_led_by_keys_alone(desk: Desk, office_at_work: CallId) -> None:
    desk.sign_in("kanri")
    page = open_content(desk, office_at_work)
    slider = page.get_by_role("slider", name="録音の位置")
    slider.focus()

    for key, place in (
        ("ArrowRight", "5秒"), ("ArrowRight", "10秒"), ("ArrowLeft", "5秒"), ("PageDown", "53秒"),
        ("Home", "0秒"), ("End", "53秒"), ("PageUp", "0秒"),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(slider).to_have_attribute("aria-valuetext", place)

    page.get_by_role("button", name="00:20から聞く").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#transcript li[aria-current]")).to_contain_text("番号なんか")
    page.locator("#marks button").focus()
    page.keyboard.press("Enter")
    # Back from second 20 to the mark at 10. It plays on while a busy machine looks for it.
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^1\d秒$"))


def test_a_word_of_two_letters_finds_the_call_and_leads_to_its_place(
    desk: Desk, office_at_work: CallId
) -> None:
    desk.sign_in("kanri")
    page = desk.open("/search")
    search(page, "明細")
    expect(page.locator("mark")).to_have_text(["明細", "明細"])

    page.get_by_role("link", name="00:20").click()
    page.get_by_role("radio", name="カスタマーハラスメントの判断").check()
    page.get_by_role("button", name="開く", exact=True).click()

    expect(page.locator("body")).to_have_attribute("data-ready", "true")
    expect(page.locator("#transcript li[aria-current]")).to_contain_text("明細を今すぐ出せ")


def test_a_supervisor_opens_an_unannounced_call_with_a_reason(desk: Desk, office_at_work: CallId) -> None:
    desk.sign_in("kanri")
    page = desk.open("/calls/city-closed.0")
    page.get_by_label("利用を許可する理由").fill("申出の内容を確かめるため")

    page.get_by_role("button", name="利用を許可する").click()

    expect(page.get_by_role("button", name="開く", exact=True)).to_be_visible()
    expect(page.get_by_text("「申出の内容を確かめるため」")).to_be_visible()
