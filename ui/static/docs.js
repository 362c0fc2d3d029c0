// The API's own document, to read.

import { ROOT } from "./api.js";
import { announce, h } from "./dom.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const SIZES = {
  minimum: "from", maximum: "to", minLength: "at least", maxLength: "at most",
  minItems: "at least", maxItems: "at most", pattern: "as",
};

/** What a `$ref` names. */
function followed(document, value) {
  if (!value.$ref) return value;
  return value.$ref.slice(2).split("/").reduce((found, key) => found[key], document);
}

/** A schema in a few words. */
function brief(schema) {
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  if (schema.anyOf) return schema.anyOf.map(brief).join(" | ");
  const items = `[${schema.items ? brief(schema.items) : "anything"}]`;
  const types = [schema.type ?? "anything"].flat()
    .map((each) => (each === "array" ? items : each));
  const sizes = Object.entries(SIZES)
    .filter(([key]) => key in schema && tells(key, schema))
    .map(([key, word]) => `${word} ${schema[key]}`);
  return [types.join(" | "), ...sizes].join(", ");
}

/** Whether a limit is one that people care for. */
function tells(key, schema) {
  if (key === "pattern") return !("x-refusal" in schema);
  return key !== "maximum" || Number.isSafeInteger(schema[key]);
}

/** Names of the shapes that a schema refers to. */
function named(schema) {
  const found = JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g);
  return [...new Set([...found].map(([, name]) => name))];
}

/** A schema as lines, each field of an object on its own. */
function lines(schema, indent = "") {
  const inner = `${indent}  `;
  if (schema.type === "array" && schema.items && isOpen(schema.items)) {
    return ["[", `${inner}${body(schema.items, inner)}`, `${indent}]`].join("\n");
  }
  if (!isOpen(schema)) return brief(schema);
  const needed = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, each]) => `${inner}${name}${needed.has(name) ? "" : "?"}: ${body(each, inner)}`,
  );
  if (typeof schema.additionalProperties === "object") {
    fields.push(`${inner}any name: ${body(schema.additionalProperties, inner)}`);
  }
  return ["{", ...fields, `${indent}}`].join("\n");
}

function body(schema, indent) {
  const said = schema.description ? `   # ${schema.description}` : "";
  return lines(schema, indent) + said;
}

function isOpen(schema) {
  return Boolean(schema.properties || typeof schema.additionalProperties === "object")
    || (schema.type === "array" && Boolean(schema.items) && isOpen(schema.items));
}

function parameters(told) {
  if (told.parameters.length === 0) return [];
  const rows = told.parameters.map((each) =>
    h("tr", {},
      h("td", {}, h("code", {}, each.name), each.required ? "" : "?"),
      h("td", { class: "quiet" }, each.in),
      h("td", {},
        h("code", {}, brief(each.schema)),
        "default" in each.schema ? ` (${each.schema.default})` : "",
        each.description ? ` ${each.description}` : "")));
  return [
    h("h4", {}, "Parameters"),
    h("table", {}, h("tbody", {}, ...rows)),
  ];
}

function content(media) {
  return Object.entries(media ?? {}).map(([type, { schema }]) =>
    h("div", {},
      h("p", { class: "quiet" }, type,
        ...named(schema).flatMap((name) => [" · ", h("a", { href: `#schema-${name}` }, name)])),
      h("pre", {}, lines(schema))));
}

function answers(document, told) {
  const rows = [];
  const refused = [];
  for (const [status, each] of Object.entries(told.responses)) {
    const { description, content: media } = followed(document, each);
    if (Number(status) < 400) {
      rows.push(h("h4", {}, `${status} `, h("span", { class: "quiet" }, description)), ...content(media));
    } else {
      refused.push(h("tr", {}, h("td", {}, status), h("td", {}, description)));
    }
  }
  return [...rows, h("h4", {}, "Refused with"), h("table", {}, h("tbody", {}, ...refused))];
}

/** An operation: its inside is made when it is opened first. */
function operation(document, path, method, told) {
  const id = told.operationId;
  const made = h("details", { class: "operation", id },
    h("summary", {},
      h("span", { class: "verb" }, method.toUpperCase()),
      h("code", {}, path),
      h("span", { class: "quiet" }, told.summary)));
  made.addEventListener("toggle", () => {
    if (!made.open || made.children.length > 1) return;
    const sent = told.requestBody;
    made.append(h("div", {},
      h("p", { class: "quiet" }, told.security.length ? "Who asks has to be known, unless everybody is." : "Everybody may ask this."),
      ...parameters(told),
      ...(sent ? [h("h4", {}, sent.required ? "Body" : "Body, or nothing"), ...content(sent.content)] : []),
      ...answers(document, told)));
  });
  made.dataset.words = `${method} ${path} ${told.summary} ${id}`.toLowerCase();
  return made;
}

function nouns(document) {
  const found = new Map(document.tags.map(({ name }) => [name, []]));
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const method of METHODS.filter((each) => each in methods)) {
      const told = methods[method];
      found.get(told.tags[0]).push(operation(document, path, method, told));
    }
  }
  return [...found].map(([name, listed]) =>
    h("section", { class: "noun", id: `noun-${name}` }, h("h2", {}, name.replaceAll("_", " ")), ...listed));
}

function schemas(document) {
  const listed = Object.entries(document.components.schemas).map(([name, schema]) =>
    h("div", { id: `schema-${name}` }, h("h4", {}, name),
      schema.description ? h("p", { class: "quiet" }, schema.description) : null,
      h("pre", {}, lines(schema))));
  return h("section", { id: "schemas" }, h("h2", {}, "Shapes"), ...listed);
}

function filter(sections) {
  const input = h("input", { type: "search", placeholder: "Filter", "aria-label": "Filter operations" });
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const section of sections) {
      let some = false;
      for (const each of section.querySelectorAll(".operation")) {
        each.hidden = !words.every((word) => each.dataset.words.includes(word));
        some ||= !each.hidden;
        count += each.hidden ? 0 : 1;
      }
      section.hidden = !some;
    }
    announce(`${count} operations`);
  });
  return input;
}

function show(document, place) {
  const sections = nouns(document);
  const links = sections.map((each) =>
    h("li", {}, h("a", { href: `#${each.id}` }, each.firstChild.textContent)));
  place.replaceChildren(h("div", { class: "docs" },
    h("nav", { "aria-label": "Nouns" },
      filter(sections),
      h("ul", {}, ...links, h("li", {}, h("a", { href: "#schemas" }, "shapes")))),
    h("div", {},
      h("h1", {}, `${document.info.title} API`),
      h("p", { class: "quiet" }, `Version ${document.info.version}, `,
        h("a", { href: `${ROOT}openapi.json` }, "openapi.json")),
      ...document.info.description.split("\n\n").map((each) => h("p", {}, each)),
      ...sections, schemas(document))));
  lead();
}

/** Open what the address names. */
function lead() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named === null) return;
  if (named.matches("details")) named.open = true;
  named.scrollIntoView();
}

async function main() {
  const place = document.getElementById("content");
  try {
    const answer = await fetch(`${ROOT}openapi.json`);
    if (!answer.ok) throw new Error(`The server answers ${answer.status}.`);
    show(await answer.json(), place);
  } catch (error) {
    place.replaceChildren(h("p", { class: "notice wrong" }, String(error.message)));
  }
  addEventListener("hashchange", lead);
}

main();
