// ECharts in our colours; one instance per panel, kept from one refresh to the next.

const SERIES = ["s1", "s2", "s3", "s4", "s5", "s6", "s7"];
const live = new Map();

/** Return the shade of a role in the theme of the moment. */
export function shade(role) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${role.replace("_", "-")}`).trim();
}

export const palette = () => SERIES.map(shade);

/** Draw an option in an element; `on` holds handlers by event. */
export function chart(body, option, on = {}) {
  let one = live.get(body);
  if (!one || one.isDisposed() || one.getDom().parentNode !== body) {
    one?.dispose();
    const ground = document.createElement("div");
    ground.className = "chart";
    body.replaceChildren(ground);
    one = echarts.init(ground, null, { renderer: "canvas" });
    live.set(body, one);
    watcher.observe(body);
  }
  one.setOption({ animation: false, aria: { enabled: true }, ...option }, { notMerge: true });
  for (const [event, handler] of Object.entries(on)) one.off(event).on(event, handler);
  return one;
}

/** Forget all charts: another board is shown. */
export function clear() {
  watcher.disconnect();
  for (const one of live.values()) one.dispose();
  live.clear();
}

const watcher = new ResizeObserver((entries) => {
  for (const entry of entries) live.get(entry.target)?.resize();
});

/** Text and lines of an axis. */
export function axis(extra = {}) {
  return {
    axisLabel: { color: shade("muted"), fontSize: 11, hideOverlap: true, ...extra.axisLabel },
    axisLine: { lineStyle: { color: shade("line") } },
    axisTick: { show: false },
    splitLine: { show: extra.split ?? true, lineStyle: { color: shade("line") } },
    nameTextStyle: { color: shade("muted") },
  };
}

// Lengths of time that people count in.
const STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];

/** Return the distance of an axis's lines where the usual one would be odd: 5.6 h is no step. */
export function interval(most, unit, lines = 5) {
  if (unit !== "s" || !(most > 120)) return undefined;
  return STEPS.find((one) => most / one <= lines) ?? Math.ceil(most / lines / 604800) * 604800;
}

/** A tooltip whose content is built of elements, so that no text is ever markup. */
export function tooltip(trigger, formatter) {
  return {
    trigger,
    confine: true,
    appendTo: undefined,
    backgroundColor: shade("card"),
    borderColor: shade("line"),
    textStyle: { color: shade("text"), fontSize: 12 },
    axisPointer: { type: trigger === "axis" ? "line" : "none", lineStyle: { color: shade("muted") } },
    formatter,
  };
}
