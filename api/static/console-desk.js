// @ts-check
// The operator's page. Parts stay as long as they speak of the same call, so nothing that is typed is lost; only what
// is marked fresh inside them is shown anew. While the line for news is down, the page asks by itself.
import { calmly, connectPage } from "./connection.js";
import { tellCallers } from "./caller-figures.js";
import { ServerClock } from "./console-clock.js";
import { Drafts } from "./console-drafts.js";
import { drawn } from "./focus-kept.js";
import { Keys } from "./console-keys.js";
import { LiveText } from "./live-text.js";
import { Notes } from "./console-notes.js";
import { SmallWindow } from "./console-window.js";

const ASK_ALONE_MS = 3000;
const ASK_AGAIN_MS = 2000;
const OUTLIVES_THE_PAGE = 60000; // letters: a browser refuses to send more than 64 KiB once the page is gone
const host = /** @type {HTMLElement} */ (document.getElementById("desk"));
const clock = new ServerClock();
const keys = new Keys();
const look = calmly(() => refresh());
const notes = new Notes(look);
const drafts = new Drafts(host);
let asked = 0;
let shown = 0;
const small = document.getElementById("small-window");
if (small) new SmallWindow(small, keys, clock);

const connection = connectPage(document.body.dataset.call);
connection.addEventListener("news", look);
const liveText = new LiveText(connection);
keys.addEventListener("answered", look);
// Of a call on another department's line nobody tells this page once it has left the desk.
// Once the session is over nothing is asked: the answer would be for whoever signed in after it.
const untold = () => document.body.dataset.connection !== "over" && (document.body.dataset.connection !== "ok"
  || document.getElementById("desk-moment")?.dataset.elsewhere !== undefined);
setInterval(() => { if (untold()) look(); }, ASK_ALONE_MS);
document.addEventListener("submit", act);
settle();

async function refresh() {
  asked += 1;
  const mine = asked;
  let words;
  try {
    const answer = await fetch(/** @type {string} */ (document.body.dataset.desk), {
      headers: { "hx-request": "true", accept: "text/html" },
    });
    if (!answer.ok && answer.status < 500) return; // signed out: the banner tells
    if (!answer.ok) throw new Error();
    words = await answer.text();
  } catch { // the news must not be lost with its answer
    setTimeout(look, ASK_AGAIN_MS);
    return;
  }
  if (mine < shown) return; // a later question was answered sooner: this is older than what stands here
  shown = mine;
  const page = new DOMParser().parseFromString(words, "text/html");
  merge(page.getElementById("desk") ?? page.body);
  settle();
}

/** @param {Element} fresh */
function merge(fresh) {
  const key = (/** @type {Element} */ one) =>
    one.getAttribute("data-part") ?? one.getAttribute("data-fresh") ?? one.id;
  const wanted = new Map([...fresh.children].map((one) => [key(one), one]));
  for (const old of [...host.children]) {
    if (wanted.has(key(old))) continue;
    if (old.contains(document.getElementById("note-form"))) notes.flush();
    drafts.keep(old);
    old.remove();
  }
  let place = host.firstElementChild;
  for (const [name, one] of wanted) {
    if (place && key(place) === name) {
      const old = place;
      place = place.nextElementSibling;
      if (one.id === "desk-moment") old.replaceWith(one);
      else update(old, one);
    } else {
      host.insertBefore(one, place);
      drafts.restore(one);
    }
  }
}

/** @param {Element} old @param {Element} one */
function update(old, one) {
  const pairs = [...one.querySelectorAll("[data-fresh]"), ...(one.matches("[data-fresh]") ? [one] : [])];
  for (const now of pairs) {
    const name = now.getAttribute("data-fresh");
    const before = old.getAttribute("data-fresh") === name ? old : old.querySelector(`[data-fresh="${name}"]`);
    if (!before || alike(before) === alike(now)) continue;
    drawn(before, () => before.replaceChildren(...now.childNodes), look);
  }
}

/** What people see of it: without the ids of presses and the running figures. @param {Element} one */
function alike(one) {
  return one.innerHTML.replace(/name="press" value="[^"]*"/g, "").replace(/>[\d:]+<\/time>/g, "").replace(/\s+/g, " ");
}

function settle() {
  notes.attach();
  liveText.attach();
  clock.show(document);
  tellCallers();
  const current = notes.form && notes.id.value;
  for (const one of document.querySelectorAll("[data-note]")) {
    /** @type {HTMLElement} */ (one).hidden = one.getAttribute("data-note") === current;
  }
  const moment = document.getElementById("desk-moment");
  const said = document.getElementById("desk-said");
  if (!moment || !said) return;
  const { state, said: words } = moment.dataset;
  if (document.body.dataset.state && document.body.dataset.said !== words) said.textContent = words ?? "";
  document.body.dataset.state = state;
  document.body.dataset.said = words;
  document.title = document.title.replace(/^(○ 着信 |● 通話中 )?/, { ringing: "○ 着信 ", talking: "● 通話中 " }[state ?? ""] ?? "");
}

/** @param {SubmitEvent} event */
async function act(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.dataset.act === undefined) return;
  event.preventDefault();
  const begun = form.id === "wrap-up" && drafts.besides(form);
  if (begun) {
    tell(form, "書きかけの約束があります。「約束を書く」を押すか、約束の欄を空にしてから、結果を押してください。");
    begun.focus();
    return;
  }
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form, event.submitter)));
  try {
    const keepalive = String(body).length < OUTLIVES_THE_PAGE;
    const answer = await fetch(form.action, { method: "POST", body, keepalive });
    const told = await answer.json();
    tell(form, told.said ?? `${told.error.title}。${told.error.advice}`);
    if (!answer.ok) return;
    if (form.dataset.act === "clear") form.reset();
    else drafts.sent(form);
    const press = form.elements.namedItem("press");
    if (press instanceof HTMLInputElement) press.value = crypto.randomUUID();
    await refresh();
    // What becomes of an order stands in the list; "伝えています" beside it would be old at once.
    if (form.action.endsWith("/orders")) form.closest("section")?.querySelector(":scope > .told")?.remove();
    if (!form.isConnected && document.activeElement === document.body) document.getElementById("main")?.focus();
  } catch {
    tell(form, "送れませんでした。通話は続いています。もう一度押してください。");
  }
}

/** Beside what was pressed, where eyes are, and to a screen reader. @param {HTMLFormElement} form @param {string} words */
function tell(form, words) {
  if (form.closest(".talk-head")) { keys.say(words); return; }
  const place = form.closest("section")?.querySelector(":scope > .told") ?? document.createElement("p");
  place.className = "told quiet";
  place.setAttribute("role", "status");
  if (!place.isConnected) form.closest("section")?.append(place);
  place.textContent = words;
}
