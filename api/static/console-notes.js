// @ts-check
// A note is saved while it is typed, and says so. What could not be saved stays in its field and is tried again.

const PAUSE_MS = 700;
const RETRY_MS = 2000;

export class Notes {
  /** @param {() => void} look */
  constructor(look) {
    this.look = look;
    this.waiting = 0;
    this.saved = "";
    /** @type {HTMLFormElement | null} */
    this.form = null;
    addEventListener("pagehide", () => this.flush());
  }

  /** Take over the form that the page shows now. */
  attach() {
    const form = /** @type {HTMLFormElement | null} */ (document.getElementById("note-form"));
    if (form === this.form) return;
    this.form = form;
    this.saved = "";
    if (!form) return;
    this.field.addEventListener("input", (event) => {
      if (!(/** @type {InputEvent} */ (event).isComposing)) this.soon(PAUSE_MS);
    });
    this.field.addEventListener("compositionend", () => this.soon(PAUSE_MS));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.next(); });
  }

  get field() { return /** @type {HTMLTextAreaElement} */ (this.form?.elements.namedItem("text")); }

  get id() { return /** @type {HTMLInputElement} */ (this.form?.elements.namedItem("note")); }

  /** @param {number} pause */
  soon(pause) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.save(), pause);
  }

  async next() {
    if (!this.field.value.trim() || !(await this.save())) return;
    this.id.value = crypto.randomUUID();
    this.field.value = "";
    this.saved = "";
    this.field.focus();
    this.look();
  }

  async save() {
    clearTimeout(this.waiting);
    const { form } = this;
    if (!form) return true;
    // What was saved once is not taken back unseen.
    const words = this.field.value.trim() || (this.saved && "（取り消しました）");
    if (!words || words === this.saved) return true;
    this.say("保存しています。");
    try {
      const answer = await this.post(form, words);
      if (answer.ok) {
        this.saved = words;
        this.say("保存しました。");
        return true;
      }
      if (answer.status < 500) {
        this.say("保存できませんでした。文字はこの欄に残っています。もう一度ログインしてください。");
        return false;
      }
    } catch { /* tried again below */ }
    this.say("まだ保存できていません。文字は残っています。つながりしだい保存します。");
    this.soon(RETRY_MS);
    return false;
  }

  /** @param {HTMLFormElement} form @param {string} words */
  post(form, words) {
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    body.set("text", words);
    return fetch(form.action, { method: "POST", body, keepalive: true });
  }

  /** The page or the call goes: what is not saved is sent at once. */
  flush() {
    const { form } = this;
    const words = form && this.field.value.trim();
    if (form && words && words !== this.saved) this.post(form, words).catch(() => {});
  }

  /** @param {string} words */
  say(words) {
    const place = document.getElementById("note-state");
    if (place && place.textContent !== words) place.textContent = words;
  }
}
