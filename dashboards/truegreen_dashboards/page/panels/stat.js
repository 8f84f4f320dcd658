// Big values: one alone, `x of y`, or a tile per series; always a word where one is known.
import { el, nothing, pill, svg } from "../dom.js";
import { band, formatted, legend, mapped } from "../format.js";

export async function draw(body, panel, context) {
  const series = (await context.all(panel.targets, true)).flat();
  const found = series.filter((one) => one.points.length);
  if (!found.length) return body.replaceChildren(nothing(panel.quiet));
  if (panel.of) return whole(body, panel, context, found[0]);
  if (panel.named) return body.replaceChildren(el("div", { class: "amounts" }, ...found.map((one) => amount(panel, one, context)).sort(byName)));
  if (found.length > 1) {
    const tiles = found.map((one) => tile(panel, one, context)).sort(byName);
    return body.replaceChildren(el("div", { class: "tiles" }, ...tiles));
  }
  const line = panel.sparkline ? await sparkline(panel, context) : null;
  body.replaceChildren(el("div", { class: "stat" }, ...shown(panel, value(found[0]))), line ?? "");
}

const value = (one) => one.points.at(-1)[1];
const byName = (a, b) => a.textContent.localeCompare(b.textContent);

function shown(panel, number) {
  const word = mapped(number, panel.mappings);
  if (word) return [el("span", { class: `verdict role-${word.colour}` }, word.text)];
  const at = band(number, panel.thresholds);
  const big = el("span", { class: `big ink-${at?.colour ?? "none"}` }, formatted(number, panel.unit));
  return at?.word ? [big, pill(at.word, at.colour)] : [big];
}

/** A value with its name behind it: an amount and its currency. */
function amount(panel, one, context) {
  const name = legend(panel.targets[0].legend, one.labels, context.titles);
  return el("div", { class: "stat" }, el("span", { class: "big" }, formatted(value(one), panel.unit)), el("span", { class: "of" }, name));
}

function tile(panel, one, context) {
  const word = mapped(value(one), panel.mappings);
  const name = legend(panel.targets[0].legend, one.labels, context.titles);
  const id = `${one.labels.service ?? ""}/${one.labels.agreement ?? ""}`;
  const said = word?.text ?? formatted(value(one), panel.unit);
  return el(
    "div",
    { class: `tile role-${word?.colour ?? "none"}`, title: context.titles.agreement[id] },
    el("span", { class: "tile-name" }, name),
    el("span", { class: "tile-word" }, said),
  );
}

async function whole(body, panel, context, part) {
  const [all] = (await context.all([panel.of], true)).flat();
  if (!all) return body.replaceChildren(nothing(panel.quiet));
  const missing = value(all) - value(part);
  const word = missing > 0 ? pill(`${formatted(missing, "none")} NOT ${panel.counted}`, "at_risk") : pill(`ALL ${panel.counted}`, "good");
  const big = el("span", { class: "big" }, formatted(value(part), "none"));
  const of = el("span", { class: "of" }, `of ${formatted(value(all), "none")}`);
  const line = panel.sparkline ? await sparkline(panel, context) : null;
  body.replaceChildren(el("div", { class: "stat" }, big, of, word), line ?? "");
}

async function sparkline(panel, context) {
  const [one] = (await context.all(panel.targets.slice(0, 1), false)).flat();
  if (!one || one.points.length < 2) return null;
  const { start, end } = context.window();
  const values = one.points.map((point) => point[1]);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const x = (at) => ((at - start) / (end - start)) * 100;
  const y = (number) => (high === low ? 15 : 28 - ((number - low) / (high - low)) * 26);
  const path = one.points.map(([at, number], i) => `${i ? "L" : "M"}${x(at).toFixed(2)} ${y(number).toFixed(2)}`);
  const drawn = svg("path", { d: path.join(""), "vector-effect": "non-scaling-stroke" });
  return svg("svg", { class: "spark", viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true" }, drawn);
}
