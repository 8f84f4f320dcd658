// Ways from a line to single cases behind it: the slowest ones, each with its trace.
import { el } from "../dom.js";
import { formatted, titled } from "../format.js";

const SHOWN = 3;

/** Say below a panel which cases were slowest, and lead to their traces where the plan says where. */
export function traced(frame, cases, panel, context) {
  frame.querySelector(".traces")?.remove();
  if (!cases.length) return;
  const slowest = [...cases].sort((a, b) => b.value - a.value || b.at - a.at).slice(0, SHOWN);
  const ways = slowest.map((one) => way(one, panel, context));
  frame.append(el("p", { class: "traces" }, "Traces: ", ...ways.flatMap((one, i) => (i ? [" · ", one] : [one]))));
}

function way(one, panel, { titles, traces }) {
  const words = `${titled("step", one.labels, titles)}, ${formatted(one.value, panel.unit)}`;
  const title = `trace ${one.trace}`;
  if (!traces) return el("span", { title }, words);
  return el("a", { href: traces.replace("{trace}", encodeURIComponent(one.trace)), title, rel: "noreferrer" }, words);
}
