"""A person's real Chromium at a desk of the town hall; it complains to no one."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.office import PASSWORD
from tests.watched_page import watched_page

if TYPE_CHECKING:  # pytest loads the rooms' fixtures itself, and wants to be the first to
    from tests.fixtures_console import Console

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=ja-JP",
    # A glide of half a second that something interrupts ends anywhere: a test asks where it ended.
    "--disable-smooth-scrolling",
]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Generator[Browser]:
    """A real Chromium. Ended with the module, so that its event loop meets no asynchronous test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        expect.set_options(timeout=30_000)
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A person's browser at a desk of the town hall."""

    console: Console
    context: BrowserContext
    page: Page
    complaints: list[str]

    def open(self, path: str) -> Page:
        """Open a page of the console."""
        self.page.goto(self.console.url + path)
        return self.page

    def sign_in(self, login: str, phone: str | None = None) -> None:
        """Sign in and sit down at a phone."""
        self.open("/sign-in")
        self.page.get_by_label("ログイン名").fill(login)
        self.page.get_by_label("パスワード").fill(PASSWORD)
        self.page.get_by_role("button", name="ログイン").click()
        expect(self.page).not_to_have_url(re.compile("/sign-in"))
        if "/phone" in self.page.url:
            self.page.get_by_role("radio", name=phone or "電話機は使わない").check()
            self.page.get_by_role("button", name="この席で始める").click()
            expect(self.page).not_to_have_url(re.compile("/phone"))

    def picture(self, name: str) -> None:
        """Keep a picture of the page at two widths for people to look at, and check that it reflows."""
        folder = pictures()
        self.page.screenshot(path=folder / f"{name}-1366.png", full_page=True)
        self.page.set_viewport_size({"width": 320, "height": 640})
        width = self.page.evaluate("document.documentElement.scrollWidth")
        self.page.screenshot(path=folder / f"{name}-320.png", full_page=True)
        self.page.set_viewport_size({"width": 1366, "height": 768})
        assert width <= 320, f"{name} is {width} px wide"

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file that the page gave, for people to look at."""
        (pictures() / name).write_bytes(content)

    def barriers(self) -> list[tuple[str, str]]:
        """Return what axe finds wrong with the page."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}}).response
        return [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]]


def pictures() -> Path:
    """Return the folder of what people may look at after the tests."""
    named = os.environ.get("TSUWAROKU_SCREENSHOTS")
    folder = Path(named) if named else Path(tempfile.gettempdir()) / "tsuwaroku-screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def desk(console: Console, chromium: Browser) -> Generator[Desk]:
    """A browser that complains to no one: any word on its console fails the test, a broken CSP above all."""
    with watched_page(chromium, patience_ms=30_000) as watched:
        yield Desk(console=console, context=watched.context, page=watched.page, complaints=watched.complaints)
