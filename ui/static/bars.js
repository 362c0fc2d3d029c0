// Progress as bars: a segment for each state, in words for who does not see.

import { h, keyed } from "./dom.js";
import { EXECUTION_STATES, count, spaced, stateOf, word } from "./words.js";

const there = (counts) => EXECUTION_STATES.filter((state) => counts[state]);

/** Counts by state as words. */
export function inWords(counts) {
  const parts = there(counts).map((state) => `${spaced(counts[state])} ${word(state)}`);
  return parts.join(", ") || "nothing";
}

/** A bar; `show` tells it new counts. */
export function bar(counts, large = false) {
  const made = h("div", { class: large ? "bar large" : "bar", role: "img" });
  made.show = (now) => {
    made.setAttribute("aria-label", inWords(now));
    made.title = inWords(now);
    keyed(made, there(now), (state) => state, (state) => {
      const part = h("i", { class: state });
      part.show = (which) => { part.style.flexGrow = made.counts[which]; };
      return part;
    }, made.counts = now);
  };
  made.show(counts);
  return made;
}

/** What the colours of a bar mean, with numbers; `to(state)` is more of it. */
export function legend(counts, to) {
  const made = h("ul", { class: "legend", "aria-label": "Executions by state" });
  made.show = (now) => {
    const states = [...there(now), "total"];
    keyed(made, states, (state) => state, (state) => {
      const number = h("b");
      const line = state === "total"
        ? h("li", { class: "quiet" }, "of ", number)
        : h("li", {}, h("a", { href: to(state) }, swatch(state), number, " ", stateOf(state)));
      line.show = () => { number.textContent = spaced(made.counts[state] ?? 0); };
      return line;
    }, made.counts = now);
  };
  made.show(counts);
  return made;
}

function swatch(state) {
  return h("span", { class: "swatch bar", "aria-hidden": "true" }, h("i", { class: state }));
}

/** How much is done, and what went wrong, in a few signs. */
export function share(counts) {
  const done = (counts.ready ?? 0) + (counts.skipped ?? 0);
  return `${spaced(done)}/${spaced(counts.total)}`;
}

export function troubles(counts) {
  const failed = counts.error ?? 0;
  const blocked = counts.dep_failed ?? 0;
  const said = [];
  if (failed) said.push(count(failed, "failed", "failed"));
  if (blocked) said.push(count(blocked, "blocked", "blocked"));
  return said.join(", ");
}
