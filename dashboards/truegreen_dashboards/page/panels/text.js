// Markdown, as much of it as the boards write: headings, paragraphs, tables, bold, code and links.
import { el, nothing } from "../dom.js";

export async function draw(body, panel, context) {
  const chosen = panel.sections.filter((one) => Object.values(context.variables).includes(one.value));
  const parts = [panel.body, ...chosen.map((one) => one.body)].filter(Boolean);
  const blocks = parts.flatMap((text) => text.split(/\n{2,}/)).map((text) => text.trim()).filter(Boolean);
  if (!blocks.length) return body.replaceChildren(nothing("NOTHING WRITTEN"));
  body.replaceChildren(el("div", { class: "prose scroll", tabindex: "0" }, ...blocks.map(block)));
}

function block(text) {
  if (text.startsWith("### ")) return el("h4", {}, ...inline(text.slice(4)));
  if (text.startsWith("|")) return table(text.split("\n"));
  return el("p", {}, ...inline(text.replaceAll("\n", " ")));
}

function table([head, , ...lines]) {
  const titles = cells(head);
  const named = (at, role) => ({ role, "data-head": plain(titles[at] ?? "") });
  const row = (tag, role) => (line) => el("tr", { role: "row" }, ...cells(line).map((one, at) => el(tag, named(at, role), el("span", {}, ...inline(one)))));
  const [top, body] = [row("th", "columnheader")(head), lines.map(row("td", "cell"))];
  // Roles are written out, because a narrow screen lays rows out as blocks, which would end them.
  const wide = titles.length > 3 ? "many" : null;
  return el("table", { role: "table", class: wide }, el("thead", { role: "rowgroup" }, top), el("tbody", { role: "rowgroup" }, ...body));
}

function cells(line) {
  return line.replace(/^\|\s*|\s*\|$/g, "").split(/\s*(?<!\\)\|\s*/);
}

function inline(text) {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`|\[[^\]]+\]\(https?:[^)\s]+\))/).filter(Boolean).map((one) => {
    const link = one.match(/^\[([^\]]+)\]\((https?:[^)\s]+)\)$/);
    if (link) return el("a", { href: link[2], rel: "noreferrer" }, plain(link[1]));
    if (one.startsWith("**") && one.length > 4) return el("strong", {}, plain(one.slice(2, -2)));
    if (one.startsWith("`") && one.length > 2) return el("code", {}, plain(one.slice(1, -1)));
    return plain(one);
  });
}

const plain = (text) => text.replaceAll("&lt;", "<").replaceAll(/\\([\\|])/g, "$1");
