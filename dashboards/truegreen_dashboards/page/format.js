// Values as people read them, and the word and colour that belong to a value.

const MINUS = "\u2212";

function fixed(value, digits) {
  const text = Math.abs(value).toLocaleString("en", { maximumFractionDigits: digits });
  return value < 0 && text !== "0" ? MINUS + text : text;
}

function ratio(value) {
  const percent = value * 100;
  // Near a promise such as 99.9 % the last digits are the news.
  const digits = percent > 99 && percent < 100 ? 3 : Math.abs(percent) < 100 ? 1 : 0;
  return `${fixed(percent, digits)}\u202f%`;
}

function seconds(value) {
  const size = Math.abs(value);
  if (size === 0) return "0 s";
  if (size < 1) return `${fixed(value * 1000, size < 0.01 ? 1 : 0)} ms`;
  if (size < 60) return `${fixed(value, 2)} s`;
  if (size < 3600) return `${fixed(value / 60, 1)} min`;
  return `${fixed(value / 3600, 1)} h`;
}

function count(value) {
  if (Math.abs(value) >= 1e6) return `${fixed(value / 1e6, 2)} M`;
  if (Math.abs(value) >= 1e5) return `${fixed(value / 1e3, 1)} k`;
  return fixed(value, Math.abs(value) < 10 ? 2 : 0);
}

/** Return the day of a Unix time in milliseconds, by the reader's own clock. */
function day(value) {
  const at = new Date(value);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** Return its day and time, to the minute. */
function moment(value) {
  return `${day(value)} ${new Date(value).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
}

const UNITS = {
  percentunit: ratio,
  s: seconds,
  short: count,
  cps: (value) => `${count(value)} /s`,
  locale: (value) => fixed(value, Math.abs(value) < 1000 ? 2 : 0),
  "time:YYYY-MM-DD": day,
  "time:YYYY-MM-DD HH:mm": moment,
  none: (value) => fixed(value, Math.abs(value) < 10 ? 2 : 1),
};

/** Return a value with its unit. */
export function formatted(value, unit) {
  return value === null || !Number.isFinite(value) ? "NO DATA" : UNITS[unit](value);
}

/** Return a text of Prometheus's templates with its percentages written as everywhere on the page. */
export function spoken(text) {
  return text.replaceAll(/(-?)(\d+(?:\.\d+)?(?:e[+-]?\d+)?) ?%/g, (_, sign, number) => {
    // Near 100 % the digits of a promise are the news, however many they are.
    const said = Number(number) > 99 && Number(number) < 100 ? `${number}\u202f%` : ratio(Number(number) / 100);
    return `${sign && Number(number) ? MINUS : ""}${said}`;
  });
}

/** Return the band ({colour, word}) of a value, or null without thresholds. */
export function band(value, thresholds) {
  let found = null;
  for (const one of thresholds ?? []) if (one.value === null || value >= one.value) found = one;
  return found;
}

/** Return the mapping ({text, colour}) of a value, or null. */
export function mapped(value, mappings) {
  return (mappings ?? []).find((one) => one.value === value) ?? null;
}

/** Return the length of time in words: `3 min`. */
export function age(seconds_) {
  if (seconds_ < 90) return `${Math.max(0, Math.round(seconds_))} s`;
  if (seconds_ < 5400) return `${Math.round(seconds_ / 60)} min`;
  if (seconds_ < 172800) return `${Math.round(seconds_ / 3600)} h`;
  return `${Math.round(seconds_ / 86400)} d`;
}

/** Return a legend with its labels filled in, names replaced by titles where the plan has one. */
export function legend(template, labels, titles) {
  const text = template.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => titled(name, labels, titles));
  return text || Object.values(labels).join(" ");
}

// Labels whose values are words of ours.
const SPOKEN = new Set(["component", "line", "method"]);

/** Return the title of a label's value, or the value itself. */
export function titled(label, labels, titles) {
  const value = labels[label] ?? "";
  if (label === "step") return titles.step[`${labels.service ?? titles.chosen}/${value}`] ?? value;
  if (label === "agreement") return value;
  if (label === "window") return value.replace("prev_", "last ");
  if (SPOKEN.has(label)) return value.replaceAll("_", " ");
  return titles[label]?.[value] ?? value;
}
