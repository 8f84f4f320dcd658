// One board: its frames are built once, every refresh fills them again.
import { clear } from "./charts.js";
import { el } from "./dom.js";
import * as barchart from "./panels/barchart.js";
import * as bargauge from "./panels/bargauge.js";
import * as gauge from "./panels/gauge.js";
import * as heatmap from "./panels/heatmap.js";
import * as stat from "./panels/stat.js";
import * as statetimeline from "./panels/statetimeline.js";
import * as statushistory from "./panels/statushistory.js";
import * as table from "./panels/table.js";
import * as text from "./panels/text.js";
import * as timeseries from "./panels/timeseries.js";

const KINDS = {
  BarChart: barchart, BarGauge: bargauge, Gauge: gauge, Heatmap: heatmap, Stat: stat,
  StateTimeline: statetimeline, StatusHistory: statushistory, Table: table, Text: text,
  TimeSeries: timeseries,
};

/** Build the frames of a board; return them as {panel, frame, body}. */
export function build(root, board) {
  clear();
  const frames = [];
  const rows = board.rows.map((row) => {
    const grid = el("div", { class: "grid" });
    for (const panel of row.panels) {
      const made = framed(panel);
      frames.push(made);
      grid.append(made.frame);
    }
    return el("section", { class: "row", "data-row": row.key }, el("h2", {}, row.title), grid);
  });
  root.replaceChildren(...rows);
  return frames;
}

function framed(panel) {
  const body = el("div", { class: "body" });
  const help = el("span", { class: "help", title: panel.description, "aria-hidden": "true" }, "?");
  const head = el("h3", { title: panel.description }, panel.title, help);
  const attributes = { class: `panel kind-${panel.kind.toLowerCase()}`, "data-key": panel.key, "data-state": "loading", "aria-label": `${panel.title}: ${panel.description}` };
  const frame = el("article", attributes, head, body);
  frame.style.setProperty("--x", panel.cell.x + 1);
  frame.style.setProperty("--y", panel.cell.y + 1);
  frame.style.setProperty("--w", panel.cell.w);
  frame.style.setProperty("--h", panel.cell.h);
  return { panel, frame, body };
}

/** Fill every frame from one round of questions; return the first failure, or null. */
export async function fill(frames, round, shared) {
  const failures = await Promise.all(frames.map((one) => filled(one, round, shared)));
  return failures.find(Boolean) ?? null;
}

async function filled({ panel, frame, body }, round, shared) {
  const context = contextOf(panel, round, shared);
  try {
    await KINDS[panel.kind].draw(body, panel, context);
    if (panel.link && !panel.link.label) titled(frame, panel, shared.href(panel.link.board));
    behind(frame, panel, shared);
    frame.dataset.state = context.seen() || panel.quiet || panel.kind === "Text" ? "data" : "empty";
    return null;
  } catch (error) {
    frame.dataset.state = "error";
    body.replaceChildren(el("p", { class: "nothing failed", title: error.message }, "NO ANSWER"), el("p", { class: "why" }, error.message));
    return error;
  }
}

/** Lead to the records behind a figure, where the server shows them. */
function behind(frame, panel, { records, titles, variables }) {
  frame.querySelector(".behind")?.remove();
  const { of, window: over } = panel.records ?? {};
  const names = records[variables.service]?.[of] ?? [];
  if (!names.length) return;
  const title = (name) => titles[of][`${variables.service}/${name}`] ?? name;
  const asked = over ? `?window=${over}` : "";
  const ways = names.map((name) => el("a", { href: `/records/${variables.service}/${name}${asked}` }, title(name)));
  frame.append(el("p", { class: "behind" }, "Records: ", ...ways.flatMap((way, i) => (i ? [" · ", way] : [way]))));
}

/** Make the title a way to another board. */
function titled(frame, panel, href) {
  const head = frame.querySelector("h3");
  const way = head.querySelector("a");
  if (way) way.setAttribute("href", href);
  else head.firstChild.replaceWith(el("a", { href, title: panel.link.title }, panel.title));
}

/** What a panel may ask for. */
function contextOf(panel, round, shared) {
  let points = 0;
  return {
    ...shared,
    seen: () => points > 0,
    window: (step) => round.window(step),
    async all(targets, instant, step) {
      const answers = await Promise.all(targets.map((one) => round.series(one, instant, step)));
      points += answers.flat().reduce((sum, one) => sum + one.points.length, 0);
      return answers;
    },
    async cases(targets) {
      return (await Promise.all(targets.filter((one) => one.traced).map((one) => round.exemplars(one)))).flat();
    },
    link(link, labels) {
      if (link && !link.label) return shared.href(link.board);
      const value = link ? labels[link.label] : undefined;
      return value ? shared.href(link.board, { [link.variable]: value }) : null;
    },
  };
}
