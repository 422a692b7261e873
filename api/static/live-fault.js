// @ts-check
// Says in words when a button could not do what it says. The call goes on, and another way is named.

/** @param {HTMLElement | null} place */
export function sayFaults(place) {
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { successful, xhr, requestConfig } = /** @type {CustomEvent} */ (event).detail;
    if (requestConfig?.verb !== "post" || !place) return;
    let words = "";
    if (!successful) {
      words = "伝えられませんでした。通話は続いています。もう一度押すか、口頭で伝えてください。";
      try {
        const { title, advice } = JSON.parse(xhr.responseText).error;
        words = `${title}。${advice}`;
      } catch { /* no answer at all: the general words stay */ }
    }
    place.textContent = words;
    place.className = words ? "notice warn" : "";
  });
}
