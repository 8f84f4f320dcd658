// The page: reads the address, draws the board, and asks again every few seconds.
import { failed, firing, show } from "./banner.js";
import { build, fill } from "./board.js";
import { controls, pulse, SPANS, tabs } from "./controls.js";
import { el } from "./dom.js";
import { marked, told } from "./marks.js";
import { ask, Round } from "./prometheus.js";

const EVERY = { "15m": 5, "1h": 5, "24h": 15, "7d": 60, "30d": 60, "90d": 60 };
const part = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
let page;
let chosen;
let frames;
let busy = false;
let again = false;
let timer;

/** Return the address of a board, with the time range and theme of the moment. */
function href(uid, values = {}) {
  const kept = new URLSearchParams(query);
  for (const name of Object.keys(values)) kept.set(name, values[name]);
  if (uid !== chosen?.board.uid && !("range" in values)) kept.delete("range");
  const text = kept.toString();
  return `/d/${uid}${text ? `?${text}` : ""}`;
}

async function start() {
  try {
    page = await ask("/boards.json");
  } catch (error) {
    failed(part("alerts"), error, 5);
    setTimeout(start, 5000);
    return;
  }
  const uid = location.pathname.split("/").at(-1);
  const board = page.boards.find((one) => one.uid === uid);
  if (!board) {
    const known = page.boards.map((one) => el("li", {}, el("a", { href: `/d/${one.uid}` }, one.title)));
    part("board").replaceChildren(el("p", { class: "notice" }, `There is no board ${uid}. There are:`), el("ul", {}, ...known));
    return;
  }
  choose(board);
  frames = build(part("board"), board);
  const build_ = page.revision ? `, revision ${page.revision}` : "";
  part("about").textContent = `Plan ${page.digest.slice(0, 12)}${build_}. Data from ${page.sources.prometheus}.`;
  await refresh();
}

function choose(board) {
  const [variable] = board.variables;
  const asked = query.get("range");
  const range = asked in SPANS ? asked : board.span in SPANS ? board.span : "1h";
  const variables = variable ? { [variable.name]: query.get(variable.name) ?? variable.default } : {};
  chosen = { board, variable, range, variables };
  document.title = `${board.title} · Truegreen`;
  tabs(part("boards"), page.boards, board.uid, (uid) => href(uid));
  const options = variable?.choices ?? [];
  controls(part("controls"), { variable, options, value: variables[variable?.name], span: range, change });
}

function change(values) {
  for (const name of Object.keys(values)) query.set(name, values[name]);
  const text = query.toString();
  history.replaceState(null, "", text ? `?${text}` : location.pathname);
  choose(chosen.board);
  refresh();
}

async function refresh() {
  clearTimeout(timer);
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  const now = Date.now() / 1000;
  const { range, variables } = chosen;
  const round = new Round({ span: SPANS[range], end: now, scrape: page.scrape_seconds, variables });
  const titles = { ...page.titles, chosen: variables.service };
  const shared = { titles, variables, href, values: new Set(page.values), records: page.records, traces: page.traces, marks: marked(chosen.board.annotations, round, titles) };
  let failure = await fill(frames, round, shared);
  told(part("marks"), await shared.marks);
  try {
    const alerts = await firing(Boolean(page.sources.alertmanager));
    const mine = alerts.filter((one) => !variables.service || one.labels.service === variables.service);
    show(part("alerts"), mine, { titles, uids: page.uids, href, now });
  } catch (error) {
    failure = error;
  }
  if (failure?.unreachable || failure instanceof TypeError) failed(part("alerts"), failure, EVERY[range]);
  pulse(failure === null, new Date());
  document.body.dataset.height = String(document.documentElement.scrollHeight);
  document.body.dataset.round = String(Number(document.body.dataset.round ?? 0) + 1);
  busy = false;
  // A picture is of one round: another one would be under way when it is taken.
  if (again || !("still" in document.documentElement.dataset)) timer = setTimeout(refresh, again ? 0 : EVERY[range] * 1000);
  again = false;
}

document.addEventListener("visibilitychange", () => {
  // A page nobody sees asks nothing.
  if (document.hidden) clearTimeout(timer);
  else if (frames) refresh();
});

start();
