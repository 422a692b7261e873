// @ts-check
// On every page that a supervisor has open: who calls for help or for a judgement is said there, with a sound. The
// list of calls has its own words for it.
import { connectPage } from "./connection.js";
import { underHand } from "./hand.js";
import { HelpSound } from "./live-sound.js";

const HEARD = "judgements-heard"; // also on the page before this one: each sounds once

const bar = document.getElementById("help-bar");
const state = document.getElementById("help-sound");
if (bar && state) {
  const sound = new HelpSound(bar.dataset.sound, state, "このページのどこかを一度押すと、鳴るようになります。");
  /** @type {Set<string>} */
  let known = new Set();
  let shown = "";
  /** @param {string} what */
  const named = (what) => new Set([...bar.querySelectorAll(`[data-${what}]`)].map((one) => /** @type {HTMLElement} */ (one).dataset[what] ?? ""));
  // What is the same is not put there anew: a screen reader would say it again and again.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail.target.id !== "help-waiting") return;
    detail.shouldSwap = detail.shouldSwap && detail.xhr.responseText !== shown;
    // It moves the whole page: what a hand is just pressing would slip away from under it.
    const again = () => document.body.dispatchEvent(new Event("calls-changed"));
    if (detail.shouldSwap && underHand(document.body, again)) detail.shouldSwap = false;
    if (detail.shouldSwap) shown = detail.xhr.responseText;
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.target?.id !== "help-waiting") return;
    const help = named("help");
    const fresh = [...help].some((one) => !known.has(one));
    known = help;
    sound.asked(help.size, fresh);
    const judgements = named("judge");
    const heard = new Set(JSON.parse(sessionStorage.getItem(HEARD) ?? "[]"));
    sound.called(judgements.size, [...judgements].some((one) => !heard.has(one)));
    sessionStorage.setItem(HEARD, JSON.stringify([...judgements]));
    if (!help.size && !judgements.size) sound.say("");
  });
  connectPage();
}
