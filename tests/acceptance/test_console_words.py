"""A supervisor asks for the words of a call that has none, with the keyboard alone, in a real browser."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from core.actors import Role
from tests.fixtures_browser import Desk
from transcription.progress import Progress, note

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_words_are_asked_for_by_keyboard_and_the_page_says_so(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    call = office.call("a")
    recording = office.record(call)
    with office.worker.begin() as connection:
        note(connection, recording, Progress.NOT_WANTED, datetime.now(UTC))
    desk.sign_in("kanri")
    page = desk.open(f"/calls/{call}")
    expect(page.get_by_text("文字起こしはしていません")).to_be_visible()
    barriers = desk.barriers()
    desk.picture("call-without-words")

    form = page.locator("#ask-words")
    form.get_by_role("radio", name="申出内容の事実確認").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page.get_by_text("文字起こしの順番を待っています")).to_be_visible()
    expect(page.locator("#ask-words")).to_have_count(0)
    assert barriers + desk.barriers() == []
    with office.worker.begin() as connection:
        note(connection, recording, Progress.FAILED, datetime.now(UTC), reason="memory")
    page.get_by_role("link", name="表示し直す").click()
    expect(page.get_by_text("文字起こしができませんでした")).to_be_visible()
    desk.picture("call-words-failed")
    assert desk.barriers() == []
