// @ts-check
// What a number's calls come to is asked for once its call is drawn, once a page: neither the ring nor the answer
// waits for it. Where it does not come, nothing stands there.
const TRIES = 3;
/** @type {Map<string, string>} */
const told = new Map();
/** @type {Map<string, number>} */
const tried = new Map();

/** Fills the places of the calls that stand on the page now. */
export function tellCallers() {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-caller-of]"))) {
    const call = place.dataset.callerOf ?? "";
    const words = told.get(call);
    if (words !== undefined) put(place, words);
    else void ask(call);
  }
}

/** @param {string} call */
async function ask(call) {
  const times = tried.get(call) ?? 0;
  if (times < 0 || times >= TRIES) return; // under way, or given up
  tried.set(call, -1);
  try {
    const answer = await fetch(`/calls/${encodeURIComponent(call)}/caller`, {
      headers: { "hx-request": "true", accept: "text/html" },
    });
    if (!answer.ok) throw new Error();
    told.set(call, await answer.text());
    tellCallers();
  } catch {
    tried.set(call, times + 1);
  }
}

/** @param {HTMLElement} place @param {string} words */
function put(place, words) {
  if (place.dataset.told !== undefined) return;
  place.dataset.told = "";
  place.replaceChildren(...new DOMParser().parseFromString(words, "text/html").body.childNodes);
}
