// @ts-check
// Passages drawn over the waveform, and a passage chosen by dragging over one side of it.

const SHORTEST_DRAG = 6; // pixels: less is a press, which moves the place

export class OverWave {
  /**
   * @param {HTMLElement} host
   * @param {import("./waveform.js").Waveform} wave
   * @param {(from: number, to: number, track: string) => void} chosen milliseconds
   */
  constructor(host, wave, chosen) {
    this.host = host;
    this.wave = wave;
    this.over = document.createElement("div");
    this.over.className = "over";
    this.over.setAttribute("aria-hidden", "true");
    host.append(this.over);
    /** @type {{from: number, track: string} | null} */
    this.drag = null;
    /** @type {{kind: string, track: string, start: number, end: number}[]} */
    this.pieces = [];
    host.addEventListener("shown", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(host);
    if (!chosen) return;
    host.addEventListener("pointerdown", (event) => {
      const track = event.offsetY < host.clientHeight / 2 ? "hall" : "caller";
      this.drag = { from: event.offsetX, track };
      host.setPointerCapture(event.pointerId);
    });
    host.addEventListener("pointermove", (event) => {
      if (!this.drag || Math.abs(event.offsetX - this.drag.from) < SHORTEST_DRAG) return;
      const [start, end] = [this.drag.from, event.offsetX].sort((one, other) => one - other);
      chosen(this.at(start), this.at(end), this.drag.track);
    });
    for (const name of ["pointerup", "pointercancel"]) host.addEventListener(name, () => { this.drag = null; });
  }

  /** @param {number} x */
  at(x) {
    const seconds = this.wave.from + (Math.min(Math.max(0, x), this.host.clientWidth) / this.host.clientWidth) * this.wave.view;
    return Math.round(seconds * 1000);
  }

  /** @param {{kind: string, track: string, start: number, end: number}[]} pieces */
  show(pieces) {
    this.pieces = pieces;
    this.draw();
  }

  draw() {
    const left = (/** @type {number} */ ms) => ((ms / 1000 - this.wave.from) / this.wave.view) * 100;
    this.over.replaceChildren(...this.pieces.filter((one) => left(one.end) > 0 && left(one.start) < 100).map((one) => {
      const piece = document.createElement("span");
      piece.className = `${one.kind} ${one.track}`;
      piece.style.left = `${left(one.start)}%`;
      piece.style.width = `max(2px, ${left(one.end) - left(one.start)}%)`;
      return piece;
    }));
  }
}
