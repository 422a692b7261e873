"""開示デスク in a real browser: a request from its receipt to its decision, by keys, at 320 px too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from core.actors import Role
from tests.fixtures_browser import Desk
from tests.word_file import words_of

pytestmark = [pytest.mark.real, pytest.mark.browser]


def take(page: Page, title: str, **fields: str) -> None:
    """Open a step, fill its fields by label, and press its button."""
    step = page.locator("details", has=page.locator("summary", has_text=title)).first
    if step.get_attribute("open") is None:
        step.locator("summary").press("Enter")
    for label, words in fields.items():
        field = step.get_by_label(label)
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(label=words)
        elif field.get_attribute("type") == "checkbox":
            field.check()
        else:
            field.fill(words)
    step.get_by_role("button", name=title).press("Enter")


def test_a_request_is_led_to_its_decision_and_the_page_says_what_is_late(desk: Desk) -> None:
    desk.console.office.account("kaiji", Role.RECORDS_OFFICER)
    desk.sign_in("kaiji")
    page = desk.open("/disclosures")
    assert desk.barriers() == []
    page.get_by_label("受付番号").fill("R8-12")
    page.get_by_label("受け付けた日").fill("2026-09-01")
    page.get_by_label("請求した方の名前").fill("山田 花子")
    page.get_by_role("button", name="受け付ける").press("Enter")
    expect(page.get_by_text("日過ぎています。すぐに決定してください")).to_be_visible()
    expect(page.get_by_text("2026年10月1日(木)").first).to_be_visible()
    desk.picture("disclosure-late")
    assert desk.barriers() == []

    take(page, "決定した", **{
        "決定の日": "2026-10-05", "決定 必須": "部分の開示", "決裁番号": "8情第3号",
        "決定した者": "さくら市長", "理由": "第78条第1項第2号", "不服の申立て": "",
    })  # fmt: skip
    expect(page.get_by_text("請求した方が本人かどうかが、まだ確かめられていません")).to_be_visible()
    page.go_back()
    page.reload()
    take(page, "本人を確かめた", 確かめた日="2026-09-02", 確かめた書類="運転免許証")
    take(page, "決定した", **{
        "決定の日": "2026-10-05", "決定 必須": "部分の開示", "決裁番号": "8情第3号",
        "決定した者": "さくら市長", "理由": "第78条第1項第2号", "不服の申立て": "",
    })  # fmt: skip
    expect(page.get_by_text("決定しました")).to_be_visible()
    letter = page.locator("details", has=page.locator("summary", has_text="部分開示決定通知書を作る"))
    letter.locator("summary").press("Enter")
    letter.get_by_label("請求の対象").fill("9月1日の電話の録音")
    desk.picture("disclosure-decided")
    assert desk.barriers() == []
    with page.expect_download() as taken:
        letter.get_by_role("button", name="部分開示決定通知書を作る").press("Enter")
    assert taken.value.suggested_filename == "部分開示決定通知書.docx"
    words = words_of(taken.value.path().read_bytes())
    assert "山田 花子 様" in words
    assert "9月1日の電話の録音" in words
    page = desk.open("/disclosures")
    expect(page.get_by_role("heading", name="R8-12")).to_be_visible()
    desk.picture("disclosures")
    assert desk.barriers() == []
    desk.complaints[:] = [said for said in desk.complaints if "status of 409" not in said]
