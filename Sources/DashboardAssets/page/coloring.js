// Colours by a parameter instead of by experiment: a scale for numbers, one colour each for other
// values.

import { columnValue } from "./columns.js";
import { formatNumber, formatValue } from "./format.js";
import { categoryColor, sequentialColor } from "./palette.js";

/**
 * How experiments are coloured by a column.
 *
 * @param {object} app
 * @param {string} key  "params.lr", "metrics.loss", "increment"; "" colours each experiment as
 *   everywhere
 * @param {string[]} ids
 * @returns {{color: function(string): string, dash: function(string): number[], scale: object|null, categories: Array|null}}
 */
export function colorBy({ experiments, palette }, key, ids) {
  const column =
    key === ""
      ? undefined
      : (experiments.columns.get(key) ?? experiments.columns.get(key.replace(/:(min|max)$/, "")));
  if (column === undefined)
    return { color: palette.color, dash: palette.dash, scale: null, categories: null };
  const values = ids.map((id) => columnValue(experiments, id, key));
  const none = palette.dark ? "#777" : "#999";
  const given = values.filter((value) => value !== null);
  const finite = given.filter(Number.isFinite);
  if (
    finite.length > 0 &&
    given.every((value) => typeof value === "number") &&
    new Set(finite).size > 2
  ) {
    const low = finite.reduce((a, b) => Math.min(a, b));
    const high = finite.reduce((a, b) => Math.max(a, b));
    // Learning rates and sizes go by factors, not by differences.
    const logarithmic = low > 0 && high / low >= 50;
    const place = (value) => {
      if (high === low) return 0.5;
      return logarithmic
        ? Math.log(value / low) / Math.log(high / low)
        : (value - low) / (high - low);
    };
    const shade = (part) => sequentialColor(palette.dark ? 0.3 + 0.7 * part : 0.88 * part);
    const color = (id) => {
      const value = columnValue(experiments, id, key);
      return typeof value === "number" && Number.isFinite(value) ? shade(place(value)) : none;
    };
    const colors = Array.from({ length: 9 }, (_, i) => shade(i / 8));
    return {
      color,
      dash: () => [],
      scale: { low: formatNumber(low), high: formatNumber(high), logarithmic, colors },
      categories: null,
    };
  }
  const names = [...new Set(given.map((value) => formatValue(value)))].sort((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  const order = new Map(names.map((name, index) => [name, index]));
  const color = (id) => {
    const index = order.get(formatValue(columnValue(experiments, id, key)));
    return index === undefined ? none : categoryColor(index, palette.dark);
  };
  return {
    color,
    dash: () => [],
    scale: null,
    categories: names.map((name, index) => ({ name, color: categoryColor(index, palette.dark) })),
  };
}
