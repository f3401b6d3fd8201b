// Which columns the table has, how wide they are, and what stands in a cell.

import { formatAgo, formatDuration, formatNumber, formatValue } from "./format.js";
import { visible } from "./dom.js";

const FACTS = [
  { key: "status", title: "Status", width: 116 },
  { key: "created", title: "Created", width: 100, text: (value) => formatAgo(value) },
  {
    key: "duration",
    title: "Duration",
    width: 96,
    number: true,
    text: (value) => formatDuration(value),
  },
  {
    key: "kind",
    title: "Kind",
    auto: "varies",
    text: (value) => (value === "experiment" ? "" : formatValue(value)),
  },
  { key: "increment", title: "Increment", auto: "several increments" },
  { key: "tags", title: "Tags", auto: "any" },
  {
    key: "notes",
    title: "Notes",
    width: 74,
    number: true,
    auto: "any",
    text: (value) => (value === 0 ? "" : formatValue(value)),
  },
  { key: "rerun", title: "Rerun", width: 64, number: true, auto: "never" },
  { key: "folder", title: "Folder", width: 160, auto: "never" },
  { key: "failure", title: "Failure", auto: "never" },
  {
    key: "problems",
    title: "Problems",
    width: 96,
    number: true,
    auto: "any",
    text: (value) => (value === 0 ? "" : formatValue(value)),
  },
  {
    key: "last_write",
    title: "Last written",
    width: 110,
    auto: "never",
    text: (value) => formatAgo(value),
  },
  { key: "hosts", title: "Hosts", width: 120, auto: "never" },
  { key: "writers", title: "Writers", width: 80, number: true, auto: "never" },
];
const EARLY = new Set(["status", "created", "duration", "increment", "tags"]);
const PARTS = ["min", "max"];
const CHARACTER = 7.4;
const SAMPLE = 300;

/**
 * Every column that the table can have.
 *
 * Each is `{id, key, part, title, group, number, direction, text(value), auto}`; `id` is the key,
 * with `|min` or `|max` for those parts of a metric; `auto` says whether it is shown unasked.
 *
 * @param {object} experiments
 * @param {boolean} unchanged  show the columns too in which all values are the same
 * @returns {Array<object>}
 */
export function possibleColumns(experiments, unchanged) {
  const facts = FACTS.filter((fact) => experiments.columns.has(fact.key)).map((fact) => ({
    number: false,
    text: formatValue,
    ...fact,
    id: fact.key,
    part: "values",
    group: "Facts",
    direction: null,
    auto: isShown(fact, experiments, unchanged),
  }));
  const metrics = experiments.metricKeys().flatMap((name) => {
    const key = `metrics.${name}`;
    const { direction } = experiments.columns.get(key);
    return ["values", ...PARTS].map((part) => ({
      id: part === "values" ? key : `${key}|${part}`,
      key,
      part,
      direction,
      group: "Metrics",
      number: true,
      title: part === "values" ? name : `${name} ${part}`,
      text: (value) => formatNumber(value),
      auto: part === "values",
    }));
  });
  const params = experiments.paramKeys().map((key) => ({
    id: key,
    key,
    part: "values",
    title: key.slice("params.".length),
    group: "Parameters",
    number: isNumeric(experiments.columns.get(key).values),
    direction: null,
    text: formatValue,
    auto: unchanged || isTelling(key, experiments),
  }));
  const primary = metrics.filter((column) => column.key === `metrics.${primaryName(experiments)}`);
  const others = metrics.filter((column) => !primary.includes(column));
  // What an experiment was and what came of it are seen without scrolling; the rest follows.
  const [early, late] = [true, false].map((isEarly) =>
    facts.filter((fact) => EARLY.has(fact.key) === isEarly),
  );
  return [...early.slice(0, 1), ...primary, ...early.slice(1), ...params, ...others, ...late];
}

function primaryName(experiments) {
  return (experiments.primary ?? "").replace(/^metrics\./, "");
}

// Parameters that differ; of many experiments not those that a few have, all with one value.
function isTelling(key, experiments) {
  const all = experiments.ids.length;
  if (all === 1) return true;
  if (!experiments.varies(key)) return false;
  const given = experiments.columns.get(key).values.filter((value) => value !== null);
  return all < 10 || given.length >= all / 10 || new Set(given.map(formatValue)).size > 1;
}

function isShown(fact, experiments, unchanged) {
  const { values } = experiments.columns.get(fact.key);
  switch (fact.auto) {
    case "never":
      return false;
    case "any":
      return unchanged || values.some((value) => value?.length > 0 || value > 0);
    case "varies":
      return unchanged || experiments.varies(fact.key);
    case "several increments":
      return unchanged || experiments.increments.length > 1;
    default:
      return true;
  }
}

function isNumeric(values) {
  let any = false;
  for (const value of values) {
    if (value === null || value === undefined) continue;
    if (typeof value !== "number") return false;
    any = true;
  }
  return any;
}

/**
 * The columns to show: those shown unasked, without the hidden, with the added, in one order.
 *
 * @param {Array<object>} possible
 * @param {{added: Set<string>, hidden: Set<string>, pinned: Array<string>}} choice
 * @returns {Array<object>}  those that are pinned first, with `pinned: true`
 */
export function chosenColumns(possible, { added, hidden, pinned }) {
  const shown = possible.filter(({ id, auto }) => {
    return added.has(id) || pinned.includes(id) || (auto && !hidden.has(id));
  });
  const first = pinned.map((id) => shown.find((column) => column.id === id)).filter(Boolean);
  const rest = shown.filter((column) => !pinned.includes(column.id));
  return [...first.map((column) => ({ ...column, pinned: true })), ...rest];
}

/**
 * The text of a cell; control characters are shown, long values end with an ellipsis by CSS.
 *
 * @param {object} column
 * @param {*} value
 * @returns {string}
 */
export function cellText(column, value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return visible(value.map(formatValue).join(", "));
  return visible(column.text(value)).replace(/[\n\t]/g, " ");
}

/**
 * A width that fits the title and the values of a column, in pixels.
 *
 * @param {object} column
 * @param {Array<*>} values
 * @returns {number}
 */
export function widthOf(column, values) {
  if (column.width !== undefined) return column.width;
  let longest = 0;
  const stride = Math.max(1, Math.floor(values.length / SAMPLE));
  for (let row = 0; row < values.length; row += stride) {
    longest = Math.max(longest, cellText(column, values[row]).length);
  }
  const title = column.title.length * CHARACTER + 44;
  return Math.round(Math.min(260, Math.max(64, title, longest * CHARACTER + 34)));
}
