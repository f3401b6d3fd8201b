// The engine that draws lines: axes, lines and bands on canvases of their own, and above them a
// layer for the
// pointer and the highlighted line, so that pointing draws one line and not all of them. uPlot was
// measured beside
// it (benchmarks/browser): it needs one x array for all lines and draws all of them again on every
// highlight.
//
// A line is `{key, id, name, color, dash, width, faint, x, y, breaks, marks, band}`: `x` and `y`
// typed arrays,
// `breaks` the indices before which it is interrupted, `marks` the places of values that are not
// finite,
// `band` `{low, high, n}` around it, `faint` a line behind another that is not pointed at.

import { h, nameOf, replace } from "./dom.js";
import { formatDuration, formatNumber, formatTime } from "./format.js";
import { axisTicks, makeAxis, widenRange } from "./axes.js";
import { createFigure } from "./figure.js";
import { rangeWithoutOutliers } from "./smoothing.js";

const THIN_FROM = 30_000;
const SEGMENTS_A_FRAME = 150_000;
const OUTLIER_SAMPLE = 200_000;
const NEAR = 48;

/**
 * What the charts of a view share: the range of x, the place of the pointer, and the highlighted
 * line.
 *
 * @param {object|null} highlight  the page's `app.highlight`, which tables follow too
 */
export function createChartGroup(highlight = null) {
  const listeners = new Set();
  const group = {
    /** `[low, high]`, or null for everything. */
    range: null,
    cursor: null,
    key: null,
    pinned: false,
    setRange: (range, done = true) => {
      group.range = range;
      tell("range", done);
    },
    setCursor: (x) => {
      if (x === group.cursor) return;
      group.cursor = x;
      tell("cursor");
    },
    setKey: (key, id = null) => {
      if (key === group.key) return;
      group.key = key;
      highlight?.set(id);
      tell("key");
    },
    pin: (pinned) => {
      group.pinned = pinned;
      if (!pinned) group.setKey(null);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => unsubscribe?.(),
  };
  function tell(what, done = true) {
    for (const listener of [...listeners]) listener(what, done);
  }
  const unsubscribe = highlight?.subscribe((id) => {
    // Somebody pointed at a row of a table: a line's key is the experiment it belongs to.
    if (id === group.key || (id === null && group.key !== null && group.key.startsWith("group:")))
      return;
    group.key = id;
    tell("key");
  });
  return group;
}

/**
 * Make a chart of lines.
 *
 * @param {object} options  `title`, `group`, `announce(text)`, `onSight(seen)`, `onExact(line,
 *   index)`
 * @returns {object}  `element`, `set(content)`, `close()`, `columns()`, `shown()`
 */
export function createChart({
  title,
  group,
  announce = () => {},
  onSight = () => {},
  onExact = null,
}) {
  let content = { lines: [], xKind: "linear", yKind: "linear", xName: "", ignoreOutliers: false };
  let yRange = null;
  let scales = null;
  let layoutFor = null;
  let near = null;
  let drag = null;
  let dwell = 0;
  const touches = new Map();
  const figure = createFigure({
    title,
    layers: 3,
    exported: [0, 1],
    paint: paintLayer,
    legend: () =>
      content.lines
        .filter((line) => !line.faint)
        .map(({ name, color, dash }) => ({ name, color, dash })),
    table: chartTable,
    keys: "Left and right move along a line, up and down to another line, plus and minus zoom, 0 shows everything.",
  });
  const tip = h("div", { class: "chart-tip", role: "presentation", hidden: true });
  const area = figure.area;
  area.append(tip);
  area.classList.add("chart-area");

  /* Ranges ------------------------------------------------------------------------------------- */

  function fullRange() {
    let low = Infinity;
    let high = -Infinity;
    for (const line of content.lines) {
      const extent = extentOf(line, content.xKind === "log");
      if (extent.low < low) low = extent.low;
      if (extent.high > high) high = extent.high;
      for (const [x] of line.marks ?? []) {
        if (!Number.isFinite(x) || (content.xKind === "log" && x <= 0)) continue;
        if (x < low) low = x;
        if (x > high) high = x;
      }
    }
    return widenRange(content.xKind, low, high);
  }

  function heightRange(low, high) {
    const positive = content.yKind === "log";
    if (content.ignoreOutliers) {
      let total = 0;
      for (const line of content.lines) total += line.faint ? 0 : line.y.length;
      const every = Math.max(1, Math.ceil(total / OUTLIER_SAMPLE));
      const values = [];
      for (const line of content.lines) {
        if (line.faint) continue;
        for (let i = 0; i < line.y.length; i += every) {
          const y = line.y[i];
          if (Number.isFinite(y) && line.x[i] >= low && line.x[i] <= high && (!positive || y > 0))
            values.push(y);
        }
      }
      const range = rangeWithoutOutliers(Float64Array.from(values));
      if (range !== null) return widenRange(content.yKind, range[0], range[1], 0.05);
    }
    let bottom = Infinity;
    let top = -Infinity;
    for (const line of content.lines) {
      const [from, to] = visibleIndices(line, low, high);
      const lows = line.band?.low ?? line.y;
      const highs = line.band?.high ?? line.y;
      for (let i = from; i < to; i += 1) {
        const least = lows[i];
        const most = highs[i];
        if (least < bottom && (!positive || least > 0) && least > -Infinity) bottom = least;
        if (most > top && (!positive || most > 0) && most < Infinity) top = most;
        const middle = line.y[i];
        if (middle < bottom && (!positive || middle > 0) && middle > -Infinity) bottom = middle;
        if (middle > top && middle < Infinity) top = middle;
      }
    }
    return widenRange(content.yKind, bottom, top, 0.05);
  }

  function layout(size, surface, theme) {
    const [left, right] = group.range ?? fullRange();
    const [bottom, top] = yRange ?? heightRange(left, right);
    const plot = { top: 8, bottom: size.height - 36, left: 40, right: size.width - 14 };
    const y = makeAxis(content.yKind, bottom, top, plot.bottom, plot.top);
    const yTicks = axisTicks(y, Math.max(2, Math.floor((plot.bottom - plot.top) / 44)));
    surface.font = theme.font;
    plot.left =
      14 + Math.ceil(Math.max(16, ...yTicks.map((tick) => surface.measureText(tick.text).width)));
    const x = makeAxis(content.xKind, left, right, plot.left, plot.right);
    const labels = Math.max(
      2,
      Math.floor((plot.right - plot.left) / (content.xKind === "time" ? 100 : 78)),
    );
    return { x, y, plot, yTicks, xTicks: axisTicks(x, labels) };
  }

  /**
   * The scales as they are now, though what changed them is not drawn yet: two keys may come in one
   * frame.
   */
  function measure() {
    if (scales === null && layoutFor !== null)
      scales = layout(layoutFor.size, layoutFor.surface, layoutFor.theme);
    return scales;
  }

  /* Drawing ------------------------------------------------------------------------------------ */

  function* paintLayer(surface, size, theme, layer) {
    layoutFor = { size, surface, theme };
    if (layer === 0) {
      scales = layout(size, surface, theme);
      paintAxes(surface, size, theme, scales, content.xName);
    } else if (layer === 1) {
      measure();
      yield* paintLines(surface, scales, content.lines, theme);
    } else if (scales !== null) {
      paintPointer(surface, theme);
    }
  }

  function paintPointer(surface, theme) {
    const { plot, x, y } = scales;
    const chosen =
      group.key === null
        ? []
        : content.lines.filter((line) => line.key === group.key && !line.faint);
    figure.canvases[1].classList.toggle("dimmed", chosen.length > 0 && content.lines.length > 1);
    if (group.cursor !== null) {
      const place = Math.round(x.place(group.cursor)) + 0.5;
      if (place >= plot.left && place <= plot.right) {
        surface.strokeStyle = theme.strong;
        surface.lineWidth = 1;
        surface.beginPath();
        surface.moveTo(place, plot.top);
        surface.lineTo(place, plot.bottom);
        surface.stroke();
      }
    }
    clipTo(surface, plot);
    for (const line of chosen) if (line.band !== undefined) fillBand(surface, scales, line);
    for (const line of chosen) strokeLine(surface, scales, { ...line, width: 2.5, dash: [] }, 1);
    for (const line of chosen) paintMarks(surface, scales, line, theme);
    surface.restore();
    if (near !== null && near.line.key === group.key) {
      const place = [x.place(near.line.x[near.index]), y.place(near.line.y[near.index])];
      if (place.every(Number.isFinite)) {
        surface.beginPath();
        surface.arc(place[0], place[1], 4, 0, 2 * Math.PI);
        surface.fillStyle = near.line.color;
        surface.fill();
        surface.lineWidth = 2;
        surface.strokeStyle = theme.ground;
        surface.stroke();
      }
    }
    if (drag?.kind === "zoom" && drag.moved) {
      const box = zoomBox();
      surface.globalAlpha = 0.15;
      surface.fillStyle = theme.accent;
      surface.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
      surface.globalAlpha = 1;
      surface.strokeStyle = theme.accent;
      surface.lineWidth = 1;
      surface.beginPath();
      surface.rect(
        box.left + 0.5,
        box.top + 0.5,
        box.right - box.left - 1,
        box.bottom - box.top - 1,
      );
      surface.stroke();
    }
  }

  /* Pointing ----------------------------------------------------------------------------------- */

  function placeOf(event) {
    const box = area.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  function point(place) {
    if (measure() === null) return undefined;
    const { plot, x } = scales;
    const inside =
      place.x >= plot.left - 4 &&
      place.x <= plot.right + 4 &&
      place.y >= 0 &&
      place.y <= plot.bottom + 4;
    if (!inside) return leave();
    near = nearestPoint(content.lines, scales, place);
    group.setCursor(
      near !== null && content.lines.length > 0 ? near.line.x[near.index] : x.value(place.x),
    );
    if (!group.pinned) group.setKey(near?.line.key ?? null, near?.line.id ?? null);
    else if (near !== null && near.line.key !== group.key)
      near = nearestPoint(
        content.lines.filter((line) => line.key === group.key),
        scales,
        place,
        Infinity,
      );
    showTip();
    figure.redraw(2);
  }

  function leave() {
    near = null;
    tip.hidden = true;
    clearTimeout(dwell);
    group.setCursor(null);
    if (!group.pinned) group.setKey(null);
    figure.redraw(2);
  }

  function showTip() {
    clearTimeout(dwell);
    if (near === null || measure() === null) {
      tip.hidden = true;
      return;
    }
    const { line, index } = near;
    replace(tip, tipContent(line, index, null));
    tip.hidden = false;
    const x = scales.x.place(line.x[index]);
    const y = scales.y.place(line.y[index]);
    const box = tip.getBoundingClientRect();
    const right = x + 14 + box.width > figure.width;
    tip.style.left = `${Math.max(0, Math.min(figure.width - box.width, right ? x - 14 - box.width : x + 14))}px`;
    tip.style.top = `${Math.max(0, Math.min(figure.height - box.height, y - box.height - 10))}px`;
    if (onExact !== null && line.band === undefined) {
      // The values at hand may be rounded to what a pixel shows; the one that is looked at is asked
      // for.
      dwell = setTimeout(async () => {
        const exact = await onExact(line, index).catch(() => null);
        if (exact !== null && near?.line === line && near.index === index)
          replace(tip, tipContent(line, index, exact));
      }, 120);
    }
  }

  function tipContent(line, index, exact) {
    const { x: axis } = measure();
    const here = axis.place(line.x[index]);
    const marks = (line.marks ?? []).filter(([x]) => Math.abs(axis.place(x) - here) < 7);
    const value = formatNumber(exact ?? line.y[index], exact === null ? 5 : 8);
    const rows = [[content.xName, xText(content.xKind, line.x[index])]];
    if (line.band !== undefined) {
      const deviation = (line.band.high[index] - line.band.low[index]) / 2;
      rows.push(
        ["mean", value],
        [
          "std",
          Number.isFinite(deviation) && line.band.n[index] > 1 ? formatNumber(deviation, 3) : "–",
        ],
        ["n", String(line.band.n[index])],
      );
    } else if (line.smoothed === true) {
      rows.push(["smoothed", value], ["value", formatNumber(line.raw[index], 5)]);
    } else {
      rows.push([line.valueName ?? "value", value]);
    }
    for (const [x, mark] of marks.slice(0, 3))
      rows.push([formatNumber(mark), `at ${xText(content.xKind, x)}`]);
    return [
      h(
        "div",
        { class: "chart-tip-name" },
        h("i", { class: "swatch", style: { background: line.color } }),
        nameOf(line.name),
      ),
      h(
        "dl",
        null,
        rows.map(([name, text]) => [h("dt", null, nameOf(name)), h("dd", null, text)]),
      ),
    ];
  }

  function sayNear() {
    if (near === null) return;
    const { line, index } = near;
    announce(
      `${line.name}: ${formatNumber(line.y[index])} at ${content.xName} ${xText(content.xKind, line.x[index])}`,
    );
  }

  /* Zoom --------------------------------------------------------------------------------------- */

  function zoomBox() {
    const { plot } = measure();
    const inside = (value, low, high) => Math.min(high, Math.max(low, value));
    const xs = [drag.from.x, drag.to.x]
      .map((value) => inside(value, plot.left, plot.right))
      .sort((a, b) => a - b);
    const ys = [drag.from.y, drag.to.y]
      .map((value) => inside(value, plot.top, plot.bottom))
      .sort((a, b) => a - b);
    // A flat or a narrow box means one direction only.
    const wide = xs[1] - xs[0] >= 8;
    const tall = ys[1] - ys[0] >= 24;
    return {
      wide,
      tall,
      left: wide ? xs[0] : plot.left,
      right: wide ? xs[1] : plot.right,
      top: tall ? ys[0] : plot.top,
      bottom: tall ? ys[1] : plot.bottom,
    };
  }

  function zoomAround(place, factor) {
    if (measure() === null) return;
    const { x } = scales;
    const low = x.value(place.x + (x.start - place.x) * factor);
    const high = x.value(place.x + (x.end - place.x) * factor);
    setView([low, high]);
  }

  function panBy(pixels, vertical = 0, from = measure()) {
    if (from === null) return;
    setView(
      [from.x.value(from.x.start - pixels), from.x.value(from.x.end - pixels)],
      drag === null,
    );
    if (vertical !== 0)
      yRange = [from.y.value(from.y.start - vertical), from.y.value(from.y.end - vertical)];
  }

  function setView(range, done = true) {
    const [low, high] = range;
    if (!Number.isFinite(low) || !Number.isFinite(high) || !(high > low)) return;
    const smallest = Math.max(Math.abs(low), Math.abs(high), 1e-300) * 1e-12;
    if (high - low < smallest) return;
    const whole = fullRange();
    group.setRange(low <= whole[0] && high >= whole[1] ? null : [low, high], done);
  }

  function reset() {
    yRange = null;
    group.setRange(null);
    announce("Everything is shown.");
    redrawAll();
  }

  function redrawAll() {
    scales = null;
    figure.redraw();
  }

  area.addEventListener("pointermove", (event) => {
    if (touches.has(event.pointerId)) touches.set(event.pointerId, placeOf(event));
    if (touches.size === 2) return pinch();
    const place = placeOf(event);
    if (drag === null) return point(place);
    drag.to = place;
    drag.moved ||= Math.hypot(place.x - drag.from.x, place.y - drag.from.y) > 4;
    if (drag.kind === "pan" && drag.moved) {
      panBy(place.x - drag.from.x, yRange === null ? 0 : place.y - drag.from.y, drag.scales);
    } else {
      tip.hidden = true;
      figure.redraw(2);
    }
  });
  area.addEventListener("pointerdown", (event) => {
    if (measure() === null || event.target.closest("button, a") !== null) return undefined;
    if (event.pointerType === "touch") {
      touches.set(event.pointerId, placeOf(event));
      return point(placeOf(event));
    }
    if (event.button !== 0 && event.button !== 1) return;
    area.setPointerCapture(event.pointerId);
    const place = placeOf(event);
    const onAxis = place.y > scales.plot.bottom || place.x < scales.plot.left;
    drag = {
      kind: event.shiftKey || event.button === 1 || onAxis ? "pan" : "zoom",
      from: place,
      to: place,
      moved: false,
      scales,
    };
  });
  area.addEventListener("pointerup", (event) => {
    touches.delete(event.pointerId);
    pinchFrom = null;
    if (drag === null) return;
    const ended = drag;
    if (ended.kind === "zoom" && ended.moved) {
      const box = zoomBox();
      const { x, y } = measure();
      drag = null;
      if (box.tall) yRange = [y.value(box.bottom), y.value(box.top)];
      if (box.wide) setView([x.value(box.left), x.value(box.right)]);
      if (box.tall && !box.wide) redrawAll();
    } else if (ended.moved) {
      drag = null;
      group.setRange(group.range);
    } else {
      drag = null;
      if (near !== null) group.pin(!group.pinned);
      point(placeOf(event));
    }
    figure.redraw(2);
  });
  area.addEventListener("pointercancel", (event) => {
    touches.delete(event.pointerId);
    pinchFrom = null;
    drag = null;
    figure.redraw(2);
  });
  area.addEventListener("pointerleave", () => {
    if (drag === null) leave();
  });
  area.addEventListener("dblclick", reset);
  area.addEventListener(
    "wheel",
    (event) => {
      // The wheel scrolls the page until the chart was clicked, or with Ctrl held.
      if (!(event.ctrlKey || event.metaKey || document.activeElement === area)) return;
      event.preventDefault();
      const pixels = event.deltaMode === 1 ? 16 : 1;
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
        panBy(-sideways * pixels);
      else
        zoomAround(
          placeOf(event),
          Math.exp(Math.max(-200, Math.min(200, event.deltaY * pixels)) * 0.002),
        );
    },
    { passive: false },
  );

  let pinchFrom = null;
  function pinch() {
    const [a, b] = [...touches.values()];
    const now = { apart: Math.max(20, Math.abs(a.x - b.x)), middle: (a.x + b.x) / 2 };
    if (pinchFrom !== null) zoomAround({ x: now.middle }, pinchFrom.apart / now.apart);
    pinchFrom = now;
  }

  area.addEventListener("keydown", (event) => {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      measure() === null ||
      event.target !== area
    )
      return;
    const middle = {
      x:
        near === null
          ? (scales.plot.left + scales.plot.right) / 2
          : scales.x.place(near.line.x[near.index]),
    };
    const width = scales.plot.right - scales.plot.left;
    const actions = {
      "+": () => zoomAround(middle, 0.7),
      "=": () => zoomAround(middle, 0.7),
      "-": () => zoomAround(middle, 1 / 0.7),
      0: reset,
      ArrowLeft: () => (event.shiftKey ? panBy(width / 5) : moveAlong(-1)),
      ArrowRight: () => (event.shiftKey ? panBy(-width / 5) : moveAlong(1)),
      PageUp: () => moveAlong(-10),
      PageDown: () => moveAlong(10),
      Home: () => moveAlong(-Infinity),
      End: () => moveAlong(Infinity),
      ArrowUp: () => moveAcross(1),
      ArrowDown: () => moveAcross(-1),
      Enter: () => group.pin(!group.pinned),
      Escape: () => {
        group.pin(false);
        leave();
      },
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
  area.addEventListener("blur", () => {
    if (!area.matches(":hover")) leave();
  });

  function moveAlong(steps) {
    const line =
      near === null
        ? startLine()
        : (content.lines.find((one) => one.key === near.line.key && !one.faint) ?? startLine());
    if (line === null) return;
    const [from, to] = visibleIndices(line, scales.x.low, scales.x.high);
    const last = Math.max(from, to - 1);
    const start =
      near === null
        ? steps > 0
          ? from
          : last
        : Math.min(last, Math.max(from, near.index + steps));
    take(line, Math.min(line.x.length - 1, Math.max(0, start)));
  }

  /** To the line above or below the one that is pointed at, at the same place. */
  function moveAcross(direction) {
    if (near === null) return moveAlong(1);
    const at = near.line.x[near.index];
    const here = near.line.y[near.index];
    const rows = [];
    for (const line of content.lines) {
      if (line.faint || line.y.length === 0) continue;
      const index = closestIndex(line, at);
      rows.push({ line, index, y: line.y[index] });
    }
    rows.sort((a, b) => a.y - b.y || (a.line.key < b.line.key ? -1 : 1));
    const current = rows.findIndex(
      (row) => row.line.key === near.line.key && row.line.name === near.line.name,
    );
    const next = rows[current < 0 ? rows.findIndex((row) => row.y >= here) : current + direction];
    if (next !== undefined) take(next.line, next.index);
  }

  function startLine() {
    return (
      content.lines.find((line) => line.key === group.key && !line.faint && line.y.length > 0) ??
      content.lines.find((line) => !line.faint && line.y.length > 0) ??
      null
    );
  }

  function take(line, index) {
    near = { line, index };
    group.setCursor(line.x[index]);
    group.setKey(line.key, line.id);
    showTip();
    sayNear();
    figure.redraw(2);
  }

  const end = group.subscribe((what) => {
    if (what === "range") redrawAll();
    else figure.redraw(2);
  });
  figure.element.addEventListener("sight", (event) => onSight(event.detail));

  /* In words ----------------------------------------------------------------------------------- */

  function chartTable() {
    const rows = content.lines
      .filter((line) => !line.faint)
      .map((line) => {
        const { y } = line;
        let low = Infinity;
        let high = -Infinity;
        for (const value of y) {
          if (value < low) low = value;
          if (value > high) high = value;
        }
        const some = y.length > 0;
        return [
          line.name,
          String(line.count ?? y.length),
          some ? xText(content.xKind, line.x[y.length - 1]) : "–",
          some ? formatNumber(y[y.length - 1]) : "–",
          some ? formatNumber(low) : "–",
          some ? formatNumber(high) : "–",
          (line.marks ?? [])
            .map(([x, value]) => `${formatNumber(value)} at ${xText(content.xKind, x)}`)
            .slice(0, 5)
            .join(", "),
        ];
      });
    return {
      head: [
        "line",
        "points",
        `last ${content.xName}`,
        "last value",
        "least",
        "greatest",
        "not finite",
      ],
      rows,
    };
  }

  function summarize() {
    const lines = content.lines.filter((line) => !line.faint);
    const which = lines.length === 1 ? lines[0].name : `${lines.length} lines`;
    figure.setSummary(`${title}: ${which} over ${content.xName}.`);
  }

  return {
    element: figure.element,
    /** Draw this: `{lines, xKind, yKind, xName, ignoreOutliers}`. */
    set: (next) => {
      if (next.yKind !== content.yKind) yRange = null;
      content = next;
      near = near === null ? null : refind(near);
      if (near === null) tip.hidden = true;
      summarize();
      figure.drawTable();
      redrawAll();
    },
    redraw: redrawAll,
    addControl: figure.addControl,
    get seen() {
      return figure.seen;
    },
    /**
     * How many columns of pixels it has, in steps, so that charts beside each other ask for the
     * same.
     */
    columns: () => Math.max(1, Math.ceil(area.clientWidth / 100)) * 100,
    /** What is shown now, for tests: the ranges, the kinds, and the nearest point. */
    shown: () =>
      measure() === null
        ? null
        : {
            x: [scales.x.low, scales.x.high],
            y: [scales.y.low, scales.y.high],
            frame: scales.plot,
            near,
            lines: content.lines,
          },
    close: () => {
      clearTimeout(dwell);
      end();
      figure.close();
    },
  };

  function refind({ line, index }) {
    const same = content.lines.find(
      (one) => one.key === line.key && one.name === line.name && !one.faint,
    );
    if (same === undefined || same.x.length === 0) return null;
    return { line: same, index: closestIndex(same, line.x[index]) };
  }
}

/** The text of a place on the x axis. */
function xText(kind, value) {
  if (kind === "time") return formatTime(value);
  if (kind === "duration") return formatDuration(value);
  return formatNumber(value, 8);
}

/* Lines ---------------------------------------------------------------------------------------- */

const extents = new WeakMap();

/**
 * The least and the greatest x of a line, and whether its x never falls, so that places can be
 * searched.
 */
function extentOf(line, positive) {
  let known = extents.get(line.x);
  if (known === undefined || known.length !== line.x.length) {
    known = {
      low: Infinity,
      high: -Infinity,
      least: Infinity,
      rising: true,
      length: line.x.length,
    };
    let before = -Infinity;
    for (const x of line.x) {
      if (x < before) known.rising = false;
      before = x;
      if (x < known.low) known.low = x;
      if (x > known.high) known.high = x;
      if (x > 0 && x < known.least) known.least = x;
    }
    extents.set(line.x, known);
  }
  return positive ? { low: known.least, high: known.high, rising: known.rising } : known;
}

/** The first index whose x is not below `value`. */
function lowerBound(x, value) {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The indices `[from, to)` of the points between two places; all of them where x falls somewhere.
 */
function visibleIndices(line, low, high) {
  if (!extentOf(line, false).rising) return [0, line.x.length];
  const from = lowerBound(line.x, low);
  let to = lowerBound(line.x, high);
  while (to < line.x.length && line.x[to] <= high) to += 1;
  return [from, to];
}

function closestIndex(line, at) {
  const { x } = line;
  if (!extentOf(line, false).rising) {
    let best = 0;
    for (let i = 1; i < x.length; i += 1)
      if (Math.abs(x[i] - at) < Math.abs(x[best] - at)) best = i;
    return best;
  }
  const right = Math.min(x.length - 1, lowerBound(x, at));
  return right > 0 && at - x[right - 1] < x[right] - at ? right - 1 : right;
}

/** The point of all lines that is nearest to a place on the screen; null where none is near. */
function nearestPoint(lines, { x, y, plot }, place, within = NEAR) {
  let best = null;
  let least = within;
  const at = x.value(place.x);
  for (const line of lines) {
    if (line.faint || line.y.length === 0) continue;
    let from = 0;
    let to = line.y.length;
    if (extentOf(line, false).rising) {
      const right = lowerBound(line.x, at);
      // The stroke between two points counts as near too, where its points are far apart.
      const before = Math.max(0, right - 1);
      const after = Math.min(line.y.length - 1, right);
      if (before !== after) {
        const [x0, x1] = [x.place(line.x[before]), x.place(line.x[after])];
        const part = x1 === x0 ? 0 : (place.x - x0) / (x1 - x0);
        const height = y.place(line.y[before]) * (1 - part) + y.place(line.y[after]) * part;
        const distance = Math.abs(height - place.y);
        if (part >= 0 && part <= 1 && distance < least) {
          least = distance;
          best = { line, index: part < 0.5 ? before : after };
        }
      }
      from = Math.max(0, right - 3);
      to = Math.min(line.y.length, right + 3);
    }
    for (let i = from; i < to; i += 1) {
      const px = x.place(line.x[i]);
      if (px < plot.left - 1 || px > plot.right + 1) continue;
      const distance = Math.hypot(px - place.x, y.place(line.y[i]) - place.y);
      if (distance < least) {
        least = distance;
        best = { line, index: i };
      }
    }
  }
  return best;
}

/* Painting ------------------------------------------------------------------------------------- */

function clipTo(surface, plot) {
  surface.save();
  surface.beginPath();
  surface.rect(plot.left, plot.top - 1, plot.right - plot.left, plot.bottom - plot.top + 2);
  surface.clip();
}

/**
 * Draw grid lines, labels and the name of the x axis.
 */
export function paintAxes(surface, size, theme, { x, y, plot, xTicks, yTicks }, xName) {
  surface.font = theme.font;
  surface.lineWidth = 1;
  surface.strokeStyle = theme.line;
  surface.fillStyle = theme.soft;
  surface.beginPath();
  for (const tick of yTicks) {
    const place = Math.round(y.place(tick.value)) + 0.5;
    if (place < plot.top - 1 || place > plot.bottom + 1) continue;
    surface.moveTo(plot.left, place);
    surface.lineTo(plot.right, place);
  }
  for (const tick of xTicks) {
    const place = Math.round(x.place(tick.value)) + 0.5;
    surface.moveTo(place, plot.bottom);
    surface.lineTo(place, plot.bottom + 4);
  }
  surface.stroke();
  surface.strokeStyle = theme.strong;
  surface.beginPath();
  surface.moveTo(plot.left, plot.bottom + 0.5);
  surface.lineTo(plot.right, plot.bottom + 0.5);
  surface.stroke();
  surface.textBaseline = "middle";
  surface.textAlign = "right";
  for (const tick of yTicks) {
    const place = y.place(tick.value);
    if (place > plot.top - 6 && place < plot.bottom + 6)
      surface.fillText(tick.text, plot.left - 6, place);
  }
  surface.textBaseline = "top";
  surface.textAlign = "center";
  let free = -Infinity;
  for (const tick of xTicks) {
    const half = surface.measureText(tick.text).width / 2;
    const place = Math.min(size.width - half - 1, Math.max(half, x.place(tick.value)));
    if (place - half < free) continue;
    surface.fillText(tick.text, place, plot.bottom + 7);
    free = place + half + 8;
  }
  surface.textAlign = "right";
  surface.fillText(xName, plot.right, plot.bottom + 22);
  surface.textAlign = "left";
}

function* paintLines(surface, scales, lines, theme) {
  let total = 0;
  for (const line of lines) total += line.y.length;
  // Very many values: columns of two pixels, each with its least and greatest value still.
  const column = total > 600_000 ? 2 : 1;
  // A line as thin as a pixel is drawn many times faster than a wider one (measured,
  // benchmarks/browser).
  const width = total > THIN_FROM ? 1 / theme.ratio : 1.5;
  let drawn = 0;
  clipTo(surface, scales.plot);
  for (const line of lines) if (line.band !== undefined) fillBand(surface, scales, line);
  for (const line of lines) {
    drawn += strokeLine(
      surface,
      scales,
      {
        ...line,
        width: Math.min(
          line.width ?? width,
          total > THIN_FROM && line.band === undefined ? width : 3,
        ),
      },
      column,
    );
    if (drawn > SEGMENTS_A_FRAME) {
      drawn = 0;
      surface.restore();
      yield;
      clipTo(surface, scales.plot);
    }
  }
  for (const line of lines) paintMarks(surface, scales, line, theme);
  surface.restore();
}

/**
 * Draw one line; where it has more than some values in a column of pixels, the least and the
 * greatest of each.
 */
function strokeLine(surface, { x, y, plot }, line, column) {
  const xs = line.x;
  const ys = line.y;
  const breaks = line.breaks ?? [];
  let [from, to] = visibleIndices(line, x.low, x.high);
  from = Math.max(0, from - 1);
  to = Math.min(ys.length, to + 1);
  if (to <= from) return 0;
  surface.strokeStyle = line.color;
  surface.globalAlpha = line.faint ? 0.25 : 1;
  surface.lineWidth = line.width ?? 1.25;
  surface.lineJoin = "bevel";
  surface.setLineDash(line.dash ?? []);
  surface.beginPath();
  const ignored = breaks.findIndex((index) => index > from);
  let nextBreak = ignored < 0 ? breaks.length : ignored;
  const dense = to - from > 3 * ((plot.right - plot.left) / column) && extentOf(line, false).rising;
  let segments = 0;
  let pen = false;
  let alone = false;
  let bucket = NaN;
  let first = 0;
  let least = 0;
  let most = 0;
  let lastY = 0;
  let place = 0;
  const flush = () => {
    if (Number.isNaN(bucket)) return;
    if (pen) surface.lineTo(place, first);
    else surface.moveTo(place, first);
    pen = true;
    if (least < first) surface.lineTo(place, least);
    if (most > least) surface.lineTo(place, most);
    if (lastY !== most) surface.lineTo(place, lastY);
    segments += 3;
    bucket = NaN;
  };
  const dot = (px, py) => {
    // A value between two interruptions has no line to its neighbours; a diamond of its own shows
    // it.
    surface.moveTo(px - 2.5, py);
    surface.lineTo(px, py - 2.5);
    surface.lineTo(px + 2.5, py);
    surface.lineTo(px, py + 2.5);
    surface.closePath();
  };
  let beforeX = 0;
  let beforeY = 0;
  for (let i = from; i < to; i += 1) {
    if (nextBreak < breaks.length && breaks[nextBreak] <= i) {
      while (nextBreak < breaks.length && breaks[nextBreak] <= i) nextBreak += 1;
      if (dense) flush();
      else if (pen && alone) dot(beforeX, beforeY);
      pen = false;
    }
    const px = x.place(xs[i]);
    const py = y.place(ys[i]);
    if (!(Math.abs(px) < 1e9) || !Number.isFinite(py)) {
      if (dense) flush();
      pen = false;
      continue;
    }
    const bounded = py > 1e7 ? 1e7 : py < -1e7 ? -1e7 : py;
    if (dense) {
      const here = Math.floor(px / column);
      if (here !== bucket) {
        flush();
        bucket = here;
        place = px;
        first = bounded;
        least = bounded;
        most = bounded;
      }
      if (bounded < least) least = bounded;
      if (bounded > most) most = bounded;
      lastY = bounded;
      continue;
    }
    if (pen) {
      surface.lineTo(px, bounded);
      alone = false;
    } else {
      surface.moveTo(px, bounded);
      pen = true;
      alone = true;
    }
    beforeX = px;
    beforeY = bounded;
    segments += 1;
  }
  if (dense) flush();
  else if (pen && alone) dot(beforeX, beforeY);
  surface.stroke();
  surface.globalAlpha = 1;
  surface.setLineDash([]);
  return segments;
}

function fillBand(surface, { x, y }, line) {
  const { low, high } = line.band;
  const finite = (i) => Number.isFinite(y.place(low[i])) && Number.isFinite(y.place(high[i]));
  surface.fillStyle = line.color;
  surface.globalAlpha = 0.16;
  let from = 0;
  while (from < low.length) {
    if (!finite(from)) {
      from += 1;
      continue;
    }
    let to = from;
    while (to < low.length && finite(to)) to += 1;
    surface.beginPath();
    for (let i = from; i < to; i += 1) surface.lineTo(x.place(line.x[i]), y.place(high[i]));
    for (let i = to - 1; i >= from; i -= 1) surface.lineTo(x.place(line.x[i]), y.place(low[i]));
    surface.closePath();
    surface.fill();
    from = to;
  }
  surface.globalAlpha = 1;
}

/** Where a value was not finite: a cross for NaN, an arrow at the edge for an infinity. */
function paintMarks(surface, { x, y, plot }, line, theme) {
  if (line.faint) return;
  for (const [at, value] of line.marks ?? []) {
    const px = x.place(at);
    if (!(px >= plot.left - 1 && px <= plot.right + 1)) continue;
    surface.lineWidth = 1.5;
    surface.strokeStyle = line.color;
    surface.fillStyle = line.color;
    surface.beginPath();
    if (Number.isNaN(value)) {
      const index = line.x.length === 0 ? -1 : Math.max(0, lowerBound(line.x, at) - 1);
      const level = index < 0 ? NaN : y.place(line.y[index]);
      const py = Number.isFinite(level)
        ? Math.min(plot.bottom - 5, Math.max(plot.top + 5, level))
        : plot.bottom - 6;
      surface.moveTo(px - 4, py - 4);
      surface.lineTo(px + 4, py + 4);
      surface.moveTo(px + 4, py - 4);
      surface.lineTo(px - 4, py + 4);
      surface.stroke();
    } else {
      const up = value > 0;
      const tipY = up ? plot.top + 1 : plot.bottom - 1;
      const baseY = up ? tipY + 8 : tipY - 8;
      surface.moveTo(px, tipY);
      surface.lineTo(px + 5, baseY);
      surface.lineTo(px - 5, baseY);
      surface.closePath();
      surface.fill();
      surface.lineWidth = 1;
      surface.strokeStyle = theme.ground;
      surface.stroke();
    }
  }
}
