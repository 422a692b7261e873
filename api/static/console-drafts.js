// @ts-check
// What is typed after a call is kept while another call stands at this desk, and is asked about before the page
// goes. It stays in this page's memory alone: words about a citizen are left in no browser's store.

export class Drafts {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    /** @type {Map<string, Map<string, string>>} */
    this.kept = new Map();
    addEventListener("beforeunload", (event) => {
      if (this.kept.size || this.typed(host).length) event.preventDefault();
    });
  }

  /** The fields that somebody changed and has not sent. @param {Element} place */
  typed(place) {
    const fields = /** @type {NodeListOf<HTMLInputElement | HTMLTextAreaElement>} */ (
      place.querySelectorAll("textarea, input:not([type=hidden])"));
    return [...fields].filter((one) => one.closest("[data-draft]") && one.value !== one.defaultValue);
  }

  /** A part leaves the page. @param {Element} part */
  keep(part) {
    const typed = this.typed(part);
    const words = new Map(typed.map((one) => [one.id, one.value]));
    if (words.size) this.kept.set(part.getAttribute("data-part") ?? "", words);
  }

  /** A part is back. @param {Element} part */
  restore(part) {
    const name = part.getAttribute("data-part") ?? "";
    for (const [id, words] of this.kept.get(name) ?? []) {
      const field = part.querySelector(`[id="${id}"]`);
      if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = words;
    }
    this.kept.delete(name);
  }

  /** What was sent is no draft any more. @param {HTMLFormElement} form */
  sent(form) {
    for (const one of form.querySelectorAll("textarea, input:not([type=hidden])")) {
      if (one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement) one.defaultValue = one.value;
    }
  }

  /** What was begun in another form of the same call, and would be lost with it. @param {HTMLFormElement} form */
  besides(form) {
    const forms = [...(form.closest("[data-part]")?.querySelectorAll("form[data-draft]") ?? [])];
    return forms.filter((one) => one !== form).flatMap((one) => this.typed(one)).find((one) => one.value.trim());
  }
}
