// How far each node, or each task, of a run is: a page of bars.

import { get } from "./api.js";
import { bar, share, troubles } from "./bars.js";
import { h, keyed, say } from "./dom.js";
import { executionsPath } from "./words.js";

const PAGE = 50;
/** Milliseconds between two readings while a run goes on. */
const PAUSE = 2000;
const CHOICES = [
  ["", "all"],
  ["error,dep_failed", "failed or blocked"],
  ["running", "running"],
  ["pending,running", "not done"],
];

/** The section of `node`s or `task`s. */
export function progress(noun) {
  const nouns = `${noun}s`;
  const body = h("tbody");
  const empty = h("p", { class: "empty", hidden: true }, `No ${noun} is like this.`);
  const label = h("label", { class: "quiet", for: `${nouns}-shown` }, "show");
  const choice = h(
    "select", { id: `${nouns}-shown` },
    CHOICES.map(([value, text]) => h("option", { value }, text)),
  );
  const back = h("button", { hidden: true }, `First ${nouns}`);
  const onward = h("button", { hidden: true }, `Next ${PAGE} ${nouns}`);
  const title = `${noun === "node" ? "Nodes" : "Tasks"}`;
  const element = h(
    "section", { "aria-labelledby": nouns },
    h("div", { class: "title" }, h("h2", { id: nouns }, title), h("div", { class: "tools" }, label, choice)),
    table(noun, title, body), empty,
    h("div", { class: "pages" }, back, onward),
  );
  const part = { element, noun, body, empty, choice, back, onward, marker: null, run: null, known: null };
  choice.addEventListener("change", () => turn(part, null));
  back.addEventListener("click", () => { choice.focus(); turn(part, null); });
  onward.addEventListener("click", () => turn(part, part.next));
  part.show = (run) => {
    part.run = run;
    const now = JSON.stringify(run.counts);
    if (now !== part.known) soon(part, now);
  };
  return part;
}

function table(noun, title, body) {
  return h(
    "table", {},
    h("caption", { class: "unseen" }, `${title} with their progress`),
    h("thead", {}, h(
      "tr", {},
      h("th", { scope: "col" }, noun === "node" ? "Node" : "Task"),
      h("th", { scope: "col", class: "wide" }, "Progress"),
      h("th", { scope: "col", class: "number" }, "Done"),
      h("th", { scope: "col" }, "Trouble"),
    )),
    body,
  );
}

/** Read now, or a while after the last time. */
function soon(part, now) {
  part.known = now;
  if (part.timer) return;
  const left = (part.readAt ?? -PAUSE) + PAUSE - performance.now();
  part.timer = setTimeout(() => read(part), Math.max(0, left));
}

function turn(part, marker) {
  part.marker = marker;
  clearTimeout(part.timer);
  read(part);
}

async function read(part) {
  const { noun, run, choice, body } = part;
  const nouns = `${noun}s`;
  const asked = (part.asked = {});
  part.readAt = performance.now();
  part.timer = null;
  try {
    const said = await get(`runs/${run.id}/${nouns}`, {
      limit: PAGE, marker: part.marker, statuses: choice.value,
    });
    if (asked !== part.asked) return;
    part.next = said.next;
    keyed(body, said[nouns], (each) => JSON.stringify([each.graph_type, each[noun]]), (each) => row(run, noun, each));
    part.empty.hidden = said[nouns].length > 0;
    part.back.hidden = part.marker === null;
    part.onward.hidden = said.next === null;
  } catch {
    // Read again with the next event: the line at the top says why.
    part.known = null;
  }
}

function row(run, noun, first) {
  const whole = bar(first.counts);
  const done = h("td", { class: "number" });
  const trouble = h("td", { class: "state state-error" });
  const made = h(
    "tr", {},
    h("th", { scope: "row", class: "name" }, nameOf(run, noun, first)),
    h("td", {}, whole), done, trouble,
  );
  made.show = ({ counts }) => {
    whole.show(counts);
    say(done, share(counts));
    say(trouble, troubles(counts));
  };
  return made;
}

function nameOf(run, noun, first) {
  const name = first[noun];
  // What has no node is where all wait for one another.
  if (name === null) return h("span", { class: "quiet" }, "sync points");
  const several = noun === "task" && run.graph_types.length > 1;
  const shown = several ? `${first.graph_type}:${name}` : name;
  return h("a", { href: executionsPath(run.id, { [`${noun}s`]: shown }) }, shown);
}
