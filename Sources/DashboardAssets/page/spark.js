// A curve as small as a word.

import { svg } from "./dom.js";

const SPARK_WIDTH = 120;
const SPARK_HEIGHT = 24;

/**
 * Draw a series as a small curve.
 *
 * @param {{x: Float64Array, y: Float32Array, breaks: Array<number>}} series
 * @param {string} color
 * @param {string} label  for screen readers
 * @returns {SVGElement}
 */
export function sparkline({ x, y, breaks }, color, label) {
  const low = leastOf(y);
  const high = greatestOf(y);
  const left = leastOf(x);
  const width = greatestOf(x) - left || 1;
  // No double may hold the whole range; halves of the smallest numbers would be nothing.
  const part = Number.isFinite(high - low) ? 1 : 0.5;
  const height = high * part - low * part || 1;
  const gaps = new Set(breaks);
  let path = "";
  for (let at = 0; at < x.length; at += 1) {
    const across = 2 + ((x[at] - left) / width) * (SPARK_WIDTH - 4);
    const up = SPARK_HEIGHT - 3 - ((y[at] * part - low * part) / height) * (SPARK_HEIGHT - 6);
    path += `${at === 0 || gaps.has(at) ? "M" : "L"}${across.toFixed(1)} ${up.toFixed(1)}`;
  }
  return svg(
    "svg",
    {
      class: "spark",
      viewBox: `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`,
      width: SPARK_WIDTH,
      height: SPARK_HEIGHT,
      role: "img",
      "aria-label": label,
    },
    svg("path", { d: path, class: "spark-line", style: { stroke: color } }),
  );
}

function leastOf(values) {
  return values.reduce((least, value) => (value < least ? value : least), Infinity);
}

function greatestOf(values) {
  return values.reduce((most, value) => (value > most ? value : most), -Infinity);
}
