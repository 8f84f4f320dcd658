// Stacked horizontal bars; a part without colour only moves the next one along (a waterfall).
import { axis, chart, interval, shade, tooltip } from "../charts.js";
import { el, nothing } from "../dom.js";
import { formatted, titled } from "../format.js";

export async function draw(body, panel, context) {
  const answers = await context.all(panel.targets, true);
  const rows = new Map();
  answers.forEach((series, i) => {
    for (const one of series) {
      const key = one.labels[panel.category] ?? "";
      if (!rows.has(key)) rows.set(key, { key, name: titled(panel.category, one.labels, context.titles), parts: {} });
      rows.get(key).parts[panel.targets[i].ref] = one.points.at(-1)?.[1];
    }
  });
  const visible = (target) => target.style?.colour !== "none";
  const bars = [...rows.values()].filter((row) => panel.targets.some((one) => visible(one) && Number.isFinite(row.parts[one.ref])));
  if (!bars.length) return body.replaceChildren(nothing(panel.quiet));
  const by = panel.sort_by;
  bars.sort((a, b) => (by ? (a.parts[by] ?? 0) - (b.parts[by] ?? 0) : a.name.localeCompare(b.name)));
  const named = panel.targets.filter(visible).map((one) => one.legend);
  const unit = panel.share ? "percentunit" : panel.unit;
  const drawn = { bars, panel, unit, visible, ...measured(body, bars, panel) };
  chart(body, {
    grid: { left: 8, right: 18, top: 6, bottom: 8 + legendLines(named, body.clientWidth) * 26, containLabel: true },
    legend: {
      bottom: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8, itemGap: 12, textStyle: { color: shade("muted"), fontSize: 12 },
      data: named,
    },
    tooltip: tooltip("item", (point) => tip(point, bars, panel, unit)),
    xAxis: { type: "value", max: panel.share ? 1 : undefined, interval: interval(drawn.most, unit), ...axis({ axisLabel: { formatter: (value) => formatted(value, unit) } }) },
    yAxis: { type: "category", inverse: true, data: bars.map((row) => row.name), ...axis({ split: false, axisLabel: { color: shade("text"), fontSize: 13 } }) },
    series: panel.targets.map((target) => part(target, drawn)),
  });
}

function amount(row, ref, panel) {
  const value = row.parts[ref];
  if (!Number.isFinite(value)) return null;
  if (!panel.share) return value;
  const whole = panel.targets.reduce((sum, one) => sum + (row.parts[one.ref] || 0), 0);
  return whole > 0 ? value / whole : null;
}

/** Return the longest bar, and how many pixels one unit of the axis is about. */
function measured(body, bars, panel) {
  const whole = (row) => panel.targets.reduce((sum, one) => sum + (row.parts[one.ref] || 0), 0);
  const most = panel.share ? 1 : Math.max(...bars.map(whole));
  const names = Math.max(...bars.map((row) => row.name.length)) * 7.5;
  return { most, whole, scale: (body.clientWidth - names - 40) / (most || 1) };
}

/** Return how many lines a legend takes. */
function legendLines(names, width) {
  let [lines, left] = [1, width];
  for (const name of names) {
    const own = name.length * 7 + 32;
    if (own > left && left < width) [lines, left] = [lines + 1, width];
    left -= own;
  }
  return lines;
}

/** One part of each bar; shares are told inside it where they fit, sums at the end of the bar. */
function part(target, { bars, panel, unit, visible, whole, scale }) {
  const role = target.style?.colour ?? "s1";
  const solid = panel.targets.filter((one) => visible(one) && one.style?.colour !== "faint");
  const told = panel.share ? visible(target) : target === solid.at(-1);
  const sum = (row) => (solid.length > 1 ? whole(row) : row.parts[target.ref]);
  const said = ({ value, dataIndex }) => {
    if (!panel.share) return formatted(sum(bars[dataIndex]), unit);
    const text = formatted(value, unit);
    return value * scale > text.length * 7 + 6 ? text : "";
  };
  return {
    type: "bar", name: target.legend, stack: "all", barMaxWidth: 30, silent: !visible(target),
    color: visible(target) ? shade(role) : "transparent",
    data: bars.map((row) => amount(row, target.ref, panel)),
    label: {
      show: told && role !== "faint", position: panel.share ? "inside" : "right", fontSize: 12,
      color: !panel.share ? shade("text") : role === "at_risk" || role === "fair" ? "#111" : "#fff",
      formatter: said,
    },
    labelLayout: { hideOverlap: true },
    emphasis: { disabled: true },
  };
}

function tip(point, bars, panel, unit) {
  const row = bars[point.dataIndex];
  const rows = panel.targets.map((one) => {
    const value = amount(row, one.ref, panel);
    const counted = panel.share ? ` (${formatted(row.parts[one.ref] ?? 0, panel.unit)})` : "";
    return el("tr", {}, el("td", {}, one.legend), el("td", { class: "number" }, formatted(value, unit) + counted));
  });
  return el("div", { class: "tip" }, el("strong", {}, row.name), el("table", {}, ...rows));
}
