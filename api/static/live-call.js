// @ts-check
// One live call: what changes is fetched anew, what somebody is writing stays as it is.
import { tellCallers } from "./caller-figures.js";
import { connectPage } from "./connection.js";
import { keepFocus } from "./focus-kept.js";
import { sayFaults } from "./live-fault.js";
import { LiveText } from "./live-text.js";
import { Timers } from "./timers.js";

new Timers();
const connection = connectPage(document.body.dataset.call);
new LiveText(connection);
sayFaults(document.getElementById("live-fault"));
keepFocus("#live-call", () => document.querySelector("#live-call h2"), "call-changed");
document.body.addEventListener("htmx:afterSwap", tellCallers);
tellCallers();
