// @ts-check
// The words of a call that goes on (速報). They are the machine's guess: shown as such, kept nowhere, gone with the
// call. What is settled is read out once; what is still guessed never is. The news carries no word: each is asked for.
import { LiveLines } from "./live-lines.js";

const LOOK_MS = 5000; // the server takes 15 s of silence for nobody watching
const HIDDEN_MS = 60000; // so long a page that nobody sees keeps watching
const UNHEARD = "速報を受け取れません。通話と録音は続いています。つながりしだい、続きを出します。";
const CLOSED = "速報の表示を終わりました。見るときは、もう一度押してください。";
const PRESSING = new Set(["behind", "away"]);

/** @typedef {{state: string, said: string, change: number, lines: import("./live-lines.js").Line[]}} Answer */

export class LiveText {
  /** @param {import("./connection.js").Connection} connection */
  constructor(connection) {
    /** @type {HTMLElement | null} */
    this.panel = null;
    /** @type {LiveLines | null} */
    this.lines = null;
    this.change = 0;
    this.asking = false;
    this.again = false;
    this.answered = Promise.resolve();
    this.seen = Date.now();
    connection.addEventListener("words", (event) => {
      if (/** @type {CustomEvent} */ (event).detail.id === this.panel?.dataset.call) this.look();
    });
    connection.addEventListener("news", (event) => {
      const { topic, id } = /** @type {CustomEvent} */ (event).detail;
      // After a lost line nobody knows what was missed: all of it is asked for.
      if (topic === "everything") this.change = 0;
      if (topic === "everything" || id === this.panel?.dataset.call) this.look();
    });
    document.addEventListener("visibilitychange", () => this.look());
    setInterval(() => this.look(), LOOK_MS);
    this.attach();
  }

  /** Take over the panel that the page shows now. */
  attach() {
    const panel = /** @type {HTMLElement | null} */ (document.querySelector("[data-live-text]"));
    if (panel !== this.panel) {
      this.panel = panel;
      this.change = 0;
      this.lines = panel && new LiveLines(panel);
      panel?.addEventListener("click", (event) => {
        const pressed = /** @type {Element} */ (event.target).closest("button");
        if (pressed?.matches("[data-watch]")) this.watch();
        if (pressed?.matches("[data-leave]")) this.leave();
      });
      if (panel?.dataset.watching) this.open();
    }
    this.show();
  }

  /** Offer or words, never both; the offer's own part may have been drawn anew. */
  show() {
    if (!this.panel) return;
    this.part("words").hidden = !this.lines?.open;
    this.part("offer").hidden = Boolean(this.lines?.open) || this.panel.dataset.over !== undefined;
  }

  /** @param {string} name @returns {HTMLElement} */
  part(name) { return /** @type {HTMLElement} */ (this.panel?.querySelector(`[data-${name}]`)); }

  open() {
    this.lines?.begin();
    this.change = 0;
    this.show();
    this.look();
  }

  async watch() {
    const { panel } = this;
    try {
      const answer = await this.send("watch");
      if (panel !== this.panel) return;
      if (!answer.ok) { this.say(await refusal(answer), true); return; }
      this.say("");
      this.open();
      this.part("lines").focus(); // the button that was pressed is gone
    } catch {
      this.say("速報を始められませんでした。通話と録音は続いています。もう一度押してください。", true);
    }
  }

  leave() {
    this.close(CLOSED);
    // After the last look, which would renew the watch. Not heard: nobody looks any more, and that ends it as well.
    this.answered.then(() => this.send("leave")).catch(() => {});
    /** @type {HTMLElement | null} */ (this.panel?.querySelector("[data-watch]"))?.focus();
  }

  /** @param {string} words */
  close(words) {
    this.lines?.end();
    this.show();
    this.say(words);
  }

  /** @param {string} act */
  send(act) {
    const body = new URLSearchParams({ csrf: this.panel?.dataset.csrf ?? "" });
    return fetch(`${this.panel?.dataset.liveText}/${act}`, { method: "POST", body, keepalive: true });
  }

  /** Ask for what is new: one question at a time, and once more when something came meanwhile. */
  look() {
    if (!document.hidden) this.seen = Date.now();
    if (!this.lines?.open || Date.now() - this.seen > HIDDEN_MS) return;
    if (this.asking) this.again = true;
    else this.answered = this.ask(this.panel, this.lines, this.change);
  }

  /** @param {HTMLElement | null} panel @param {LiveLines} lines @param {number} after */
  async ask(panel, lines, after) {
    this.asking = true;
    this.again = false;
    try {
      const answer = await fetch(`${panel?.dataset.liveText}?after=${after}`, { headers: { accept: "application/json" } });
      const told = answer.ok ? await answer.json() : null;
      if (panel === this.panel && lines.open) this.heard(answer.status, told, after);
    } catch {
      if (panel === this.panel && lines.open) this.say(UNHEARD, true);
    } finally {
      this.asking = false;
      if (this.again) this.look();
    }
  }

  /** @param {number} status @param {Answer | null} told @param {number} after what it is the answer to */
  heard(status, told, after) {
    if (!told) {
      if (status >= 500) this.say(UNHEARD, true);
      else if (status !== 401) this.close(CLOSED); // signed out: the banner tells
      return;
    }
    if (told.state === "over") { this.over(told.said); return; }
    this.lines?.take(told.lines, after === 0);
    if (this.change === after) this.change = told.change; // else all of it was asked for meanwhile
    else this.again = true;
    this.say(told.said, PRESSING.has(told.state));
  }

  /** @param {string} words */
  over(words) {
    if (!this.panel) return;
    this.panel.dataset.over = "true";
    this.close(words);
    const link = document.createElement("a");
    link.className = "target";
    link.href = `/calls/${encodeURIComponent(this.panel.dataset.call ?? "")}`;
    link.textContent = "この通話のページを見る";
    this.part("state").append(" ", link);
  }

  /** @param {string} words @param {boolean} [pressing] */
  say(words, pressing = false) {
    const place = this.part("state");
    if (!place) return;
    place.className = `live-state${words ? " notice" : ""}${pressing ? " warn" : ""}`;
    const sign = pressing && words ? "▲ " : "";
    if (place.textContent !== sign + words) place.textContent = sign + words;
  }
}

/** @param {Response} answer */
async function refusal(answer) {
  try {
    const { title, advice } = (await answer.json()).error;
    return `${title}。${advice}`;
  } catch {
    return "速報を始められませんでした。通話と録音は続いています。";
  }
}
