// @ts-check
// The time at the server: measured over the line, not taken from this computer. All clocks of a page follow it.
import { position } from "./timers.js";

const MEASURE_EVERY_MS = 300000;

export class ServerClock {
  constructor() {
    const moment = document.getElementById("desk-moment");
    this.offset = Number(moment?.dataset.now ?? Date.now()) - Date.now();
    this.measure();
    setInterval(() => this.measure(), MEASURE_EVERY_MS);
    setInterval(() => this.show(document), 1000);
  }

  now() { return Date.now() + this.offset; }

  /** The quickest of three answers tells best: half of its way lay before the server's word. */
  async measure() {
    let quickest = Infinity;
    for (let tries = 0; tries < 3; tries += 1) {
      const began = performance.now();
      try {
        const answer = await fetch("/console/clock", { headers: { "hx-request": "true" } });
        const { now } = await answer.json();
        const took = performance.now() - began;
        if (answer.ok && took < quickest) {
          quickest = took;
          this.offset = now + took / 2 - Date.now();
        }
      } catch { return; }
    }
    document.body.dataset.clock = String(Math.round(quickest));
    this.show(document);
  }

  /** @param {Document} page */
  show(page) {
    const now = this.now();
    for (const timer of page.querySelectorAll("time[data-since]")) {
      timer.textContent = position((now - Number(/** @type {HTMLElement} */ (timer).dataset.since)) / 1000);
    }
    for (const mark of page.querySelectorAll("[data-mark]:not(.reached)")) {
      if (now < Number(/** @type {HTMLElement} */ (mark).dataset.mark)) continue;
      mark.classList.add("reached");
      const [sign, word] = [mark.querySelector(".sign"), mark.querySelector(".reached-word")];
      if (sign) sign.textContent = "▲";
      if (word) word.textContent = "を過ぎました";
    }
    for (const clock of page.querySelectorAll("[data-due]")) sayClock(/** @type {HTMLElement} */ (clock), now);
    for (const brief of page.querySelectorAll("[data-until]")) {
      if (now >= Number(/** @type {HTMLElement} */ (brief).dataset.until)) brief.remove();
    }
  }
}

/** @param {HTMLElement} clock @param {number} now */
function sayClock(clock, now) {
  const word = clock.querySelector(".clock-word");
  const due = now >= Number(clock.dataset.due);
  const asked = Boolean(clock.dataset.ask) && now >= Number(clock.dataset.ask);
  if (!word || !(due || asked)) return;
  const [sign, words] = due ? ["■", clock.dataset.dueWords ?? ""] : ["▲", clock.dataset.askWords ?? ""];
  if (word.textContent?.includes(words)) return;
  const state = document.createElement("span");
  state.className = "state warn";
  const shape = document.createElement("span");
  shape.ariaHidden = "true";
  shape.textContent = sign;
  state.append(shape, ` ${words}`);
  word.replaceChildren(state);
}
