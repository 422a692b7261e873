"""A request in a real browser, from 仮受付 to a bundle that its receiver checks; and one that is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from core.actors import Role
from core.facts import BundleWanted
from disclosure.bundle.checking import check_bundle
from storage.access_heads import signing_key
from telephony.sound.audio_files import SAMPLE_RATE
from tests.acceptance.test_disclosures_page import take
from tests.bundle_maker import bundle_work
from tests.fixtures_browser import Desk
from tests.redaction_scenes import Said, transcribed
from transcription.utterance import Track

pytestmark = [pytest.mark.real, pytest.mark.browser]

NOW = datetime.now(UTC)
TODAY = f"{NOW:%Y-%m-%d}"
THIRD: Said = (
    (Track.CALLER, (("隣の", 0.3, 0.6), ("鈴木さん", 0.7, 1.2), ("が", 1.3, 1.4))),
    (Track.HALL, (("鈴木様", 1.8, 2.3), ("ですね", 2.4, 2.8))),
    (Track.CALLER, (("電話は", 3.1, 3.4), ("0312349876", 3.5, 4.4), ("です", 4.5, 4.7))),
    (Track.HALL, (("復唱します", 5.0, 5.4), ("0312349876", 5.5, 6.4))),
    (Track.CALLER, (("東町2の3", 6.8, 7.4), ("です", 7.5, 7.7))),
)
"""A third person's name, number and address, on both sides."""
LEFT_OUT = ("鈴木さん", "鈴木様", "0312349876", "0312349876", "東町2の3")
PARTIAL = {
    "決定の日": TODAY, "決定 必須": "部分の開示", "決裁番号": "8情第3号", "決定した者": "さくら市長",
    "理由": "第78条第1項第2号", "不服の申立て": "",
}  # fmt: skip


def rustle(seconds: float) -> NDArray[np.int16]:
    """Sound that is like itself nowhere else: what is masked must not be found beside its passage."""
    samples = np.random.default_rng(7).normal(0, 2000, (round(seconds * SAMPLE_RATE), 2))
    return samples.astype(np.int16)


def received(desk: Desk, number: str) -> Page:
    """Receive the request for which something is held already."""
    page = desk.open("/disclosures")
    page.get_by_label("仮受付したもの").select_option(index=1)
    page.get_by_label("受付番号").fill(number)
    page.get_by_label("受け付けた日").fill(TODAY)
    page.get_by_label("請求した方の名前").fill("山田 花子")
    page.get_by_role("button", name="受け付ける").press("Enter")
    take(page, "本人を確かめた", 確かめた日=TODAY, 確かめた書類="運転免許証")
    return page


def held(desk: Desk) -> Page:
    """Hold at once what a request may concern, before its form is complete."""
    page = desk.open("/disclosures")
    page.get_by_label("この日から").fill(f"{NOW - timedelta(days=2):%Y-%m-%d}")
    page.get_by_label("この日まで").fill(f"{NOW + timedelta(days=1):%Y-%m-%d}")
    page.get_by_label("相手の電話番号").fill("03-1234-5678")
    page.get_by_role("button", name="保全する").press("Enter")
    expect(page).to_have_url(re.compile("/records/"))
    return page


def opened(page: Page) -> None:
    """Open the recording in this session, and go to the editor."""
    page.get_by_role("link", name=re.compile("録音と文字起こし")).click()
    page.get_by_role("button", name="開く", exact=True).click()
    page.get_by_role("link", name="不開示部分を決める").click()
    expect(page.locator("body[data-ready=true]")).to_be_visible()


def heard(page: Page, who: str) -> None:
    """Hear everything as it will be released, twice as fast."""
    page.get_by_role("link", name="交付イメージ").click()
    expect(page.get_by_role("button", name="まだ聞いていない所へ")).to_be_visible()
    page.locator("#sound").evaluate("one => { one.playbackRate = 2 }")
    page.get_by_role("button", name="まだ聞いていない所へ").click()
    expect(page.locator(who)).to_contain_text("✓")


def test_a_request_is_answered_from_the_hold_to_a_bundle_that_its_receiver_checks(
    desk: Desk, tmp_path: Path
) -> None:
    office = desk.console.office
    transcribed(office, office.record(office.call("a"), sound=rustle(8.0)), THIRD)
    office.account("kaiji", Role.RECORDS_OFFICER)
    office.account("futari", Role.RECORDS_OFFICER)
    desk.sign_in("kaiji")
    held(desk)
    page = received(desk, "R8-12")
    desk_of_request = page.url
    page.get_by_role("link", name="この請求で、録音を探す・開く").click()
    files = page.url

    expect(page.get_by_role("button", name=re.compile("請求に当たる録音とする"))).to_be_visible()
    page.get_by_role("button", name=re.compile("請求に当たる録音とする")).press("Enter")
    opened(page)
    page.get_by_label("理由", exact=True).select_option(label="第2号 ほかの個人の情報")
    expect(page.locator("#offer")).to_contain_text(f"{len(LEFT_OUT)}件あります")
    desk.picture("redaction-offers")
    for left in range(len(LEFT_OUT)):
        page.keyboard.press("n")
        page.keyboard.press("a")
        expect(page.locator("#count")).to_have_text(str(left + 1))
    expect(page.locator("#offer")).to_have_text("ありません。")
    for words in LEFT_OUT:
        expect(page.get_by_role("option", name=f"{words}（不開示）").first).to_be_visible()
    expect(page.locator("#groundless")).to_be_hidden()
    heard(page, "#heard-maker")
    page.get_by_role("button", name="ログアウト").click()

    desk.sign_in("futari")
    page.goto(files)
    opened(page)
    heard(page, "#heard-second")
    page.goto(desk_of_request)
    take(page, "決定した", **PARTIAL)
    expect(page.get_by_text("決定しました")).to_be_visible()

    made(desk, tmp_path)
    taken_and_shown(desk, tmp_path)
    page.goto(desk_of_request)
    take(page, "通知が届いた", 届いた日=TODAY)
    take(page, "開示の方法が選ばれた", 申出の日=TODAY, 方法="電磁的記録の交付と聴取")
    take(page, "実施した", 実施した日=TODAY, 方法="電磁的記録の交付と聴取", 受け取った費用="100")
    expect(page.get_by_text("100円").first).to_be_visible()
    desk.picture("disclosure-done")
    assert desk.barriers() == []


def made(desk: Desk, folder: Path) -> None:
    """Ask for the bundle, and do the worker's part while the page waits."""
    page, office = desk.page, desk.console.office
    page.get_by_role("link", name="交付用のファイル").click()
    assert desk.barriers() == []
    page.get_by_role("button", name="交付用を作る").press("Enter")
    expect(page.get_by_text("順番を待っています")).to_be_visible()
    desk.picture("bundles-waiting")
    (wanted,) = [one.bundle for one in office.facts.facts if isinstance(one, BundleWanted)]
    bundle_work(office, folder / "making")(str(wanted))
    expect(page.get_by_text("交付できます")).to_be_visible()  # by itself
    desk.picture("bundles")
    assert desk.barriers() == []


def taken_and_shown(desk: Desk, folder: Path) -> None:
    """Take the file and the password, check them as the receiver does, and show the bundle in the hall."""
    page = desk.page
    with page.expect_download() as coming:
        page.get_by_role("button", name=re.compile("ファイルを取り出す")).press("Enter")
    file = folder / "received.zip"
    coming.value.save_as(file)
    page.get_by_role("button", name=re.compile("パスワードを表示する")).press("Enter")
    password = page.locator(".notice strong").inner_text()
    desk.picture("bundles-password")
    told = check_bundle(file, password, signing_key(desk.console.office.keys).public_key())
    assert told.manifest.receipt == "R8-12"

    page.get_by_role("button", name=re.compile("この画面で見せる")).press("Enter")
    expect(page.get_by_role("heading", name="開示する録音と文書")).to_be_visible()
    page.locator("audio").evaluate("one => one.play()")
    expect(page.locator("audio")).to_have_js_property("paused", value=False)
    desk.picture("viewing")
    assert desk.barriers() == []
    page.get_by_role("link", name="終わる（職員）").click()


def test_a_request_that_is_refused_is_led_to_the_ruling_on_it(desk: Desk) -> None:
    office = desk.console.office
    office.record(office.call("a"), seconds=4.0)
    office.account("kaiji", Role.RECORDS_OFFICER)
    desk.sign_in("kaiji")
    held(desk)
    page = received(desk, "R8-13")
    desk_of_request = page.url
    page.get_by_role("link", name="この請求で、録音を探す・開く").click()
    page.get_by_text("請求に当たらない").first.press("Enter")
    reason = page.get_by_label(re.compile("理由")).first
    reason.fill("日が違う通話")
    page.get_by_role("button", name=re.compile("外す")).first.press("Enter")
    page.goto(desk_of_request)

    take(page, "決定した", **{**PARTIAL, "決定 必須": "存否応答拒否", "理由": "第81条"})
    expect(page.get_by_text("決定しました")).to_be_visible()
    page.get_by_role("link", name="交付用のファイル").click()
    page.get_by_role("button", name="交付用を作る").press("Enter")
    expect(page.get_by_text("請求に当たる録音がありません")).to_be_visible()
    page.goto(desk_of_request)
    take(page, "通知が届いた", 届いた日=TODAY)
    take(page, "審査請求があった", 請求の日=TODAY)
    take(page, "審査会に諮問した", 諮問の日=TODAY)
    take(page, "答申があった", 答申の日=TODAY)
    take(page, "裁決した", **{"裁決の日": TODAY, "裁決 必須": "棄却（決定のまま）", "裁決の番号": "8審第1号"})
    expect(page.get_by_text("裁決した").first).to_be_visible()
    desk.picture("disclosure-ruled")
    assert desk.barriers() == []
    desk.complaints[:] = [said for said in desk.complaints if "status of 409" not in said]
