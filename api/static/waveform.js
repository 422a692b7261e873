// @ts-check
// Draws both sides of a recording from the server's outline (50 ms, 8 bit) and lets people move in it.
// Top is the hall, bottom the caller: position and label say who speaks, colour only helps.
import { spoken } from "./timers.js";

const CALLER = 0; // the outline keeps the caller first
const HALL = 1;
const SHORTEST_VIEW = 5;

/** Reads version 2 of audiowaveform's .dat. */
export class Outline {
  /** @param {ArrayBuffer} bytes */
  constructor(bytes) {
    const view = new DataView(bytes);
    this.perSecond = view.getInt32(8, true) / view.getInt32(12, true);
    this.length = view.getUint32(16, true);
    this.sides = view.getUint32(20, true);
    this.values = new Int8Array(bytes, 24);
    // A telephone is quiet: the loudest moment fills its row, noise alone is not blown up beyond eight times.
    const loudest = this.values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    this.gain = Math.min(8, 127 / loudest);
  }

  /** @param {number} side @param {number} from @param {number} to seconds; returns [least, greatest] */
  extremes(side, from, to) {
    const first = Math.max(0, Math.floor(from * this.perSecond));
    const last = Math.min(this.length, Math.max(first + 1, Math.floor(to * this.perSecond)));
    let least = 0;
    let greatest = 0;
    for (let block = first; block < last; block += 1) {
      const at = (block * this.sides + side) * 2;
      least = Math.min(least, this.values[at]);
      greatest = Math.max(greatest, this.values[at + 1]);
    }
    return [least, greatest];
  }
}

export class Waveform {
  /**
   * @param {HTMLElement} host has role=slider
   * @param {HTMLAudioElement} sound
   * @param {Outline} outline
   * @param {{seconds: number, marks: number[]}} recording
   */
  constructor(host, sound, outline, recording) {
    this.host = host;
    this.sound = sound;
    this.outline = outline;
    this.seconds = recording.seconds;
    this.marks = recording.marks;
    this.from = 0;
    this.to = this.seconds;
    this.canvas = document.createElement("canvas");
    this.host.append(this.canvas);
    /** @type {OffscreenCanvas | null} */
    this.drawn = null;
    new ResizeObserver(() => this.resize()).observe(host);
    host.addEventListener("pointerdown", (event) => this.seek(this.from + (event.offsetX / host.clientWidth) * this.view));
    host.addEventListener("keydown", (event) => this.pressed(event));
    for (const name of ["timeupdate", "seeked"]) sound.addEventListener(name, () => this.moved());
    // While the sound plays a screen reader keeps quiet: the place is told when somebody moves, stops or asks.
    for (const name of ["seeked", "pause"]) sound.addEventListener(name, () => this.tell());
    host.addEventListener("focus", () => this.tell());
    sound.addEventListener("play", () => this.follow());
    matchMedia("(forced-colors: active)").addEventListener("change", () => this.resize());
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.tell();
    this.moved();
  }

  get view() { return this.to - this.from; }

  follow() {
    this.moved();
    // Who asked for less motion sees the place move four times a second, as the sound tells it, and not sixty.
    if (!this.sound.paused && !this.calm.matches) requestAnimationFrame(() => this.follow());
  }

  /** @param {number} seconds */
  seek(seconds) {
    this.sound.currentTime = Math.min(Math.max(0, seconds), Math.max(0, this.seconds - 0.1));
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const steps = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageUp: -60, PageDown: 60 };
    if (event.key in steps) this.seek(this.sound.currentTime + steps[/** @type {keyof typeof steps} */ (event.key)]);
    else if (event.key === "Home") this.seek(0);
    else if (event.key === "End") this.seek(this.seconds);
    else if (event.key === "+" || event.key === ";") this.zoom(0.5);
    else if (event.key === "-") this.zoom(2);
    else if (event.key === " ") this.turn();
    else return;
    event.preventDefault();
  }

  turn() {
    if (!this.sound.paused) this.sound.pause();
    else this.sound.play().catch(() => {});  // the player says that it cannot play
  }

  /** @param {number} factor below 1 shows less time, larger */
  zoom(factor) {
    const wanted = Math.min(this.seconds, Math.max(Math.min(SHORTEST_VIEW, this.seconds), this.view * factor));
    this.show(this.sound.currentTime - wanted / 2, wanted);
  }

  /** @param {number} from @param {number} view seconds */
  show(from, view) {
    this.from = Math.max(0, Math.min(this.seconds - view, from));
    this.to = this.from + view;
    this.drawn = null;
    this.draw();
    this.host.dispatchEvent(new CustomEvent("shown", { detail: { from: this.from, to: this.to } }));
  }

  tell() {
    const now = this.sound.currentTime;
    this.host.setAttribute("aria-valuenow", String(Math.floor(now)));
    this.host.setAttribute("aria-valuetext", spoken(now));
  }

  moved() {
    const now = this.sound.currentTime;
    if ((now < this.from || now > this.to) && this.view < this.seconds) this.show(now - this.view * 0.1, this.view);
    else this.draw();
  }

  resize() {
    const scale = devicePixelRatio || 1;
    this.canvas.width = Math.max(1, Math.round(this.host.clientWidth * scale));
    this.canvas.height = Math.max(1, Math.round(this.host.clientHeight * scale));
    this.drawn = null;
    this.draw();
  }

  /** @param {string} name of a CSS colour of ours */
  colour(name) {
    this.canvas.style.color = `var(${name})`; // lets the browser work out the colours that a person forces
    return getComputedStyle(this.canvas).color;
  }

  sides() {
    const { width, height } = this.canvas;
    const picture = new OffscreenCanvas(width, height);
    const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (picture.getContext("2d"));
    [HALL, CALLER].forEach((side, row) => {
      const middle = (height / 2) * (row + 0.5);
      pen.fillStyle = this.colour(side === HALL ? "--hall-side" : "--caller-side");
      for (let x = 0; x < width; x += 1) {
        const at = this.from + (x / width) * this.view;
        const [least, greatest] = this.outline.extremes(side, at, at + this.view / width);
        const unit = (this.outline.gain / 128) * (height / 4) * 0.92;
        pen.fillRect(x, middle - greatest * unit, 1, Math.max(1, (greatest - least) * unit));
      }
    });
    pen.fillStyle = this.colour("--soft-line");
    pen.fillRect(0, height / 2, width, 1);
    return picture;
  }

  draw() {
    const { width, height } = this.canvas;
    if (width < 2) return;
    this.drawn ??= this.sides();
    const pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    pen.clearRect(0, 0, width, height);
    pen.drawImage(this.drawn, 0, 0);
    const placeOf = (/** @type {number} */ seconds) => ((seconds - this.from) / this.view) * width;
    const scale = devicePixelRatio || 1;
    for (const mark of this.marks) this.diamond(pen, placeOf(mark), 8 * scale, 6 * scale);
    pen.fillStyle = this.colour("--place");
    pen.fillRect(placeOf(this.sound.currentTime) - 1.5 * scale, 0, 3 * scale, height);
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} size */
  diamond(pen, x, y, size) {
    pen.fillStyle = this.colour("--mark");
    pen.beginPath();
    pen.moveTo(x, y - size);
    pen.lineTo(x + size, y);
    pen.lineTo(x, y + size);
    pen.lineTo(x - size, y);
    pen.fill();
    pen.fillRect(x - 0.5, y, 1, this.canvas.height);
  }
}
