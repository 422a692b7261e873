// @ts-check
// Keeps the drawing of the voice below the waveform on the same scale, and takes people to the places it names.

const HEIGHT = 56;

export class Voice {
  /**
   * @param {HTMLElement} part
   * @param {HTMLAudioElement} sound
   */
  constructor(part, sound) {
    this.drawing = part.querySelector("svg");
    part.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("[data-at]");
      if (button instanceof HTMLElement) sound.currentTime = Number(button.dataset.at);
    });
  }

  /** @param {number} from @param {number} to seconds that the waveform shows */
  show(from, to) {
    this.drawing?.setAttribute("viewBox", `${from} 0 ${Math.max(0.1, to - from)} ${HEIGHT}`);
  }
}
