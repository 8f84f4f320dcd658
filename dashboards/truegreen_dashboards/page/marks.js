// What a board marks on its time axes: pages, and when other definitions came into force.
import { el } from "./dom.js";
import { legend } from "./format.js";

/** Return the moments as {at, text, colour}, the earliest first; none where the server does not answer. */
export async function marked(annotations, round, titles) {
  const { start, step } = round.window();
  const found = await Promise.all(annotations.map(async (one) => {
    const series = await round.series({ expr: one.expr }, false).catch(() => []);
    return series.flatMap(({ labels, points }) => begun(points, start, step).map((at) => ({ at, text: legend(one.title, labels, titles), colour: one.colour })));
  }));
  return found.flat().sort((a, b) => a.at - b.at);
}

/** Return the times at which points begin after the start, or after a gap. */
function begun(points, start, step) {
  return points.filter(([at], i) => at - (points[i - 1]?.[0] ?? start) > step * 1.5).map(([at]) => at);
}

/** Say the moments in words, for who cannot see them on the axes. */
export function told(root, marks) {
  const words = new Set(marks.map((one) => `${clock(one.at)} ${one.text}`));
  root.replaceChildren(...(words.size ? [el("p", { class: "more" }, `Marked on the time axes: ${[...words].join(" · ")}`)] : []));
}

const clock = (seconds) => new Date(seconds * 1000).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
