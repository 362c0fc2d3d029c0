// One run: how far it is, what failed, and what may be asked of it.

import { actions } from "./actions.js";
import { ROOT } from "./api.js";
import { bar, inWords, legend } from "./bars.js";
import { announce, h, keyed, say } from "./dom.js";
import { failures } from "./failures.js";
import { link } from "./link.js";
import { Live } from "./live.js";
import { progress } from "./progress.js";
import {
  between, executionsPath, isActive, runPath, sign, spaced, stateOf, statusNote, timeOf, word,
} from "./words.js";

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
  const parts = [head(permissions, live), failures(), waiting(), progress("node"), progress("task")];
  const [first, failed, waits, nodes, tasks] = parts;
  content.replaceChildren(
    crumbs(), ...first.elements, failed.element, waits.element,
    h("div", { class: "columns" }, nodes.element, tasks.element),
  );
  return parts;
}

function head(permissions, live) {
  const state = stateOf("pending");
  const facts = h("dl", { class: "facts" });
  const message = h("p", { class: "notice" });
  const whole = bar({}, true);
  const words = legend({});
  const buttons = actions(permissions, live);
  const title = h("h1");
  let known = null;
  return {
    elements: [
      h("div", { class: "head" }, h("div", {}, title, facts), buttons.element, buttons.note),
      buttons.said, message, whole, words,
    ],
    show(run) {
      if (!title.childNodes.length) title.append(`Run ${run.id} `, h("span", { class: "quiet" }, run.cluster), state);
      document.title = `${sign(run.status)} ${run.id} ${word(run.status)} · ${run.cluster} · Trailmark`;
      state.show(run.status, statusNote(run));
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
      else made.lastChild.replaceChildren(value);
    };
    return made;
  });
}

/** Why what is pending waits. */
function waiting() {
  const list = h("ul", { class: "legend" });
  const element = h("section", { hidden: true }, h("div", { class: "title" }, h("h2", {}, "What waits")), list);
  return {
    element,
    show(run) {
      const held = run.reasons?.run;
      element.hidden = !held || run.status === "pending" && run.asked === "none" && !held;
      if (!element.hidden) {
        const pending = run.counts.pending ?? 0;
        list.replaceChildren(h(
          "li", {}, h("a", { href: executionsPath(run.id, { statuses: "pending" }) }, `${spaced(pending)} pending`),
          `: ${held}`,
        ));
      }
    },
  };
}
