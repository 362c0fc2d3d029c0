// One execution: its attempts with all that they left behind.

import { get } from "./api.js";
import { h, say } from "./dom.js";
import { link } from "./link.js";
import { repeat } from "./live.js";
import { crumbs } from "./run.js";
import { between, isActive, sign, stateOf, timeOf, word } from "./words.js";

const PAUSE = 2000;
/** What of a summary has a place of its own. */
const TOLD = ["exit_code", "stdout", "stderr", "duration", "tests"];

export async function show(content, permissions, id, name) {
  const state = stateOf("pending");
  const shown = decodeURIComponent(name);
  const body = h("div");
  content.replaceChildren(crumbs(id), h("h1", {}, h("span", { class: "name" }, shown), " ", state), body);
  let before = null;
  await repeat(PAUSE, async () => {
    const { run } = await get(`runs/${id}`);
    const { task } = await get(`runs/${id}/tasks/${name}`);
    const { outputs } = isActive(run) && task.status === "running"
      ? await get(`runs/${id}/outputs`)
      : { outputs: [] };
    const heard = outputs.find((each) => each.task === task.task_name && each.node === task.node_name);
    const now = JSON.stringify([task, heard]);
    state.show(task.status);
    document.title = `${sign(task.status)} ${shown} · run ${id} · Trailmark`;
    if (now !== before) body.replaceChildren(...parts(task, heard));
    before = now;
    return isActive(run);
  }, link);
}

function parts(task, heard) {
  const attempts = [...task.attempts].reverse();
  return [
    task.message && !attempts.length ? h("p", { class: "notice" }, task.message) : "",
    ...(attempts.length
      ? attempts.map((each) => attempt(each, heard?.attempt === each.attempt ? heard : null))
      : [h("p", { class: "empty" }, "It was not attempted.")]),
    task.checkpoint === null ? "" : section(
      "Checkpoint", h("p", { class: "quiet" }, "What the last attempt left for the next one."),
      output(task.checkpoint),
    ),
    task.transitions.length ? section("Transitions", moves(task.transitions)) : "",
  ];
}

function section(title, ...children) {
  return h("section", {}, h("div", { class: "title" }, h("h2", {}, title)), ...children);
}

function attempt(said, heard) {
  const summary = said.summary ?? {};
  const others = Object.fromEntries(Object.entries(summary).filter(([key]) => !TOLD.includes(key)));
  const facts = [
    ["started", said.time_start === null ? null : timeOf(said.time_start)],
    ["took", between(said.time_start, said.time_end)],
    ["exit code", summary.exit_code === undefined || summary.exit_code === null ? null : h("b", {}, String(summary.exit_code))],
    ["fault", said.fault],
  ].filter(([, value]) => value !== null && value !== "");
  return h(
    "section", { class: "attempt" },
    h("div", { class: "title" }, h("h2", {}, `Attempt ${said.attempt}`), stateOf(said.state)),
    h("dl", { class: "facts" }, facts.map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, value)))),
    isRepeated(said.message, summary) ? null : h("p", { class: "notice" }, said.message),
    ...streams(summary, ""),
    ...Object.entries(summary.tests ?? {}).flatMap(([test, of]) => [
      h("p", { class: "from" }, `${test}: exit code ${of.exit_code ?? "none"}`), ...streams(of, `${test}, `),
    ]),
    heard ? [h("p", { class: "from" }, `so far, the last of ${heard.size} characters`), output(heard.tail)] : null,
    Object.keys(others).length ? [h("p", { class: "from" }, "summary"), output(JSON.stringify(others, null, 2))] : null,
  );
}

/** Whether the message says what stands below it anyway. */
function isRepeated(message, { exit_code: code, stderr }) {
  return !message || (stderr && message.startsWith(`exit code ${code}`));
}

function streams(summary, before) {
  return ["stderr", "stdout"].flatMap((part) =>
    summary[part] ? [h("p", { class: "from" }, `${before}${part}`), output(summary[part])] : []);
}

function output(text) {
  // It scrolls, so the keyboard has to reach it.
  return h("pre", { class: "output plain", tabindex: "0" }, text);
}

function moves(transitions) {
  const head = (text) => h("th", { scope: "col" }, text);
  return h(
    "table", {},
    h("caption", { class: "unseen" }, "Transitions, the oldest first"),
    h("thead", {}, h("tr", {}, head("Time"), head("From"), head("To"), head("Attempt"), head("Message"))),
    h("tbody", {}, transitions.map((each) => h(
      "tr", {},
      h("td", {}, timeOf(each.time)), h("td", {}, word(each.old)), h("td", {}, stateOf(each.new)),
      h("td", {}, String(each.attempt || "")), h("td", { class: "said" }, each.message ?? ""),
    ))),
  );
}
