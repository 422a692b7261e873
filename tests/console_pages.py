"""Questions to a page of the console: where the focus is, what fits, what lies over what."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Download, Locator, Page, expect

from core.ids import CallId
from tests.fixtures_browser import Desk

PURPOSE = "申出内容の事実確認"
HEARD = re.compile("終わりまで聞きました")


def saved_by(page: Page, button: Locator) -> Download:
    """Press something that gives a file, and return the file.

    A browser cancels a file that is asked for while its page still loads: it waits for the page first.
    """
    page.wait_for_load_state("networkidle")
    with page.expect_download() as saved:
        button.click()
    return saved.value


FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const label = one.closest("label") ?? one.labels?.[0];
  const name = one.getAttribute("aria-label") ?? label?.textContent ?? one.textContent ?? "";
  const look = getComputedStyle(one);
  // A round button is reached through its words too.
  const place = one.getBoundingClientRect();
  const seen = [[.5, .5], [.1, .5], [.9, .5]].some(([x, y]) => {
    const at = document.elementFromPoint(place.left + place.width * x, place.top + place.height * y);
    return at !== null && (one.contains(at) || at.contains(one) && at.matches("label"));
  });
  return {
    name: name.replace(/\\s+/g, " ").trim(), tag: one.tagName, id: one.id, seen,
    outline: look.outlineStyle, width: parseFloat(look.outlineWidth), colour: look.outlineColor,
    key: [...document.querySelectorAll("*")].indexOf(one),
  };
}"""

# Words that lie over other words, or leave the page, or are cut off by their box.
COLLISIONS = """() => {
  const boxes = [], wrong = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, of = node.parentElement;
    if (of.closest("details:not([open])") && !of.closest("summary")) continue;
    if (!node.data.trim() || of.closest(".only-read, .skip, script, select, textarea, thead")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const one of range.getClientRects()) {
      if (one.width < 1 || one.height < 1) continue;
      const words = node.data.trim().slice(0, 24), inset = one.height * 0.3;
      if (one.left < -1 || one.right > innerWidth + 1) wrong.push(`${words} leaves the page`);
      boxes.push({ words, node, left: one.left + 1, right: one.right - 1,
                   top: one.top + inset, bottom: one.bottom - inset });
    }
    for (let box = of; box && box !== document.body; box = box.parentElement) {
      const look = getComputedStyle(box);
      if (look.overflowX === "visible" && look.overflowY === "visible") continue;
      if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1)
        wrong.push(`${node.data.trim().slice(0, 24)} is cut off`);
    }
  }
  boxes.forEach((one, index) => boxes.slice(index + 1).forEach((other) => {
    if (one.node === other.node) return;
    if (one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom)
      wrong.push(`${one.words} lies over ${other.words}`);
  }));
  const controls = "button, .button, select, input:not([type=radio], [type=checkbox])";
  for (const one of document.querySelectorAll(controls)) {
    const place = one.getBoundingClientRect();
    if (place.width && (place.left < -1 || place.right > innerWidth + 1))
      wrong.push(`${one.id} leaves the page`);
    if (one.matches("button, .button") && one.scrollWidth > one.clientWidth + 1)
      wrong.push(`${one.textContent} is too long`);
  }
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth) wrong.push(`${width} px wide`);
  return [...new Set(wrong)];
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """What has the focus, and how it shows."""

    name: str
    tag: str
    id: str
    seen: bool
    outline: str
    width: float
    colour: str
    key: int


def focus_of(page: Page) -> Focus | None:
    """Return what has the focus, or None when it is nowhere."""
    found: dict[str, Any] | None = page.evaluate(FOCUSED)
    return Focus(**found) if found else None


def press(page: Page, key: str) -> Focus | None:
    """Press a key; whatever has the focus then must show it, and must not lie under something else."""
    page.keyboard.press(key)
    found = focus_of(page)
    if found is not None and found.id != "main":
        assert found.outline != "none", f"{found.name} does not show that it has the focus"
        assert found.width >= 2, f"{found.name} shows its focus by {found.width} px only"
        assert found.seen, f"{found.name} has the focus and lies under something"
    return found


def tab_to(page: Page, name: str, key: str = "Tab") -> Focus:
    """Press Tab (or Shift+Tab) until the focus is on something of this name."""
    passed: list[str] = []
    for _ in range(120):
        found = press(page, key)
        if found is not None and name in found.name:
            return found
        passed.append(found.name if found else "-")
    raise AssertionError(f"{name} cannot be reached with {key}: {passed}")


def collisions(page: Page) -> list[str]:
    """Say which words lie over others, are cut off, or leave the page sideways."""
    page.evaluate(
        "scrollTo({top: 0, behavior: 'instant'})"
    )  # a player that stays lies over what is scrolled under it
    return page.evaluate(COLLISIONS)


def use_style(page: Page, rules: str) -> None:
    """Read the page with a person's own style sheet."""
    page.evaluate(
        "rules => { const own = new CSSStyleSheet(); own.replaceSync(rules);"
        " document.adoptedStyleSheets = [own]; dispatchEvent(new Event('resize')); }",
        rules,
    )


def photograph(page: Page, name: str, *, full: bool = True) -> None:
    """Keep a picture for people to look at, where they said in TSUWAROKU_SCREENSHOTS that they will."""
    wanted = os.environ.get("TSUWAROKU_SCREENSHOTS")
    if not wanted:
        return  # a picture of a long page takes longer than everything that is asked of it
    folder = Path(wanted)
    folder.mkdir(parents=True, exist_ok=True)
    if full:
        page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=folder / f"{name}.png", full_page=full)


def connected(page: Page) -> None:
    """Wait until news reach the page, and what it asks when the line opens is answered."""
    expect(page.locator("body")).to_have_attribute("data-connection", "ok")
    page.wait_for_load_state("networkidle")


def supervise(desk: Desk, path: str = "/live") -> Page:
    """Sit down as the supervisor ``kanri`` and open a page that news reach."""
    desk.sign_in("kanri", "保険年金課 3番")
    page = desk.open(path)
    connected(page)
    return page


def open_content(desk: Desk, call: CallId) -> Page:
    """Open the recording and transcript of a call."""
    page = desk.open(f"/calls/{call}")
    page.get_by_role("radio", name=PURPOSE).check()
    page.get_by_role("button", name="開く", exact=True).click()
    expect(page.locator("body")).to_have_attribute("data-ready", "true")
    return page


def quote_and_hear(page: Page, place: int = 1, letters: int = 3) -> None:
    """Quote the first letters of an utterance with keys alone, hear them to their end, and stand for them."""
    there = page.locator(".quote").count()
    page.locator("#transcript > li").nth(place).locator(".check-this").click()
    tab_to(page, "言葉（引用")
    page.keyboard.press("Control+Home")
    for _ in range(letters):
        page.keyboard.press("Shift+ArrowRight")
    tab_to(page, "引用する")
    page.keyboard.press("Enter")
    expect(page.locator("#check-told")).to_have_text(HEARD)
    tab_to(page, "聞いたとおりです", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".quote", has_text="に聞いて確認")).to_have_count(there + 1)


def search(page: Page, words: str) -> None:
    """Look for words on the search page."""
    page.get_by_label("探す言葉").fill(words)
    page.get_by_role("radio", name=PURPOSE).check()
    page.get_by_role("button", name="探す").click()
    expect(page).to_have_url(re.compile("/search/[0-9a-f-]{36}$"))


def every_page(desk: Desk, call: CallId) -> dict[str, str]:
    """Sign a supervisor in, open and find what there is; returns the address of every page by its name."""
    desk.sign_in("kanri")
    desk.open(f"/calls/{call}")
    open_content(desk, call)
    search(desk.open("/search"), "責任者")
    found = desk.page.url.removeprefix(desk.console.url)
    return {
        "desk": "/console", "promises": "/promises", "help-card": "/console/calls/city-talking.0",
        "live": "/live", "calls": "/calls", "search": "/search", "found": found, "alarms": "/alarms",
        "phone": "/phone", "content": f"/calls/{call}", "purpose": "/calls/city-odd.0",
        "closed": "/calls/city-closed.0", "talking": "/calls/city-talking.0",
    }  # fmt: skip
