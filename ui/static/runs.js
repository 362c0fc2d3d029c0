// The list of runs, the newest first.

import { ROOT, get } from "./api.js";
import { bar, share, troubles } from "./bars.js";
import { h, keyed, say } from "./dom.js";
import { link } from "./link.js";
import { repeat } from "./live.js";
import {
  ACTIVE, RUN_STATES, between, isActive, runPath, stateOf, statusNote, timeOf, word,
} from "./words.js";

const PAGE = 50;
const PAUSE = 2000;

export async function show(content) {
  const query = new URLSearchParams(location.search);
  const body = h("tbody");
  const empty = h("p", { class: "empty", hidden: true });
  const pages = h("nav", { class: "pages", "aria-label": "Pages" });
  content.replaceChildren(
    h("h1", {}, "Runs"), filters(query), table(body), empty, pages,
  );
  document.title = "Runs · Trailmark";
  offerClusters();
  await repeat(PAUSE, async () => {
    const { runs, next } = await get("runs", {
      cluster: query.get("cluster"),
      status: query.get("status"),
      marker: query.get("marker"),
      limit: PAGE,
    });
    keyed(body, runs, (run) => String(run.id), row);
    empty.hidden = runs.length > 0;
    say(empty, query.size ? "No run is like this." : "There is no run yet: trailmark deploy DIR begins one.");
    turn(pages, query, next);
    return true;
  }, link);
}

function filters(query) {
  const cluster = h("input", {
    id: "cluster", name: "cluster", list: "clusters", autocomplete: "off",
    value: query.get("cluster") ?? "",
  });
  const options = [["", "any"], [ACTIVE.join(), "active"], ...RUN_STATES.map((each) => [each, word(each)])];
  const chosen = query.get("status") ?? "";
  const status = h(
    "select", { id: "status", name: "status" },
    options.map(([value, text]) => h("option", { value, selected: value === chosen }, text)),
  );
  return h(
    "form", { class: "filters", method: "get", action: ROOT, role: "search", "aria-label": "Runs" },
    h("div", {}, h("label", { for: "cluster" }, "Cluster"), cluster, h("datalist", { id: "clusters" })),
    h("div", {}, h("label", { for: "status" }, "Status"), status),
    h("button", {}, "Filter"),
    query.size ? h("a", { href: ROOT }, "All runs") : null,
  );
}

async function offerClusters() {
  const clusters = await get("clusters", { limit: 200 }).catch(() => []);
  document.getElementById("clusters")?.replaceChildren(
    ...clusters.map(({ name }) => h("option", { value: name })),
  );
}

function table(body) {
  return h(
    "table", {},
    h("caption", { class: "unseen" }, "Runs, the newest first"),
    h("thead", {}, h(
      "tr", {},
      h("th", { scope: "col" }, "Run"),
      h("th", { scope: "col" }, "Cluster"),
      h("th", { scope: "col" }, "Status"),
      h("th", { scope: "col", class: "wide" }, "Progress"),
      h("th", { scope: "col", class: "number" }, "Done"),
      h("th", { scope: "col" }, "Trouble"),
      h("th", { scope: "col", class: "spare" }, "Graphs"),
      h("th", { scope: "col", class: "spare" }, "Started"),
      h("th", { scope: "col", class: "number spare" }, "Took"),
    )),
    body,
  );
}

function row(first) {
  const state = stateOf(first.status);
  const progress = bar(first.counts);
  const done = h("td", { class: "number" });
  const failed = h("td", { class: "state state-error" });
  const started = h("td", { class: "spare" });
  const took = h("td", { class: "number spare" });
  const kind = [first.dry_run ? "dry run" : "", first.noop ? "noop" : ""].filter(Boolean).join(", ");
  const made = h(
    "tr", {},
    h("th", { scope: "row" }, h("a", { href: runPath(first.id) }, String(first.id))),
    h("td", { class: "name" }, first.cluster),
    h("td", {}, state),
    h("td", {}, progress),
    done, failed,
    h("td", { class: "spare" }, first.graph_types.join(", "), kind ? h("span", { class: "quiet" }, ` (${kind})`) : null),
    started,
    took,
  );
  made.show = (run) => {
    made.className = isActive(run) ? "now" : "";
    state.show(run.status, statusNote(run), run.interrupted);
    progress.show(run.counts);
    say(done, share(run.counts));
    say(failed, troubles(run.counts));
    started.replaceChildren(timeOf(run.time_start));
    say(took, between(run.time_start, run.time_end));
  };
  return made;
}

function turn(pages, query, next) {
  const links = [];
  if (query.has("marker")) {
    const first = new URLSearchParams(query);
    first.delete("marker");
    links.push(["Newest runs", first]);
  }
  if (next !== null) {
    const older = new URLSearchParams(query);
    older.set("marker", next);
    links.push(["Older runs", older]);
  }
  keyed(pages, links, ([text, to]) => `${text} ${to}`, ([text, to]) => h("a", { href: `${ROOT}?${to}` }, text));
}
