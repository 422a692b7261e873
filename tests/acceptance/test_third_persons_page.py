"""Third persons in a real browser: written down, their passages marked by a key, and asked."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.sync_api import expect

from core.actors import Role
from tests.acceptance.test_disclosures_page import take
from tests.fixtures_browser import Desk
from tests.redaction_scenes import transcribed

pytestmark = [pytest.mark.real, pytest.mark.browser]


def test_a_third_persons_passage_is_marked_by_a_key_and_their_opinion_asked(desk: Desk) -> None:
    office = desk.console.office
    recording = office.record(office.call("a"), seconds=6.0)
    transcribed(office, recording)
    office.account("kaiji", Role.RECORDS_OFFICER)
    desk.sign_in("kaiji")
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    page = desk.open("/disclosures")
    page.get_by_label("受付番号").fill("R8-12")
    page.get_by_label("受け付けた日").fill(today)
    page.get_by_label("請求した方の名前").fill("山田 花子")
    page.get_by_role("button", name="受け付ける").press("Enter")
    case = UUID(page.url.rsplit("/", 1)[1])
    page.locator("summary", has_text="第三者を加える").press("Enter")
    page.get_by_label("第三者の名前").fill("鈴木 次郎")
    page.get_by_label("第三者の送り先").fill("東町2")
    page.get_by_role("button", name="第三者を加える").press("Enter")
    expect(page.get_by_text("意見を聞いていません")).to_be_visible()

    desk.open(f"/records/{case}")
    page.get_by_role("button", name="探す", exact=True).click()
    page.get_by_role("button", name="請求に当たる録音とする").click()
    page.get_by_role("link", name=re.compile("録音と文字起こし")).click()
    page.get_by_role("button", name="開く").click()
    page.get_by_role("link", name="不開示部分を決める").click()
    expect(page.locator("body[data-ready=true]")).to_be_visible()
    page.get_by_role("option", name="鈴木さん").click()
    page.keyboard.press("t")
    marked = page.locator("#others .passage")
    expect(marked).to_contain_text("鈴木 次郎（相手の声）")
    expect(page.locator("#count")).to_have_text("0")
    page.keyboard.press("Control+z")
    expect(marked).to_have_count(0)
    page.keyboard.press("t")
    expect(marked).to_have_count(1)
    desk.picture("redaction-third-person")
    assert desk.barriers() == []

    page = desk.open(f"/disclosures/{case}")
    expect(page.get_by_text("開示される部分です")).to_be_visible()
    take(
        page, "第三者に意見を照会した", 照会した日=today, どの方に="鈴木 次郎", 意見書の期限="2027-01-15",
        照会しなければならない="いいえ",
    )  # fmt: skip
    expect(page.get_by_text("まで意見を待っています")).to_be_visible()
    expect(page.locator("summary", has_text="意見照会書を作る")).to_be_visible()
    desk.picture("disclosure-third-person")
    assert desk.barriers() == []
