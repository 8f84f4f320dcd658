// One horizontal bar per series, from zero; the number and the word stand beside it.
import { el, nothing, pill } from "../dom.js";
import { band, formatted, legend } from "../format.js";

export async function draw(body, panel, context) {
  const answers = await context.all(panel.targets, true);
  const bars = answers.flatMap((series, i) =>
    series.map((one) => ({ target: panel.targets[i], labels: one.labels, value: one.points.at(-1)?.[1] ?? null })),
  );
  if (!bars.length) return body.replaceChildren(nothing(panel.quiet));
  const values = bars.map((one) => one.value ?? 0);
  const low = Math.min(0, panel.minimum ?? Math.min(...values));
  const high = Math.max(panel.maximum ?? Math.max(...values), low + Number.EPSILON);
  const scale = (value) => (Math.min(Math.max(value, low), high) - low) / (high - low);
  body.replaceChildren(el("div", { class: "bars" }, ...bars.map((one) => bar(one, panel, context, scale))));
}

function bar(one, panel, context, scale) {
  const at = band(one.value, panel.thresholds);
  const role = one.target.style?.colour ?? at?.colour ?? "none";
  const name = legend(one.target.legend, one.labels, context.titles);
  const fill = el("span", { class: `fill role-${role}` });
  const [from, to] = [scale(Math.min(0, one.value)), scale(Math.max(0, one.value))];
  fill.style.left = `${from * 100}%`;
  fill.style.width = `${(to - from) * 100}%`;
  const zero = el("span", { class: "zero" });
  zero.style.left = `${scale(0) * 100}%`;
  const href = context.link(panel.link, one.labels);
  return el(
    "div",
    { class: "bar" },
    href ? el("a", { class: "bar-name", href, title: name }, name) : el("span", { class: "bar-name", title: name }, name),
    el("span", { class: "track" }, fill, zero),
    el("span", { class: "bar-value" }, formatted(one.value, panel.unit)),
    panel.thresholds.some((band_) => band_.word) ? pill(at?.word ?? "", role) : null,
  );
}
