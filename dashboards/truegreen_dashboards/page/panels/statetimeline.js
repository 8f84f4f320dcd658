// A line of coloured words per series: what was said, from when until when.
import { el, nothing } from "../dom.js";
import { legend, mapped } from "../format.js";

const NO_DATA = { text: "NO DATA", colour: "no_data" };
const TICKS = 6;

export async function draw(body, panel, context) {
  const answers = await context.all(panel.targets, false);
  const lines = answers.flatMap((series, i) => series.map((one) => ({ ...one, target: panel.targets[i] })));
  if (!lines.length) return body.replaceChildren(nothing(panel.quiet));
  const { start, end, step } = context.window();
  const narrow = matchMedia("(max-width: 640px)").matches;
  const room = narrow ? body.clientWidth : body.clientWidth * 0.71 - 12;
  const rows = lines
    .map((one) => ({ ...one, name: legend(one.target.legend, one.labels, context.titles) }))
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((one) => line(one, panel, context, { start, end, step }, room));
  body.replaceChildren(el("div", { class: "timeline" }, ...rows, el("span"), ticks(start, end)));
}

function line(one, panel, context, time, room) {
  const track = el("div", { class: "states" });
  const spoken = (value) => (value === null ? NO_DATA : (mapped(value, panel.mappings) ?? NO_DATA));
  for (const { word, ...part } of segments(one.points, time, spoken)) {
    const share = (part.to - part.from) / (time.end - time.start);
    const said = `${word.text}, ${clock(part.from, time)} to ${clock(part.to, time)}`;
    const shown = share * room > 8 * word.text.length + 14 ? word.text : "";
    const piece = el("span", { class: `state role-${word.colour} word-${word.text.toLowerCase().replace(" ", "-")}`, title: said }, shown);
    piece.style.left = `${((part.from - time.start) / (time.end - time.start)) * 100}%`;
    piece.style.width = `${share * 100}%`;
    track.append(piece);
  }
  const href = context.link(panel.link, one.labels);
  const name = href ? el("a", { href, title: one.name }, one.name) : el("span", { title: one.name }, one.name);
  return [el("div", { class: "line-name" }, name), track];
}

/** Return stretches of one word; a point speaks for the step before it, a gap for null. */
function segments(points, { start, end, step }, spoken) {
  const found = [];
  const put = (from, to, value) => {
    const last = found.at(-1);
    const word = spoken(value);
    if (to <= from) return;
    if (last && last.word.text === word.text) last.to = to;
    else found.push({ from, to, word });
  };
  let at = start;
  for (const [time, value] of points) {
    const from = time - at > step * 1.5 ? time - step : at;
    put(at, from, null);
    put(from, time, value);
    at = time;
  }
  if (end - at > step * 1.5) put(at, end, null);
  else if (found.length) found.at(-1).to = end;
  return found;
}

function ticks(start, end) {
  const row = el("div", { class: "ticks" });
  for (let i = 0; i <= TICKS; i += 1) {
    const tick = el("span", { class: i === 0 ? "first" : i === TICKS ? "last" : null }, clock(start + ((end - start) * i) / TICKS, { start, end }));
    tick.style.left = `${(i / TICKS) * 100}%`;
    row.append(tick);
  }
  return row;
}

function clock(seconds, { start, end }) {
  const at = new Date(seconds * 1000);
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const day = at.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  if (end - start > 3 * 86400) return day;
  return end - start > 86400 ? `${day} ${time}` : time;
}
