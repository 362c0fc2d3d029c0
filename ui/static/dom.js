// Elements from data. Texts become text nodes: nothing is ever parsed.

/** An element; `on` in the properties are listeners, others attributes. */
export function h(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "on") {
      for (const [kind, heard] of Object.entries(value)) {
        made.addEventListener(kind, heard);
      }
    } else if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.flat().filter((each) => each !== null));
  return made;
}

/** Set a text, unless it is there: whoever listens hears only changes. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Tell those who do not see what has just changed. */
export function announce(text) {
  say(document.getElementById("said"), text);
}

/**
 * Make the children those of the items, and keep what stays as it is, so that
 * the focus stays where it is. `make(item)` answers an element with `show`,
 * a function that is told the item whenever it may have changed.
 */
export function keyed(parent, items, key, make) {
  const known = new Map();
  for (const child of parent.children) known.set(child.dataset.key, child);
  let before = null;
  for (const item of items) {
    const name = key(item);
    let child = known.get(name);
    if (child === undefined) {
      child = make(item);
      child.dataset.key = name;
    }
    known.delete(name);
    child.show?.(item);
    const place = before === null ? parent.firstChild : before.nextSibling;
    if (place !== child) parent.insertBefore(child, place);
    before = child;
  }
  for (const gone of known.values()) gone.remove();
}
