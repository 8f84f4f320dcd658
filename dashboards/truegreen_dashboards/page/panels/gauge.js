// A dial per series: where in a fixed range the value stands; number and word below.
import { el, nothing, pill, svg } from "../dom.js";
import { band, formatted, legend } from "../format.js";

const [RADIUS, WIDTH] = [40, 12];

export async function draw(body, panel, context) {
  const answers = await context.all(panel.targets, true);
  const dials = answers.flatMap((series, i) => series.filter((one) => one.points.length).map((one) => dial(one, panel.targets[i], panel, context)));
  if (!dials.length) return body.replaceChildren(nothing(panel.quiet));
  body.replaceChildren(el("div", { class: "dials" }, ...dials));
}

function dial(one, target, panel, context) {
  const value = one.points.at(-1)[1];
  const at = band(value, panel.thresholds);
  const share = Math.min(Math.max((value - panel.minimum) / (panel.maximum - panel.minimum), 0), 1);
  const name = legend(target.legend, one.labels, context.titles);
  const picture = svg("svg", { viewBox: "0 0 100 56", class: "dial", "aria-hidden": "true" },
    svg("path", { d: arc(0, 1), class: "dial-ground", "stroke-width": WIDTH }),
    ...(share > 0 ? [svg("path", { d: arc(0, share), class: `dial-value stroke-${at?.colour ?? "none"}`, "stroke-width": WIDTH })] : []),
  );
  return el("div", { class: "dial-box" }, picture,
    el("div", { class: `dial-number ink-${at?.colour ?? "none"}` }, formatted(value, panel.unit)),
    el("div", { class: "dial-name" }, name, " ", at?.word ? pill(at.word, at.colour) : null),
  );
}

/** Return the path of a part of a half circle, both ends as shares of it from the left. */
function arc(from, to) {
  const point = (share) => [50 - RADIUS * Math.cos(Math.PI * share), 50 - RADIUS * Math.sin(Math.PI * share)].map((one) => one.toFixed(2)).join(" ");
  return `M${point(from)}A${RADIUS} ${RADIUS} 0 0 1 ${point(to)}`;
}
