// Who asked for what: of a run, the newest first.

import { get } from "./api.js";
import { h, keyed } from "./dom.js";
import { timeOf } from "./words.js";

const PAGE = 10;
/** Events as people say them; others are told as they are. */
const WORDS = {
  inserted: "asked for it",
  stop: "asked it to stop",
  cancel: "cancelled it",
  resume: "resumed it",
  skip: "skipped",
  adopt: "took it over",
  reset: "reset its cluster",
  hidden: "took it out of lists",
};

/** The section; `show` reads again when something was asked of the run. */
export function audit() {
  const list = h("ul", { class: "audit" });
  const more = h("button", { hidden: true }, "Show older");
  const element = h(
    "section", { "aria-labelledby": "audit", hidden: true },
    h("div", { class: "title" }, h("h2", { id: "audit" }, "Who asked for what")), list, more,
  );
  const part = { element, list, more, run: null, known: null, rows: [], next: null };
  more.addEventListener("click", () => read(part, true));
  part.show = (run) => {
    part.run = run;
    const now = `${run.status} ${run.asked}`;
    if (now !== part.known) {
      part.known = now;
      read(part, false);
    }
  };
  return part;
}

async function read(part, further) {
  const asked = (part.asked = {});
  try {
    const limit = further ? PAGE : Math.max(PAGE, part.rows.length);
    const marker = further ? part.next : null;
    const said = await get("audit", { run: part.run.id, limit, marker });
    if (asked !== part.asked) return;
    part.rows = further ? [...part.rows, ...said.audit] : said.audit;
    part.next = said.next;
    part.more.hidden = said.next === null;
    part.element.hidden = part.rows.length === 0;
    keyed(part.list, part.rows, (each) => String(each.id), line);
  } catch {
    // Read again with the next event: the line at the top says why.
    part.known = null;
  }
}

function line(row) {
  const more = row.event === "skip" ? [" ", h("span", { class: "name" }, row.message)] : null;
  return h(
    "li", {},
    h("span", { class: "quiet" }, timeOf(row.time)), " ",
    h("b", {}, row.user), ` ${WORDS[row.event] ?? row.event}`, more,
  );
}
