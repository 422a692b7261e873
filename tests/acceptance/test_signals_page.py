"""兆候 in a real browser: read without barriers, worked off by keyboard, with the place in the call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from core.actors import Role
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
            kind=kind.value, urgent=kind.urgent, rule="bujoku", version="phrases-1.0a1b2c3d",
            value={"calls": 5, "minutes": 48}, limit={"calls": 5, "days": 7}, utterances=(1,), seconds=20.5,
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
