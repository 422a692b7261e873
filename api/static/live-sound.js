// @ts-check
// A sound while somebody waits for help, and once when a judgement is called for. Browsers let a page sound only after a person pressed something on it:
// until then the page says so in words, and it never pretends to have sounded.

const AGAIN_MS = 10000;
const SOUNDED = "応援の音を鳴らしました。";
const CALLED = "判断を求める音を鳴らしました。";

export class HelpSound {
  /** @param {Document} page */
  static of(page) {
    const button = page.getElementById("sound");
    const state = page.getElementById("sound-state");
    if (!button || !state) return null;
    const sound = new HelpSound(button.dataset.sound, state, "「音を鳴らす」を一度押してください。");
    button.addEventListener("click", () => sound.play("音が鳴りました。応援や判断が求められると、この音が鳴ります。"));
    return sound;
  }

  /** @param {string | undefined} address @param {HTMLElement} state @param {string} remedy what to press when the browser is silent */
  constructor(address, state, remedy) {
    this.state = state;
    this.remedy = remedy;
    this.waiting = 0;
    this.timer = 0;
    this.sound = new Audio(address);
    this.sound.preload = "auto";
  }

  /** @param {number} waiting how many wait now @param {boolean} fresh whether one of them is new */
  asked(waiting, fresh) {
    this.waiting = waiting;
    if (fresh) this.play(SOUNDED);
    if (!waiting) { clearInterval(this.timer); this.timer = 0; this.calm(); }
    else if (!this.timer) this.timer = setInterval(() => this.play(""), AGAIN_MS);
  }

  /** Once: a judgement takes its time, and a sound again and again would only disturb it. @param {number} waiting @param {boolean} fresh */
  called(waiting, fresh) {
    if (fresh) this.play(CALLED);
    else if (!waiting && this.state.textContent === CALLED) this.say("");
  }

  /** Nobody waits any more: what was said of a sound for them is over. */
  calm() {
    if (this.state.classList.contains("warn")) return;
    if (this.state.textContent === SOUNDED) this.say("");
  }

  /** @param {string} words said when it sounded */
  async play(words) {
    try {
      this.sound.currentTime = 0;
      await this.sound.play();
      this.state.dataset.sounded = String(Number(this.state.dataset.sounded ?? 0) + 1);
      if (words || this.state.classList.contains("warn")) this.say(words || SOUNDED);
    } catch (error) {
      this.say(error instanceof DOMException && error.name === "NotAllowedError"
        ? `ブラウザーが音を止めています。${this.remedy}`
        : "音を鳴らせませんでした。パソコンの音量と、つないだスピーカーを確かめてください。", true);
    }
  }

  /** Silence that nobody knows of is the worst: it is said as loudly as a page can. @param {string} words @param {boolean} [silent] */
  say(words, silent = false) {
    this.state.className = silent ? "notice warn" : "quiet";
    if (this.state.textContent !== words) this.state.textContent = words;
  }
}
