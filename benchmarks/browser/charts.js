// Draws the same sampled lines with uPlot and with the dashboard's own canvas, and times what a person waits for.
// `charts.py` runs it in a browser; the times include the rasterisation, since each ends with a pixel read back.

const WIDTH = 1000;
const HEIGHT = 500;

/** A generator of numbers in [0, 1) that gives the same numbers in every run. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** Makes `count` noisy falling curves of `points` points and keeps each column's minimum and maximum, where they are. */
export function makeSeries({ count, points, columns, seed = 1 }) {
  const random = randomNumbers(seed);
  const made = [];
  const per = Math.max(1, points / columns);
  for (let s = 0; s < count; s++) {
    const scale = 0.5 + random();
    const x = [];
    const y = [];
    const value = (i) => scale * Math.exp(-4 * i / points) + 0.15 * (random() - 0.5);
    if (points <= 2 * columns) {
      for (let i = 0; i < points; i++) { x.push(i); y.push(value(i)); }
    } else {
      for (let c = 0; c < columns; c++) {
        let low = Infinity, high = -Infinity, lowAt = 0, highAt = 0;
        for (let i = Math.floor(c * per); i < Math.floor((c + 1) * per); i++) {
          const v = value(i);
          if (v < low) { low = v; lowAt = i; }
          if (v > high) { high = v; highAt = i; }
        }
        if (lowAt < highAt) { x.push(lowAt, highAt); y.push(low, high); } else { x.push(highAt, lowAt); y.push(high, low); }
      }
    }
    made.push({ x: Uint32Array.from(x), y: Float32Array.from(y), color: `hsl(${(s * 47) % 360} 60% 50%)` });
  }
  return made;
}

const frame = () => new Promise((done) => requestAnimationFrame(() => done()));

/** Waits until what was drawn is on the screen: a frame has passed and the pixels can be read. */
async function painted() {
  await frame();
  await frame();
  for (const canvas of document.querySelectorAll("canvas")) canvas.getContext("2d").getImageData(0, 0, 1, 1);
}

async function time(work) {
  const start = performance.now();
  await work();
  await painted();
  return performance.now() - start;
}

/** uPlot wants one x array for all lines. `exact`: the union of all steps; otherwise both values of a column get the column's place. */
function aligned(series, exact, points) {
  if (!exact) {
    const longest = series[0].x.length;
    const x = Array.from({ length: longest }, (_, i) => i * points / longest);
    return [x, ...series.map((one) => Array.from(one.y))];
  }
  return window.uPlot.join(series.map((one) => [Array.from(one.x), Array.from(one.y)]));
}

export async function benchmarkUPlot({ count, points, exact }) {
  const place = document.getElementById("place");
  const series = makeSeries({ count, points, columns: WIDTH });
  const result = {};
  let chart;
  result.first = await time(() => {
    chart = new window.uPlot({
      width: WIDTH, height: HEIGHT, pxAlign: 0, legend: { show: false }, scales: { x: { time: false } },
      cursor: { points: { show: false }, focus: { prox: 16 } }, focus: { alpha: 0.2 },
      series: [{}, ...series.map((one) => ({ stroke: one.color, width: 1, points: { show: false }, spanGaps: true }))],
    }, aligned(series, exact, points), place);
  });
  result.zoom = await time(() => chart.setScale("x", { min: points * 0.45, max: points * 0.55 }));
  await time(() => chart.setScale("x", { min: 0, max: points }));
  const over = place.querySelector(".u-over");
  const moves = [];
  for (let k = 0; k < 5; k++) {
    const box = over.getBoundingClientRect();
    moves.push(await time(() => over.dispatchEvent(new MouseEvent("mousemove", {
      bubbles: true, clientX: box.left + 200 + 120 * k, clientY: box.top + 150 + 40 * k, movementX: 5, movementY: 5 }))));
  }
  result.hover = median(moves);
  const focus = [];
  for (let k = 1; k <= 3; k++) focus.push(await time(() => chart.setSeries(k * 7, { focus: true })));
  result.highlight = median(focus);
  window.kept = [chart, series];
  return result;
}

function median(values) { return values.sort((a, b) => a - b)[values.length >> 1]; }

/** The dashboard's own engine with the same lines: zoom and pointer through real events. */
export async function benchmarkOwn({ count, points }) {
  const { createChart, createChartGroup } = await import("./page/chart.js");
  const place = document.getElementById("place");
  place.style.width = `${WIDTH}px`;
  const lines = makeSeries({ count, points, columns: WIDTH }).map((one, index) => ({ ...one, key: `k${index}`, id: `k${index}`, name: `run ${index}`, breaks: [], marks: [] }));
  const group = createChartGroup();
  const result = {};
  let chart;
  let area;
  result.first = await time(async () => {
    chart = createChart({ title: "loss", group });
    place.append(chart.element);
    area = chart.element.querySelector(".figure-area");
    area.style.height = `${HEIGHT}px`;
    chart.set({ lines, xKind: "linear", yKind: "linear", xName: "step", ignoreOutliers: false });
    await whole(chart);
  });
  const zoomTo = (range) => time(async () => {
    group.setRange(range);
    await whole(chart);
  });
  result.zoom = await zoomTo([points * 0.45, points * 0.55]);
  await zoomTo(null);
  const moves = [];
  for (let k = 0; k < 5; k++) {
    const box = area.getBoundingClientRect();
    moves.push(await time(() => area.dispatchEvent(new PointerEvent("pointermove", {
      bubbles: true, clientX: box.left + 200 + 120 * k, clientY: box.top + 250 + 20 * k }))));
  }
  result.hover = median(moves);
  const focus = [];
  for (let k = 1; k <= 3; k++) focus.push(await time(() => group.setKey(`k${(k * 7) % count}`)));
  result.highlight = median(focus);
  window.kept = [chart, lines];
  return result;
}

async function whole(chart) {
  do await frame(); while (chart.element.dataset.drawn !== "whole");
}
