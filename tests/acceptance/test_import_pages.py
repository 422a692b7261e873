"""録音機のファイル in a real browser: told, handed over, listened to, by keys and at 320 px."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.actors import Role
from core.ids import RecordingId
from incidents.imports.import_recording import ImportRecording
from telephony.capture.listening_copy import DeriveListeningCopy
from tests.console_pages import collisions, saved_by
from tests.fixtures_browser import Desk
from tests.office import HeardFacts, Office
from tests.recorder_files import recorded

pytestmark = [pytest.mark.real, pytest.mark.browser]


def work(office: Office) -> RecordingId:
    """Do what the worker does: import what waits, and make its copies."""
    with office.worker.begin() as connection:
        wanted = connection.exec_driver_sql("SELECT id FROM imports WHERE state = 'arrived'").scalar_one()
    ImportRecording(
        database=office.worker, announcer=office.facts, vault=office.worker_vault,
        intake=office.parts.intake, profile=office.parts.profile, clock=office.parts.clock,
    )(str(wanted))  # fmt: skip
    with office.worker.begin() as connection:
        recording = RecordingId(connection.exec_driver_sql("SELECT id FROM recordings").scalar_one())
    DeriveListeningCopy(database=office.worker, announcer=HeardFacts(), vault=office.worker_vault)(
        str(recording)
    )
    return recording


def test_a_recorder_s_file_is_told_of_handed_over_and_heard(desk: Desk) -> None:
    office = desk.console.office
    office.account("kanri", Role.SUPERVISOR)
    desk.sign_in("kanri")
    page = desk.open("/imports")
    assert desk.barriers() == []
    page.get_by_label("録音を始めた日時").fill("2026-11-20T10:15")
    page.get_by_label("推定").check()
    page.get_by_label("場所").fill("保険年金課の窓口3番")
    page.get_by_label("録音した職員").fill("保険 太郎")
    page.get_by_label("これまで持っていた人").fill("保険 太郎、庶務係")
    page.get_by_label("録音することを伝えた").check()
    desk.picture("import-told")
    page.get_by_role("button", name="次へ").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="録音のファイルを選ぶ")).to_be_visible()
    assert desk.barriers() == []
    desk.picture("import-file")
    sound = recorded("mp3", "libmp3lame", seconds=4.0, title="窓口")
    page.get_by_label("ファイル").set_input_files(
        {"name": "R_0012.MP3", "mimeType": "audio/mpeg", "buffer": sound}
    )
    page.get_by_role("button", name="取り込む").click()
    expect(page.get_by_text("ファイルを受け取り、読み取っています")).to_be_visible()
    recording = work(office)
    office.transcribe(recording, (("room", 0.5, 3.5, "明細を今すぐ出してください。"),))
    page.get_by_role("link", name="この録音のページを開き直す").click()
    page.get_by_label("内容の確認").check() if page.get_by_label("内容の確認").count() else page.locator(
        "#purpose input[type=radio]"
    ).first.check()
    page.get_by_role("button", name="開く", exact=True).click()
    expect(page.locator("body[data-ready=true]")).to_be_attached()
    expect(page.locator(".transcript")).to_contain_text("不明")
    expect(page.get_by_text("R_0012.MP3")).to_be_visible()
    assert desk.barriers() == []
    desk.picture("import-open")
    saved = saved_by(page, page.get_by_role("button", name="元のファイルを取り出す"))
    assert saved.path().read_bytes() == sound
    assert saved.suggested_filename == f"original-{recording}.bin"
    page.set_viewport_size({"width": 320, "height": 768})
    page.get_by_role("button", name="元のファイルを取り出す").scroll_into_view_if_needed()
    assert desk.barriers() + collisions(page) == []
    desk.picture("import-original-320")
