// @ts-check
// The page of one call: player, waveform and transcript move together; a place in the address (#t=12.3) is kept.
import { connectPage } from "./connection.js";
import { Player } from "./player.js";
import { Transcript } from "./transcript.js";
import { Voice } from "./voice.js";
import { Outline, Waveform } from "./waveform.js";
import { CallWords } from "./words.js";

const byId = (/** @type {string} */ id) => document.getElementById(id);

connectPage(document.body.dataset.call);

// The state of the recording is fetched with every piece of news; a reader is told only what is new in it.
let state = byId("call-state")?.textContent?.trim();
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  if (detail.target.id !== "call-state") return;
  const words = new DOMParser().parseFromString(detail.xhr.responseText, "text/html").body.textContent?.trim();
  if (words === state) detail.shouldSwap = false;
  state = words;
});

const player = /** @type {HTMLElement | null} */ (document.querySelector("[data-grant]"));
const sound = /** @type {HTMLAudioElement | null} */ (byId("sound"));

if (player && sound) {
  const list = byId("transcript");
  const bar = byId("player");
  new Player(sound);
  const transcript = list && bar && new Transcript(list, sound, bar);
  if (transcript) {
    new CallWords(sound, transcript);
    byId("return")?.addEventListener("click", () => transcript.followAgain());
  }
  byId("marks")?.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("[data-at]");
    if (button instanceof HTMLElement) sound.currentTime = Number(button.dataset.at);
  });
  byId("newer-words")?.addEventListener("click", (event) => {
    const line = /** @type {HTMLElement} */ (event.target).closest("li");
    if (!line || String(getSelection())) return;
    sound.currentTime = Number(line.dataset.start);
    sound.play().catch(() => {}); // the player says that it cannot play
  });
  const measured = byId("voice");
  const voice = measured && new Voice(measured, sound);
  const goToPlace = () => {
    const place = /^#t=(\d+(\.\d+)?)$/.exec(location.hash);
    if (!place) return;
    sound.currentTime = Number(place[1]);
    sound.dispatchEvent(new Event("timeupdate")); // until its data are there, a sound moves without a word
    transcript?.reveal();
  };
  addEventListener("hashchange", goToPlace);
  goToPlace();
  const answer = await fetch(`/recordings/${player.dataset.grant}/peaks`);
  const host = byId("wave");
  if (answer.ok && host) {
    const marks = (player.dataset.marks ?? "").split(" ").filter(Boolean).map(Number);
    const recording = { seconds: Number(player.dataset.seconds), marks };
    const wave = new Waveform(host, sound, new Outline(await answer.arrayBuffer()), recording);
    host.addEventListener("shown", (event) => {
      const { from, to } = /** @type {CustomEvent} */ (event).detail;
      voice?.show(from, to);
    });
    byId("closer")?.addEventListener("click", () => wave.zoom(0.5));
    byId("wider")?.addEventListener("click", () => wave.zoom(2));
    document.body.dataset.ready = "true";
  }
}
