// Times, states and names as people read them.

import { h } from "./dom.js";
import { ROOT } from "./api.js";

/** States in which a run holds its cluster. */
export const ACTIVE = ["pending", "running", "stopping"];
/** States of executions, as bars show them from left to right. */
export const EXECUTION_STATES = [
  "ready", "skipped", "error", "dep_failed", "cancelled", "running", "pending",
];
export const RUN_STATES = [
  "pending", "running", "stopping", "stopped", "ready", "error", "cancelled",
];
const SIGNS = {
  ready: "✓",
  running: "▸",
  pending: "○",
  error: "✕",
  dep_failed: "⊘",
  skipped: "–",
  cancelled: "■",
  stopping: "◐",
  stopped: "□",
};
const WORDS = { dep_failed: "blocked" };

export function word(state) {
  return WORDS[state] ?? state;
}

export function sign(state) {
  return SIGNS[state] ?? "·";
}

export function isActive(run) {
  return ACTIVE.includes(run.status);
}

/** A state: its sign, its word, its colour. */
export function stateOf(state, more = "") {
  const shown = h(
    "span", { class: "state" },
    h("span", { class: "sign", "aria-hidden": "true" }), h("span"),
  );
  shown.show = (now, note = "", isAlarming = false) => {
    shown.className = `state state-${isAlarming ? "error" : now}`;
    shown.firstChild.textContent = sign(now);
    shown.lastChild.textContent = word(now) + note;
  };
  shown.show(state, more);
  return shown;
}

/** The status of a run, with what was asked of it. */
export function statusNote(run) {
  if (run.interrupted) return ", nobody drives it";
  if (run.status === "running" && run.asked !== "none") {
    return `, ${run.asked} asked for`;
  }
  return run.status === "stopping" && run.asked === "cancel" ? ", cancel" : "";
}

/** A number of seconds, to two units. */
export function lasted(seconds) {
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Milliseconds of a time of the API: ISO, or seconds since the epoch. */
export function moment(said) {
  if (said === null || said === undefined) return null;
  if (typeof said === "number") return said * 1000;
  return Date.parse(/[Zz]|[+-]\d\d:?\d\d$/.test(said) ? said : `${said}Z`);
}

/** How long something took, or takes. */
export function between(start, end) {
  const from = moment(start);
  if (from === null) return "";
  return lasted(((moment(end) ?? Date.now()) - from) / 1000);
}

const two = (number) => String(number).padStart(2, "0");

/** A time in the reader's zone, with the day where it is not today. */
export function timeOf(said) {
  const at = moment(said);
  if (at === null) return h("span", { class: "quiet" }, "–");
  const when = new Date(at);
  const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  const clock = [when.getHours(), when.getMinutes(), when.getSeconds()].map(two).join(":");
  const isToday = when.toDateString() === new Date().toDateString();
  return h(
    "time", { datetime: when.toISOString(), title: `${day} ${clock}` },
    isToday ? clock : `${day} ${clock}`,
  );
}

export function count(number, one, many = `${one}s`) {
  return `${spaced(number)} ${number === 1 ? one : many}`;
}

/** A number in groups of three digits. */
export function spaced(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** The name of an execution, as the API knows it. */
export function executionName(run, row) {
  const task = row.task ?? row.task_name;
  const node = row.node === undefined ? row.node_name : row.node;
  const kind = run.graph_types.length > 1 ? `${row.graph_type}:` : "";
  return `${kind}${task}${node === null ? "" : `@${node}`}`;
}

export function runPath(run) {
  return `${ROOT}runs/${run}`;
}

export function executionPath(run, row) {
  const name = executionName(run, row).split("/").map(encodeURIComponent).join("/");
  return `${runPath(run.id)}/executions/${name}`;
}

export function executionsPath(run, chosen) {
  return `${runPath(run)}/executions?${new URLSearchParams(chosen)}`;
}
