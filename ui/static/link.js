// The line at the top that says whether what is shown is current.

import { say } from "./dom.js";

let lostAt = null;

/** `is` is `live`, `over` or `lost`. */
export function link(is, text) {
  const line = document.getElementById("link");
  if (is !== "lost") lostAt = null;
  else lostAt ??= new Date().toLocaleTimeString();
  line.dataset.is = is;
  say(line, is === "lost" ? `Not current since ${lostAt}: ${text}` : text);
}
