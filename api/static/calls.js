// @ts-check
// The list is not moved under a reader's eyes: a line says that something changed, and a link shows it. Whether the
// list would be another one is asked, not guessed: news may be of a call that stands on another page of the list.
import { calmly, connectPage } from "./connection.js";

const newer = document.getElementById("newer");
const listed = (/** @type {Document} */ page) =>
  page.querySelector("table.calls tbody")?.textContent?.replace(/\s+/g, " ") ?? "";
const before = listed(document);

const look = calmly(async () => {
  if (!newer?.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { "hx-request": "true", accept: "text/html" } });
    if (!answer.ok) return;
    newer.hidden = listed(new DOMParser().parseFromString(await answer.text(), "text/html")) === before;
  } catch { /* the banner tells of the line */ }
});

newer?.querySelector("a")?.setAttribute("href", location.href); // with what was chosen
connectPage().addEventListener("news", look);
