"""A person who uses a running city's console with a real browser."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, Response, expect

from tests.fixtures_city import City
from tests.watched_page import watched_page

PURPOSE = "申出内容の事実確認"


@dataclass(frozen=True, slots=True, kw_only=True)
class CityVisitor:
    """Somebody who is signed in; ``sounds`` are the answers with recorded sound, as the browser got them."""

    city: City
    page: Page
    sounds: list[Response]

    def open_call(self, call: str) -> None:
        """Open the page of a call and say what for."""
        self.page.goto(f"{self.city.console}/calls/{call}")
        self.page.get_by_role("radio", name=PURPOSE).check()
        self.page.get_by_role("button", name="開く", exact=True).click()
        expect(self.page.locator("body")).to_have_attribute("data-ready", "true")

    def play(self, seconds: float) -> float:
        """Play until the sound has gone on for so long; returns where it started."""
        start: float = self.page.evaluate("document.getElementById('sound').currentTime")
        self.page.evaluate("document.getElementById('sound').play()")
        self.page.wait_for_function(
            "wanted => document.getElementById('sound').currentTime > wanted", arg=start + seconds
        )
        self.page.evaluate("document.getElementById('sound').pause()")
        return start

    def search(self, words: str) -> None:
        """Look for words that were said."""
        self.page.goto(f"{self.city.console}/search")
        self.page.get_by_label("探す言葉").fill(words)
        self.page.get_by_role("radio", name=PURPOSE).check()
        self.page.get_by_role("button", name="探す", exact=True).click()
        expect(self.page).to_have_url(re.compile("/search/[0-9a-f-]{36}$"))


@contextmanager
def signed_in(
    chromium: Browser, city: City, login: str, *, phone: str = "電話機は使わない"
) -> Generator[CityVisitor]:
    """Sign in with the password that the first start made. Any complaint of the browser is a fault."""
    with watched_page(chromium, patience_ms=30_000) as watched:
        page = watched.page
        sounds: list[Response] = []
        page.on("response", lambda told: sounds.append(told) if told.url.endswith("/audio") else None)
        page.goto(f"{city.console}/sign-in")
        page.get_by_label("ログイン名").fill(login)
        page.get_by_label("パスワード").fill(city.password_of(login))
        page.get_by_role("button", name="ログイン").click()
        expect(page).not_to_have_url(re.compile("/sign-in"))
        if "/phone" in page.url:
            page.get_by_role("radio", name=phone).check()
            page.get_by_role("button", name="この席で始める").click()
            expect(page).not_to_have_url(re.compile("/phone"))
        yield CityVisitor(city=city, page=page, sounds=sounds)
