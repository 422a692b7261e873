// @ts-check
// Nothing is drawn anew under a hand. Of a press that began on a button which was replaced before the hand was
// lifted, a browser makes nothing at all: somebody pressed, and nobody knows.

const AT_MOST_MS = 3000; // a hand that rests there holds no news back for longer

/** @type {Element | null} */
let under = null;
let limit = 0;
/** @type {Set<() => void>} */
const waiting = new Set();

/** @param {EventTarget | null} place */
function laid(place) {
  clearTimeout(limit);
  under = place instanceof Element ? place : null;
  limit = setTimeout(lifted, AT_MOST_MS);
}

function lifted() {
  clearTimeout(limit);
  under = null;
  setTimeout(() => { // after the click that this lifting makes
    const owed = [...waiting];
    waiting.clear();
    owed.forEach((look) => look());
  });
}

addEventListener("pointerdown", (event) => { if (event.button === 0) laid(event.target); }, true);
addEventListener("keydown", (event) => { if (event.key === " " && !event.repeat) laid(event.target); }, true);
for (const end of ["pointerup", "pointercancel", "keyup", "pagehide"]) addEventListener(end, lifted, true);

/**
 * Whether a hand lies on a part now; if so, what brings the news is called once it is lifted.
 * @param {Element} part @param {() => void} look
 */
export function underHand(part, look) {
  if (!under || !part.contains(under)) return false;
  waiting.add(look);
  return true;
}
