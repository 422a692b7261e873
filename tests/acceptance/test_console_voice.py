"""The hints of the voices under the waveform: drawn on its scale, said in words, a way to the place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.ids import CallId
from tests.console_pages import open_content
from tests.fixtures_browser import Desk

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_hints_of_the_voices_lead_to_where_to_listen(desk: Desk, office_at_work: CallId) -> None:
    desk.sign_in("kanri")
    page = open_content(desk, office_at_work)
    expect(page.locator("body")).to_have_attribute("data-ready", "true")
    hints = page.get_by_role("region", name="声の手がかり")

    expect(hints).to_contain_text("迷惑行為かどうかを決めるものではありません")
    hints.get_by_text("場所と数値を言葉で見る").click()
    expect(hints).to_contain_text("−24.3 dBFS（話し始めの20秒は −27.5 dBFS）")
    expect(hints).to_contain_text("00:30から8秒")
    expect(hints).to_contain_text("相手 42%、職員 30%")
    loud = hints.get_by_role("button", name="00:30")
    loud.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#place")).to_have_text(re.compile(r"00:3\d"))

    drawing = page.locator("#voice-drawing")
    assert drawing.get_attribute("viewBox") == "0 0 54.0 56"
    page.locator("#closer").click()
    start, _, width, _ = (float(part) for part in str(drawing.get_attribute("viewBox")).split())
    assert width == pytest.approx(27)
    assert start == pytest.approx(16.5, abs=0.2)
    assert desk.barriers() == []
    desk.picture("call-voice")


def test_a_recording_that_was_not_measured_shows_no_empty_frame(desk: Desk, office_at_work: CallId) -> None:
    del office_at_work
    desk.sign_in("kanri")
    page = open_content(desk, CallId("city-odd.0"))

    expect(page.get_by_role("heading", name="録音", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="声の手がかり")).to_have_count(0)
