// @ts-check
// Lets the transcript follow the sound and the sound follow the transcript. The page scrolls, so that nothing is cut
// off. Whoever moves the spoken line out of sight is reading elsewhere: it stops following, until they ask.

export class Transcript {
  /**
   * @param {HTMLElement} list
   * @param {HTMLAudioElement} sound
   * @param {HTMLElement} player may stay at the top of the window and then hides what is beneath
   */
  constructor(list, sound, player) {
    this.list = list;
    this.sound = sound;
    this.player = player;
    this.following = true;
    this.lines = /** @type {{line: HTMLElement, start: number}[]} */ ([]);
    this.current = -1;
    this.read();
    addEventListener("scroll", () => this.scrolled(), { passive: true });
    list.addEventListener("click", (event) => this.clicked(event));
    for (const name of ["timeupdate", "seeked"]) sound.addEventListener(name, () => this.moved());
    new ResizeObserver(() => this.resized()).observe(player);
    addEventListener("resize", () => this.resized());
    this.resized();
  }

  /** Takes over the lines that stand there now. */
  read() {
    const lines = /** @type {HTMLElement[]} */ ([...this.list.children]);
    this.lines = lines.map((line) => ({ line, start: Number(line.dataset.start) }));
    this.mark(this.current, true);
  }

  /**
   * The line that is spoken is the one whose state (未確認 …) the Tab key reaches: a long transcript keeps one stop a line.
   * @param {number} number @param {boolean} spoken
   */
  mark(number, spoken) {
    const line = this.lines[number]?.line;
    if (!line) return;
    if (spoken) line.setAttribute("aria-current", "true");
    else line.removeAttribute("aria-current");
    const state = /** @type {HTMLElement | null} */ (line.querySelector(".check-this"));
    if (state) state.tabIndex = spoken ? 0 : -1;
  }

  /** Tells the style sheet how much of the window the player may cover, for whatever gets the focus beneath it. */
  resized() {
    document.documentElement.style.setProperty("--stuck", `${this.covered()}px`);
  }

  /** The part of the player that stays at the top: all of it, its buttons alone, or nothing. */
  stuck() {
    const parts = [this.player, ...this.player.children];
    return parts.find((part) => getComputedStyle(part).position === "sticky");
  }

  covered() { return this.stuck()?.getBoundingClientRect().height ?? 0; }

  inSight() {
    const place = this.lines[this.current]?.line.getBoundingClientRect();
    return !place || (place.top >= (this.stuck()?.getBoundingClientRect().bottom ?? 0) && place.bottom <= innerHeight);
  }

  scrolled() { if (!this.sound.paused && !this.inSight()) this.following = false; }

  /** The button that asks for the words of this moment: it goes there, and follows from there. */
  followAgain() {
    this.following = true;
    this.reveal();
    this.lines[this.current]?.line.querySelector("button")?.focus({ preventScroll: true });
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const line = /** @type {HTMLElement | null} */ (target.closest("li"));
    if (target.closest(".check, .check-this")) return;
    // Choosing words with the mouse is not asking to hear them.
    if (!line || String(getSelection())) return;
    this.following = true;
    this.sound.currentTime = Number(line.dataset.start);
    this.sound.play().catch(() => {}); // the player says that it cannot play
  }

  moved() {
    const now = this.sound.currentTime + 0.05;
    let low = -1;
    let high = this.lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.lines[middle].start <= now) low = middle;
      else high = middle - 1;
    }
    if (low === this.current) return;
    this.mark(this.current, false);
    this.current = low;
    this.mark(low, true);
    if (this.following && !this.sound.paused) this.reveal();
  }

  /** Moves the page only when the line is not in sight, and then at once: no gliding. */
  reveal() {
    const line = this.lines[this.current]?.line;
    if (!line || this.inSight()) return;
    const free = innerHeight - this.covered();
    scrollBy(0, line.getBoundingClientRect().top - this.covered() - Math.min(free / 3, free - line.offsetHeight));
  }
}
