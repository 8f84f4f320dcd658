// What fires now, in business words: the alert's own summary, whose it is, and since when.
import { el, pill } from "./dom.js";
import { age, spoken } from "./format.js";
import { ask } from "./prometheus.js";

const SHOWN = 4;
const ROLES = { page: "bad", ticket: "at_risk" };

/** Return the firing alerts, pages first, each once: {labels, annotations, since, silenced}. */
export async function firing(alertmanager) {
  const found = alertmanager ? await fromAlertmanager() : await fromPrometheus();
  const rank = (one) => (one.silenced ? 2 : one.labels.severity === "page" ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || a.since - b.since);
}

async function fromPrometheus() {
  const answer = await ask("/api/v1/alerts");
  return answer.data.alerts
    .filter((one) => one.state === "firing")
    .map((one) => ({ ...one, since: Date.parse(one.activeAt) / 1000, silenced: false }));
}

async function fromAlertmanager() {
  const answer = await ask("/api/v2/alerts");
  // An inhibited alert says nothing that the one which inhibits it does not say.
  return answer.filter((one) => !one.status.inhibitedBy.length).map((one) => ({
    labels: one.labels, annotations: one.annotations,
    since: Date.parse(one.startsAt) / 1000, silenced: one.status.silencedBy.length > 0,
  }));
}

/** Show the alerts; none is said too. */
export function show(root, alerts, { titles, uids, href, now }) {
  if (!alerts.length) {
    return root.replaceChildren(el("p", { class: "notice calm" }, pill("QUIET", "good"), "No alert is firing."));
  }
  const cards = alerts.slice(0, SHOWN).map((one) => card(one, { titles, uids, href, now }));
  const more = alerts.length - SHOWN;
  if (more > 0) cards.push(el("p", { class: "more" }, `and ${more} more`));
  root.replaceChildren(el("div", { class: "alerts", role: "list" }, ...cards));
}

function card(one, { titles, uids, href, now }) {
  const { labels, annotations } = one;
  const word = one.silenced ? "SILENCED" : (labels.severity ?? "alert").toUpperCase();
  const role = one.silenced ? "no_data" : (ROLES[labels.severity] ?? "at_risk");
  const service = titles.service[labels.service] ?? labels.service;
  const name = labels.agreement ? `${service}, ${titles.agreement[`${labels.service}/${labels.agreement}`] ?? labels.agreement}` : service;
  const facts = [
    `for ${age(now - one.since)}`,
    labels.owner ? `owner ${titles.owner[labels.owner] ?? labels.owner}` : null,
    annotations.budget_left ? `budget left ${spoken(annotations.budget_left)}` : null,
    annotations.definition ?? null,
  ].filter(Boolean);
  return el(
    "div",
    { class: `alert edge-${role}`, role: "listitem" },
    pill(word, role),
    el("div", {},
      el("a", { href: labels.service ? href(uids.service, { service: labels.service }) : null }, name ?? labels.alertname),
      el("p", {}, annotations.summary ? spoken(annotations.summary) : labels.alertname),
      el("small", {}, facts.join(" · ")),
    ),
  );
}

/** Say that nothing can be shown, and why. */
export function failed(root, error, seconds) {
  root.replaceChildren(
    el("div", { class: "notice bad", role: "alert" }, pill("NO ANSWER", "bad"),
      el("span", {}, `${error.message}. The page asks again every ${seconds} s.`)),
  );
}
