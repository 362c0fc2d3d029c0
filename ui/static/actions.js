// What may be asked of a run: stop, cancel, resume.

import { post } from "./api.js";
import { announce, h, say } from "./dom.js";
import { isActive } from "./words.js";

const ACTIONS = [
  {
    name: "stop",
    word: "Stop",
    asks: "What runs now may end, and nothing new is started. The run can be resumed.",
    done: "A stop was asked for: what runs may end.",
    fits: (run) => isActive(run) && run.asked === "none",
  },
  {
    name: "cancel",
    word: "Cancel",
    grave: true,
    asks: "What runs now is ended, and the rest is given up. The run can be resumed.",
    done: "A cancel was asked for: what runs is ended.",
    fits: (run) => isActive(run) && run.asked !== "cancel",
  },
  {
    name: "resume",
    word: "Resume",
    asks: "The run goes on: what failed, was blocked, cancelled or never started is done; what is done stays.",
    done: "The run is resumed.",
    fits: (run) => run.resumable,
  },
];

/** Buttons, a note why some can't be used, and what came of the last one. */
export function actions(permissions, live) {
  const said = h("p", { class: "notice", hidden: true, tabindex: "-1" });
  const note = h("p", { class: "actions-note", id: "may-not" });
  const buttons = ACTIONS.map((action) => {
    const made = h("button", { type: "button", class: action.grave ? "grave" : null }, action.word);
    made.addEventListener("click", () => {
      if (made.getAttribute("aria-disabled") !== "true") ask(action, live, said);
    });
    return made;
  });
  const may = ACTIONS.map(({ name }) => permissions.rules[`runs:${name}`]);
  if (may.includes(false)) {
    const refused = ACTIONS.filter((each, place) => !may[place]).map(({ name }) => name);
    note.textContent = `${permissions.user} may not ${refused.join(", ")}`;
  }
  return {
    element: h("div", { class: "actions", role: "group", "aria-label": "Ask of this run" }, buttons),
    note,
    said,
    show(run) {
      buttons.forEach((button, place) => {
        const works = may[place] && ACTIONS[place].fits(run);
        button.setAttribute("aria-disabled", String(!works));
        if (may[place]) button.removeAttribute("aria-describedby");
        else button.setAttribute("aria-describedby", "may-not");
      });
    },
  };
}

async function ask(action, live, said) {
  if (!(await isSure(action, live.shown))) return;
  try {
    const answer = await post(`runs/${live.shown.id}/${action.name}`);
    tell(said, [action.done, ...changes(answer)].join(" "), false);
  } catch (error) {
    tell(said, error.message, true);
  }
  live.again();
}

function changes(answer) {
  const changed = answer.changed_tasks ?? [];
  if (!changed.length) return [];
  return [`It goes on with the graph that it began with, though these tasks have changed since: ${changed.join(", ")}.`];
}

function tell(said, text, isWrong) {
  said.hidden = false;
  said.classList.toggle("wrong", isWrong);
  said.setAttribute("role", isWrong ? "alert" : "note");
  say(said, text);
  if (!isWrong) announce(text);
}

/** Ask back; the answer that changes nothing is the one at hand. */
function isSure(action, run) {
  const name = `${action.word} run ${run.id} of ${run.cluster}`;
  const yes = h("button", { value: "yes", class: action.grave ? "grave" : null }, `${action.word} run ${run.id}`);
  const dialog = h(
    "dialog", { "aria-labelledby": "sure", "aria-describedby": "effect" },
    h("h2", { id: "sure" }, `${name}?`),
    h("p", { id: "effect" }, action.asks),
    h("form", { method: "dialog", class: "actions" }, h("button", { value: "no", autofocus: true }, "Leave it"), yes),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
