// @ts-check
// Shows how long calls last, reckoned from the server's clock: a background tab may sleep, the figure stays right.

/** @param {number} seconds */
export function position(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const rest = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${rest}` : rest;
}

/** The same in words, for people who hear the page. @param {number} seconds */
export function spoken(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [[Math.floor(whole / 3600), "時間"], [Math.floor((whole % 3600) / 60), "分"], [whole % 60, "秒"]];
  return parts.filter(([count]) => count).map(([count, unit]) => `${count}${unit}`).join("") || "0秒";
}

export class Timers {
  constructor() {
    this.offset = 0;
    this.readClock();
    setInterval(() => this.show(), 1000);
    document.body.addEventListener("htmx:afterSettle", () => { this.readClock(); this.show(); });
  }

  readClock() {
    const moment = document.getElementById("live-moment");
    if (moment) this.offset = Number(moment.dataset.now) - Date.now();
  }

  show() {
    for (const timer of document.querySelectorAll("time[data-since]")) {
      const since = Number(/** @type {HTMLElement} */ (timer).dataset.since);
      timer.textContent = position((Date.now() + this.offset - since) / 1000);
    }
  }
}
