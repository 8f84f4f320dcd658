// Lines over time, with bounds as dashed lines and their words.
import { axis, chart, interval, palette, shade, tooltip } from "../charts.js";
import { el, nothing } from "../dom.js";
import { formatted, legend, titled } from "../format.js";
import { traced } from "./traces.js";

const MARKED = 12;
const MOST_KEY_ROWS = 3;

export async function draw(body, panel, context) {
  const answers = await context.all(panel.targets, false);
  const lines = answers.flatMap((series, i) => series.map((one) => ({ ...one, target: panel.targets[i] })));
  if (!lines.length) return body.replaceChildren(nothing(panel.quiet));
  const [noted, cases] = await Promise.all([context.marks, context.cases(panel.targets)]);
  const { start, end, step } = context.window();
  const named = lines
    .map((one) => ({ ...one, name: legend(one.target.legend, one.labels, context.titles) }))
    .sort((a, b) => a.target.ref.localeCompare(b.target.ref) || a.name.localeCompare(b.name));
  const most = Math.max(...named.flatMap((one) => one.points.map((point) => point[1])).filter(Number.isFinite));
  const bounds = named.some((one) => one.target.style?.dashed);
  const keys = named.filter((one) => !one.target.style?.dashed).map((one) => one.name);
  const rows = keyRows(keys, body.clientWidth);
  const fits = rows <= MOST_KEY_ROWS;
  chart(body, {
    color: palette(),
    grid: { left: 8, right: bounds ? 122 : 20, top: noted.length ? 28 : 14, bottom: 12 + 18 * (fits ? rows : 1), containLabel: true },
    legend: {
      type: fits ? "plain" : "scroll", bottom: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 4, itemGap: 16,
      textStyle: { color: shade("muted"), fontSize: 12, lineHeight: 18 }, pageTextStyle: { color: shade("muted") },
      pageIconColor: shade("muted"), pageIconInactiveColor: shade("line"),
      data: keys,
    },
    tooltip: tooltip("axis", (points) => tip(points, panel)),
    xAxis: { type: "time", min: start * 1000, max: end * 1000, ...axis({ split: false }) },
    yAxis: { type: "value", scale: panel.minimum === null, min: panel.minimum ?? undefined, interval: interval(most, panel.unit),
      ...axis({ axisLabel: { formatter: (value) => formatted(value, panel.unit) } }), axisLine: { show: false } },
    series: [...named.map((one, i) => line(one, panel, step, i === 0)), reach(named, panel, { start, end }, noted), dots(cases, context)],
  });
  traced(body.parentNode, cases, panel, context);
}

/** Return how many rows of a chart the names of its lines take. */
function keyRows(names, width) {
  let rows = 1;
  let taken = 0;
  for (const name of new Set(names)) {
    const own = 34 + 7 * name.length;
    if (taken && taken + own > width) [rows, taken] = [rows + 1, 0];
    taken += own;
  }
  return rows;
}

/** Single slow or failed cases, where the histogram keeps them. */
function dots(cases, context) {
  return {
    type: "scatter", name: "one case, with its trace", symbolSize: 5, color: shade("bad"), itemStyle: { opacity: 0.6 }, z: 5,
    data: cases.map((one) => ({ value: [one.at * 1000, one.value], name: titled("step", one.labels, context.titles) })),
    emphasis: { disabled: true },
  };
}

/** Return a line without ink that keeps bounds in view, and gives equal values some room. */
function reach(lines, panel, { start, end }, noted) {
  const bounds = panel.thresholds.filter((one) => one.value !== null && one.word).map((one) => one.value);
  const values = lines.flatMap((one) => one.points.map((point) => point[1])).filter(Number.isFinite);
  const flat = new Set(values).size < 2 && panel.minimum === null;
  const room = flat ? values.slice(0, 1).flatMap((one) => [one - 0.05, one + 0.05]) : [];
  const data = [...bounds, ...room].map((value) => [start * 1000, value]);
  return { type: "line", name: "", data, symbol: "none", lineStyle: { opacity: 0 }, silent: true, markLine: moments(noted, start, end) };
}

/** Upright lines for what the board marks; those too near to be told apart are one, with all their words. */
function moments(noted, start, end) {
  const groups = [];
  for (const one of noted) {
    if (one.at - (groups.at(-1)?.[0].at ?? -Infinity) < (end - start) / 30) groups.at(-1).push(one);
    else groups.push([one]);
  }
  const data = groups.slice(-MARKED).map((ones) => ({
    xAxis: ones[0].at * 1000,
    lineStyle: { color: shade(ones[0].colour), type: "dotted", width: 1.4 },
    label: { formatter: said(ones), position: "end", distance: 9, color: shade("muted"), fontSize: 10 },
  }));
  return data.length ? { silent: true, symbol: "none", data } : undefined;
}

const said = (ones) => [...new Set(ones.map((one) => one.text))].join(", ");


function line(one, panel, step, first) {
  const style = one.target.style;
  const colour = style ? shade(style.colour) : undefined;
  return {
    type: "line", name: one.name, data: gapped(one.points, step), showSymbol: one.points.length === 1,
    symbolSize: 4, connectNulls: false, stack: panel.stacked ? "all" : undefined,
    areaStyle: panel.stacked ? { opacity: 0.55 } : undefined,
    color: colour, lineStyle: { width: style?.dashed ? 1.2 : panel.stacked ? 0 : 2, type: style?.dashed ? "dashed" : "solid" },
    endLabel: { show: Boolean(style?.dashed) && style.colour !== "no_data", formatter: "{a}", color: shade("muted"), fontSize: 10, distance: 4, width: 114, overflow: "truncate" },
    labelLayout: style?.dashed ? { moveOverlap: "shiftY" } : undefined,
    markLine: first ? marks(panel) : undefined,
    emphasis: { disabled: true },
  };
}

function marks(panel) {
  const lines = panel.thresholds.filter((one) => one.value !== null && one.word);
  return {
    silent: true, symbol: "none",
    data: lines.map((one) => ({
      yAxis: one.value,
      lineStyle: { color: shade(one.colour), type: "dashed", width: 1.2 },
      label: { formatter: `${one.word} ${formatted(one.value, panel.unit)}`, position: "insideStartTop", color: shade(`${one.colour}-ink`), fontSize: 10, textBorderColor: shade("card"), textBorderWidth: 3 },
    })),
  };
}

/** Return points in milliseconds, with a null wherever a point is missing. */
function gapped(points, step) {
  const out = [];
  for (const [at, value] of points) {
    const last = out.at(-1);
    if (last && at * 1000 - last[0] > step * 1500) out.push([at * 1000 - 1, null]);
    out.push([at * 1000, Number.isFinite(value) ? value : null]);
  }
  return out;
}

function tip(points, panel) {
  const when = new Date(points[0].axisValue).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });
  const rows = points.filter((one) => one.seriesName && one.value[1] !== null).map((one) => {
    const dot = el("i", { class: "dot" });
    dot.style.background = one.color;
    return el("tr", {}, el("td", {}, dot, one.seriesName), el("td", { class: "number" }, formatted(one.value[1], panel.unit)));
  });
  return el("div", { class: "tip" }, el("strong", {}, when), el("table", {}, ...rows));
}
