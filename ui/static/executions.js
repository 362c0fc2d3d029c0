// Executions of a run: a page of those that are asked for.

import { get } from "./api.js";
import { h, keyed, say } from "./dom.js";
import { link } from "./link.js";
import { repeat } from "./live.js";
import { crumbs } from "./run.js";
import {
  EXECUTION_STATES, between, executionPath, isActive, runPath, stateOf, timeOf, word,
} from "./words.js";

const PAGE = 100;
const PAUSE = 3000;

export async function show(content, permissions, id) {
  const query = new URLSearchParams(location.search);
  const { run: first } = await get(`runs/${id}`);
  const body = h("tbody");
  const empty = h("p", { class: "empty", hidden: true }, "No execution is like this.");
  const pages = h("nav", { class: "pages", "aria-label": "Pages" });
  content.replaceChildren(
    crumbs(id),
    h("h1", {}, `Executions of run ${id} `, h("span", { class: "quiet" }, first.cluster)),
    filters(id, query), table(body), empty, pages,
  );
  document.title = `Executions · run ${id} · Trailmark`;
  await repeat(PAUSE, async () => {
    const { run } = await get(`runs/${id}`);
    const { tasks_history: rows, next } = await get(`runs/${id}/tasks_history`, {
      nodes: query.get("nodes"),
      tasks: query.get("tasks"),
      statuses: query.get("statuses"),
      marker: query.get("marker"),
      limit: PAGE,
    });
    keyed(body, rows, (each) => String(each.id), (each) => row(run, each));
    empty.hidden = rows.length > 0;
    turn(id, pages, query, next);
    return isActive(run);
  }, link);
}

function filters(id, query) {
  const field = (name, text) => h(
    "div", {}, h("label", { for: name }, text),
    h("input", { id: name, name, value: query.get(name) ?? "", autocomplete: "off" }),
  );
  const chosen = query.get("statuses") ?? "";
  const options = [["", "any"], ...EXECUTION_STATES.map((each) => [each, word(each)])];
  const status = h(
    "select", { id: "statuses", name: "statuses" },
    options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)),
  );
  const here = `${runPath(id)}/executions`;
  return h(
    "form", { class: "filters", method: "get", action: here, role: "search", "aria-label": "Executions" },
    field("nodes", "Nodes"), field("tasks", "Tasks"),
    h("div", {}, h("label", { for: "statuses" }, "Status"), status),
    h("button", {}, "Filter"),
    query.size ? h("a", { href: here }, "All executions") : null,
  );
}

function table(body) {
  const head = (text, kind) => h("th", { scope: "col", class: kind }, text);
  return h(
    "table", {},
    h("caption", { class: "unseen" }, "Executions, by node and task"),
    h("thead", {}, h(
      "tr", {}, head("Task"), head("Node"), head("Status"), head("Attempt", "number spare"),
      head("Started", "spare"), head("Took", "number spare"), head("Message"),
    )),
    body,
  );
}

function row(run, first) {
  const state = stateOf(first.status);
  const attempt = h("td", { class: "number spare" });
  const started = h("td", { class: "spare" });
  const took = h("td", { class: "number spare" });
  const said = h("td", { class: "said" });
  const made = h(
    "tr", {},
    h("th", { scope: "row", class: "name" }, h("a", { href: executionPath(run, first) }, first.task_name)),
    h("td", { class: "name" }, first.node_name ?? ""),
    h("td", {}, state), attempt, started, took, said,
  );
  made.show = (now) => {
    state.show(now.status);
    say(attempt, now.attempt ? String(now.attempt) : "");
    started.replaceChildren(now.time_start === null ? "" : timeOf(now.time_start));
    say(took, now.time_start === null ? "" : between(now.time_start, now.time_end));
    say(said, now.message ?? "");
  };
  return made;
}

function turn(id, pages, query, next) {
  const links = [];
  const to = (marker) => {
    const made = new URLSearchParams(query);
    made.delete("marker");
    if (marker !== null) made.set("marker", marker);
    return `${runPath(id)}/executions?${made}`;
  };
  if (query.has("marker")) links.push(["First executions", to(null)]);
  if (next !== null) links.push([`Next ${PAGE} executions`, to(next)]);
  keyed(pages, links, ([text, where]) => `${text} ${where}`, ([text, where]) => h("a", { href: where }, text));
}
