// Which view the address names.

import { ROOT, get } from "./api.js";
import { h } from "./dom.js";
import * as execution from "./execution.js";
import * as executions from "./executions.js";
import * as run from "./run.js";
import * as runs from "./runs.js";

const VIEWS = [
  [/^$/, runs.show],
  [/^runs\/(\d+)\/?$/, run.show],
  [/^runs\/(\d+)\/executions\/?$/, executions.show],
  [/^runs\/(\d+)\/executions\/(.+)$/, execution.show],
];

async function show() {
  const place = location.pathname.slice(ROOT.length);
  const content = document.getElementById("content");
  const said = document.getElementById("user");
  try {
    const permissions = await get("permissions");
    said.textContent = permissions.user === "anonymous" ? "" : permissions.user;
    for (const [pattern, view] of VIEWS) {
      const found = pattern.exec(place);
      if (found !== null) {
        await view(content, permissions, ...found.slice(1));
        return;
      }
    }
  } catch (error) {
    const again = h("button", { on: { click: () => location.reload() } }, "Try again");
    content.replaceChildren(
      h("h1", {}, "Nothing to show"),
      h("p", { class: "notice wrong", role: "alert" }, error.message), again,
    );
  }
}

show();
