// One run: how far it is, what failed, and what may be asked of it.

import { actions } from "./actions.js";
import { ROOT, get } from "./api.js";
import { audit } from "./audit.js";
import { bar, inWords, legend } from "./bars.js";
import { announce, h, keyed, say } from "./dom.js";
import { failures } from "./failures.js";
import { link } from "./link.js";
import { Live } from "./live.js";
import { progress } from "./progress.js";
import {
  between, executionsPath, isActive, runPath, sign, spaced, stateOf, statusNote, timeOf, word,
} from "./words.js";

const MOST_REASONS = 5;
/** Milliseconds after which reasons are asked for again. */
const REASONS_PAUSE = 10000;

export async function show(content, permissions, id) {
  const parts = [];
  const live = new Live(id, {
    link,
    run: (said) => {
      // Events leave out what only `show` tells.
      live.shown = { ...live.shown, ...said };
      if (!parts.length) parts.push(...layOut(content, permissions, live));
      for (const part of parts) part.show(live.shown);
    },
  });
  await live.again();
  if (!parts.length) {
    content.replaceChildren(
      crumbs(), h("h1", {}, `Run ${id}`),
      h("p", { class: "notice wrong", role: "alert" }, document.getElementById("link").textContent),
    );
  }
}

/** Where one is; with a run, below that. */
export function crumbs(run) {
  return h(
    "nav", { class: "crumbs", "aria-label": "Way back" },
    h("a", { href: ROOT }, "Runs"),
    run === undefined ? null : [" / ", h("a", { href: runPath(run) }, `Run ${run}`)],
  );
}

function layOut(content, permissions, live) {
  const parts = [head(permissions, live), failures(), waiting(live), progress("node"), progress("task"), audit()];
  const [first, failed, waits, nodes, tasks, asked] = parts;
  content.replaceChildren(
    crumbs(), ...first.elements, waits.held, failed.element,
    h("div", { class: "columns" }, nodes.element, tasks.element), waits.element,
    asked.element,
  );
  return parts;
}

function head(permissions, live) {
  const state = stateOf("pending");
  const facts = h("dl", { class: "facts" });
  const message = h("p", { class: "notice" });
  const whole = bar({}, true);
  const words = legend({}, (state) => executionsPath(live.run, { statuses: state }));
  const buttons = actions(permissions, live);
  const title = h("h1");
  let known = null;
  setInterval(() => {
    if (isActive(live.shown)) showFacts(facts, live.shown);
  }, 1000);
  return {
    elements: [
      h("div", { class: "head" }, h("div", {}, title, facts), buttons.element, buttons.note),
      buttons.said, message, whole, words,
    ],
    show(run) {
      if (!title.childNodes.length) title.append(`Run ${run.id} `, h("span", { class: "quiet" }, run.cluster), state);
      document.title = `${sign(run.status)} ${run.id} ${word(run.status)} · ${run.cluster} · Trailmark`;
      state.show(run.status, statusNote(run), run.interrupted);
      showFacts(facts, run);
      message.hidden = !run.message;
      message.classList.toggle("wrong", run.status === "error");
      say(message, run.message ?? "");
      whole.show(run.counts);
      words.show(run.counts);
      buttons.show(run);
      const now = `Run ${run.id} is ${word(run.status)}${statusNote(run)}`;
      if (known !== null && known !== now) announce(`${now}: ${inWords(run.counts)}`);
      known = now;
    },
  };
}

function showFacts(facts, run) {
  const modes = [run.dry_run ? "dry run" : "", run.noop ? "noop" : ""].filter(Boolean);
  const said = [
    ["graphs", run.graph_types.join(", ")],
    ["mode", modes.join(", ")],
    ["started", run.time_start === null ? "" : timeOf(run.time_start)],
    [isActive(run) ? "for" : "took", between(run.time_start, run.time_end)],
    ["asked by", run.asked_by?.user ?? ""],
    ["driven by", run.driven_by === null ? "" : `${run.driven_by.host}, process ${run.driven_by.pid}`],
  ].filter(([, value]) => value !== "");
  keyed(facts, said, ([name]) => name, ([name]) => {
    const made = h("div", {}, h("dt", {}, name), h("dd"));
    made.show = ([, value]) => {
      if (typeof value === "string") say(made.lastChild, value);
      else if (made.lastChild.textContent !== value.textContent) made.lastChild.replaceChildren(value);
    };
    return made;
  });
}

/** Why what is pending waits: what no event tells is asked for. */
function waiting(live) {
  const list = h("ul", { class: "reasons" });
  const element = h(
    "section", { "aria-labelledby": "waits", hidden: true },
    h("div", { class: "title" }, h("h2", { id: "waits" }, "What waits, and why")), list,
  );
  const held = h("p", { class: "notice", hidden: true });
  const part = { element, held, askedAt: performance.now(), known: null };
  part.show = (run) => {
    const { reasons = {} } = run;
    const now = `${run.status} ${run.asked} ${run.interrupted}`;
    const isStale = now !== part.known || performance.now() - part.askedAt > REASONS_PAUSE;
    if (part.known !== null && isStale && run.counts.pending) ask(part, live);
    part.known = now;
    const pending = run.counts.pending ?? 0;
    const { run: all, ...others } = reasons;
    held.hidden = all === undefined || !pending;
    say(held, `${spaced(pending)} pending: ${all}`);
    const shown = Object.entries(others).slice(0, MOST_REASONS);
    element.hidden = !shown.length || !pending;
    keyed(list, shown, ([name, why]) => `${name} ${why}`, ([name, why]) => h(
      "li", {}, h("span", { class: "name" }, name), " ", h("span", { class: "quiet" }, why),
    ));
  };
  return part;
}

async function ask(part, live) {
  part.askedAt = performance.now();
  const { run } = await get(`runs/${live.run}`).catch(() => ({ run: { reasons: {} } }));
  live.shown = { ...live.shown, reasons: run.reasons };
  part.show(live.shown);
}
