"""録れていない電話 in a real browser: read without barriers, worked off by keyboard, asked for anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from core.actors import Role
from core.facts import ComparisonWanted
from telephony.unrecorded.unrecorded_reason import SENTENCES, Reason
from tests.fixtures_browser import Desk
from tests.office import HOKEN

pytestmark = [pytest.mark.real, pytest.mark.browser]


@pytest.fixture
def doubts(desk: Desk) -> None:
    """One doubt of each kind in the department, and one of a practice call."""
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    office.account("kikai", Role.ADMINISTRATOR, departments=())
    call = office.call("kieta")
    with office.worker.begin() as connection:
        for number, reason in enumerate(Reason):
            connection.execute(
                text(
                    "INSERT INTO recording_doubts"
                    " (subject, reason, line, department, practice, at, detail, found_at)"
                    " VALUES (:subject, :reason, 'kokuho', :department, :practice, :at,"
                    " '{\"recorded\": 61.0, \"expected\": 185.0}', now())"
                ),
                {
                    "subject": call if number == 0 else f"city-{number}.1", "reason": reason.value,
                    "department": HOKEN, "practice": reason is Reason.SILENT,
                    "at": datetime.now(UTC) - timedelta(hours=number + 1),
                },
            )  # fmt: skip


@pytest.mark.usefixtures("doubts")
def test_a_supervisor_works_the_list_off_without_a_mouse(desk: Desk) -> None:
    desk.sign_in("kanri")
    page = desk.open("/unrecorded")
    desk.picture("unrecorded")
    assert desk.barriers() == []
    page.get_by_role("button", name="見た：相手が話さなかった").first.focus()
    page.keyboard.press("Enter")
    done = page.locator("li", has_text=SENTENCES[Reason.MISSING])
    expect(done).to_contain_text("相手が話さなかった")
    expect(done).to_contain_text("さくら 市子（kanri）")
    page.get_by_label("ほかの理由").first.fill("回線の工事のため")
    page.keyboard.press("Enter")
    expect(page.locator("li", has_text="回線の工事のため")).to_be_visible()
    page.get_by_role("button", name="今すぐ照合する").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="照合を頼みました")).to_be_visible()

    assert desk.console.office.facts.facts == [ComparisonWanted()]


@pytest.mark.usefixtures("doubts")
def test_an_administrator_reads_the_counts_without_barriers(desk: Desk) -> None:
    desk.sign_in("kikai")
    page = desk.open("/unrecorded")
    desk.picture("unrecorded-counts")

    assert desk.barriers() == []
    expect(page.get_by_role("table")).to_contain_text(SENTENCES[Reason.MISSING])
    expect(page.locator("main")).not_to_contain_text("この通話を見る")
