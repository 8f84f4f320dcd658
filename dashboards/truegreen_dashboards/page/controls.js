// The head of the page: which board, which service, how far back, light or dark.
import { el } from "./dom.js";

export const SPANS = { "15m": 900, "1h": 3600, "24h": 86400, "7d": 604800, "30d": 2592000, "90d": 7776000 };

/** Draw the tabs of the boards. */
export function tabs(root, boards, chosen, href) {
  root.replaceChildren(
    ...boards.map((one) => el("a", { href: href(one.uid), "aria-current": one.uid === chosen ? "page" : null, title: one.description }, one.title.split(":")[0])),
  );
}

/** Draw the choices; `change` is called with what was chosen. */
export function controls(root, { variable, options, value, span, change }) {
  const parts = [];
  if (variable) {
    const listed = options.map((one) => el("option", { value: one.value, ...(one.value === value ? { selected: "" } : {}) }, one.title));
    const select = el("select", { onchange: (event) => change({ [variable.name]: event.target.value }) }, ...listed);
    parts.push(el("label", { class: "choice" }, variable.title, select));
  }
  const spans = Object.keys(SPANS).map((one) => el("button", { type: "button", "aria-pressed": String(one === span), onclick: () => change({ range: one }) }, one));
  parts.push(el("div", { class: "spans", role: "group", "aria-label": "Time range" }, ...spans));
  parts.push(el("button", { type: "button", class: "theme", title: "Light or dark", "aria-label": "Light or dark", onclick: turn }, "◐"));
  parts.push(el("span", { id: "pulse", class: "pulse", role: "status" }, "asking"));
  root.replaceChildren(...parts);
  function turn() {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try { localStorage.setItem("theme", next); } catch { /* storage may be off */ }
    change({});
  }
}

/** Say how fresh the page is. */
export function pulse(good, when) {
  const root = document.getElementById("pulse");
  if (!root) return;
  root.className = `pulse ${good ? "beats" : "stopped"}`;
  root.textContent = good ? `live, ${when.toLocaleTimeString("en-GB")}` : "no answer";
}
