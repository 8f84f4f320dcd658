// Counts over time by bucket: cumulative buckets become counts of their own, dark is many.
import { axis, chart, shade, tooltip } from "../charts.js";
import { el, nothing } from "../dom.js";
import { formatted } from "../format.js";

export async function draw(body, panel, context) {
  const [series] = await context.all(panel.targets, false);
  const { start, end, step } = context.window();
  const buckets = ordered(series);
  const cells = counted(buckets, start, step);
  if (!cells.length) return body.replaceChildren(nothing(panel.quiet));
  const names = buckets.map((one, n) => bound(one.le, buckets[n - 1]?.le, panel.unit));
  const times = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, n) => start + n * step);
  const most = Math.max(...cells.map((one) => one[2]));
  const used = cells.map((one) => one[1]);
  const [low, high] = [Math.min(...used), Math.max(...used)];
  chart(body, {
    grid: { left: 8, right: 14, top: 8, bottom: 44, containLabel: true },
    tooltip: tooltip("item", (point) => tip(point, names, times, low)),
    xAxis: { type: "category", data: times.map(clock(end - start)), ...axis({ split: false, axisLabel: every(times.length, body.clientWidth / (end - start > 86400 ? 110 : 70), Math.max(1, Math.round(60 / step))) }) },
    yAxis: { type: "category", data: names.slice(low, high + 1), ...axis({ split: false, axisLabel: every(high - low + 1, (body.clientHeight - 52) / 15) }), axisLine: { show: false } },
    visualMap: {
      min: 0, max: most, orient: "horizontal", left: 0, bottom: 0, itemWidth: 10, itemHeight: 120, calculable: false,
      text: [formatted(most, "short"), "0"], textStyle: { color: shade("muted"), fontSize: 11 },
      inRange: { color: [shade("heat-low"), shade("heat-high")] },
    },
    series: [{ type: "heatmap", data: cells.map(([x, y, n]) => [x, y - low, n]), emphasis: { disabled: true } }],
  });
}

/** Return the buckets {le, points}, the smallest bound first. */
function ordered(series) {
  const number = (text) => (text === "+Inf" ? Infinity : Number(text));
  return series.map((one) => ({ le: number(one.labels.le), points: new Map(one.points) })).sort((a, b) => a.le - b.le);
}

/** Return [column, row, count] of every cell that holds something. */
function counted(buckets, start, step) {
  return buckets.flatMap((one, row) => [...one.points].map(([at, upTo]) => {
    const own = upTo - (buckets[row - 1]?.points.get(at) ?? 0);
    return [Math.round((at - start) / step), row, own];
  })).filter(([, , own]) => own > 1e-9);
}

function bound(le, below, unit) {
  return le === Infinity ? `over ${formatted(below ?? 0, unit)}` : `up to ${formatted(le, unit)}`;
}

/** Label every nth of `count` names where there is room for `room` of them, n a multiple of `of`. */
function every(count, room, of = 1) {
  const stride = Math.max(1, Math.ceil(count / Math.max(1, room) / of) * of);
  return { interval: (place) => place % stride === 0 };
}

const clock = (span) => (seconds) => {
  const at = new Date(seconds * 1000);
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return span > 86400 ? `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short" })} ${time}` : time;
};

function tip(point, names, times, low) {
  const [x, y, count] = point.value;
  const when = new Date(times[x] * 1000).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  const row = el("tr", {}, el("td", {}, names[y + low]), el("td", { class: "number" }, formatted(count, "short")));
  return el("div", { class: "tip" }, el("strong", {}, when), el("table", {}, row));
}
