"""A page in a real browser whose every complaint is a fault: a broken content policy above all."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

ASKED_BY_ITSELF = ("/help/waiting", "/alarms/count")
"""What pages ask every few seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedPage:
    """``complaints`` is what the browser's console said; it may be emptied by who expects some."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)


@contextmanager
def watched_page(chromium: Browser, *, patience_ms: float) -> Generator[WatchedPage]:
    """Open one as a town hall's desk has it; on the way out nothing may have been complained of."""
    context = chromium.new_context(
        ignore_https_errors=True,
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        viewport={"width": 1366, "height": 768},
    )
    context.set_default_timeout(patience_ms)
    watched = WatchedPage(context=context, page=context.new_page())
    watched.page.on(
        "console",
        lambda said: (
            watched.complaints.append(said.text)
            if said.type in {"error", "warning"} and not _of_a_page_that_is_left(said)
            else None
        ),
    )
    watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    yield watched
    context.close()
    assert watched.complaints == []


def _of_a_page_that_is_left(said: ConsoleMessage) -> bool:
    """Say whether a page asked by itself once more while its person was signing out, and was told 401."""
    where = str(said.location.get("url", ""))
    return "401" in said.text and any(one in said.text or where.endswith(one) for one in ASKED_BY_ITSELF)
