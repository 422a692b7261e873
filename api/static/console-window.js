// @ts-check
// The two keys in a small window that stays above other programs where the browser can do that (Document
// Picture-in-Picture), and in a small window of its own where it cannot.

export class SmallWindow {
  /** @param {HTMLElement} button @param {import("./console-keys.js").Keys} keys @param {import("./console-clock.js").ServerClock} clock */
  constructor(button, keys, clock) {
    this.keys = keys;
    this.clock = clock;
    button.hidden = false;
    button.addEventListener("click", () => this.open());
  }

  async open() {
    const above = /** @type {any} */ (window).documentPictureInPicture;
    if (above) {
      try {
        this.fill(await above.requestWindow({ width: 380, height: 300 }));
        return;
      } catch { /* the browser will not: a window of its own then */ }
    }
    window.open("/console/mini", "tsuwaroku-mini", "popup,width=380,height=320");
  }

  /** @param {Window} place */
  fill(place) {
    const page = place.document;
    page.documentElement.lang = "ja";
    page.title = "記録・応援";
    page.body.className = "mini mini-main";
    for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) page.head.append(page.importNode(sheet));
    const line = page.createElement("p");
    const buttons = page.createElement("div");
    buttons.className = "big-keys";
    const said = page.createElement("p");
    said.className = "pressed";
    said.setAttribute("role", "status");
    for (const [which, words] of /** @type {const} */ ([["flag", "◆ 記録・フラグ"], ["help", "✚ 応援"]])) {
      const button = page.createElement("button");
      button.className = `big-key ${which}`;
      button.textContent = words;
      button.addEventListener("click", () => this.keys.press(which));
      buttons.append(button);
    }
    page.body.append(line, buttons, said);
    this.keys.listen(place);
    const hear = (/** @type {Event} */ event) => { said.textContent = /** @type {CustomEvent} */ (event).detail; };
    const show = () => {
      const timer = document.querySelector(".talk-head .timer");
      const { state, nowhere } = document.getElementById("desk-moment")?.dataset ?? {};
      const waiting = nowhere ? "席に着いていません。「自分の電話」の画面で席の電話機を選んでください。" : "着信を待っています。";
      const idle = state === "ringing" ? "電話が鳴っています。" : waiting;
      line.textContent = timer ? `● 通話中 ${timer.textContent}` : `○ ${idle}`;
    };
    this.keys.addEventListener("said", hear);
    const ticking = setInterval(show, 1000);
    show();
    place.addEventListener("pagehide", () => {
      clearInterval(ticking);
      this.keys.removeEventListener("said", hear);
    });
  }
}
