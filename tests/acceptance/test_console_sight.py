"""What people see who need it larger, wider apart, in their own colours, at rest, or easy to hit."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from core.ids import CallId
from tests.console_pages import collisions, every_page, photograph, press, tab_to, use_style
from tests.fixtures_browser import CHROMIUM_FLAGS, Desk

pytestmark = [pytest.mark.real, pytest.mark.browser]

# WCAG 2.2, 1.4.12: nothing may be lost when a person sets these.
WIDER_TEXT = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
    " p { margin-bottom: 2em !important; }"
)
DOUBLED = "html { font-size: 200% !important; }"
# The colours of the picture, and how far each is from its ground.
WAVE_CONTRAST = """() => {
  const canvas = document.querySelector("#wave canvas");
  const { width, height } = canvas;
  const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ratio = (a, b) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  const ground = light(getComputedStyle(document.getElementById("wave")).backgroundColor
    .match(/[\\d.]+/g).map(Number));
  const strongest = (left, right, top, bottom) => {
    let most = 1;
    for (let y = Math.floor(top); y < bottom; y += 1) for (let x = Math.floor(left); x < right; x += 1) {
      const at = (y * width + x) * 4;
      if (pixels[at + 3] > 250) most = Math.max(most, ratio(ground, light([...pixels.slice(at, at + 3)])));
    }
    return most;
  };
  return {
    place: strongest(0, 3, 0, height * .2),  // at the beginning nobody speaks
    hall: strongest(width * .02, width * .1, 0, height * .4),
    caller: strongest(width * .13, width * .18, height * .6, height),
    mark: strongest(width * .18, width * .25, 0, height * .07),
  };
}"""
TARGETS = """() => {
  const small = [];
  const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=slider]";
  for (const one of document.querySelectorAll(targets)) {
    const hit = one.matches("[type=radio], [type=checkbox]") ? one.closest("label") : one;
    const place = hit.getBoundingClientRect();
    if (!place.width || one.matches(".skip")) continue;
    if (place.width < 24 || place.height < 23.95)
      small.push(`${hit.textContent.trim() || one.id}: ${place.width} x ${place.height}`);
  }
  return small;
}"""
# Whether each box to tick stands beside the words that belong to it, not above them.
BESIDE_WORDS = """() => [...document.querySelectorAll("label > [type=checkbox]")].map((box) => {
  const words = document.createRange();
  words.selectNodeContents(box.nextSibling);
  const [first, place] = [words.getClientRects()[0], box.getBoundingClientRect()];
  return place.right <= first.left && place.top < first.bottom && place.bottom > first.top;
})"""

See = Callable[..., Page]


@pytest.fixture
def see(desk: Desk, chromium: Browser) -> Generator[See]:
    """Open a further window of the person at the desk, with settings of its own: ``see(**settings)``."""
    with ExitStack() as stack:

        def window(  # noqa: PLR0913  what a person may have set
            *,
            width: int = 1366,
            height: int = 768,
            flags: tuple[str, ...] = (),
            forced_colors: Literal["active", "none"] = "none",
            color_scheme: Literal["dark", "light"] = "light",
            reduced_motion: Literal["reduce", "no-preference"] = "no-preference",
        ) -> Page:
            browser = chromium
            if flags:
                browser = chromium.browser_type.launch(
                    executable_path="/usr/bin/chromium", args=[*CHROMIUM_FLAGS, *flags]
                )
                stack.callback(browser.close)
            context = browser.new_context(
                viewport={"width": width, "height": height}, base_url=desk.console.url,
                ignore_https_errors=True, locale="ja-JP", timezone_id="Asia/Tokyo",
                storage_state=desk.context.storage_state(), forced_colors=forced_colors,
                color_scheme=color_scheme, reduced_motion=reduced_motion,
            )  # fmt: skip
            stack.callback(context.close)
            return context.new_page()

        yield window


def show(page: Page, name: str, path: str) -> None:
    page.goto(path)
    if name == "content":
        expect(page.locator("body")).to_have_attribute("data-ready", "true")


def test_larger_letters_and_zoom_lose_nothing(desk: Desk, see: See, office_at_work: CallId) -> None:
    pages = {"sign-in": "/sign-in"} | every_page(desk, office_at_work)
    # A zoomed page is a narrower and lower one; letters alone grow by the browser's own setting.
    windows = {
        "letters-200": see(flags=("--blink-settings=defaultFontSize=32",)),
        "zoom-125": see(width=1093, height=614),
        "zoom-200": see(width=683, height=384),
        "zoom-400": see(width=320, height=256),
    }
    lost: dict[str, list[str]] = {}
    for name, window in windows.items():
        for page, path in pages.items():
            show(window, page, path)
            lost[f"{name}-{page}"] = collisions(window)
            photograph(window, f"{name}-{page}")

    assert {page: words for page, words in lost.items() if words} == {}


def test_letters_doubled_or_set_wider_by_a_persons_own_style_lose_nothing(
    desk: Desk, see: See, office_at_work: CallId
) -> None:
    pages = every_page(desk, office_at_work)
    lost: dict[str, list[str]] = {}
    styles = {WIDER_TEXT: ("wider", (1366, 320)), DOUBLED: ("doubled", (1366, 640))}
    for rules, (style, widths) in styles.items():
        for width in widths:
            window = see(width=width, height=768)
            for page, path in pages.items():
                show(window, page, path)
                use_style(window, rules)
                lost[f"{style}-{width}-{page}"] = collisions(window)
                photograph(window, f"{style}-{width}-{page}")

    assert {page: words for page, words in lost.items() if words} == {}


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_forced_colours_keep_waveform_marks_place_and_focus_in_sight(
    desk: Desk, see: See, office_at_work: CallId, scheme: Literal["dark", "light"]
) -> None:
    pages = every_page(desk, office_at_work)
    window = see(forced_colors="active", color_scheme=scheme)
    for page, path in pages.items():
        show(window, page, path)
        photograph(window, f"forced-{scheme}-{page}")
    show(window, "content", pages["content"])
    contrasts = window.evaluate(WAVE_CONTRAST)
    focused = tab_to(window, "録音の位置")
    photograph(window, f"forced-{scheme}-focus", full=False)
    ground = window.evaluate("getComputedStyle(document.body).backgroundColor")

    assert {part: ratio for part, ratio in contrasts.items() if ratio < 3} == {}
    assert focused.colour != ground


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_who_prefers_dark_sees_the_same_page_with_the_same_contrast(
    desk: Desk, see: See, office_at_work: CallId, scheme: Literal["dark", "light"]
) -> None:
    pages = every_page(desk, office_at_work)
    window = see(color_scheme=scheme)
    show(window, "content", pages["content"])
    photograph(window, f"prefers-{scheme}-content")

    assert window.evaluate("getComputedStyle(document.querySelector('select')).colorScheme") == "light only"
    assert {part: ratio for part, ratio in window.evaluate(WAVE_CONTRAST).items() if ratio < 3} == {}


@pytest.mark.parametrize(("motion", "drawn"), [("reduce", range(1)), ("no-preference", range(5, 1000))])
def test_nothing_glides_and_less_motion_is_less(
    desk: Desk, see: See, office_at_work: CallId, motion: Literal["reduce", "no-preference"], drawn: range
) -> None:
    pages = every_page(desk, office_at_work)
    window = see(reduced_motion=motion)
    window.add_init_script(
        "window.frames_asked = 0; const ask = requestAnimationFrame;"
        " window.requestAnimationFrame = (f) => { window.frames_asked += 1; return ask(f); };"
    )
    show(window, "content", pages["content"])
    window.get_by_role("button", name="再生", exact=True).click()
    expect(window.locator("#place")).not_to_have_text("00:00")

    assert window.evaluate("window.frames_asked") in drawn
    for page, path in pages.items():
        show(window, page, path)
        assert window.evaluate("document.getAnimations().length") == 0
        assert window.evaluate(
            "[...document.querySelectorAll('*')].filter((one) => { const look = getComputedStyle(one);"
            " return look.transitionDuration !== '0s' || look.scrollBehavior !== 'auto'; }).length"
        ) == 0  # fmt: skip


def test_every_target_is_as_large_as_an_unsteady_hand_needs(
    desk: Desk, see: See, office_at_work: CallId
) -> None:
    small: dict[str, list[str]] = {}
    pages = {"sign-in": "/sign-in"} | every_page(desk, office_at_work)
    for width in (1366, 320):
        window = see(width=width, height=768)
        for page, path in pages.items():
            show(window, page, path)
            small[f"{page}-{width}"] = window.evaluate(TARGETS)

    assert {page: targets for page, targets in small.items() if targets} == {}


def test_the_skip_link_shows_itself(desk: Desk, office_at_work: CallId) -> None:
    desk.sign_in("kanri")
    desk.open("/calls")
    found = press(desk.page, "Tab")

    assert found is not None
    assert found.name == "本文へ移動"
    expect(desk.page.get_by_role("link", name="本文へ移動")).to_be_in_viewport(ratio=1)


def test_a_box_to_tick_stands_in_one_line_with_its_words(desk: Desk, office_at_work: CallId) -> None:
    del office_at_work
    desk.sign_in("kanri")
    boxes: dict[str, list[bool]] = {}
    for path in ("/calls", "/disaster"):
        page = desk.open(path)
        for width in (1366, 320):
            page.set_viewport_size({"width": width, "height": 768})
            boxes[f"{path}-{width}"] = page.evaluate(BESIDE_WORDS)

    assert boxes == {where: [True] for where in boxes}
