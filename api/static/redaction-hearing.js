// @ts-check
// Plays the release as it will be and tells the server what was played. Where no side has any sound it goes on.
import { send } from "./clip.js";

const REPORT_EVERY = 5; // seconds of sound
const FASTEST = 2;

export class Hearing {
  /**
   * @param {HTMLAudioElement} sound
   * @param {{base: string, csrf: string, version: number}} place
   * @param {() => void} told after a report
   * @param {(fault: unknown) => void} refused
   */
  constructor(sound, place, told, refused) {
    this.sound = sound;
    this.place = place;
    this.told = told;
    this.refused = refused;
    /** @type {{start: number, end: number}[]} */
    this.sounding = [];
    /** @type {number | null} where this stretch began, in seconds */
    this.from = null;
    this.last = 0;
    sound.addEventListener("playing", () => { this.from ??= this.last = sound.currentTime; });
    sound.addEventListener("timeupdate", () => this.moved());
    for (const name of ["pause", "ended"]) sound.addEventListener(name, () => { this.reached(); this.report(); });
    sound.addEventListener("seeking", () => this.report());
    sound.addEventListener("seeked", () => { if (!sound.paused) this.from = this.last = sound.currentTime; });
    sound.addEventListener("ratechange", () => { if (sound.playbackRate > FASTEST) sound.playbackRate = FASTEST; });
    addEventListener("pagehide", () => this.report());
  }

  /** It stopped where it was: what was played since it last told its place counts too. */
  reached() {
    const since = this.sound.currentTime - this.last;
    if (!this.sound.seeking && since > 0 && since < 1.5 * FASTEST) this.last = this.sound.currentTime;
  }

  moved() {
    const now = this.sound.currentTime;
    if (this.sound.paused || this.sound.seeking || this.from === null) return;
    // A jump that nobody asked for was not heard.
    if (now < this.last || now - this.last > 1.5 * FASTEST) { this.from = this.last = now; return; }
    this.last = now;
    if (now - this.from >= REPORT_EVERY) this.report(true);
    const next = this.sounding.find((one) => one.end / 1000 > now);
    if (!next && this.sounding.length && now < this.sound.duration - 0.5) this.sound.pause();
    else if (next && next.start / 1000 - now > 1) this.sound.currentTime = next.start / 1000;
  }

  /** @param {boolean} goesOn */
  async report(goesOn = false) {
    if (this.from === null) return;
    const [start, end] = [this.from, this.last];
    this.from = goesOn ? end : null;
    if (end - start < 0.05) return;
    try {
      await send(`${this.place.base}/heard`, this.place.csrf, {
        press: crypto.randomUUID(), version: String(this.place.version),
        start: String(Math.round(start * 1000)), end: String(Math.round(end * 1000)),
      });
      this.told();
    } catch (fault) { this.refused(fault); }
  }
}
