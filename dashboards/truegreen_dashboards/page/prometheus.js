// Questions to Prometheus, through our own origin; equal questions of one refresh are asked once.

/** What a refusal or a silence of the server says, in words for the page. */
export class Unanswered extends Error {}

export async function ask(path, parameters = {}) {
  let response;
  try {
    response = await fetch(`${path}?${new URLSearchParams(parameters)}`, { cache: "no-store" });
  } catch {
    throw new Unanswered("the preview itself does not answer: is `truegreen preview` still running?");
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok || answer === null || answer.status === "error") {
    const failure = new Unanswered(answer?.error ?? `status ${response.status}`);
    failure.unreachable = answer?.errorType === "unreachable";
    throw failure;
  }
  return answer;
}

/** Return a query with the board's variables filled in. */
export function filled(expr, values) {
  return expr.replaceAll(/\$(\w+)/g, (whole, name) => values[name] ?? whole);
}

function escaped(value) {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
}

/** The questions of one refresh: one end of time, one step, every answer kept. */
export class Round {
  constructor({ span, end, scrape, variables }) {
    this.span = span;
    this.step = Math.max(Math.ceil(span / 240), scrape, 1);
    this.end = end;
    this.answers = new Map();
    const own = Object.entries(variables).map(([name, value]) => [name, escaped(value)]);
    this.values = {
      ...Object.fromEntries(own),
      __range: `${span}s`,
      __interval: `${this.step}s`,
      // Four scrapes at least, so that a rate has two samples; a minute, so that it is calm.
      __rate_interval: `${Math.max(60, 4 * scrape, this.step + scrape)}s`,
    };
  }

  /** Return series as {labels, points: [[seconds, value], …]}, gaps left out. */
  series(target, instant = target.instant, step = this.step) {
    const query = filled(target.expr, this.values);
    const key = `${instant ? "instant" : step} ${query}`;
    if (!this.answers.has(key)) this.answers.set(key, this.asked(query, instant, step));
    return this.answers.get(key);
  }

  /** Return the stretch of time that is drawn: it ends within the last minute. */
  window(step = this.step) {
    const grid = Math.min(step, 60);
    const end = Math.floor(this.end / grid) * grid;
    return { start: end - Math.max(this.span - (this.span % step), step), end, step };
  }

  /** Return single cases that a histogram keeps, as {labels, trace, at, value}; none where it keeps none. */
  exemplars(target) {
    const query = filled(target.expr, this.values);
    const key = `exemplars ${query}`;
    if (!this.answers.has(key)) this.answers.set(key, this.cases(query));
    return this.answers.get(key);
  }

  async cases(query) {
    const { start, end } = this.window();
    // A server that stores none says so in its own way: then there are none.
    const answer = await ask("/api/v1/query_exemplars", { query, start, end }).catch(() => ({ data: [] }));
    return answer.data.flatMap((series) => series.exemplars.map((one) => ({
      labels: series.seriesLabels, trace: one.labels.trace_id, at: one.timestamp, value: number(one.value),
    }))).filter((one) => one.trace);
  }

  async asked(query, instant, step) {
    if (instant) {
      const answer = await ask("/api/v1/query", { query, time: this.end });
      return answer.data.result.map((one) => made(one.metric, [one.value]));
    }
    const { start, end } = this.window(step);
    const range = { query, start, end, step };
    const answer = await ask("/api/v1/query_range", range);
    return answer.data.result.map((one) => made(one.metric, one.values));
  }
}

function made(metric, values) {
  const points = values.map(([at, text]) => [at, number(text)]);
  return { labels: metric, points: points.filter(([, value]) => !Number.isNaN(value)) };
}

function number(text) {
  return text === "+Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text);
}
