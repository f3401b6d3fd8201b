// Parallel coordinates: one vertical axis a column, one line an experiment, and ranges on the axes
// that leave only
// the experiments that pass through all of them.

import { colorBy } from "./coloring.js";
import { chartColumns, columnAxis, columnName } from "./columns.js";
import { columnText, columnTip, columnValue, fittingText } from "./columns.js";
import { createFigure } from "./figure.js";
import { button, h, nameOf, replace } from "./dom.js";
import { formatCount, formatValue } from "./format.js";

const AXES_FIRST = 8;
const LINES_A_FRAME = 4000;
const AXIS_LEAST = 84;
// What `parallel.color` says for a colour for each experiment; unset it is the metric that decides.
const EACH = "experiment";

/**
 * Parallel coordinates of the chosen experiments.
 *
 * @param {object} app
 * @returns {object}  a view (see main.js)
 */
export function parallelView(app) {
  const { state, experiments, filter } = app;
  let axes = [];
  let drawn = [];
  let passing = new Set();
  let colors = null;
  let brushing = null;
  let cursor = -1;

  const figure = createFigure({
    title: "Parallel coordinates",
    layers: 3,
    exported: [0, 1],
    paint,
    table: tableOfLines,
    keys: "Up and down move from experiment to experiment. The ranges can be set in the fields below.",
  });
  const area = figure.area;
  area.classList.add("parallel-area");
  const tip = h("div", { class: "chart-tip", hidden: true });
  area.append(tip);
  const columns = h("details", { class: "choose" });
  const colorSelect = h("select", {
    "aria-label": "Colour",
    on: { change: () => state.set({ "parallel.color": colorSelect.value }) },
  });
  const counted = h("output", { class: "quietly", "aria-live": "polite" });
  const check = button(
    "Check these",
    () => {
      state.set({ sel: drawn.filter((id) => passing.has(id)), "parallel.brush": null });
    },
    {
      class: "small",
      title: "Check the experiments that pass all ranges; every view then shows only them",
    },
  );
  const clear = button("Clear ranges", () => state.set({ "parallel.brush": null }), {
    class: "small",
  });
  const bar = h(
    "div",
    { class: "curves-bar" },
    columns,
    h("label", null, "Colour", colorSelect),
    counted,
    check,
    clear,
  );
  const ranges = h("div", {
    class: "parallel-ranges",
    role: "group",
    "aria-label": "Ranges of the axes",
  });
  const legend = h("div", { class: "parallel-legend" });
  const element = h(
    "div",
    { class: "chart-view" },
    bar,
    legend,
    h("div", { class: "card" }, figure.element),
    ranges,
  );

  /* State -------------------------------------------------------------------------------------- */

  function axisKeys(available) {
    const wanted = state.getList("parallel.axes");
    const known = new Set(available.map((column) => column.key));
    if (wanted.length > 0) return wanted.filter((key) => known.has(key));
    // The parameters that most of the experiments have.
    const having = (key) =>
      drawn.reduce((sum, id) => sum + (columnValue(experiments, id, key) === null ? 0 : 1), 0);
    const params = available
      .filter((column) => column.key.startsWith("params."))
      .map((column) => ({ ...column, having: having(column.key) }))
      .sort((a, b) => b.having - a.having)
      .slice(0, AXES_FIRST - 1);
    const primary = experiments.primary?.replace(/^metrics\./, "") ?? experiments.metricKeys()[0];
    const metric = available.find((column) => column.key === `metrics.${primary}`);
    return [
      ...params,
      ...(metric === undefined
        ? available.filter((column) => column.key.startsWith("metrics.")).slice(0, 1)
        : [metric]),
    ].map((column) => column.key);
  }

  /** The ranges in the address: key to `[low, high]` or to a Set of names. */
  function brushes() {
    const found = new Map();
    for (const item of state.getList("parallel.brush")) {
      const mark = item.lastIndexOf("=");
      if (mark < 0) continue;
      const key = item.slice(0, mark);
      const text = item.slice(mark + 1);
      const between = /^\[(.*)~(.*)\]$/.exec(text);
      if (between !== null) found.set(key, between.slice(1).map(Number));
      else found.set(key, new Set(text.split("|").map((one) => decodeSafely(one))));
    }
    return found;
  }

  function setBrush(key, brush, options = {}) {
    const all = brushes();
    if (brush === null) all.delete(key);
    else all.set(key, brush);
    const items = [...all].map(([one, range]) =>
      range instanceof Set
        ? `${one}=${[...range].map(encodeURIComponent).join("|")}`
        : `${one}=[${range.map((value) => Number(value.toPrecision(6))).join("~")}]`,
    );
    state.set({ "parallel.brush": items }, options);
  }

  function passes(id, all) {
    for (const [key, brush] of all) {
      const value = columnValue(experiments, id, key);
      if (value === null) return false;
      if (brush instanceof Set) {
        if (!brush.has(formatValue(value))) return false;
      } else if (!(value >= brush[0] && value <= brush[1])) {
        return false;
      }
    }
    return true;
  }

  /* Drawing ------------------------------------------------------------------------------------ */

  function layout(size) {
    const keys = axes.map((axis) => axis.key);
    const top = 44;
    const bottom = size.height - 34;
    const left = 50;
    const right = size.width - 60;
    axes = keys.map((key, index) => ({
      ...columnAxis(experiments, key, drawn, bottom, top),
      // Who has no value passes below the axis, so that its line goes on.
      nowhere: drawn.some((id) => isNowhere(columnValue(experiments, id, key)))
        ? size.height - 14
        : null,
      x:
        keys.length === 1
          ? (left + right) / 2
          : left + ((right - left) * index) / (keys.length - 1),
    }));
    return { gap: keys.length > 1 ? (right - left) / (keys.length - 1) : right - left };
  }

  function* paint(surface, size, theme, layer) {
    const { gap } = layout(size);
    if (layer === 2) return paintHighlight(surface);
    if (layer === 1) return paintAxisLabels(surface, theme, gap);
    let count = 0;
    for (const part of [false, true]) {
      for (const id of drawn) {
        if (passing.has(id) !== part) continue;
        strokeThrough(
          surface,
          id,
          part ? colors.color(id) : theme.strong,
          part ? (drawn.length > 200 ? 0.5 : 0.8) : 0.25,
          1.25,
        );
        count += 1;
        if (count % LINES_A_FRAME === 0) yield;
      }
    }
  }

  function paintAxisLabels(surface, theme, gap) {
    const all = brushes();
    surface.font = theme.font;
    for (const axis of axes) {
      surface.strokeStyle = theme.soft;
      surface.lineWidth = 1;
      surface.beginPath();
      surface.moveTo(axis.x, axis.start);
      surface.lineTo(axis.x, axis.end);
      surface.stroke();
      surface.textAlign = "center";
      surface.textBaseline = "alphabetic";
      surface.fillStyle = theme.ink;
      surface.font = `600 11px ${theme.fontFamily}`;
      surface.fillText(
        fittingText(surface, columnName(axis.key), Math.max(50, gap - 10)),
        axis.x,
        18,
      );
      surface.font = theme.font;
      if (axis.logarithmic) {
        surface.fillStyle = theme.soft;
        surface.fillText("log", axis.x, 32);
      }
      surface.textAlign = "left";
      surface.textBaseline = "middle";
      for (const tick of axis.ticks(Math.max(2, Math.floor((axis.start - axis.end) / 40)))) {
        const text = fittingText(surface, tick.text, Math.max(30, Math.min(90, gap - 14)));
        surface.globalAlpha = 0.8;
        surface.fillStyle = theme.ground;
        surface.fillRect(axis.x + 4, tick.place - 7, surface.measureText(text).width + 4, 14);
        surface.globalAlpha = 1;
        surface.fillStyle = theme.soft;
        surface.fillText(text, axis.x + 6, tick.place);
        surface.beginPath();
        surface.moveTo(axis.x - 3, tick.place);
        surface.lineTo(axis.x + 3, tick.place);
        surface.stroke();
      }
      if (axis.nowhere !== null) {
        surface.fillStyle = theme.soft;
        surface.fillText("none", axis.x + 6, axis.nowhere);
      }
      const brush = all.get(axis.key);
      if (brush !== undefined) paintBrush(surface, axis, brush, theme);
    }
  }

  function paintBrush(surface, axis, brush, theme) {
    surface.fillStyle = theme.accent;
    surface.strokeStyle = theme.accent;
    const parts =
      brush instanceof Set
        ? (axis.values
            ?.filter((name) => brush.has(name))
            .map((name) => [axis.place(name) - 8, axis.place(name) + 8]) ?? [])
        : axis.numeric
          ? [[clampTo(axis.axis.place(brush[1]), axis), clampTo(axis.axis.place(brush[0]), axis)]]
          : [];
    for (const [top, bottom] of parts) {
      surface.globalAlpha = 0.25;
      surface.fillRect(axis.x - 7, top, 14, bottom - top);
      surface.globalAlpha = 1;
      surface.lineWidth = 1;
      surface.beginPath();
      surface.rect(axis.x - 7, top, 14, bottom - top);
      surface.stroke();
    }
  }

  function clampTo(place, axis) {
    return Number.isNaN(place) ? axis.start : Math.max(axis.end, Math.min(axis.start, place));
  }

  function placeOn(axis, id) {
    const place = axis.place(columnValue(experiments, id, axis.key));
    return Number.isFinite(place) ? place : (axis.nowhere ?? NaN);
  }

  function strokeThrough(surface, id, color, alpha, width) {
    surface.strokeStyle = color;
    surface.globalAlpha = alpha;
    surface.lineWidth = width;
    surface.lineJoin = "round";
    surface.beginPath();
    let pen = false;
    for (const axis of axes) {
      const place = placeOn(axis, id);
      if (!Number.isFinite(place)) pen = false;
      else if (pen) surface.lineTo(axis.x, place);
      else {
        surface.moveTo(axis.x, place);
        pen = true;
      }
    }
    surface.stroke();
    surface.globalAlpha = 1;
  }

  function paintHighlight(surface) {
    const id = app.highlight.id;
    const here = id !== null && drawn.includes(id);
    figure.canvases[0].classList.toggle("dimmed", here && drawn.length > 1);
    if (here) {
      strokeThrough(surface, id, colors.color(id), 1, 3);
      for (const axis of axes) {
        const place = axis.place(columnValue(experiments, id, axis.key));
        if (!Number.isFinite(place)) continue;
        surface.beginPath();
        surface.arc(axis.x, place, 4, 0, 2 * Math.PI);
        surface.fillStyle = colors.color(id);
        surface.fill();
      }
    }
  }

  /* Pointing ----------------------------------------------------------------------------------- */

  function placeOf(event) {
    const box = area.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  function lineAt(place) {
    let best = null;
    let least = 14;
    const right = axes.findIndex((axis) => axis.x >= place.x);
    if (axes.length === 0) return null;
    const two =
      right <= 0
        ? [axes[Math.max(0, right)], axes[Math.max(0, right)]]
        : [axes[right - 1], axes[right]];
    const part = two[1].x === two[0].x ? 0 : (place.x - two[0].x) / (two[1].x - two[0].x);
    for (const id of drawn) {
      if (!passing.has(id)) continue;
      const y0 = placeOn(two[0], id);
      const y1 = placeOn(two[1], id);
      const distance = Math.abs(y0 * (1 - part) + y1 * part - place.y);
      if (distance < least) {
        least = distance;
        best = id;
      }
    }
    return best;
  }

  function show(id, place) {
    app.highlight.set(id);
    tip.hidden = id === null;
    if (id !== null) {
      replace(
        tip,
        columnTip(
          experiments,
          id,
          axes.map((axis) => axis.key),
          colors.color(id),
        ),
      );
      const box = tip.getBoundingClientRect();
      tip.style.left = `${Math.max(0, Math.min(figure.width - box.width, place.x + 16 + box.width > figure.width ? place.x - box.width - 16 : place.x + 16))}px`;
      tip.style.top = `${Math.max(0, Math.min(figure.height - box.height, place.y - box.height / 2))}px`;
    }
    figure.redraw(2);
  }

  area.addEventListener("pointermove", (event) => {
    const place = placeOf(event);
    if (brushing === null) {
      area.classList.toggle(
        "on-axis",
        axes.some((axis) => Math.abs(axis.x - place.x) < 12),
      );
      show(lineAt(place), place);
      return;
    }
    brushing.moved ||= Math.abs(place.y - brushing.from) > 3;
    if (brushing.moved) brushTo(place.y);
  });
  area.addEventListener("pointerdown", (event) => {
    const place = placeOf(event);
    const axis = axes.find((one) => Math.abs(one.x - place.x) < 12);
    if (axis === undefined || event.button !== 0) return;
    area.setPointerCapture(event.pointerId);
    brushing = { axis, from: place.y, moved: false };
    tip.hidden = true;
  });
  area.addEventListener("pointerup", () => {
    if (brushing !== null && !brushing.moved) setBrush(brushing.axis.key, null);
    brushing = null;
  });
  area.addEventListener("pointerleave", () => {
    if (brushing === null) show(null, null);
  });
  area.addEventListener("keydown", (event) => {
    const rows = drawn.filter((id) => passing.has(id));
    if (!["ArrowUp", "ArrowDown", "Escape"].includes(event.key) || rows.length === 0) return;
    event.preventDefault();
    if (event.key === "Escape") return show(null, null);
    cursor = Math.max(0, Math.min(rows.length - 1, cursor + (event.key === "ArrowDown" ? 1 : -1)));
    show(rows[cursor], { x: figure.width / 2, y: figure.height / 2 });
    app.announce(
      `${experiments.title(rows[cursor])}: ${axes.map((axis) => `${columnName(axis.key)} ${columnText(columnValue(experiments, rows[cursor], axis.key))}`).join(", ")}`,
    );
  });

  function brushTo(y) {
    const { axis, from } = brushing;
    const [low, high] = [Math.max(from, y), Math.min(from, y)].map((place) =>
      Math.max(axis.end, Math.min(axis.start, place)),
    );
    if (axis.numeric)
      setBrush(axis.key, [axis.axis.value(low), axis.axis.value(high)], { replace: true });
    else {
      const names = axis.values.filter(
        (name) => axis.place(name) <= low + 4 && axis.place(name) >= high - 4,
      );
      setBrush(axis.key, names.length === 0 ? null : new Set(names), { replace: true });
    }
  }

  /* Controls ----------------------------------------------------------------------------------- */

  function firstMetric(keys) {
    const primary = `metrics.${(experiments.primary ?? "").replace(/^metrics\./, "")}`;
    return keys.includes(primary)
      ? primary
      : (keys.find((key) => key.startsWith("metrics.")) ?? "");
  }

  let columnsShown = "";
  function drawColumns(available, keys) {
    const text = JSON.stringify([available, keys]);
    if (text === columnsShown) return;
    columnsShown = text;
    const first = firstMetric(keys);
    const chosen = new Set(keys);
    replace(
      columns,
      h("summary", null, `Axes (${keys.length})`),
      h(
        "div",
        { class: "choose-list" },
        available.map(({ key, name }) =>
          h(
            "label",
            null,
            h("input", {
              type: "checkbox",
              checked: chosen.has(key),
              on: {
                change: (event) =>
                  state.set({
                    "parallel.axes": event.target.checked
                      ? [...keys, key]
                      : keys.filter((one) => one !== key),
                  }),
              },
            }),
            nameOf(name),
          ),
        ),
      ),
    );
    replace(
      colorSelect,
      first === "" ? null : h("option", { value: "" }, `by ${columnName(first)}`),
      h("option", { value: first === "" ? "" : EACH }, "by experiment"),
      available.map(({ key, name }) => h("option", { value: key }, name)),
    );
  }

  let rangesShown = "";
  function drawRanges(keys) {
    const all = brushes();
    const text = JSON.stringify([
      keys,
      drawn.length,
      experiments.revision,
      [...all].map(([key, brush]) => [key, [...brush]]),
    ]);
    if (
      text === rangesShown ||
      (ranges.contains(document.activeElement) &&
        document.activeElement.type === "number" &&
        brushing === null)
    )
      return;
    rangesShown = text;
    const focused = document.activeElement?.dataset?.range;
    replace(
      ranges,
      keys.map((key, index) => {
        const axis = columnAxis(experiments, key, drawn, 1, 0);
        const brush = all.get(key);
        const move = (by) => {
          const next = keys.filter((one) => one !== key);
          next.splice(index + by, 0, key);
          state.set({ "parallel.axes": next });
        };
        return h(
          "fieldset",
          null,
          h("legend", null, nameOf(columnName(key))),
          axis.numeric
            ? [
                rangeField("from", key, axis.low, brush, 0),
                rangeField("to", key, axis.high, brush, 1),
              ]
            : axis.values.slice(0, 12).map((name) =>
                h(
                  "label",
                  null,
                  h("input", {
                    type: "checkbox",
                    checked: brush === undefined || (brush instanceof Set && brush.has(name)),
                    on: {
                      change: (event) => chooseName(key, axis.values, name, event.target.checked),
                    },
                  }),
                  nameOf(name),
                ),
              ),
          h(
            "span",
            { class: "parallel-moves" },
            button("←", () => move(-1), {
              class: "quiet small",
              "aria-label": `Move ${columnName(key)} to the left`,
              disabled: index === 0,
            }),
            button("→", () => move(1), {
              class: "quiet small",
              "aria-label": `Move ${columnName(key)} to the right`,
              disabled: index === keys.length - 1,
            }),
            button("×", () => state.set({ "parallel.axes": keys.filter((one) => one !== key) }), {
              class: "quiet small",
              "aria-label": `Leave ${columnName(key)} out`,
            }),
          ),
        );
      }),
    );
    if (focused !== undefined)
      ranges.querySelector(`[data-range="${CSS.escape(focused)}"]`)?.focus();
  }

  function rangeField(label, key, otherwise, brush, which) {
    const input = h("input", {
      type: "number",
      step: "any",
      placeholder: columnText(otherwise),
      dataset: { range: `${key} ${label}` },
      "aria-label": `${columnName(key)} ${label}`,
      value: Array.isArray(brush) ? String(Number(brush[which].toPrecision(6))) : "",
      on: {
        change: () => {
          const before = brushes().get(key);
          const range = Array.isArray(before) ? [...before] : [-Infinity, Infinity];
          range[which] =
            input.value === "" ? (which === 0 ? -Infinity : Infinity) : Number(input.value);
          setBrush(key, range.every((value) => !Number.isFinite(value)) ? null : range);
        },
      },
    });
    return h("label", null, label, input);
  }

  function chooseName(key, names, name, on) {
    const before = brushes().get(key);
    const chosen = before instanceof Set ? new Set(before) : new Set(names);
    if (on) chosen.add(name);
    else chosen.delete(name);
    setBrush(key, chosen.size === names.length ? null : chosen);
  }

  function tableOfLines() {
    return {
      head: ["experiment", ...axes.map((axis) => columnName(axis.key))],
      rows: drawn
        .filter((id) => passing.has(id))
        .slice(0, 500)
        .map((id) => [
          experiments.title(id),
          ...axes.map((axis) => columnText(columnValue(experiments, id, axis.key))),
        ]),
    };
  }

  const end = app.highlight.subscribe(() => figure.redraw(2));
  return {
    element,
    update: () => {
      drawn = filter.chosen();
      const available = chartColumns(experiments, drawn);
      const keys = axisKeys(available);
      drawColumns(available, keys);
      const wanted = state.get("parallel.color") || firstMetric(keys);
      const color = wanted === EACH ? "" : wanted;
      colorSelect.value = state.get("parallel.color");
      colors = colorBy(app, color, drawn);
      const all = brushes();
      passing = new Set(drawn.filter((id) => passes(id, all)));
      axes = keys.map((key) => ({ key }));
      // On a phone the axes keep their distance, and the drawing is moved aside.
      area.style.minWidth = `${keys.length * AXIS_LEAST}px`;
      replace(
        counted,
        all.size === 0
          ? formatCount(drawn.length, "experiment")
          : `${passing.size} of ${formatCount(drawn.length, "experiment")}`,
      );
      check.disabled = all.size === 0 || passing.size === 0;
      clear.disabled = all.size === 0;
      replace(
        legend,
        colors.scale === null
          ? null
          : h(
              "div",
              { class: "legend-scale" },
              h("span", null, nameOf(columnName(color))),
              h("span", null, colors.scale.low),
              h("i", {
                style: {
                  background: `linear-gradient(to right, ${colors.scale.colors.join(", ")})`,
                },
              }),
              h("span", null, colors.scale.high),
            ),
      );
      drawRanges(keys);
      figure.setSummary(
        `Parallel coordinates of ${formatCount(drawn.length, "experiment")}: ${keys.map(columnName).join(", ")}.`,
      );
      figure.drawTable();
      figure.redraw();
    },
    close: () => {
      end();
      figure.close();
    },
  };
}

function isNowhere(value) {
  return value === null || (typeof value === "number" && !Number.isFinite(value));
}

function decodeSafely(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
