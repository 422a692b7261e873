"""兆候 in a real browser: read without barriers, worked off by keyboard, with the place in the call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from core.actors import Role
from core.ids import CallId, recording_id_of
from incidents.signals.signal import Kind
from storage.signals import FoundSignal, keep_signals
from tests.fixtures_browser import Desk
from tests.office import HOKEN

pytestmark = [pytest.mark.real, pytest.mark.browser]


def lay_down(desk: Desk, *kinds: Kind) -> None:
    office = desk.console.office
    call = office.call("mita")
    recording = office.record(call)
    found = [
        FoundSignal(
            kind=kind.value, urgent=kind.urgent, rule="bujoku", version="phrases-2.0a1b2c3d",
            value={"calls": 5, "minutes": 48}, limit={"calls": 5, "days": 7}, utterances=(), seconds=20.5,
        )
        for kind in kinds
    ]  # fmt: skip
    with office.worker.begin() as connection:
        keep_signals(connection, call, recording, HOKEN, found, datetime.now(UTC) - timedelta(minutes=1))


def test_a_supervisor_looks_at_signals_without_a_mouse(desk: Desk) -> None:
    desk.console.office.account("kanri", Role.SUPERVISOR)
    lay_down(desk, Kind.ABUSE, Kind.LIFE, Kind.DANGER, Kind.REPEAT_DEPARTMENT)
    desk.sign_in("kanri")
    page = desk.open("/signals")
    desk.picture("signals")
    assert desk.barriers() == []
    heads = page.locator("main h2")
    expect(heads).to_have_count(4)
    expect(heads.nth(0)).to_contain_text("110番")
    expect(heads.nth(1)).to_contain_text("命の相談")

    abuse = page.locator("li.card", has_text="言葉：暴言型")
    expect(abuse.get_by_role("link", name="00:20 を確かめに行く")).to_have_attribute(
        "href", "/calls/city-mita.0#t=20.5"
    )
    abuse.get_by_label("対応しない理由").fill("正当な申出だった")
    page.keyboard.press("Enter")
    expect(abuse).to_have_count(0)
    repeat = page.locator("li.card", has_text="繰り返し")
    repeat.get_by_role("button", name="確かめる").focus()
    page.keyboard.press("Enter")
    expect(repeat).to_have_count(0)
    expect(heads).to_have_count(2)


def test_a_threat_has_its_sheet_on_every_page_and_the_sheet_tells_what_the_police_ask(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    lay_down(desk, Kind.DANGER, Kind.REPEAT_DEPARTMENT)
    office.transcribe(recording_id_of(CallId("city-mita.0")))
    earlier = datetime.now(UTC) - timedelta(hours=3)
    before = office.call(
        "mae", arrived_at=earlier, connected_at=earlier, ended_at=earlier + timedelta(minutes=3)
    )
    office.transcribe(office.record(before))
    desk.sign_in("kanri")
    page = desk.open("/calls")
    page.locator("#help-waiting").get_by_role("link", name="110番の案内を開く").click()
    expect(page.locator("h1")).to_contain_text("110番の案内")
    expect(page.get_by_text("明細を今すぐ出せ")).to_have_count(0)
    page.get_by_role("button", name="言葉を開く（緊急）").click()
    expect(page.locator("li.meant")).to_contain_text("番号なんかどうでもいいだろう。明細を今すぐ出せ。")
    page.locator("li.meant").get_by_role("button", name="聞く").click()
    expect(page.locator("#sheet-told")).to_contain_text("終わりまで聞きました", timeout=15_000)
    page.get_by_label("通報した職員").fill("保険課長")
    page.get_by_label("相手から言われたこと").fill("受理番号12。署員が来る")
    page.get_by_role("button", name="書き残す").click()
    expect(page.locator("#reports + ul")).to_contain_text("受理番号12")
    desk.picture("danger-sheet")
    assert desk.barriers() == []
    page.emulate_media(media="print")
    desk.picture("danger-sheet-print")
    expect(page.get_by_label("通報した職員")).not_to_be_visible()
    page.emulate_media(media="screen")

    desk.open("/signals")
    page.locator("li.card", has_text="繰り返し").get_by_role("link", name="用件を見比べる").click()
    page.get_by_role("link", name="の通話を開きに行く").click()
    page.get_by_role("radio", name="申出内容の事実確認").check()
    page.get_by_role("button", name="開く", exact=True).click()
    expect(page.get_by_text("明細を今すぐ出せ").first).to_be_visible()
    page.go_back()
    page.go_back()
    page.reload()
    expect(page.locator("mark.alike").first).to_be_visible()
    desk.picture("alike-calls")
    assert desk.barriers() == []
