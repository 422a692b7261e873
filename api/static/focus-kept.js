// @ts-check
// Who works with the keyboard stays where they are though a part of the page is drawn anew. What is there again takes
// the focus back (on htmx's parts by its id); for what went with the old part, there is a place to go on from.

import { underHand } from "./hand.js";

const CONTROLS = "button, a[href], input:not([type=hidden]), select, textarea";

const nowhere = () => document.activeElement === document.body || document.activeElement === null;

/** @param {Element | null | undefined} place */
function goTo(place) {
  const there = place ?? document.getElementById("main");
  if (!(there instanceof HTMLElement)) return;
  if (!there.matches(CONTROLS)) there.tabIndex = -1;
  there.focus();
}

/**
 * For parts that htmx draws.
 * @param {string} part what is drawn anew, each one with an id
 * @param {(id: string) => Element | null} next where to go on in it when what had the focus is gone
 * @param {string} news the event at which htmx asks for the part again
 */
export function keepFocus(part, next, news) {
  let from = "";
  const look = () => { document.body.dispatchEvent(new CustomEvent(news)); };
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    from = document.activeElement?.closest(part)?.id ?? "";
    if (underHand(detail.target, look)) detail.shouldSwap = false;
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    if (from && nowhere()) goTo(next(from));
    from = "";
  });
}

/** What a control does: never another one that merely stands in its place now. @param {Element} one */
function deed(one) {
  const said = ["id", "name", "value", "href"].map((name) => one.getAttribute(name) ?? "");
  return [one.tagName, one.closest("form")?.getAttribute("action"), ...said, one.textContent].join("\n");
}

/**
 * For parts that the page draws itself.
 * @param {Element} part @param {() => void} draw what puts the new content there @param {() => void} look asks again
 */
export function drawn(part, draw, look) {
  if (underHand(part, look)) return;
  const had = document.activeElement;
  const held = had && part.contains(had) ? deed(had) : null;
  draw();
  if (held === null || !nowhere()) return;
  // Else to the heading: from a button that happens to come first, the next Enter would do what nobody meant.
  goTo([...part.querySelectorAll(CONTROLS)].find((one) => deed(one) === held)
    ?? part.closest("section")?.querySelector("h2"));
}
