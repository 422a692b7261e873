// @ts-check
// The lines of a live text on the page. What is settled stands in one list, in the order in which it was said, and
// is read out when it comes; what is still guessed stands below in another, and is never read out.

const NEAR_END_PX = 24;
const READ_OUT_AFTER_MS = 500; // what stood there when somebody came is not read out to them
/** @type {Record<string, string[]>} */
const SPEAKERS = { caller: ["▶", "相手"], hall: ["◀", "職員"] };
const CLOCK = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit", second: "2-digit" });

const UPWARD_KEYS = ["Home", "PageUp", "ArrowUp"];

/** Whether this looks back. @param {Event} event */
const upwards = (event) =>
  event instanceof WheelEvent ? event.deltaY < 0
    : event instanceof KeyboardEvent ? UPWARD_KEYS.includes(event.key) : true;

/** @typedef {{id: string, track: string, at: string, text: string, settled: boolean}} Line */

export class LiveLines {
  /** @param {HTMLElement} panel */
  constructor(panel) {
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (panel.querySelector(`[data-${name}]`));
    this.box = part("lines");
    this.settled = part("settled");
    this.guessed = part("guessed");
    this.newest = part("newest");
    this.aloud = /** @type {HTMLInputElement} */ (part("aloud"));
    this.shape = /** @type {HTMLTemplateElement} */ (part("line"));
    this.open = false;
    this.waiting = 0;
    this.follows = true;
    /** @type {Map<string, HTMLElement>} */
    this.known = new Map();
    this.box.addEventListener("scroll", () => { this.follows = this.atEnd(); this.offer(); });
    // A reader's own move counts from its first moment: a line that comes while the box still glides up, and is still
    // near its end, would take it back down.
    for (const moved of ["wheel", "touchmove", "keydown"]) {
      this.box.addEventListener(moved, (event) => { if (this.overflows() && upwards(event)) this.follows = false; }, { passive: true });
    }
    // A narrower page makes longer lines: whoever was at the end stays there.
    new ResizeObserver(() => { if (this.follows) this.follow(); this.offer(); }).observe(this.box);
    this.newest.addEventListener("click", () => { this.follow(); this.box.focus(); });
    this.aloud.addEventListener("change", () => this.readOut());
  }

  begin() {
    this.open = true;
    this.follows = true;
    this.quiet();
  }

  end() {
    this.open = false;
    this.settled.replaceChildren();
    this.guessed.replaceChildren();
    this.known.clear();
    this.newest.hidden = true;
    this.quiet();
  }

  /** @param {Line[]} lines @param {boolean} all whether these are all there are: others are gone */
  take(lines, all) {
    if (all) {
      const there = new Set(lines.map((one) => one.id));
      for (const id of [...this.known.keys()]) if (!there.has(id)) this.remove(id);
    }
    for (const line of lines) this.put(line);
    if (this.follows) this.follow();
    this.offer();
    if (!this.waiting) this.waiting = setTimeout(() => this.readOut(), READ_OUT_AFTER_MS);
  }

  /** @param {Line} line */
  put(line) {
    if (!line.text) { this.remove(line.id); return; }
    const known = this.known.get(line.id);
    if (known?.parentElement === this.settled) return;
    const one = known ?? this.make(line);
    one.querySelector(".letters")?.replaceChildren(line.text);
    one.classList.toggle("guessed", !line.settled);
    /** @type {HTMLElement} */ (one.querySelector(".still")).hidden = line.settled;
    const list = line.settled ? this.settled : this.guessed;
    if (one.parentElement !== list) list.insertBefore(one, this.after(list, one));
    this.known.set(line.id, one);
  }

  /** @param {Line} line */
  make(line) {
    const one = /** @type {HTMLElement} */ (/** @type {Element} */ (this.shape.content.firstElementChild).cloneNode(true));
    const [sign, name] = SPEAKERS[line.track] ?? ["◇", "不明"];
    one.classList.add(line.track);
    one.dataset.at = String(Date.parse(line.at));
    one.dataset.line = line.id;
    const [shape, word] = /** @type {Element} */ (one.querySelector(".who")).children;
    shape.textContent = sign;
    word.textContent = name;
    /** @type {Element} */ (one.querySelector(".when")).textContent = CLOCK.format(new Date(line.at));
    return one;
  }

  /** The first one that was said later. @param {HTMLElement} list @param {HTMLElement} one */
  after(list, one) {
    const when = (/** @type {HTMLElement} */ of) => Number(of.dataset.at);
    const later = (/** @type {HTMLElement} */ of) =>
      when(of) > when(one) || (when(of) === when(one) && String(of.dataset.line) > String(one.dataset.line));
    return /** @type {HTMLElement[]} */ ([...list.children]).find(later) ?? null;
  }

  /** @param {string} id */
  remove(id) {
    this.known.get(id)?.remove();
    this.known.delete(id);
  }

  overflows() { return this.box.scrollHeight > this.box.clientHeight; }

  atEnd() { return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < NEAR_END_PX; }

  follow() { this.follows = true; this.box.scrollTop = this.box.scrollHeight; }

  offer() {
    const hide = this.atEnd();
    // What has the focus does not go from under it.
    if (this.newest.hidden !== hide && (!hide || document.activeElement !== this.newest)) this.newest.hidden = hide;
  }

  readOut() { this.settled.setAttribute("aria-live", this.open && this.aloud.checked ? "polite" : "off"); }

  quiet() {
    clearTimeout(this.waiting);
    this.waiting = 0;
    this.settled.setAttribute("aria-live", "off");
  }
}
