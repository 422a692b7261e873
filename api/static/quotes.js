// @ts-check
// The quotes of a call: heard again, confirmed by whoever made them, copied with all that makes them evidence.
import { send } from "./clip.js";

export class Quotes {
  /**
   * @param {HTMLElement} section
   * @param {import("./clip.js").ClipPlayer} player
   * @param {(words: string) => Promise<void>} renew shows the page's words anew
   */
  constructor(section, player, renew) {
    this.section = section;
    this.player = player;
    this.renew = renew;
    /** @type {Map<string, string>} the clip in which a quote was heard to its end */
    this.heard = new Map();
    section.addEventListener("click", (event) => this.clicked(/** @type {HTMLElement} */ (event.target)));
  }

  /** @param {string} words */
  say(words) {
    const told = this.section.querySelector("#quotes-told");
    if (told) told.textContent = words;
  }

  /** @param {HTMLElement} target */
  async clicked(target) {
    const button = /** @type {HTMLElement | null} */ (target.closest("button"));
    const quote = /** @type {HTMLElement | null} */ (target.closest("[data-quote]"))?.dataset.quote;
    if (!button || !quote) return;
    try {
      if (button.matches(".quote-play")) await this.play(quote);
      else if (button.matches(".quote-confirm")) await this.confirm(quote);
      else await this.copy(button.dataset.paper ?? "");
    } catch (fault) { this.say(/** @type {Error} */ (fault).message); }
  }

  /** @param {string} quote */
  async play(quote) {
    await this.player.play(`/quotes/${quote}/clips`, {}, (fault, clip) => {
      if (!fault) this.heard.set(quote, clip);
      this.say(fault ? fault.message : "終わりまで聞きました。");
    });
    this.say("再生しています。");
  }

  /** @param {string} quote */
  async confirm(quote) {
    const clip = this.heard.get(quote);
    if (!clip) {
      this.say("先に、この引用の「聞く」を押して、終わりまで聞いてください。");
      return;
    }
    await send(`/quotes/${quote}/confirm`, this.player.csrf, { clip });
    await this.renew("引用を確認しました。");
  }

  /** @param {string} paper */
  async copy(paper) {
    const copied = await navigator.clipboard.writeText(paper).then(() => true, () => false);
    this.say(copied ? "通話、位置、確認した人と一緒に写しました。" : "写せませんでした。「紙に出す」の画面から写してください。");
  }
}
