// @ts-check
// Passages that are about third persons of the request: whose they are, where, and how to take a mark off.

const byId = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

export class Others {
  /**
   * @param {HTMLElement} list
   * @param {{said: (one: any) => {when: string, whose: string}, go: (start: number) => void, remove: (id: string) => void}} acts
   */
  constructor(list, acts) {
    this.list = list;
    this.acts = acts;
    this.select = /** @type {HTMLSelectElement} */ (byId("other"));
  }

  /** Whose passage the next mark says it is. */
  get who() {
    return this.select.value;
  }

  /** @param {{id: string, start: number, track: string, person: string}[]} passages */
  draw(passages) {
    const held = /** @type {HTMLElement | null | undefined} */ (document.activeElement?.closest("#others .passage"));
    const role = document.activeElement?.className;
    this.list.replaceChildren(...passages.map((one) => this.line(one)));
    if (!held) return;
    const line = this.list.querySelector(`[data-id="${held.dataset.id}"]`);
    /** @type {HTMLElement} */ (line?.querySelector(`.${role}`) ?? this.select).focus();
  }

  /** @param {{id: string, start: number, track: string, person: string}} one */
  line(one) {
    const line = /** @type {HTMLElement} */ (byId("about").content.firstElementChild.cloneNode(true));
    line.dataset.id = one.id;
    const { when, whose } = this.acts.said(one);
    const name = [...this.select.options].find((known) => known.value === one.person)?.text ?? "第三者";
    const jump = /** @type {HTMLButtonElement} */ (line.querySelector(".jump"));
    jump.textContent = when;
    jump.addEventListener("click", () => this.acts.go(one.start));
    /** @type {HTMLElement} */ (line.querySelector(".whose")).textContent = `${name}（${whose}の声）`;
    const remove = /** @type {HTMLButtonElement} */ (line.querySelector(".remove"));
    /** @type {HTMLElement} */ (remove.querySelector(".only-read")).textContent = `（${name} ${when}）`;
    remove.addEventListener("click", () => this.acts.remove(one.id));
    return line;
  }
}
