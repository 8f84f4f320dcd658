// A row of coloured words per series, a cell for each stretch of time.
import { el, nothing } from "../dom.js";
import { legend, mapped } from "../format.js";

const NO_DATA = { text: "NO DATA", colour: "no_data" };
const LENGTHS = { m: 60, h: 3600, d: 86400 };

export async function draw(body, panel, context) {
  const step = Number.parseInt(panel.every, 10) * LENGTHS[panel.every.at(-1)];
  const answers = await context.all(panel.targets, false, step);
  const rows = answers.flatMap((series, i) => series.map((one) => ({ ...one, name: legend(panel.targets[i].legend, one.labels, context.titles) })));
  if (!rows.length) return body.replaceChildren(nothing(panel.quiet));
  rows.sort((a, b) => a.name.localeCompare(b.name));
  const { start, end } = context.window(step);
  const cells = Array.from({ length: Math.round((end - start) / step) + 1 }, (_, n) => start + n * step);
  const lines = rows.flatMap((one) => [name(one, panel, context), el("div", { class: "history" }, ...cells.map((at) => cell(at, one, panel)))]);
  const days = el("div", { class: "history days" }, el("span", {}, day(start)), el("span", {}, day(end)));
  body.replaceChildren(el("div", { class: "timeline" }, ...lines, el("span"), days));
}

function name(one, panel, context) {
  const href = context.link(panel.link, one.labels);
  return el("div", { class: "line-name", title: one.name }, href ? el("a", { href }, one.name) : one.name);
}

function cell(at, one, panel) {
  const found = one.points.find(([time]) => Math.abs(time - at) < 1);
  const word = (found && mapped(found[1], panel.mappings)) ?? NO_DATA;
  return el("span", { class: `cell role-${word.colour}`, title: `${day(at)}: ${word.text}` }, el("span", { class: "cell-word" }, word.text));
}

const day = (seconds) => new Date(seconds * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
