// @ts-check
// Keeps one WebSocket open and wakes the page when a call changed. It carries no content: the page fetches what
// changed under its own rights. A lost connection is said in words and mended by itself.

const RETRY_MS = [500, 1000, 2000, 5000];
const SILENCE_MS = 35000; // the server speaks every 15 s
const SESSION_OVER = 4401;
const AT_MOST_EVERY_MS = 500;

export class Connection extends EventTarget {
  /** @param {HTMLElement} banner where the state is told */
  constructor(banner) {
    super();
    this.banner = banner;
    this.failures = 0;
    this.lost = false;
    this.leaving = false;
    this.silence = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    addEventListener("pagehide", () => { this.leaving = true; });
    addEventListener("pageshow", (event) => {
      this.leaving = false;
      // A page that the browser had put away whole comes back with a line that was cut meanwhile.
      if (event.persisted && this.socket?.readyState === WebSocket.CLOSED) this.open();
    });
  }

  open() {
    const socket = new WebSocket(`wss://${location.host}/ws`);
    this.socket = socket;
    socket.addEventListener("open", () => this.opened());
    socket.addEventListener("message", (event) => this.heard(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => this.closed(event.code));
  }

  opened() {
    this.failures = 0;
    document.body.dataset.connection = "ok";
    this.listen();
    if (this.lost) {
      this.lost = false;
      this.say("つながりました。", true);
      setTimeout(() => { if (!this.lost) this.say(""); }, 4000);
    }
    // Also the first time: a telephone may have begun to ring between the page's making and this line's opening.
    this.news("everything", "");
  }

  /** @param {{topic: string, id: string}} message */
  heard(message) {
    this.listen();
    if (message.topic === "heartbeat") return;
    // Words come several a second and change nothing of the call itself: only who reads along is woken.
    if (message.topic === "words") this.dispatchEvent(new CustomEvent("words", { detail: { id: message.id } }));
    else this.news(message.topic, message.id);
  }

  /** @param {number} code */
  closed(code) {
    clearTimeout(this.silence);
    if (this.leaving) return;
    if (code === SESSION_OVER) {
      document.body.dataset.connection = "over";
      this.say("ログインが終わりました（しばらく操作がなかったか、ほかの場所でログアウトしました）。通話と録音は続いています。");
      const link = document.createElement("a");
      link.href = location.pathname;
      link.textContent = "もう一度ログインする";
      this.banner.append(link);
      return;
    }
    this.lost = true;
    document.body.dataset.connection = "lost";
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] * (0.8 + Math.random() * 0.4);
    this.failures += 1;
    this.say("通信が切れました。録音は続いています。画面は自動でつなぎ直します。");
    setTimeout(() => this.open(), wait);
  }

  listen() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket?.close(), SILENCE_MS);
  }

  /** @param {string} words @param {boolean} [back] */
  say(words, back = false) {
    if (this.banner.textContent === words) return;
    this.banner.classList.toggle("back", back);
    this.banner.textContent = words;
  }

  /** @param {string} topic @param {string} id */
  news(topic, id) {
    this.dispatchEvent(new CustomEvent("news", { detail: { topic, id } }));
  }
}

/**
 * Calls a function soon after news, at most twice a second, and always once after the last news.
 * @param {() => void} look
 */
export function calmly(look) {
  let waiting = 0;
  let last = 0;
  return () => {
    if (waiting) return;
    const wait = Math.max(0, last + AT_MOST_EVERY_MS - Date.now());
    waiting = setTimeout(() => { waiting = 0; last = Date.now(); look(); }, wait);
  };
}

/** @type {Connection | null} */
let ofPage = null;

/**
 * Opens the page's one connection and turns its news into events that the page's parts wait for.
 * @param {string} [call] on the page of one call: its id
 */
export function connectPage(call) {
  const connection = ofPage ?? new Connection(/** @type {HTMLElement} */ (document.getElementById("connection")));
  if (!ofPage) {
    const changed = calmly(() => document.body.dispatchEvent(new CustomEvent("calls-changed")));
    connection.addEventListener("news", changed);
    connection.open();
  } else if (document.body.dataset.connection === "ok") {
    setTimeout(() => connection.news("everything", ""), 0); // this part came after the line was open
  }
  ofPage = connection;
  if (call) {
    const callChanged = calmly(() => document.body.dispatchEvent(new CustomEvent("call-changed")));
    connection.addEventListener("news", (event) => {
      const { topic, id } = /** @type {CustomEvent} */ (event).detail;
      if (topic === "everything" || id === call) callChanged();
    });
  }
  return connection;
}
