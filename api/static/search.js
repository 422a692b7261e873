// @ts-check
// Plays a hit where it stands: one press asks for one clip, under the purpose of the search. Without this script the
// link to the call's page stays.

const hits = document.getElementById("hits");
const told = document.getElementById("hit-fault");
const sound = new Audio();
/** @type {HTMLButtonElement | null} */
let playing = null;

/** @param {HTMLButtonElement | null} button */
function show(button) {
  for (const one of hits?.querySelectorAll("button.hear") ?? [])
    if (one.firstChild) one.firstChild.nodeValue = one === button ? "停止" : "再生";
  playing = button;
}

/** @param {string} words */
function say(words) {
  if (!told) return;
  told.textContent = words;
  told.hidden = !words;
}

/** @param {HTMLButtonElement} button */
async function play(button) {
  say("");
  show(button);
  const body = new URLSearchParams({ csrf: hits?.dataset.csrf ?? "", utterance: button.dataset.utterance ?? "" });
  try {
    const answer = await fetch(`/search/${hits?.dataset.query}/clips`, { method: "POST", body });
    if (!answer.ok) throw new Error(String(answer.status));
    const clip = await answer.json();
    if (playing !== button) return; // another one was pressed meanwhile
    sound.src = clip.sound;
    await sound.play();
  } catch (fault) {
    if (playing !== button || (fault instanceof DOMException && fault.name === "AbortError")) return;
    show(null);
    say("再生できませんでした。録音は保管しています。時刻を押して、通話のページで聞いてください。");
  }
}

for (const name of ["ended", "error"]) sound.addEventListener(name, () => show(null));
for (const one of hits?.querySelectorAll("button.hear") ?? []) if (one instanceof HTMLElement) one.hidden = false;
hits?.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button.hear");
  if (!(button instanceof HTMLButtonElement)) return;
  const stop = playing === button;
  sound.pause();
  if (stop) show(null);
  else play(button);
});
