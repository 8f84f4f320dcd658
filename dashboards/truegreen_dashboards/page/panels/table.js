// Rows of all targets, joined where their labels are equal.
import { el, nothing, pill } from "../dom.js";
import { band, formatted, mapped, titled } from "../format.js";

export async function draw(body, panel, context) {
  const answers = await context.all(panel.targets, true);
  const rows = joined(answers, panel);
  if (!rows.length) return body.replaceChildren(nothing(panel.quiet));
  const by = panel.columns.find((one) => one.title === panel.sort_by);
  rows.sort((a, b) => order(cellValue(a, by), cellValue(b, by)) * (panel.descending ? -1 : 1) || order(a.key, b.key));
  const head = el("tr", { role: "row" }, ...panel.columns.map((one) => el("th", { role: "columnheader", scope: "col", class: side(one, panel) }, one.title)));
  const lines = rows.map((row) => el("tr", { role: "row" }, ...cells(row, panel, context)));
  // Roles are written out, because a narrow screen lays rows out as blocks, which would end them.
  const wide = panel.columns.length > 3 ? "many" : null;
  const table = el("table", { role: "table", class: wide }, el("thead", { role: "rowgroup" }, head), el("tbody", { role: "rowgroup" }, ...lines));
  body.replaceChildren(el("div", { class: "scroll", tabindex: "0" }, table));
}

/** Return the cells of a row; a promise of a value says once that it has no share and no budget. */
function cells(row, panel, context) {
  const found = [];
  let valued = null;
  for (const column of panel.columns) {
    if (!ofValue(column, row, panel, context)) {
      valued = null;
      found.push(headed(cell(column, row, panel, context), column));
    } else if (valued) valued.colSpan += 1;
    else {
      valued = headed(el("td", { class: "number missing" }, "promised as a value, not as a share"), column);
      found.push(valued);
    }
  }
  return found;
}

function headed(cell, column) {
  cell.setAttribute("role", "cell");
  cell.dataset.head = column.title;
  return cell;
}

/** Return rows {key, labels, values}: the labels that are columns say which values are one row. */
function joined(answers, panel) {
  const rows = new Map();
  answers.forEach((series, i) => {
    for (const one of series) {
      const key = JSON.stringify(Object.entries(one.labels).sort());
      if (!rows.has(key)) rows.set(key, { key, labels: one.labels, values: {} });
      rows.get(key).values[panel.targets[i].ref] = one.points.at(-1)?.[1];
    }
  });
  return [...rows.values()];
}

const isValue = (column, panel) => panel.targets.some((one) => one.ref === column.source);
const side = (column, panel) => (isValue(column, panel) && !column.mappings.length ? "number" : "");
const cellValue = (row, column) => row.values[column?.source] ?? row.labels[column?.source] ?? "";
const order = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));

function cell(column, row, panel, context) {
  if (!isValue(column, panel)) return el("td", {}, label(column, row, panel, context));
  const value = row.values[column.source];
  if (value === undefined) return el("td", { class: `${side(column, panel)} missing` }, column.missing || "no data");
  const word = mapped(value, column.mappings);
  if (word) return el("td", {}, pill(word.text, word.colour));
  const at = band(value, column.thresholds);
  const ink = at ? `ink-${at.colour}` : "";
  return el("td", { class: `${side(column, panel)} ${ink}`, title: at?.word }, formatted(value, column.unit));
}

/** Whether a cell is empty because the row's promise is one of a value: that is no lack of data. */
function ofValue(column, row, panel, context) {
  if (!isValue(column, panel) || column.unit !== "percentunit" || row.values[column.source] !== undefined) return false;
  const id = `${row.labels.service ?? context.variables.service}/${row.labels.agreement}`;
  return context.values.has(id);
}

function label(column, row, panel, context) {
  const name = column.source;
  const text = titled(name, row.labels, context.titles);
  const way = column.link ?? (panel.link?.label === name ? panel.link : null);
  const href = way && text ? context.link(way, row.labels) : null;
  if (href) return el("a", { href }, text);
  if (name === "kind") return el("span", { class: `kind kind-${text}` }, text.toUpperCase());
  if (name !== "agreement" && name !== "measure") return text || el("span", { class: "missing" }, column.missing || "none");
  const service = row.labels.service ?? context.variables.service;
  const title = context.titles.agreement[`${service}/${text}`] ?? "";
  return el("span", {}, text, title ? el("small", {}, title) : null);
}
