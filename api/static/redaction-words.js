// @ts-check
// Chooses words of one line, by pointer or by keys: a passage is of one side, so a choice never leaves its line.

export class Words {
  /** @param {HTMLElement} list @param {(from: number, to: number, track: string, words: string) => void} chosen milliseconds */
  constructor(list, chosen) {
    this.list = list;
    this.told = chosen;
    this.all = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(".word")]);
    /** @type {HTMLElement | null} where a choice began */
    this.anchor = null;
    /** @type {HTMLElement | null} */
    this.at = this.all[0] ?? null;
    if (this.at) this.at.tabIndex = 0;
    list.addEventListener("pointerdown", (event) => {
      const word = wordAt(event);
      if (word) this.choose(word, event.shiftKey && this.anchor ? this.anchor : word);
    });
    list.addEventListener("pointermove", (event) => {
      const word = event.buttons & 1 ? wordAt(event) : null;
      if (word && this.anchor && word !== this.at) this.choose(word, this.anchor);
    });
    list.addEventListener("keydown", (event) => this.pressed(event));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const word = wordAt(event);
    if (!word || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const line = word.closest("li");
    const at = this.all.indexOf(word);
    let next = null;
    if (event.key === "ArrowRight") next = this.all[at + 1];
    else if (event.key === "ArrowLeft") next = this.all[at - 1];
    else if (event.key === "ArrowDown") next = line?.nextElementSibling?.querySelector(".word");
    else if (event.key === "ArrowUp") next = line?.previousElementSibling?.querySelector(".word");
    else if (event.key === "Home") next = line?.querySelector(".word");
    else if (event.key === "End") next = [...(line?.querySelectorAll(".word") ?? [])].at(-1);
    else if (event.key !== " ") return;
    event.preventDefault();
    const to = /** @type {HTMLElement} */ (next ?? word);
    const along = event.shiftKey && this.anchor?.closest("li") === to.closest("li") && this.anchor;
    this.choose(to, along || to);
    to.focus();
  }

  /** @param {HTMLElement} word @param {HTMLElement} from */
  choose(word, from) {
    const line = /** @type {HTMLElement} */ (word.closest("li"));
    const anchor = from.closest("li") === line ? from : word;
    if (this.at) this.at.tabIndex = -1;
    this.at = word;
    this.at.tabIndex = 0;
    this.anchor = anchor;
    const words = /** @type {HTMLElement[]} */ ([...line.querySelectorAll(".word")]);
    const [first, last] = [words.indexOf(anchor), words.indexOf(word)].sort((one, other) => one - other);
    const taken = words.slice(first, last + 1);
    this.show(new Set(taken));
    const text = taken.map((one) => one.textContent).join("");
    this.told(Number(taken[0].dataset.start), Number(taken.at(-1)?.dataset.end), line.dataset.track ?? "", text);
  }

  /** @param {Set<HTMLElement>} taken */
  show(taken) {
    for (const one of this.list.querySelectorAll('.word[aria-selected="true"]')) one.setAttribute("aria-selected", "false");
    for (const one of taken) one.setAttribute("aria-selected", "true");
  }

  /** @param {Record<string, {start: number, end: number}[]>} silent @param {{track: string, start: number, end: number}[]} offers */
  paint(silent, offers) {
    for (const word of this.all) {
      const track = word.closest("li")?.getAttribute("data-track") ?? "";
      const touches = (/** @type {{start: number, end: number}} */ one) =>
        Number(word.dataset.start) < one.end && one.start < Number(word.dataset.end);
      const masked = (silent[track] ?? []).some(touches);
      word.classList.toggle("masked", masked);
      word.classList.toggle("offered", !masked && offers.some((one) => one.track === track && touches(one)));
      if (masked) word.setAttribute("aria-label", `${word.textContent}（不開示）`);
      else word.removeAttribute("aria-label");
    }
  }
}

/** @param {Event} event @returns {HTMLElement | null} */
function wordAt(event) {
  return /** @type {HTMLElement} */ (event.target).closest(".word");
}
