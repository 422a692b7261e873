// @ts-check
// The words of a call and what people do with them, put together; shown anew when somebody changed them.
import { Check } from "./check.js";
import { ClipPlayer } from "./clip.js";
import { Quotes } from "./quotes.js";

const byId = (/** @type {string} */ id) => document.getElementById(id);

/** @param {HTMLElement} list; returns what tells one state of the words from another */
function state(list) {
  const lines = /** @type {HTMLElement[]} */ ([...list.children].filter((one) => one.matches("li")));
  const known = (/** @type {HTMLElement} */ line) => /** @type {HTMLElement | null} */ (line.querySelector(".check-this"))?.dataset;
  return lines.map((line) => `${line.dataset.utterance} ${known(line)?.text} ${known(line)?.known}`).join("\n");
}

export class CallWords {
  /** @param {HTMLAudioElement} whole @param {import("./transcript.js").Transcript} transcript */
  constructor(whole, transcript) {
    const panel = /** @type {HTMLElement} */ (byId("check"));
    const sound = /** @type {HTMLAudioElement} */ (byId("check-sound"));
    this.transcript = transcript;
    const player = new ClipPlayer(sound, panel.dataset.csrf ?? "", whole);
    this.check = new Check(panel, transcript.list, player, (words, line) => this.renew(words, line));
    const quotes = byId("quotes");
    if (quotes) new Quotes(quotes, player, (words) => this.renew(words));
    whole.addEventListener("play", () => player.sound.pause());
    document.body.addEventListener("call-changed", () => this.changed());
  }

  /** Somebody else's news waits while a line is being checked. */
  changed() { if (!this.check.line) this.renew(""); }

  /** @param {string} words told to people @param {number} [line] that gets the focus */
  async renew(words, line) {
    const answer = await fetch(location.pathname).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = page.getElementById("transcript");
    if (!list) { location.reload(); return; }
    if (this.check.line) return;
    const { list: old } = this.transcript;
    const focused = document.activeElement;
    const held = old.contains(focused) ? [...old.children].indexOf(/** @type {Element} */ (focused?.closest("li"))) : -1;
    const kind = focused?.matches(".jump") ? ".jump" : ".check-this";
    // What is as it was stays: somebody may be selecting in it.
    if (state(list) !== state(old)) {
      old.replaceChildren(...list.children);
      this.transcript.read();
    }
    for (const id of ["quotes", "words-state"]) byId(id)?.replaceChildren(...(page.getElementById(id)?.childNodes ?? []));
    // What was unfolded stays so: it is put in anew only when there is another text.
    const [newer, shown] = [page.getElementById("newer-words"), byId("newer-words")];
    if (newer && shown && newer.textContent !== shown.textContent) shown.replaceChildren(...newer.childNodes);
    const place = line ?? held;
    if (place >= 0) /** @type {HTMLElement | null} */ (old.children[place]?.querySelector(kind))?.focus();
    const told = byId("words-told");
    if (told && words) told.textContent = words;
  }
}
