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

export async function benchmarkPrototype({ count, points }) {
  const place = document.getElementById("place");
  const series = makeSeries({ count, points, columns: WIDTH });
  const result = {};
  const mk = () => { const c = document.createElement("canvas"); c.width = WIDTH; c.height = HEIGHT; c.style.position = "absolute"; c.style.left = 0; c.style.top = 0; place.append(c); return c; };
  const base = mk(), over = mk();
  const g = base.getContext("2d"), o = over.getContext("2d");
  const line = (ctx, s, lo, hi) => {
    const { x, y } = s; const kx = WIDTH / (hi - lo), ky = HEIGHT / 2;
    ctx.beginPath();
    let i = 0, n = x.length;
    let a = 0, b = n; while (a < b) { const m = (a + b) >> 1; if (x[m] < lo) a = m + 1; else b = m; }
    i = Math.max(0, a - 1);
    ctx.moveTo((x[i] - lo) * kx, HEIGHT - (y[i] + .2) * ky);
    for (i++; i < n; i++) { ctx.lineTo((x[i] - lo) * kx, HEIGHT - (y[i] + .2) * ky); if (x[i] > hi) break; }
    ctx.stroke();
  };
  const all = (lo, hi) => { g.clearRect(0, 0, WIDTH, HEIGHT); g.lineWidth = 1; g.lineJoin = "bevel"; for (const s of series) { g.strokeStyle = s.color; line(g, s, lo, hi); } };
  result.first = await time(() => all(0, points));
  result.zoom = await time(() => all(points * .45, points * .55));
  await time(() => all(0, points));
  const moves = [];
  for (let k = 0; k < 5; k++) moves.push(await time(() => {
    // nearest of all series at the pointer
    const at = points * (.2 + .1 * k); let best = -1, d = 1e9;
    for (let s = 0; s < series.length; s++) { const { x, y } = series[s]; let a = 0, b = x.length; while (a < b) { const m = (a + b) >> 1; if (x[m] < at) a = m + 1; else b = m; } const e = Math.abs(y[Math.min(a, y.length - 1)] - .5); if (e < d) { d = e; best = s; } }
    base.style.opacity = .25; o.clearRect(0, 0, WIDTH, HEIGHT); o.lineWidth = 2; o.strokeStyle = series[best].color; line(o, series[best], 0, points);
  }));
  result.hover = median(moves); result.highlight = result.hover;
  window.kept = series;
  return result;
}
