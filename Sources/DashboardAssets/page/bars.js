// Bars with error bars, the spread over folds, and the importance of parameters: one row each, on
// one axis.

import { axisTicks, makeAxis, widenRange } from "./axes.js";
import { colorBy } from "./coloring.js";
import { columnText, columnValue, fittingText } from "./columns.js";
import { button, h, nameOf, replace, visible } from "./dom.js";
import { createFigure } from "./figure.js";
import { formatCount, formatNumber, formatValue } from "./format.js";
import { chooser, ofKind } from "./sweep.js";

const ROW = 26;
const ROWS_MOST = 300;

/**
 * Rows on one axis: bars from zero or points, with what they spread.
 *
 * A row is `{key, id, name, color, value, low, high, dots, text}`: `low` and `high` an error bar,
 * `dots` single values.
 *
 * @param {object} app
 * @param {string} title
 * @returns {object}  `element`, `set({title, axisName, rows, fromZero})`, `close`
 */
export function createRowsFigure(app, title) {
  let content = { axisName: "", rows: [], fromZero: true, head: [] };
  let cursor = -1;
  const figure = createFigure({
    title,
    layers: 2,
    exported: [0],
    paint,
    table: () => ({ head: content.head, rows: content.rows.map((row) => row.cells) }),
    keys: "Up and down move from row to row, Enter opens the experiment.",
  });
  const area = figure.area;
  const tip = h("div", { class: "chart-tip", hidden: true });
  area.append(tip);
  area.classList.add("rows-area");
  let labels = 100;

  function* paint(surface, size, theme, layer) {
    if (layer === 1) {
      const row = content.rows[cursor];
      figure.canvases[0].classList.remove("dimmed");
      if (row === undefined) return;
      surface.globalAlpha = 0.08;
      surface.fillStyle = theme.accent;
      surface.fillRect(0, cursor * ROW, size.width, ROW);
      surface.globalAlpha = 1;
      return;
    }
    surface.font = theme.font;
    const widest = content.rows.reduce(
      (most, row) => Math.max(most, surface.measureText(row.name).width),
      40,
    );
    labels = Math.min(Math.ceil(widest) + 14, Math.floor(size.width * 0.34));
    const right = size.width - 74;
    const bottom = content.rows.length * ROW + 4;
    let low = Infinity;
    let high = -Infinity;
    for (const row of content.rows) {
      for (const value of [row.value, row.low, row.high, ...(row.dots ?? [])]) {
        if (!Number.isFinite(value)) continue;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    if (content.fromZero) [low, high] = [Math.min(0, low), Math.max(0, high)];
    [low, high] =
      content.fromZero && low === 0
        ? [0, high > 0 ? high * 1.02 : 1]
        : widenRange("linear", low, high, 0.04);
    const axis = makeAxis("linear", low, high, labels, right);
    surface.strokeStyle = theme.line;
    surface.fillStyle = theme.soft;
    surface.lineWidth = 1;
    surface.textAlign = "center";
    surface.textBaseline = "top";
    for (const tick of axisTicks(axis, Math.max(2, Math.floor((right - labels) / 90)))) {
      const place = Math.round(axis.place(tick.value)) + 0.5;
      surface.beginPath();
      surface.moveTo(place, 0);
      surface.lineTo(place, bottom);
      surface.stroke();
      surface.fillText(tick.text, place, bottom + 5);
    }
    surface.textAlign = "right";
    surface.fillText(content.axisName, right, bottom + 20);
    const zero = axis.place(Math.min(high, Math.max(low, 0)));
    for (let index = 0; index < content.rows.length; index += 1) {
      paintRow(surface, theme, axis, content.rows[index], index * ROW + ROW / 2, zero, right);
      if (index % 200 === 199) yield;
    }
  }

  function paintRow(surface, theme, axis, row, middle, zero, right) {
    surface.textBaseline = "middle";
    surface.textAlign = "right";
    surface.fillStyle = theme.ink;
    surface.fillText(fittingText(surface, visible(row.name), labels - 12), labels - 8, middle);
    const place = axis.place(row.value);
    if (Number.isFinite(place)) {
      surface.fillStyle = row.color;
      if (content.fromZero) {
        surface.globalAlpha = row.dots?.length > 0 ? 0.45 : 0.85;
        surface.fillRect(Math.min(zero, place), middle - 7, Math.abs(place - zero), 14);
        surface.globalAlpha = 1;
      }
    }
    surface.fillStyle = row.color;
    for (const value of row.dots ?? []) {
      const dot = axis.place(value);
      if (!Number.isFinite(dot)) continue;
      surface.globalAlpha = 0.7;
      surface.beginPath();
      surface.arc(dot, middle, 3, 0, 2 * Math.PI);
      surface.fill();
      surface.globalAlpha = 1;
    }
    const [from, to] = [axis.place(row.low), axis.place(row.high)];
    if (Number.isFinite(from) && Number.isFinite(to)) {
      surface.strokeStyle = theme.ink;
      surface.lineWidth = 1.25;
      surface.beginPath();
      surface.moveTo(from, middle);
      surface.lineTo(to, middle);
      for (const end of [from, to]) {
        surface.moveTo(end, middle - 4);
        surface.lineTo(end, middle + 4);
      }
      surface.stroke();
    }
    if (Number.isFinite(place) && !content.fromZero) {
      surface.fillStyle = row.color;
      surface.beginPath();
      surface.arc(place, middle, 5, 0, 2 * Math.PI);
      surface.fill();
      surface.strokeStyle = theme.ground;
      surface.lineWidth = 1.5;
      surface.stroke();
    }
    surface.textAlign = "left";
    surface.fillStyle = theme.soft;
    surface.fillText(fittingText(surface, formatNumber(row.value, 4), 70), right + 8, middle);
  }

  function show(index, x = labels + 20) {
    cursor = index;
    const row = content.rows[index];
    app.highlight.set(row?.id ?? null);
    tip.hidden = row === undefined;
    if (row !== undefined) {
      replace(
        tip,
        h(
          "div",
          { class: "chart-tip-name" },
          h("i", { class: "swatch", style: { background: row.color } }),
          nameOf(row.name),
        ),
        h(
          "dl",
          null,
          row.cells
            .slice(1)
            .map((text, column) => [
              h("dt", null, nameOf(content.head[column + 1])),
              h("dd", null, nameOf(text)),
            ]),
        ),
      );
      const box = tip.getBoundingClientRect();
      tip.style.left = `${Math.max(0, Math.min(figure.width - box.width, x + 16))}px`;
      tip.style.top = `${Math.max(0, Math.min(figure.height - box.height, (index + 1) * ROW + 4))}px`;
    }
    figure.redraw(1);
  }

  area.addEventListener("pointermove", (event) => {
    const box = area.getBoundingClientRect();
    const index = Math.floor((event.clientY - box.top) / ROW);
    show(index < content.rows.length ? index : -1, event.clientX - box.left);
  });
  area.addEventListener("pointerleave", () => show(-1));
  area.addEventListener("click", openRow);
  area.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      show(Math.max(0, Math.min(content.rows.length - 1, cursor + step)));
      const row = content.rows[cursor];
      const told = row?.cells
        .slice(1)
        .map((text, column) => `${content.head[column + 1]} ${text}`)
        .join(", ");
      if (row !== undefined) app.announce(`${row.name}: ${told}`);
    } else if (event.key === "Enter") openRow();
    else if (event.key === "Escape") show(-1);
    else return;
    event.preventDefault();
  });

  function openRow() {
    const id = content.rows[cursor]?.id;
    if (id && app.hasView?.("experiment")) app.state.go("experiment", { id });
  }

  return {
    element: figure.element,
    set: (next) => {
      content = next;
      area.style.height = `${Math.max(1, next.rows.length) * ROW + 44}px`;
      figure.setTitle(next.title);
      figure.setSummary(`${next.title}: ${formatCount(next.rows.length, "row")}.`);
      figure.drawTable();
      figure.redraw();
    },
    close: figure.close,
  };
}

/**
 * The mean, the sample standard deviation and the number of values; the deviation of one value is
 * NaN.
 */
export function spreadOf(values) {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  const deviation =
    n > 1 ? Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)) : NaN;
  return { n, mean, deviation };
}

/**
 * Bars of a metric by experiment or group, the spread over folds, and the importance of a sweep's
 * parameters.
 *
 * @param {object} app
 * @returns {object}  a view (see main.js)
 */
export function barsView(app) {
  const { state, experiments, filter, source } = app;
  const figure = createRowsFigure(app, "Bars");
  const note = h("p", { class: "quietly" });
  const kind = h(
    "select",
    { "aria-label": "What", on: { change: () => state.set({ "bars.show": kind.value }) } },
    [
      ["", "a metric"],
      ["folds", "folds"],
      ["importance", "importance"],
    ].map(([value, text]) => h("option", { value }, text)),
  );
  const metric = h("select", {
    "aria-label": "Metric",
    on: { change: () => state.set({ "bars.metric": metric.value }) },
  });
  const group = h("select", {
    "aria-label": "Group",
    on: { change: () => state.set({ "bars.group": group.value }) },
  });
  const order = h(
    "select",
    { "aria-label": "Order", on: { change: () => state.set({ "bars.order": order.value }) } },
    [
      ["", "best first"],
      ["name", "by name"],
    ].map(([value, text]) => h("option", { value }, text)),
  );
  const zero = button("from zero", () => state.set({ "bars.zero": fromZero() ? "no" : "yes" }), {
    class: "small",
  });
  const sweeps = h("span");
  const parts = {
    metric: h("label", null, "Metric", metric),
    group: h("label", null, "Group", group),
    order: h("label", null, "Order", order),
  };
  const bar = h(
    "div",
    { class: "curves-bar" },
    h("label", null, "Show", kind),
    parts.metric,
    parts.group,
    parts.order,
    zero,
    sweeps,
  );
  const element = h(
    "div",
    { class: "chart-view" },
    bar,
    h("div", { class: "card" }, figure.element, note),
  );
  let asked = 0;

  /** Bars begin at zero; the spread over folds is seen without it. */
  function fromZero() {
    return state.get("bars.zero", state.get("bars.show") === "folds" ? "no" : "yes") === "yes";
  }

  function direction(key) {
    return experiments.columns.get(key.replace(/:(min|max)$/, ""))?.direction ?? null;
  }

  function sorted(rows, how) {
    const sign = how === "min" ? 1 : -1;
    return state.get("bars.order") === "name"
      ? rows.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
      : rows.sort((a, b) => sign * (a.value - b.value) || (a.name < b.name ? -1 : 1));
  }

  function put(title, axisName, head, rows, text = "") {
    const cut = rows.slice(0, ROWS_MOST);
    figure.set({ title, axisName, head, rows: cut, fromZero: fromZero() });
    replace(
      note,
      cut.length < rows.length
        ? `${rows.length - cut.length} more; the filter above chooses. `
        : "",
      text,
    );
  }

  function drawMetric(key) {
    const ids = filter.chosen();
    const by = state.get("bars.group");
    const colors = colorBy(app, "", ids);
    const valued = ids
      .map((id) => ({ id, value: columnValue(experiments, id, key) }))
      .filter(({ value }) => Number.isFinite(value));
    const name = nameOfMetric(key);
    if (by === "") {
      put(
        name,
        name,
        ["experiment", name],
        sorted(
          valued.map(({ id, value }) => ({
            key: id,
            id,
            name: experiments.title(id),
            color: colors.color(id),
            value,
            cells: [experiments.title(id), columnText(value)],
          })),
          direction(key),
        ),
        missing(ids.length - valued.length, name),
      );
      return;
    }
    const groups = new Map();
    for (const { id, value } of valued) {
      const text = experiments.value(id, by);
      const alone = (text === null || text === undefined) && (by === "group" || by === "parent");
      const label = alone
        ? experiments.title(id)
        : by === "parent"
          ? experiments.title(text)
          : formatValue(text ?? "none");
      // Two increments have an exp-001 each.
      const group = alone ? `alone ${id}` : `group ${formatValue(text ?? "")}`;
      if (!groups.has(group)) groups.set(group, { label, members: [] });
      groups.get(group).members.push({ id, value });
    }
    put(
      `${name}: mean ± standard deviation`,
      name,
      ["group", "mean", "std", "n", "values"],
      sorted(
        [...groups].map(([group, { label, members }]) => {
          const { n, mean, deviation } = spreadOf(members.map((one) => one.value));
          return {
            key: group,
            id: n === 1 ? members[0].id : null,
            name: label,
            color: colors.color(members[0].id),
            value: mean,
            low: mean - deviation,
            high: mean + deviation,
            dots: n > 1 ? members.map((one) => one.value) : [],
            cells: [
              label,
              formatNumber(mean),
              n > 1 ? formatNumber(deviation, 3) : "–",
              String(n),
              members
                .slice(0, 20)
                .map((one) => formatNumber(one.value))
                .join(", "),
            ],
          };
        }),
        direction(key),
      ),
      missing(ids.length - valued.length, name),
    );
  }

  function missing(count, name) {
    return count === 0
      ? ""
      : `${formatCount(count, "experiment has", "experiments have")} no finite ${name}.`;
  }

  function foldMetrics() {
    return experiments.metricKeys().filter((key) => key.startsWith("fold/"));
  }

  async function drawFolds(key) {
    const mine = asked;
    const ids = filter
      .chosen()
      .filter((id) => (experiments.value(id, `metrics.${key}`, "count") ?? 0) > 0);
    const colors = colorBy(app, "", ids);
    let series = [];
    try {
      if (ids.length > 0)
        series = (await source.series({ metrics: [key], ids, x: "step", columns: 1000 })).series;
    } catch (problem) {
      if (mine === asked) replace(note, visible(problem.message));
      return;
    }
    if (mine !== asked) return;
    const name = key.slice("fold/".length);
    const rows = series.map((one) => {
      const values = [...one.y];
      const { n, mean, deviation } = spreadOf(values);
      const label = experiments.title(one.id);
      return {
        key: one.id,
        id: one.id,
        name: label,
        color: colors.color(one.id),
        value: mean,
        low: mean - deviation,
        high: mean + deviation,
        dots: values,
        cells: [
          label,
          formatNumber(mean),
          n > 1 ? formatNumber(deviation, 3) : "–",
          String(n),
          values
            .slice(0, 20)
            .map((value) => formatNumber(value))
            .join(", "),
        ],
      };
    });
    put(
      `${name} over folds: mean ± standard deviation`,
      name,
      ["experiment", "mean", "std", "folds", "values"],
      sorted(rows, direction(`metrics.${key}`) ?? direction(`metrics.${name}`)),
    );
  }

  async function drawImportance(id) {
    const mine = asked;
    let importance = null;
    let problem = "";
    try {
      const answer = await source.ask({ ask: "experiment", id });
      importance = answer.importance ?? answer.facts?.importance ?? null;
    } catch (reason) {
      problem = reason.message;
    }
    if (mine !== asked) return;
    if (importance === null || importance.reason) {
      put(
        "Importance",
        "share of the variance",
        ["parameter", "share"],
        [],
        importance?.reason ?? (problem || "This sweep recorded no importance."),
      );
      return;
    }
    const rows = [
      ...Object.entries(importance.main ?? {}).map(([key, share]) => ({
        name: key,
        value: share,
        alone: true,
      })),
      ...(importance.pairs ?? []).map(([one, other, share]) => ({
        name: `${one} × ${other}`,
        value: share,
        alone: false,
      })),
    ].filter((row) => Number.isFinite(row.value));
    const [alone, together] = [app.palette.token("--accent"), app.palette.token("--warn")];
    put(
      "Importance of the parameters",
      "share of the variance",
      ["parameter", "share", "kind"],
      sorted(
        rows.map((row) => ({
          ...row,
          key: row.name,
          id: null,
          color: row.alone ? alone : together,
          cells: [
            row.name,
            `${formatNumber(row.value * 100, 3)} %`,
            row.alone ? "alone" : "interaction",
          ],
        })),
        "max",
      ),
      `${importance.method ?? ""}${importance.runs ? `, ${importance.runs} runs` : ""}. Interactions have another colour.`,
    );
  }

  function nameOfMetric(key) {
    const which = /:(min|max)$/.exec(key)?.[1];
    return `${which === "min" ? "least " : which === "max" ? "greatest " : ""}${key.replace(/^metrics\./, "").replace(/:(min|max)$/, "")}`;
  }

  let shown = "";
  return {
    element,
    update: () => {
      asked += 1;
      const show = state.get("bars.show");
      const folds = foldMetrics();
      const found = ofKind(experiments, "sweep");
      kind.value = show;
      kind.options[1].disabled = folds.length === 0;
      kind.options[2].disabled = found.length === 0;
      const metrics =
        show === "folds"
          ? folds.map((key) => [key, key.slice("fold/".length)])
          : experiments.metricKeys().flatMap((key) => [
              [`metrics.${key}`, key],
              ...(experiments.columns.get(`metrics.${key}`).count.some((count) => count > 1)
                ? [
                    [`metrics.${key}:min`, `least ${key}`],
                    [`metrics.${key}:max`, `greatest ${key}`],
                  ]
                : []),
            ]);
      const has = (key) =>
        (experiments.columns.get(key)?.values ?? []).some(
          (value) => value !== null && value !== "",
        );
      const groups = [
        ["", "none"],
        ...(has("group") ? [["group", "all but the seed"]] : []),
        ...(has("parent") ? [["parent", "parent"]] : []),
        ["increment", "increment"],
        ...experiments
          .paramKeys()
          .filter(experiments.varies)
          .map((key) => [key, key.slice("params.".length)]),
      ];
      const text = JSON.stringify([metrics, groups]);
      if (text !== shown) {
        shown = text;
        replace(
          metric,
          metrics.map(([value, name]) => h("option", { value }, name)),
        );
        replace(
          group,
          groups.map(([value, name]) => h("option", { value }, name)),
        );
      }
      const wanted = state.get("bars.metric");
      const key = metrics.some(([value]) => value === wanted) ? wanted : (metrics[0]?.[0] ?? "");
      metric.value = key;
      group.value = state.get("bars.group");
      order.value = state.get("bars.order");
      parts.metric.hidden = show === "importance";
      parts.group.hidden = show !== "";
      zero.setAttribute("aria-pressed", String(fromZero()));
      const sweep = found.includes(state.get("id")) ? state.get("id") : (found[0] ?? null);
      replace(sweeps, show === "importance" ? chooser(app, "Sweep", found, sweep) : null);
      if (show === "importance" && sweep !== null) drawImportance(sweep);
      else if (show === "folds" && key !== "") drawFolds(key);
      else if (key === "") put("Bars", "", [], [], "No experiment has recorded a metric yet.");
      else drawMetric(key);
    },
    close: () => {
      asked += 1;
      figure.close();
    },
  };
}
