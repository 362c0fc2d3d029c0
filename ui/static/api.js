// Asking the API, which is served beside these files.

/** Where the page is served: `/`, or what a proxy puts before it. */
export const ROOT = new URL("../", import.meta.url).pathname;

/** What the API refused, in its words; without status it did not answer. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** Whether asking again later may help. */
  get passes() {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

/** The URL of something of the API. */
export function url(path, query = {}) {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") {
      said.set(name, value);
    }
  }
  const text = said.toString();
  return `${ROOT}api/v1/${path}${text ? `?${text}` : ""}`;
}

export async function get(path, query) {
  return ask("GET", url(path, query));
}

export async function post(path, body = {}) {
  return ask("POST", url(path), JSON.stringify(body));
}

async function ask(method, where, body) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  let answer;
  let said;
  try {
    answer = await fetch(where, { method, headers, body, cache: "no-store" });
    said = await answer.json();
  } catch {
    if (answer !== undefined && !answer.ok) {
      throw new Refusal(answer.status, `The server answers ${answer.status}.`);
    }
    throw new Refusal(0, "The server does not answer.");
  }
  if (!answer.ok) {
    throw new Refusal(answer.status, said.message ?? `Status ${answer.status}`);
  }
  return said;
}
