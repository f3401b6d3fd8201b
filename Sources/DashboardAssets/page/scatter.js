// One column against another: a point an experiment.

import { paintAxes } from "./chart.js";
import { colorBy } from "./coloring.js";
import { chartColumns, columnAxis, columnName } from "./columns.js";
import { columnText, columnTip, columnValue } from "./columns.js";
import { button, h, nameOf, replace } from "./dom.js";
import { createFigure } from "./figure.js";
import { formatCount } from "./format.js";

/**
 * A scatter chart of the chosen experiments.
 *
 * @param {object} app
 * @returns {object}  a view (see main.js)
 */
export function scatterView(app) {
  const { state, experiments, filter } = app;
  let chosen = [];
  let drawn = [];
  let keys = { x: "", y: "" };
  let colors = null;
  let points = [];
  let cursor = -1;
  const figure = createFigure({
    title: "Scatter",
    layers: 2,
    exported: [0],
    paint,
    table: () => ({
      head: ["experiment", columnName(keys.x), columnName(keys.y)],
      rows: drawn
        .slice(0, 1000)
        .map((id) => [
          experiments.title(id),
          columnText(columnValue(experiments, id, keys.x)),
          columnText(columnValue(experiments, id, keys.y)),
        ]),
    }),
    keys: "Left and right move from point to point, Enter opens the experiment.",
  });
  const area = figure.area;
  area.classList.add("scatter-area");
  const tip = h("div", { class: "chart-tip", hidden: true });
  area.append(tip);
  const selects = Object.fromEntries(
    ["x", "y", "color"].map((which) => {
      const select = h("select", {
        "aria-label": which === "color" ? "Colour" : `${which} axis`,
        on: { change: () => state.set({ [`scatter.${which}`]: select.value }) },
      });
      return [which, select];
    }),
  );
  const logs = ["x", "y"].map((which) =>
    button(
      `log ${which}`,
      () => {
        state.set({ [`scatter.log${which}`]: isLogarithmic(which) ? "no" : "yes" });
      },
      { class: "small" },
    ),
  );
  const legend = h("div", { class: "parallel-legend" });
  const missing = h("p", { class: "quietly" });
  const bar = h(
    "div",
    { class: "curves-bar" },
    h("label", null, "x", selects.x),
    h("label", null, "y", selects.y),
    h("label", null, "Colour", selects.color),
    logs,
  );
  const element = h(
    "div",
    { class: "chart-view" },
    bar,
    legend,
    h("div", { class: "card" }, figure.element, missing),
  );

  function wantedLog(which) {
    return { yes: true, no: false }[state.get(`scatter.log${which}`)] ?? null;
  }

  function isLogarithmic(which) {
    return columnAxis(experiments, keys[which], drawn, 0, 1, wantedLog(which)).logarithmic === true;
  }

  function* paint(surface, size, theme, layer) {
    if (layer === 1) {
      const here = points.find((point) => point.id === app.highlight.id);
      figure.canvases[0].classList.toggle("dimmed", here !== undefined && points.length > 1);
      if (here !== undefined) dot(surface, here, 7, theme);
      return;
    }
    const plot = { left: 70, right: size.width - 16, top: 10, bottom: size.height - 38 };
    const x = columnAxis(experiments, keys.x, drawn, plot.left, plot.right, wantedLog("x"));
    const y = columnAxis(experiments, keys.y, drawn, plot.bottom, plot.top, wantedLog("y"));
    const placed = (axis, count) =>
      axis.ticks(count).map(({ place, text }) => ({ value: place, text }));
    paintAxes(
      surface,
      size,
      theme,
      {
        x: { place: (place) => place },
        y: { place: (place) => place },
        plot,
        xTicks: placed(x, Math.max(2, Math.floor((plot.right - plot.left) / 80))),
        yTicks: placed(y, Math.max(2, Math.floor((plot.bottom - plot.top) / 44))),
      },
      columnName(keys.x),
    );
    surface.save();
    surface.translate(12, plot.top);
    surface.rotate(-Math.PI / 2);
    surface.textAlign = "right";
    surface.textBaseline = "middle";
    surface.fillStyle = theme.soft;
    surface.fillText(columnName(keys.y), 0, 0);
    surface.restore();
    points = drawn
      .map((id) => ({
        id,
        x: x.place(columnValue(experiments, id, keys.x)),
        y: y.place(columnValue(experiments, id, keys.y)),
      }))
      .filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y));
    for (let i = 0; i < points.length; i += 1) {
      dot(surface, points[i], points.length > 2000 ? 2.5 : 4.5, theme);
      if (i % 5000 === 4999) yield;
    }
  }

  function dot(surface, point, radius, theme) {
    surface.beginPath();
    surface.arc(point.x, point.y, radius, 0, 2 * Math.PI);
    surface.fillStyle = colors.color(point.id);
    surface.globalAlpha = radius > 5 ? 1 : 0.8;
    surface.fill();
    surface.globalAlpha = 1;
    if (radius <= 3) return;
    surface.strokeStyle = theme.ground;
    surface.lineWidth = 1;
    surface.stroke();
  }

  function show(point) {
    app.highlight.set(point?.id ?? null);
    tip.hidden = point === null;
    if (point !== null) {
      replace(
        tip,
        columnTip(
          experiments,
          point.id,
          [...new Set([keys.x, keys.y, selects.color.value])].filter(Boolean),
          colors.color(point.id),
        ),
      );
      const box = tip.getBoundingClientRect();
      tip.style.left = `${Math.max(0, point.x + 14 + box.width > figure.width ? point.x - box.width - 14 : point.x + 14)}px`;
      tip.style.top = `${Math.max(0, point.y - box.height - 8)}px`;
    }
    figure.redraw(1);
  }

  area.addEventListener("pointermove", (event) => {
    const box = area.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let best = null;
    let least = 24;
    for (const point of points) {
      const distance = Math.hypot(point.x - x, point.y - y);
      if (distance < least) {
        least = distance;
        best = point;
      }
    }
    show(best);
  });
  area.addEventListener("pointerleave", () => show(null));
  area.addEventListener("click", () => openHere());
  area.addEventListener("keydown", (event) => {
    const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") openHere();
    else if (event.key === "Escape") show(null);
    else if (step !== undefined && sorted.length > 0) {
      cursor = Math.max(0, Math.min(sorted.length - 1, cursor + step));
      show(sorted[cursor]);
      const { id } = sorted[cursor];
      app.announce(
        `${experiments.title(id)}: ${columnName(keys.x)} ${columnText(columnValue(experiments, id, keys.x))}, ${columnName(keys.y)} ${columnText(columnValue(experiments, id, keys.y))}`,
      );
    } else return;
    event.preventDefault();
  });

  function openHere() {
    if (app.highlight.id !== null && app.hasView?.("experiment"))
      state.go("experiment", { id: app.highlight.id });
  }

  let shown = "";
  const end = app.highlight.subscribe(() => figure.redraw(1));
  return {
    element,
    update: () => {
      chosen = filter.chosen();
      const available = chartColumns(experiments, chosen);
      const known = new Set(available.map((column) => column.key));
      const primary = `metrics.${(experiments.primary ?? experiments.metricKeys()[0] ?? "").replace(/^metrics\./, "")}`;
      const first = (key, otherwise) => (known.has(key) ? key : otherwise);
      keys = {
        x: first(
          state.get("scatter.x"),
          available.find((column) => column.key !== primary)?.key ?? "",
        ),
        y: first(state.get("scatter.y"), first(primary, available[0]?.key ?? "")),
      };
      drawn = chosen.filter((id) =>
        [keys.x, keys.y].every((key) => isPlace(columnValue(experiments, id, key))),
      );
      const text = JSON.stringify(available);
      if (text !== shown) {
        shown = text;
        for (const which of ["x", "y"])
          replace(
            selects[which],
            available.map(({ key, name }) => h("option", { value: key }, name)),
          );
        replace(
          selects.color,
          h("option", { value: "" }, "by experiment"),
          available.map(({ key, name }) => h("option", { value: key }, name)),
        );
      }
      for (const which of ["x", "y"]) selects[which].value = keys[which];
      selects.color.value = state.get("scatter.color");
      logs.forEach((one, index) =>
        one.setAttribute("aria-pressed", String(isLogarithmic(["x", "y"][index]))),
      );
      colors = colorBy(app, state.get("scatter.color"), drawn);
      replace(
        legend,
        colors.scale === null
          ? null
          : h(
              "div",
              { class: "legend-scale" },
              h("span", null, colors.scale.low),
              h("i", {
                style: {
                  background: `linear-gradient(to right, ${colors.scale.colors.join(", ")})`,
                },
              }),
              h("span", null, colors.scale.high),
            ),
        colors.categories === null
          ? null
          : h(
              "ul",
              { class: "legend-categories" },
              colors.categories
                .slice(0, 12)
                .map((one) =>
                  h(
                    "li",
                    null,
                    h("i", { class: "swatch", style: { background: one.color } }),
                    nameOf(one.name),
                  ),
                ),
            ),
      );
      figure.setTitle(
        keys.x === "" ? "Scatter" : `${columnName(keys.y)} against ${columnName(keys.x)}`,
      );
      figure.setSummary(
        `${columnName(keys.y)} against ${columnName(keys.x)}, ${formatCount(drawn.length, "experiment")}.`,
      );
      const without = chosen.length - drawn.length;
      replace(
        missing,
        `${formatCount(without, "experiment is", "experiments are")} not drawn: one of the two values is missing or not finite.`,
      );
      missing.hidden = without === 0;
      figure.drawTable();
      figure.redraw();
    },
    close: () => {
      end();
      figure.close();
    },
  };
}

/** Whether a value has a place on an axis: a text, or a number that is finite. */
function isPlace(value) {
  return value !== null && (typeof value !== "number" || Number.isFinite(value));
}
