// @ts-check
// Buttons with our own words for the sound: every one reachable by key, and what cannot be played is said in words.
import { position } from "./timers.js";

const byId = (/** @type {string} */ id) => document.getElementById(id);

export class Player {
  /** @param {HTMLAudioElement} sound */
  constructor(sound) {
    this.sound = sound;
    this.button = /** @type {HTMLButtonElement} */ (byId("turn"));
    this.place = /** @type {HTMLElement} */ (byId("place"));
    sound.controls = false; // without this script the browser's own player stays
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.turn());
    byId("back")?.addEventListener("click", () => { sound.currentTime -= 5; });
    byId("forward")?.addEventListener("click", () => { sound.currentTime += 5; });
    byId("speed")?.addEventListener("change", (event) => {
      sound.playbackRate = Number(/** @type {HTMLSelectElement} */ (event.target).value);
    });
    byId("loudness")?.addEventListener("input", (event) => {
      sound.volume = Number(/** @type {HTMLInputElement} */ (event.target).value) / 100;
    });
    for (const name of ["play", "pause", "ended"]) sound.addEventListener(name, () => this.say());
    for (const name of ["timeupdate", "seeked"]) sound.addEventListener(name, () => this.moved());
    sound.addEventListener("error", () => this.fail());
    if (sound.error) this.fail();
    this.say();
    this.moved();
  }

  turn() {
    if (!this.sound.paused) this.sound.pause();
    else this.sound.play().catch(() => {}); // an "error" event follows when it cannot be played
  }

  say() { this.button.textContent = this.sound.paused ? "再生" : "停止"; }

  moved() {
    const words = position(this.sound.currentTime);
    if (this.place.textContent !== words) this.place.textContent = words;
  }

  fail() {
    const told = byId("sound-fault");
    if (told) told.hidden = false;
  }
}
