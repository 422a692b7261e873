// @ts-check
// The small window of its own: the same parts and keys as the operator's page, and nothing else.
import "./console-desk.js";
