// @ts-check
// The two keys. A press has an id of its own and is sent until it arrived: sent twice, it counts once. What is not
// known yet is said as not known. Keys are told by their place (event.code), so an input method cannot take them.

const RETRY_MS = [500, 1000, 2000, 5000];
const GIVE_UP_MS = 600000;
const ANSWER_WITHIN_MS = 4000;
const NAMES = { flag: "記録・フラグ", help: "応援" };
const STORE = "tsuwaroku-presses";

/** @typedef {{id: string, which: "flag" | "help", call: string, at: number}} Press */

export class Keys extends EventTarget {
  constructor() {
    super();
    /** @type {Map<string, Press>} */
    this.waiting = new Map();
    this.csrf = "";
    this.listen(window);
    document.addEventListener("submit", (event) => {
      const form = /** @type {HTMLFormElement} */ (event.target);
      if (!form.dataset.press) return;
      event.preventDefault();
      this.press(/** @type {"flag" | "help"} */ (form.dataset.press));
    });
    this.takeUp();
  }

  /** @param {Window} place */
  listen(place) {
    place.addEventListener("keydown", (event) => {
      const { flagKey, helpKey } = document.body.dataset;
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      const which = event.code === flagKey ? "flag" : event.code === helpKey ? "help" : null;
      if (!which) return;
      event.preventDefault();
      if (!event.repeat) this.press(which);
    }, { capture: true });
  }

  /** The call at this desk, if one goes on. */
  get call() { return document.getElementById("keys")?.dataset.call ?? ""; }

  /** @param {"flag" | "help"} which */
  press(which) {
    const { call } = this;
    if (!call) { this.say("いま、つながっている通話がありません。"); return; }
    const press = { id: crypto.randomUUID(), which, call, at: Date.now() };
    this.waiting.set(press.id, press);
    this.keep();
    this.say(`${NAMES[which]}を押しました。届いたかを確かめています。`);
    this.send(press, 0);
  }

  /** @param {Press} press @param {number} tries */
  async send(press, tries) {
    const csrf = document.getElementById("keys")?.dataset.csrf || this.csrf
      || /** @type {HTMLInputElement | null} */ (document.querySelector("input[name=csrf]"))?.value || "";
    this.csrf = csrf;
    const body = new URLSearchParams({ csrf, press: press.id, ago: String(Math.max(0, Date.now() - press.at)) });
    try {
      const answer = await fetch(`/calls/${encodeURIComponent(press.call)}/${press.which}`, {
        method: "POST", body, keepalive: true, signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      if (answer.status < 500) {
        const told = await answer.json();
        this.done(press);
        this.say(told.said ?? `${NAMES[press.which]}は届きませんでした。${told.error.title}。${this.other(press)}`);
        this.dispatchEvent(new CustomEvent("answered"));
        return;
      }
    } catch { /* the line is bad: what follows says so */ }
    this.again(press, tries + 1);
  }

  /** @param {Press} press @param {number} tries */
  again(press, tries) {
    if (Date.now() - press.at > GIVE_UP_MS) {
      this.done(press);
      this.say(`${NAMES[press.which]}を送れませんでした。${this.other(press)}`);
      return;
    }
    this.say(`${NAMES[press.which]}は、まだ届いていません。自動で送り直しています（${tries}回目）。`
      + `通話は続いています。${this.other(press)}`);
    setTimeout(() => this.send(press, tries), RETRY_MS[Math.min(tries - 1, RETRY_MS.length - 1)]);
  }

  /** @param {Press} press */
  other(press) {
    const { markCode, helpCode } = document.getElementById("keys")?.dataset ?? {};
    const code = press.which === "flag" ? markCode : helpCode;
    return code ? `急ぐときは、電話機で ${code} を押してください。` : "近くの人に声をかけてください。";
  }

  /** @param {Press} press */
  done(press) {
    this.waiting.delete(press.id);
    this.keep();
  }

  /** Another page of the console may be opened meanwhile: what has not arrived goes on from there. */
  keep() { sessionStorage.setItem(STORE, JSON.stringify([...this.waiting.values()])); }

  takeUp() {
    /** @type {Press[]} */
    const left = JSON.parse(sessionStorage.getItem(STORE) ?? "[]");
    for (const press of left) {
      this.waiting.set(press.id, press);
      this.send(press, 0);
    }
  }

  /** @param {string} words */
  say(words) {
    const place = document.getElementById("pressed") ?? document.getElementById("desk-said");
    if (place) place.textContent = words;
    this.dispatchEvent(new CustomEvent("said", { detail: words }));
  }
}
