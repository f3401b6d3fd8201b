// Several runs as one line: the mean and the standard deviation at each place, and of how many
// runs.

const GRID_MOST = 4000;
const GRID_EVEN = 1000;

/**
 * The mean of lines with their sample standard deviation as a band.
 *
 * Lines have their values at different places: between two of its points a line has the value on
 * the straight way
 * between them, before its first point, after its last and over an interruption it has none. `n`
 * counts the lines
 * that have a value; where it is one there is no deviation and no band.
 *
 * @param {Array<{x: ArrayLike<number>, y: ArrayLike<number>, breaks: number[]}>} lines  with rising
 *   x
 * @returns {{x: Float64Array, y: Float64Array, breaks: number[], band: {low, high, n}}}
 */
export function meanBand(lines) {
  const grid = commonPlaces(lines);
  const sum = new Float64Array(grid.length);
  const n = new Uint32Array(grid.length);
  const values = lines.map((line) => valuesAt(line, grid));
  for (const row of values) {
    for (let i = 0; i < grid.length; i += 1) {
      if (Number.isNaN(row[i])) continue;
      sum[i] += row[i];
      n[i] += 1;
    }
  }
  const y = sum.map((total, i) => (n[i] > 0 ? total / n[i] : NaN));
  const squares = new Float64Array(grid.length);
  for (const row of values) {
    for (let i = 0; i < grid.length; i += 1)
      if (!Number.isNaN(row[i])) squares[i] += (row[i] - y[i]) ** 2;
  }
  const low = new Float64Array(grid.length);
  const high = new Float64Array(grid.length);
  for (let i = 0; i < grid.length; i += 1) {
    const deviation = n[i] > 1 ? Math.sqrt(squares[i] / (n[i] - 1)) : NaN;
    low[i] = y[i] - deviation;
    high[i] = y[i] + deviation;
  }
  return { x: grid, y, breaks: [], band: { low, high, n } };
}

/** All places of all lines, or an even grid over them where they are too many. */
function commonPlaces(lines) {
  const first = lines[0]?.x;
  if (lines.every((line) => line.x === first)) return Float64Array.from(first ?? []);
  let low = Infinity;
  let high = -Infinity;
  let total = 0;
  for (const { x } of lines) {
    if (x.length === 0) continue;
    low = Math.min(low, x[0]);
    high = Math.max(high, x[x.length - 1]);
    total += x.length;
  }
  if (total <= GRID_MOST * 8) {
    const places = new Set();
    for (const { x } of lines) for (let i = 0; i < x.length; i += 1) places.add(x[i]);
    if (places.size <= GRID_MOST) return Float64Array.from(places).sort();
  }
  return Float64Array.from(
    { length: GRID_EVEN },
    (_, i) => low + ((high - low) * i) / (GRID_EVEN - 1),
  );
}

function valuesAt({ x, y, breaks = [] }, grid) {
  const interrupted = new Set(breaks);
  const values = new Float64Array(grid.length).fill(NaN);
  let next = 0;
  for (let i = 0; i < grid.length; i += 1) {
    while (next < x.length && x[next] < grid[i]) next += 1;
    if (next >= x.length) break;
    if (x[next] === grid[i]) values[i] = y[next];
    else if (next > 0 && !interrupted.has(next)) {
      const part = (grid[i] - x[next - 1]) / (x[next] - x[next - 1]);
      values[i] = y[next - 1] + part * (y[next] - y[next - 1]);
    }
  }
  return values;
}
