// @ts-check
// The city's own system beside a call, opened by itself in one tab, where the profile says so. Once a call; a reload of
// this page opens nothing again. A browser that blocks it costs nothing: the link stands there.
const TAB = "tsuwaroku-screen";
const host = /** @type {HTMLElement} */ (document.getElementById("desk"));

function open() {
  const link = /** @type {HTMLAnchorElement | null} */ (host.querySelector("a[data-pop]"));
  const call = link?.dataset.pop;
  if (!link || !call || sessionStorage.getItem("popped") === call) return;
  sessionStorage.setItem("popped", call);
  // The tab keeps its opener: without, no later call could be shown in the same one. It is the city's own system.
  if (!window.open(link.href, TAB)) {
    const said = document.getElementById("pop-said");
    if (said) said.textContent = "自動では開けませんでした。上のリンクから開いてください。";
    return;
  }
  window.focus();
}

new MutationObserver(open).observe(host, { childList: true, subtree: true });
open();
