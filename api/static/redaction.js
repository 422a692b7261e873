// @ts-check
// The editor of left-out passages: words, waveform, list and keys say the same thing, and the server keeps it.
import { Refused, send } from "./clip.js";
import { Player } from "./player.js";
import { Others } from "./redaction-others.js";
import { Hearing } from "./redaction-hearing.js";
import { OverWave } from "./redaction-wave.js";
import { Words } from "./redaction-words.js";
import { position } from "./timers.js";
import { Outline, Waveform } from "./waveform.js";

const byId = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const page = /** @type {HTMLElement} */ (byId("redaction"));
const { base = "", csrf = "", grant = "" } = page.dataset;
const image = page.dataset.image === "yes";
const seconds = Number(page.dataset.seconds);
const KINDS = {
  name: "氏名", "phone-number": "電話番号", address: "住所", "date-of-birth": "生年月日", account: "口座", "my-number": "個人番号", number: "番号",
  email: "メールアドレス", echo: "反対側に聞こえる音", repeated: "同じ言葉のくり返し",
};
const WHOSE = { hall: "職員", caller: "相手", room: "会場" };

/** @type {any} what the server told last */
let state = { version: Number(page.dataset.version), passages: [], silent: {}, others: [], offers: [], hearing: null };
/** @type {{track: string, start: number, end: number, words: string, offer: string} | null} */
let chosen = null;
/** @type {string} key of the offer that is looked at */
let looked = "";
let busy = false;

const sound = /** @type {HTMLAudioElement | null} */ (byId("sound"));
if (sound) new Player(sound);
const list = byId("lines");
const words = list && !image ? new Words(list, (start, end, track, text) => choose({ track, start, end, words: text, offer: "" })) : null;
/** @type {OverWave | null} */
let over = null;

const time = (/** @type {number} */ ms) => `${position(ms / 1000)}.${Math.floor((ms % 1000) / 100)}`;
const others = byId("others") ? new Others(byId("others"), {
  said: (one) => ({ when: time(one.start), whose: WHOSE[/** @type {keyof WHOSE} */ (one.track)] }),
  go: (start) => { if (sound) sound.currentTime = Math.max(0, start / 1000 - 1); },
  remove: (id) => take("not-about", { passage: id }),
}) : null;

/** @param {{track: string, start: number, end: number, words: string, offer: string}} what */
function choose(what) {
  chosen = what;
  if (byId("side")) byId("side").value = what.track;
  byId("from").value = (what.start / 1000).toFixed(1);
  byId("to").value = (what.end / 1000).toFixed(1);
  byId("chosen").textContent = `${WHOSE[/** @type {keyof WHOSE} */ (what.track)]}　${time(what.start)}–${time(what.end)}${what.words ? `「${what.words}」` : ""}`;
  draw();
}

const left = (/** @type {{start: number, end: number}[]} */ spans) => spans.reduce((sum, one) => sum + one.end - one.start, 0) / 1000;

/** @param {unknown} fault */
function refused(fault) {
  const told = byId("redaction-fault");
  told.textContent = fault instanceof Refused ? fault.message : "うまくいきませんでした。ページを更新してください。";
  told.hidden = false;
  if (fault instanceof Refused && fault.code === "written-meanwhile") renew();
}

/** @param {string} what @param {Record<string, string>} fields */
async function take(what, fields) {
  if (busy) return;
  busy = true;
  try {
    const told = await send(`${base}/${what}`, csrf, { press: crypto.randomUUID(), seen: String(state.version), ...fields });
    byId("redaction-fault").hidden = true;
    state = { ...state, ...told };
    draw();
    renew();
  } catch (fault) { refused(fault); }
  busy = false;
}

let asked = 0;
async function renew() {
  asked += 1;
  const mine = asked;
  const answer = await fetch(`${base}/state`, { headers: { accept: "application/json" } }).catch(() => null);
  if (mine !== asked) return; // another question is on its way
  if (!answer?.ok) { refused(null); return; }
  state = await answer.json();
  draw();
}

function draw() {
  words?.paint(state.silent, state.offers);
  const unheard = image && state.hearing ? mine().map((/** @type {any} */ one) => ({ kind: "unheard", track: "", ...one })) : [];
  const masked = Object.entries(state.silent).flatMap(([track, spans]) =>
    /** @type {any[]} */ (spans).map((one) => ({ kind: "masked", track, ...one })));
  over?.show([
    ...masked,
    ...state.others.map((/** @type {any} */ one) => ({ ...one, kind: "other" })),
    ...state.offers.map((/** @type {any} */ one) => ({ ...one, kind: "offered" })),
    ...(chosen ? [{ ...chosen, kind: "chosen" }] : []),
    ...unheard,
  ]);
  drawList();
  others?.draw(state.others);
  drawOffer();
  drawHeard();
  document.body.dataset.version = String(state.version);
}

function drawList() {
  byId("count").textContent = String(state.passages.length);
  const groundless = state.passages.filter((/** @type {any} */ one) => !one.ground).length;
  const told = byId("groundless");
  told.hidden = !groundless;
  told.textContent = `▲ 理由のない不開示が${groundless}か所あります。理由を選ぶまで、交付用を作れません。`;
  const held = document.activeElement?.closest("#passages .passage")?.getAttribute("data-id");
  const role = document.activeElement?.className;
  byId("passages").replaceChildren(...state.passages.map(passage));
  if (held && role !== undefined) {
    const line = byId("passages").querySelector(`[data-id="${held}"]`);
    /** @type {HTMLElement | null} */ (line?.querySelector(role ? `.${role}` : "select"))?.focus();
  }
}

/** @param {any} one */
function passage(one) {
  const line = /** @type {HTMLElement} */ (byId("passage").content.firstElementChild.cloneNode(true));
  line.dataset.id = one.id;
  const jump = /** @type {HTMLButtonElement} */ (line.querySelector(".jump"));
  jump.textContent = `${time(one.start)}–${time(one.end)}`;
  jump.addEventListener("click", () => { if (sound) sound.currentTime = Math.max(0, one.start / 1000 - 1); });
  /** @type {HTMLElement} */ (line.querySelector(".whose")).textContent = WHOSE[/** @type {keyof WHOSE} */ (one.track)];
  const select = line.querySelector("select");
  if (select) {
    select.id = `ground-${one.id}`;
    select.value = one.ground;
    const label = /** @type {HTMLLabelElement} */ (line.querySelector("label"));
    label.htmlFor = select.id;
    label.textContent = `${jump.textContent} の理由`;
    select.addEventListener("change", () => take("ground", { passage: one.id, ground: select.value, note: one.note }));
    const remove = /** @type {HTMLButtonElement} */ (line.querySelector(".remove"));
    /** @type {HTMLElement} */ (remove.querySelector(".only-read")).textContent = `（${jump.textContent}）`;
    remove.addEventListener("click", () => take("unmask", { passage: one.id }));
  } else {
    const name = byId("ground-names")?.querySelector(`[data-id="${one.ground}"]`)?.textContent;
    /** @type {HTMLElement} */ (line.querySelector(".basis")).textContent = [name ?? "理由がありません", one.note].filter(Boolean).join("　");
  }
  return line;
}

function drawOffer() {
  const told = byId("offer");
  if (!told) return;
  const found = state.offers.find((/** @type {any} */ one) => one.key === looked);
  const words = !state.hearing ? "さがしています…"
    : found ? `${KINDS[/** @type {keyof KINDS} */ (found.kind)] ?? found.kind}　${WHOSE[/** @type {keyof WHOSE} */ (found.track)]}　${time(found.start)}${found.words ? `「${found.words}」` : ""}（あと${state.offers.length}件）`
    : state.offers.length ? `${state.offers.length}件あります。Nで見ます。` : "ありません。";
  if (told.textContent !== words) told.textContent = words;
}

function mine() {
  const { maker, second, maker_me: me } = state.hearing;
  return me ? maker : second;
}

function drawHeard() {
  if (!state.hearing) return;
  const { maker, second, second_name: name } = state.hearing;
  const words = (/** @type {any[]} */ spans) => spans.length ? `あと ${Math.ceil(left(spans))}秒` : "✓ 全部聞きました";
  byId("heard-maker").textContent = words(maker);
  byId("heard-second").textContent = `${name ? `${name}　` : ""}${words(second)}`;
  document.body.dataset.heard = state.hearing.all_heard ? "yes" : "no";
}

function nextOffer() {
  if (!state.offers.length) return;
  const at = state.offers.findIndex((/** @type {any} */ one) => one.key === looked);
  const one = state.offers[(at + 1) % state.offers.length];
  looked = one.key;
  choose({ track: one.track, start: one.start, end: one.end, words: one.words, offer: one.key });
  if (sound) sound.currentTime = Math.max(0, one.start / 1000 - 1);
}

const nothingChosen = () => {
  if (!chosen) byId("chosen").textContent = "先に、言葉か波形で部分を選んでください。";
  return !chosen;
};
const leaveOut = () => {
  if (nothingChosen() || !chosen) return;
  const { track, start, end, offer } = chosen;
  take("mask", { track, start: String(start), end: String(end), offer, ground: byId("ground").value, note: byId("note").value });
};
const aboutOther = () => {
  if (!others || nothingChosen() || !chosen) return;
  const { track, start, end } = chosen;
  take("about", { track, start: String(start), end: String(end), person: others.who });
};
const takeOffer = () => { if (chosen?.offer) leaveOut(); else nextOffer(); };
const declineOffer = () => { if (looked && state.offers.some((/** @type {any} */ one) => one.key === looked)) take("decline", { offer: looked }); };
const undo = () => take("undo", {});

if (!image) {
  const acts = { "leave-out": leaveOut, undo, "next-offer": nextOffer, "take-offer": takeOffer, "decline-offer": declineOffer, "about-other": aboutOther };
  for (const [id, act] of Object.entries(acts)) byId(id)?.addEventListener("click", act);
  for (const id of ["from", "to", "side"]) {
    byId(id)?.addEventListener("change", () => {
      const [start, end] = [byId("from"), byId("to")].map((one) => Math.round(Number(one.value) * 1000));
      if (end > start) choose({ track: byId("side")?.value ?? "room", start, end, words: "", offer: "" });
    });
  }
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.isComposing || event.altKey || event.metaKey || target.closest("input, select, textarea")) return;
    if (event.ctrlKey) {
      if (event.code === "KeyZ" && !event.shiftKey) { event.preventDefault(); undo(); }
      return;
    }
    // By the key's place, so that it works while Japanese is typed elsewhere.
    const keys = { KeyR: leaveOut, KeyN: nextOffer, KeyA: takeOffer, KeyX: declineOffer, KeyT: aboutOther };
    const act = keys[/** @type {keyof keys} */ (event.code)];
    if (act) { event.preventDefault(); act(); }
    else if (event.key === "Enter" && target.closest(".word") && sound) {
      event.preventDefault();
      sound.currentTime = Number(/** @type {HTMLElement} */ (target.closest(".word")).dataset.start) / 1000;
      sound.play().catch(() => {});
    }
  });
} else if (sound) {
  const hearing = new Hearing(sound, { base, csrf, version: state.version }, renew, refused);
  const renewed = new MutationObserver(() => { hearing.sounding = state.hearing?.sounding ?? []; });
  renewed.observe(document.body, { attributes: true, attributeFilter: ["data-version", "data-heard"] });
  byId("next-unheard").addEventListener("click", async () => {
    if (!state.hearing) await renew();  // pressed before the page knew what is left
    const next = state.hearing && mine()[0];
    if (next) { sound.currentTime = next.start / 1000; sound.play().catch(() => {}); }
  });
  byId("next-unheard").hidden = false;
}

if (sound) {
  const answer = await fetch(`/recordings/${grant}/peaks`);
  if (answer.ok) {
    const host = byId("wave");
    const wave = new Waveform(host, sound, new Outline(await answer.arrayBuffer()), { seconds, marks: [] });
    over = new OverWave(host, wave, (start, end, track) => {
      if (!image) choose({ track: byId("side") ? track : "room", start, end, words: "", offer: "" });
    });
    byId("closer").addEventListener("click", () => wave.zoom(0.5));
    byId("wider").addEventListener("click", () => wave.zoom(2));
  }
}
document.body.dataset.ready = "true";
await renew();
