// Stacked horizontal bars; a part without colour only moves the next one along (a waterfall).
import { axis, chart, shade, tooltip } from "../charts.js";
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
  if (!bars.length) return body.replaceChildren(nothing(panel.quiet || undefined));
  const by = panel.sort_by;
  bars.sort((a, b) => (by ? (a.parts[by] ?? 0) - (b.parts[by] ?? 0) : a.name.localeCompare(b.name)));
  const named = panel.targets.filter(visible).map((one) => one.legend);
  const lines = body.clientWidth < 380 && named.length > 3 ? 2 : 1;
  const unit = panel.share ? "percentunit" : panel.unit;
  chart(body, {
    grid: { left: 8, right: 18, top: 6, bottom: 8 + lines * 22, containLabel: true },
    legend: {
      bottom: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8, itemGap: 16, textStyle: { color: shade("muted"), fontSize: 12 },
      data: named,
    },
    tooltip: tooltip("item", (point) => tip(point, bars, panel, unit)),
    xAxis: { type: "value", max: panel.share ? 1 : undefined, ...axis({ axisLabel: { formatter: (value) => formatted(value, unit) } }) },
    yAxis: { type: "category", inverse: true, data: bars.map((row) => row.name), ...axis({ split: false, axisLabel: { color: shade("text"), fontSize: 13 } }) },
    series: panel.targets.map((target) => part(target, bars, panel, unit, visible(target))),
  });
}

function amount(row, ref, panel) {
  const value = row.parts[ref];
  if (!Number.isFinite(value)) return null;
  if (!panel.share) return value;
  const whole = panel.targets.reduce((sum, one) => sum + (row.parts[one.ref] || 0), 0);
  return whole > 0 ? value / whole : null;
}

function part(target, bars, panel, unit, visible) {
  const role = target.style?.colour ?? "s1";
  return {
    type: "bar", name: target.legend, stack: "all", barMaxWidth: 30, silent: !visible,
    color: visible ? shade(role) : "transparent",
    data: bars.map((row) => amount(row, target.ref, panel)),
    label: {
      show: visible && role !== "faint", position: panel.share ? "inside" : "right", fontSize: 12,
      color: !panel.share ? shade("text") : role === "at_risk" || role === "fair" ? "#111" : "#fff",
      formatter: (point) => (!panel.share || point.value > 0.08 ? formatted(point.value, unit) : ""),
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
