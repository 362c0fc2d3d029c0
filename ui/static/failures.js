// What failed: the first thing that one wants to read.

import { get } from "./api.js";
import { announce, h, keyed } from "./dom.js";
import { count, executionPath, executionsPath, moment, spaced, timeOf } from "./words.js";

const PAGE = 10;

/** The section; `show` reads again when there are other failures. */
export function failures() {
  const title = h("h2", { id: "failed" });
  const tools = h("div", { class: "tools" });
  const groups = h("p", { class: "groups" });
  const list = h("ul", { class: "failures" });
  const more = h("button", { hidden: true }, "Show more");
  const element = h(
    "section", { "aria-labelledby": "failed", hidden: true },
    h("div", { class: "title" }, title, tools), groups, list, more,
  );
  const part = { element, run: null, read: null, shown: [], next: null };
  more.addEventListener("click", () => read(part, list, more, true));
  part.show = (run) => {
    part.run = run;
    const failed = run.counts.error ?? 0;
    const blocked = run.counts.dep_failed ?? 0;
    element.hidden = failed === 0;
    const now = `${failed} ${run.counts.running ?? 0}`;
    if (failed === 0 || now === part.read) return;
    if (part.failed !== undefined && part.failed < failed) {
      announce(`${count(failed, "execution has", "executions have")} failed`);
    }
    part.failed = failed;
    part.read = now;
    title.textContent = `What failed: ${spaced(failed)}`;
    tools.replaceChildren(
      blocked ? h("a", { href: executionsPath(run.id, { statuses: "dep_failed" }) }, `${spaced(blocked)} blocked by it`) : "",
      h("a", { href: executionsPath(run.id, { statuses: "error" }) }, "all that failed"),
    );
    read(part, list, more, false);
    group(run, groups, failed);
  };
  return part;
}

async function read(part, list, more, further) {
  const asked = part.read;
  try {
    const limit = further ? PAGE : Math.max(PAGE, part.shown.length);
    const marker = further ? part.next : null;
    const said = await get(`runs/${part.run.id}/failures`, { limit, marker });
    if (part.read !== asked) return;
    part.shown = further ? [...part.shown, ...said.failures] : said.failures;
    part.next = said.next;
    more.hidden = said.next === null;
    // Of those that are shown, what failed first is the likeliest cause.
    part.shown.sort((one, other) => moment(one.time_end) - moment(other.time_end));
    keyed(list, part.shown, (each) => `${each.graph_type}:${each.task}@${each.node} ${each.attempt}`, (each) => failure(part.run, each));
  } catch {
    // Asked again with the next event: the line at the top says why.
    part.read = null;
  }
}

/** Where many failed: on how many nodes each task did. */
async function group(run, groups, failed) {
  groups.hidden = failed <= PAGE;
  if (groups.hidden) return;
  const { tasks } = await get(`runs/${run.id}/tasks`, { statuses: "error", limit: 20 }).catch(() => ({ tasks: [] }));
  const shown = tasks.sort((a, b) => b.counts.error - a.counts.error).slice(0, 6);
  groups.replaceChildren(...shown.flatMap((each, place) => [
    place ? ", " : "",
    h("a", { class: "name", href: executionsPath(run.id, { tasks: each.task, statuses: "error" }) }, each.task),
    ` on ${count(each.counts.error, "node")}`,
  ]));
}

function failure(run, each) {
  const code = each.exit_code === null ? null : h("b", {}, `exit code ${each.exit_code}`);
  const path = executionPath(run, each);
  const name = each.node === null ? each.task : `${each.task} on ${each.node}`;
  return h(
    "li", { class: "failure" },
    h(
      "header", {},
      h("h3", {}, h("span", { class: "sign", "aria-hidden": "true" }, "✕ "), h("span", { class: "name" }, each.task), each.node === null ? null : [h("span", { class: "quiet" }, " on "), h("span", { class: "name" }, each.node)]),
      code,
      h("span", { class: "quiet" }, `attempt ${each.attempt}`),
      h("span", { class: "quiet" }, timeOf(each.time_end)),
      h("a", { class: "more", href: path, "aria-label": `All attempts of ${name}` }, "all attempts"),
    ),
    isRepeated(each) ? null : h("p", {}, each.message),
    each.output === null ? null : h(
      "pre", { class: "output", "aria-label": `End of ${each.output.from}` },
      `${each.output.cut ? "…\n" : ""}${each.output.lines.join("\n")}`,
    ),
  );
}

/** Whether the message says what stands beside it anyway. */
function isRepeated({ message, exit_code: code, output }) {
  return !message || (output !== null && message.startsWith(`exit code ${code}`));
}
