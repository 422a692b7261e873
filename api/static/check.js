// @ts-check
// The panel under a line of the transcript: hear it, then confirm, correct or quote it. Nothing is confirmed unheard.
import { send } from "./clip.js";

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const FIRST = "先に「聞く」を押して、終わりまで聞いてください。";
const LABEL = "言葉（引用するときは、この中で範囲を選びます）";

export class Check {
  /**
   * @param {HTMLElement} panel
   * @param {HTMLElement} list
   * @param {import("./clip.js").ClipPlayer} player
   * @param {(words: string, line?: number) => Promise<void>} renew shows the page's words anew
   */
  constructor(panel, list, player, renew) {
    this.panel = panel;
    this.list = list;
    this.player = player;
    this.renew = renew;
    this.words = /** @type {HTMLTextAreaElement} */ (byId("check-words"));
    this.text = "";
    this.editing = false;
    /** @type {HTMLElement | null} */
    this.line = null;
    this.quote = "";
    this.correction = "";
    /** The clips that were heard to their end: of this line, and of the quote just made from it. */
    this.heard = { line: "", quote: "" };
    this.busy = false;
    /** @type {number[] | null} what was selected when the button was pressed: pressing it ends a selection */
    this.chosen = null;
    list.addEventListener("pointerdown", (event) => {
      const line = /** @type {HTMLElement} */ (event.target).closest(".check-this")?.closest("li");
      this.chosen = line ? selected(line) : null;
    });
    list.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest(".check-this");
      if (button) this.turn(/** @type {HTMLElement} */ (button.closest("li")));
    });
    const acts = { play: this.hear, confirm: this.confirm, correct: this.correct, quote: this.take, close: this.close };
    for (const [name, act] of Object.entries(acts)) byId(`check-${name}`).addEventListener("click", () => this.act(act));
    // Not readonly: a browser gives such a field no caret, and without one nothing is selected by keys.
    this.words.addEventListener("beforeinput", (event) => { if (!this.editing) event.preventDefault(); });
    this.words.addEventListener("input", () => { if (!this.editing) this.words.value = this.text; });
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.close();
    });
  }

  get utterance() { return this.line?.dataset.utterance ?? ""; }

  get path() { return `/calls/${this.panel.dataset.call}`; }

  /** @param {() => Promise<void> | void} act */
  async act(act) {
    if (this.busy) return;
    this.busy = true;
    try { await act.call(this); } catch (fault) { await this.refused(fault); }
    this.busy = false;
  }

  /** @param {any} fault */
  async refused(fault) {
    if (fault.code !== "newer-words") this.say(fault.message);
    else await this.done("文字起こしが新しくなりました。もう一度聞いて確かめてください。");
  }

  /** @param {string} words */
  say(words) { byId("check-told").textContent = words; }

  /** @param {HTMLElement} line */
  turn(line) {
    if (line === this.line) { this.close(); return; }
    const chosen = this.chosen ?? selected(line);
    this.chosen = null;
    this.close();
    this.line = line;
    const button = /** @type {HTMLElement} */ (line.querySelector(".check-this"));
    button.setAttribute("aria-expanded", "true");
    line.append(this.panel);
    this.panel.hidden = false;
    byId("check-known").textContent = button.dataset.known || "まだ、だれも聞いて確かめていません。";
    this.text = button.dataset.text ?? "";
    this.words.value = this.text;
    this.reset();
    if (chosen) this.words.setSelectionRange(chosen[0], chosen[1]);
    byId("check-play").focus();
  }

  reset() {
    this.quote = "";
    this.heard = { line: "", quote: "" };
    this.correction = "";
    this.edit(false);
    byId("check-label").textContent = LABEL;
    byId("check-correct").textContent = "訂正する";
    byId("check-confirm").hidden = byId("check-quote").hidden = false;
    this.say("");
  }

  /** @param {boolean} yes */
  edit(yes) {
    this.editing = yes;
    this.words.setAttribute("aria-readonly", String(!yes));
  }

  close() {
    const { line } = this;
    if (!line) return;
    this.player.stop();
    this.line = null;
    this.panel.hidden = true;
    const button = /** @type {HTMLElement} */ (line.querySelector(".check-this"));
    button.setAttribute("aria-expanded", "false");
    const inside = this.panel.contains(document.activeElement);
    this.list.after(this.panel);
    if (inside || document.activeElement === document.body) button.focus();
  }

  async hear() {
    this.quote = "";
    await this.player.play(`${this.path}/clips`, { utterance: this.utterance }, (fault, clip) => this.judged(fault, clip));
    this.say("再生しています。終わりまで聞いてください。");
  }

  /** @param {any} fault @param {string} clip */
  judged(fault, clip) {
    if (!fault) this.heard[this.quote ? "quote" : "line"] = clip;
    if (fault) this.say(fault.message);
    else if (this.quote) this.say("終わりまで聞きました。引用のとおりなら「聞いたとおりです」を押してください。");
    else if (!this.editing) this.say("終わりまで聞きました。言葉が合っていれば「聞いたとおりです」を、違っていれば「訂正する」を押してください。");
  }

  async confirm() {
    const clip = this.heard[this.quote ? "quote" : "line"];
    if (!clip) { this.say(FIRST); return; }
    if (this.quote) {
      await send(`/quotes/${this.quote}/confirm`, this.player.csrf, { clip });
      await this.done("引用を確認しました。");
    } else {
      await send(`/clips/${clip}/confirm`, this.player.csrf, { utterance: this.utterance });
      await this.done("発言を確認しました。");
    }
  }

  async correct() {
    if (!this.editing) {
      if (!this.heard.line) { this.say(FIRST); return; }
      this.quote = "";
      this.correction = crypto.randomUUID();
      this.edit(true);
      byId("check-label").textContent = "聞こえたとおりに書き直してください";
      byId("check-correct").textContent = "訂正を保存";
      byId("check-confirm").hidden = byId("check-quote").hidden = true;
      this.say("機械の文字は残り、訂正には名前と時刻が付きます。");
      this.words.focus();
      return;
    }
    const fields = { utterance: this.utterance, correction: this.correction, text: this.words.value };
    await send(`/clips/${this.heard.line}/correct`, this.player.csrf, fields);
    await this.done("訂正を保存しました。");
  }

  async take() {
    const { value, selectionStart, selectionEnd } = this.words;
    const some = selectionStart < selectionEnd;
    // The server counts letters, a browser counts halves of some.
    const start = some ? [...value.slice(0, selectionStart)].length : 0;
    const end = some ? [...value.slice(0, selectionEnd)].length : [...value].length;
    const id = crypto.randomUUID();
    const fields = { quote: id, utterance: this.utterance, start: String(start), end: String(end) };
    this.heard.quote = "";
    const { text } = await this.player.play(`${this.path}/quotes`, fields, (fault, clip) => this.judged(fault, clip));
    this.quote = id;
    this.say(`「${text}」を引用しました（未確認）。流れている音声を終わりまで聞いてください。`);
  }

  /** @param {string} words */
  async done(words) {
    const place = [...this.list.children].indexOf(/** @type {HTMLElement} */ (this.line));
    this.close();
    await this.renew(words, place);
  }
}

/** @param {HTMLElement} line; returns which letters of it are selected on the page */
function selected(line) {
  const letters = line.querySelector(".letters");
  const selection = getSelection();
  if (!letters || !selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!letters.contains(range.startContainer) || !letters.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(letters);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  return [start, start + range.toString().length];
}
