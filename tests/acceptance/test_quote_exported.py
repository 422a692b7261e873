"""A quote is written out in a real browser, and whoever is given the file checks it alone."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import expect

from core.clock import SystemClock
from core.ids import CallId
from incidents.quotes.log_path import fingerprint_of
from storage.access_log import Sealer
from storage.objects import ObjectStore
from storage.quote_heads import QuoteHeads
from storage.sender import Sender
from tests.console_pages import PURPOSE, open_content, quote_and_hear, tab_to
from tests.fixtures_browser import Desk

pytestmark = [pytest.mark.real, pytest.mark.browser]

CITY = Ed25519PrivateKey.from_private_bytes(b"c" * 32)
SHORT = (("hall", 1.0, 2.2, "保険年金課でございます。"), ("caller", 20.8, 22.0, "責任者を出してください。"))


@contextmanager
def worker(desk: Desk, place: Path) -> Generator[None]:
    """Do the worker's duties as it does, twice a second."""
    database, clock, over = desk.console.office.worker, SystemClock(), Event()
    sender = Sender(
        database=database,
        place=lambda: ObjectStore.at(place.as_uri()),
        key=CITY,
        clock=clock,
        instance="city",
    )
    duties: tuple[Callable[[], object], ...] = (Sealer(database, clock).run_once, QuoteHeads(sender).run_once)

    def work() -> None:
        while not over.wait(0.5):
            for duty in duties:
                duty()

    thread = Thread(target=work, name="duties")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def verify(file: Path, key: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runtime", "verify-quote", str(file), "--key", str(key)],
        capture_output=True, text=True, check=False, timeout=60,
        env={"PYTHONPATH": str(Path.cwd()), "LANG": "C.UTF-8"},
    )  # fmt: skip


def test_a_quote_is_written_out_checked_alone_and_refused_when_one_bit_is_another(
    desk: Desk, office_at_work: CallId, tmp_path: Path
) -> None:
    office = desk.console.office
    call = office.call("short", practice=True)
    office.transcribe(office.record(call, seconds=24.0, practice=True), SHORT)
    desk.sign_in("kanri")
    page = open_content(desk, call)
    quote_and_hear(page)

    page.get_by_role("link", name=re.compile("^紙に出す")).click()
    expect(page.get_by_role("heading", name="引用を書き出す")).to_be_visible()
    assert desk.barriers() == []
    desk.picture("quote-to-be-exported")
    page.get_by_role("radio", name=PURPOSE).focus()
    page.keyboard.press("Space")
    tab_to(page, "引用を書き出す")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="引用ファイルを作っています")).to_be_visible()
    assert desk.barriers() == []
    desk.picture("quote-export-waiting")
    with worker(desk, tmp_path):
        expect(page.get_by_role("heading", name="引用ファイルができました")).to_be_visible()
    expect(page.get_by_text(fingerprint_of(CITY.public_key()).hex())).to_be_visible()
    assert desk.barriers() == []
    desk.picture("quote-export-ready")
    tab_to(page, "引用ファイルを保存する")
    page.wait_for_load_state("networkidle")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    file, key = tmp_path / "given.tsuquote", tmp_path / "city.key"
    assert re.fullmatch(r"renshu-inyo-[0-9a-f-]{36}\.tsuquote", saved.value.suggested_filename)
    saved.value.save_as(file)
    key.write_text(CITY.public_key().public_bytes_raw().hex())

    whole = verify(file, key)
    changed = bytearray(file.read_bytes())
    changed[file.read_bytes().index("責任者".encode()) + 2] ^= 1
    file.write_bytes(changed)
    refused = verify(file, key)

    assert whole.returncode == 0, whole.stdout + whole.stderr
    for part in ("【練習】", "「責任者」", "話した人: 相手", "さくら市", "市が書き出したままです"):
        assert part in whole.stdout, part
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "市が書き出したままではありません" in refused.stdout
