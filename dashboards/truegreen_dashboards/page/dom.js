// Elements made of nodes: text from metrics and definitions is only ever text, never markup.

/** Return an element; `attributes` are set as given, null ones left out; children are nodes or text. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** Return an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A word on a coloured ground, the colour given by its role. */
export function pill(word, role) {
  return el("span", { class: `pill role-${role}` }, word);
}

/** What stands where there is nothing to draw: the panel's own word, if it has one. */
export function nothing(word) {
  return el("p", { class: "nothing" }, word || "NO DATA");
}
