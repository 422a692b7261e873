// @ts-check
// The list is fetched anew with every change; a screen reader is told only when the number of calls is another one,
// and at once when somebody asks for help or for a judgement. Who worked with the keyboard in a card stays in that card.
import { tellCallers } from "./caller-figures.js";
import { connectPage } from "./connection.js";
import { keepFocus } from "./focus-kept.js";
import { sayFaults } from "./live-fault.js";
import { HelpSound } from "./live-sound.js";
import { Timers } from "./timers.js";

new Timers();
connectPage();
const sound = HelpSound.of(document);

const told = document.getElementById("live-count");
/** @type {Map<string, Set<string>>} */
const known = new Map();

/** @param {HTMLElement | null} place @param {string} words */
function say(place, words) {
  if (!place || place.textContent === words) return;
  place.textContent = words;
  place.className = words ? "notice warn" : "";
}

function look() {
  const count = Number(document.getElementById("live-moment")?.dataset.count);
  const words = count ? `${count}件の電話がつながっています。` : "つながっている電話はありません。";
  if (told && told.textContent !== words) told.textContent = words;
  const help = waiting("help", "told", "■");
  sound?.asked(help.count, help.fresh);
  const judgement = waiting("judge", "asked", "▲");
  sound?.called(judgement.count, judgement.fresh);
}

/** Says who waits for what, and whether one of them is new. @param {string} what @param {string} words @param {string} sign */
function waiting(what, words, sign) {
  const asking = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[data-${what}]`));
  const now = new Map([...asking].map((one) => [one.dataset[what] ?? "", one.dataset[words] ?? ""]));
  const fresh = [...now.keys()].some((one) => !known.get(what)?.has(one));
  known.set(what, new Set(now.keys()));
  say(document.getElementById(`${what}-told`), [...now.values()].map((one) => `${sign} ${one}`).join("　"));
  return { count: now.size, fresh };
}

// A call that is over stands further down under the same name.
keepFocus(".live-call", (card) => document.getElementById(card.replace(/^card-/, "call-")), "calls-changed");
document.body.addEventListener("htmx:afterSettle", look);
document.body.addEventListener("htmx:afterSwap", tellCallers);
sayFaults(document.getElementById("live-fault"));
look();
tellCallers();
