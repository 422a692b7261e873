// @ts-check
// Plays the words of a sheet, or of calls side by side, one stretch at a time. One play is one grant.
import { ClipPlayer } from "./clip.js";

const sound = /** @type {HTMLAudioElement | null} */ (document.querySelector("#sheet-sound"));
const told = document.querySelector("#sheet-told");

for (const list of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-clips]"))) {
  if (!sound) break;
  const player = new ClipPlayer(sound, list.dataset.csrf ?? "", sound);
  list.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    const utterance = button?.dataset.utterance;
    if (!utterance || !told) return;
    try {
      await player.play(list.dataset.clips ?? "", { utterance }, (fault) => {
        told.textContent = fault ? fault.message : "終わりまで聞きました。";
      });
      told.textContent = "再生しています。";
    } catch (fault) { told.textContent = /** @type {Error} */ (fault).message; }
  });
}
