// Columns as axes of charts: numbers on a line, by factors where they spread wide, and other values
// side by side.

import { axisTicks, makeAxis, widenRange } from "./axes.js";
import { h, nameOf } from "./dom.js";
import { formatNumber, formatValue } from "./format.js";

/**
 * The columns that a chart can use, parameters that vary first: `[{key, name}]`.
 *
 * @param {object} experiments
 * @param {string[]} ids  those that are drawn
 */
export function chartColumns(experiments, ids) {
  const params = experiments.paramKeys().filter((key) => valuesVary(experiments, key, ids));
  const facts = ["duration", "number", "status", "increment", "kind"].filter((key) =>
    valuesVary(experiments, key, ids),
  );
  return [
    ...params.map((key) => ({ key, name: key.slice("params.".length) })),
    ...experiments.metricKeys().flatMap((metric) => [
      { key: `metrics.${metric}`, name: metric },
      ...(experiments.columns.get(`metrics.${metric}`).count.some((count) => count > 1)
        ? [
            { key: `metrics.${metric}:min`, name: `least ${metric}` },
            { key: `metrics.${metric}:max`, name: `greatest ${metric}` },
          ]
        : []),
    ]),
    ...facts.map((key) => ({ key, name: key })),
  ];
}

function valuesVary(experiments, key, ids) {
  let first;
  for (const id of ids) {
    const value = experiments.value(id, key);
    if (value === null || value === undefined) continue;
    const text = formatValue(value);
    if (first === undefined) first = text;
    else if (text !== first) return true;
  }
  return false;
}

/**
 * The value of a column whose key may say which of a metric's: `metrics.loss:min`.
 *
 * @returns {*}  null where there is none
 */
export function columnValue(experiments, id, key) {
  const which = key.startsWith("metrics.") ? /:(min|max)$/.exec(key)?.[1] : undefined;
  const value = experiments.value(
    id,
    which === undefined ? key : key.slice(0, -4),
    which ?? "values",
  );
  if (value === "NaN" || value === undefined) return null;
  if (value === "Infinity") return Infinity;
  if (value === "-Infinity") return -Infinity;
  return value;
}

/** What a column is called. */
export function columnName(key) {
  const which = key.startsWith("metrics.") ? /^metrics\.(.*):(min|max)$/.exec(key) : null;
  if (which !== null) return `${which[2] === "min" ? "least" : "greatest"} ${which[1]}`;
  return key.replace(/^(params|metrics)\./, "");
}

/**
 * An axis for a column between two pixels.
 *
 * @param {object} experiments
 * @param {string} key
 * @param {string[]} ids
 * @param {boolean|null} logarithmic  null: where positive values spread by a factor of 50 or more
 * @returns {object}  `numeric`, `place(value)`, `ticks(count)`, `values` (the names, where not numeric), `axis`
 */
export function columnAxis(experiments, key, ids, start, end, logarithmic = null) {
  const values = ids
    .map((id) => columnValue(experiments, id, key))
    .filter((value) => value !== null);
  const numeric = values.length > 0 && values.every((value) => typeof value === "number");
  if (!numeric) {
    const names = [...new Set(values.map((value) => formatValue(value)))].sort((a, b) =>
      a.localeCompare(b, "en", { numeric: true }),
    );
    const order = new Map(names.map((name, index) => [name, index]));
    const step = (end - start) / Math.max(1, names.length);
    const at = (index) => start + step * (index + 0.5);
    return {
      key,
      numeric,
      values: names,
      start,
      end,
      place: (value) =>
        value === null || !order.has(formatValue(value)) ? NaN : at(order.get(formatValue(value))),
      ticks: (count) => {
        const every = Math.max(1, Math.ceil(names.length / Math.max(1, count)));
        return names
          .map((name, index) => ({ place: at(index), text: name }))
          .filter((_, index) => index % every === 0);
      },
    };
  }
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const positive = finite.filter((value) => value > 0).reduce((a, b) => Math.min(a, b), Infinity);
  const log =
    logarithmic === null ? low > 0 && high / low >= 50 : logarithmic && positive < Infinity;
  const [from, to] = widenRange(log ? "log" : "linear", log ? positive : low, high, 0.04);
  const axis = makeAxis(log ? "log" : "linear", from, to, start, end);
  return {
    key,
    numeric,
    values: null,
    axis,
    start,
    end,
    logarithmic: log,
    low,
    high,
    place: (value) =>
      typeof value === "number" && Number.isFinite(value) ? axis.place(value) : NaN,
    ticks: (count) =>
      axisTicks(axis, count).map((tick) => ({ place: axis.place(tick.value), text: tick.text })),
  };
}

/** A column's value in words. */
export function columnText(value) {
  if (value === null) return "–";
  return typeof value === "number" ? formatNumber(value) : formatValue(value);
}

/** A text that fits into some pixels, cut with an ellipsis. */
export function fittingText(surface, text, width) {
  if (surface.measureText(text).width <= width) return text;
  let cut = String(text);
  while (cut.length > 1 && surface.measureText(`${cut}…`).width > width)
    cut = cut.slice(0, Math.floor(cut.length * 0.9) || 1);
  return `${cut}…`;
}

/**
 * What a tip says of an experiment: its name, and its values in some columns.
 *
 * @param {object} experiments
 * @param {string} id
 * @param {string[]} keys
 * @param {string} color
 * @returns {HTMLElement[]}
 */
export function columnTip(experiments, id, keys, color) {
  return [
    h(
      "div",
      { class: "chart-tip-name" },
      h("i", { class: "swatch", style: { background: color } }),
      nameOf(experiments.title(id)),
    ),
    h(
      "dl",
      null,
      keys.map((key) => [
        h("dt", null, nameOf(columnName(key))),
        h("dd", null, nameOf(columnText(columnValue(experiments, id, key)))),
      ]),
    ),
  ];
}
