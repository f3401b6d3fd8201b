// The curves: which metrics, over what, how smoothed, grouped and coloured; the legend; and the
// charts of it.

import { colorBy } from "./coloring.js";
import { button, h, nameOf, replace, visible } from "./dom.js";
import { createChart, createChartGroup } from "./chart.js";
import { createCurveData } from "./curvedata.js";
import { formatCount, formatNumber, formatValue } from "./format.js";
import { meanBand } from "./bands.js";
import { smoothValues } from "./smoothing.js";

const METRIC_DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3]];
const LEGEND_ROWS = 400;
// Of all lines of a chart together: what 50 runs send stays below 300 kB, and a zoom asks for more.
const COLUMNS_TOGETHER = 12_500;
const RAW_BEHIND_MOST = 60;
const DASHED_MOST = 48;

/**
 * The curves of the chosen experiments.
 *
 * @param {object} app
 * @returns {object}  a view (see main.js)
 */
export function curvesView(app) {
  const { state, experiments, filter, source } = app;
  const group = createChartGroup(app.highlight);
  const data = createCurveData(app, () => app.later(drawCharts));
  const cards = new Map();
  let lines = new Map();
  let legendText = "";
  let statusText = null;
  let stale = true;

  /* The choices -------------------------------------------------------------------------------- */

  const find = h("input", {
    type: "search",
    class: "curves-find",
    placeholder: "Metrics: text or /pattern/",
    spellcheck: "false",
    "aria-label": "Show metrics whose name contains this text or matches this pattern",
    on: { input: () => state.set({ "curves.find": find.value.trim() }, { replace: true }) },
  });
  const smoothing = h("input", {
    type: "range",
    min: "0",
    max: "0.99",
    step: "0.01",
    "aria-label": "Smoothing, as in TensorBoard",
    on: {
      input: () =>
        state.set({ "curves.smoothing": Number(smoothing.value) || null }, { replace: true }),
    },
  });
  const smoothingText = h("output", { class: "curves-number" });
  const arrangement = choice("Charts", "curves.charts", () => [
    ["", "one per metric"],
    ["name", "same name together"],
    ["one", "all in one"],
  ]);
  const across = choice("x", "curves.x", () => [
    ["", "step"],
    ["relative", "relative time"],
    ["time", "time"],
    ...experiments.metricKeys().map((key) => [`metric:${key}`, key]),
  ]);
  const grouping = choice("Group", "curves.group", groupChoices);
  const coloring = choice("Colour", "curves.color", () => [
    ["", "by experiment"],
    ["increment", "increment"],
    ["status", "status"],
    ...experiments
      .paramKeys()
      .filter(experiments.varies)
      .map((key) => [key, key.slice("params.".length)]),
    ...experiments.metricKeys().map((key) => [`metrics.${key}`, `last ${key}`]),
  ]);
  const logX = toggle("log x", "curves.logx", "Logarithmic x axis");
  const logY = toggle("log y", "curves.logy", "Logarithmic y axes");
  const outliers = toggle(
    "no outliers",
    "curves.outliers",
    "Cut the y axes to the 5th to 95th percentile, as TensorBoard does",
  );
  const members = toggle(
    "members",
    "curves.members",
    "Draw the runs of each group behind its mean",
  );
  const whole = button(
    "Reset zoom",
    () => {
      group.setRange(null);
    },
    { class: "small", title: "Show the whole x axis again (0)" },
  );
  const loading = h("span", { class: "curves-loading", role: "status", hidden: true }, "Loading…");
  const bar = h(
    "div",
    { class: "curves-bar", role: "group", "aria-label": "What the curves show" },
    find,
    h("label", null, "Smoothing", smoothing, smoothingText),
    across.element,
    logX,
    logY,
    outliers,
    arrangement.element,
    grouping.element,
    members,
    coloring.element,
    whole,
    loading,
  );
  const status = h("p", { class: "curves-status quietly", role: "status" });
  const grid = h("div", { class: "curves-grid" });
  const legend = h("aside", { class: "curves-legend", "aria-label": "Legend" });
  const element = h(
    "div",
    { class: "curves" },
    bar,
    status,
    h("div", { class: "curves-body" }, grid, legend),
  );

  function choice(label, key, options) {
    const select = h("select", {
      "aria-label": label,
      on: { change: () => state.set({ [key]: select.value }) },
    });
    let shown = "";
    return {
      element: h("label", null, label, select),
      select,
      update: () => {
        const list = options();
        const text = JSON.stringify(list);
        if (text !== shown) {
          shown = text;
          replace(
            select,
            list.map(([value, name]) => h("option", { value }, name)),
          );
        }
        select.value = state.get(key);
        if (select.selectedIndex < 0) select.selectedIndex = 0;
      },
    };
  }

  function toggle(label, key, title) {
    return button(label, () => state.set({ [key]: state.get(key) === "" }), {
      class: "small",
      title,
      dataset: { key },
    });
  }

  function groupChoices() {
    const has = (key) =>
      (experiments.columns.get(key)?.values ?? []).some((value) => value !== null && value !== "");
    return [
      ["", "none"],
      ...(has("group") ? [["group", "all but the seed"]] : []),
      ...(has("parent") ? [["parent", "parent (folds, trials)"]] : []),
      ["increment", "increment"],
      ...experiments
        .paramKeys()
        .filter(experiments.varies)
        .map((key) => [key, key.slice("params.".length)]),
    ];
  }

  /* What is drawn ------------------------------------------------------------------------------ */

  function axis() {
    const x = state.get("curves.x") || "step";
    const kind = { time: "time", relative: "duration" }[x] ?? "linear";
    return {
      x,
      xKind: state.get("curves.logx") !== "" && x !== "time" ? "log" : kind,
      xName: x.startsWith("metric:")
        ? x.slice("metric:".length)
        : ({ step: "step", time: "time", relative: "relative time" }[x] ?? x),
    };
  }

  /**
   * The metrics that the text or pattern leaves and of which some experiment that passes the filter
   * has more than one value.
   */
  function metrics() {
    const matches = metricMatcher(state.get("curves.find"));
    const x = axis().x;
    const named = experiments.metricKeys().filter((key) => matches(key) && `metric:${key}` !== x);
    const rows = filter.chosen().map(experiments.row);
    const hasMore = (key, than) => {
      const { count } = experiments.columns.get(`metrics.${key}`);
      return rows.some((row) => count[row] > than);
    };
    const curves = named.filter((key) => hasMore(key, 1));
    const points = named.filter((key) => !curves.includes(key) && hasMore(key, 0));
    // A single value is no curve. Where somebody asked for it, or has nothing else, it is drawn all
    // the same.
    const asked = state.get("curves.find") !== "" || curves.length === 0;
    return { drawn: asked ? [...curves, ...points] : curves, single: asked ? [] : points };
  }

  /** Which metrics share a chart: `[title, [metric]]`. */
  function arranged() {
    const all = metrics().drawn;
    const how = state.get("curves.charts");
    if (how === "one")
      return all.length === 0 ? [] : [[all.length === 1 ? all[0] : "All metrics", all]];
    if (how !== "name") return all.map((key) => [key, [key]]);
    const named = new Map();
    for (const key of all) {
      const name =
        key
          .split(/[/.:]/)
          .pop()
          .replace(/^(train|val|valid|validation|test|eval)_/, "") || key;
      if (!named.has(name)) named.set(name, []);
      named.get(name).push(key);
    }
    return [...named].map(([name, keys]) => [keys.length === 1 ? keys[0] : name, keys]);
  }

  function drawnIds() {
    const hidden = new Set(state.getList("hidden"));
    return filter.chosen().filter((id) => !hidden.has(id));
  }

  /** The groups of experiments that are one line each: `[{key, name, ids}]`. */
  function groupsOf(ids) {
    const by = state.get("curves.group");
    const found = new Map();
    for (const id of ids) {
      const value = experiments.value(id, by);
      if (
        (value === null || value === undefined || value === "") &&
        (by === "group" || by === "parent")
      ) {
        found.set(`alone ${id}`, { key: id, name: experiments.title(id), ids: [id] });
        continue;
      }
      const key = `group:${by}:${formatValue(value)}`;
      if (!found.has(key)) found.set(key, { key, name: groupName(by, value), ids: [] });
      found.get(key).ids.push(id);
    }
    return [...found.values()];
  }

  function groupName(by, value) {
    if (by === "parent") return experiments.title(value);
    if (value === null || value === undefined) return `no ${by.replace(/^params\./, "")}`;
    if (by.startsWith("params.")) return `${by.slice("params.".length)}=${formatValue(value)}`;
    return formatValue(value) || "none";
  }

  /** Everything that is a line in some chart, in the order of the legend. */
  function prepare() {
    const by = state.get("curves.group");
    const all = filter.chosen();
    const counts = metrics().drawn.map((key) => `metrics.${key}`);
    const ids = all.filter((id) =>
      counts.some((key) => (experiments.value(id, key, "count") ?? 0) > 0),
    );
    const colors = colorBy(app, state.get("curves.color"), ids);
    const hidden = new Set(state.getList("hidden"));
    const entries =
      by === ""
        ? ids.map((id) => ({
            key: id,
            name: experiments.title(id),
            ids: [id],
            color: colors.color(id),
            dash: [],
          }))
        : groupsOf(ids).map((one) => ({ ...one, color: colors.color(one.ids[0]), dash: [] }));
    if (state.get("curves.color") === "" && entries.length <= DASHED_MOST) dashRepeated(entries);
    lines = new Map(
      entries.map((entry) => [
        entry.key,
        { ...entry, hidden: entry.ids.every((id) => hidden.has(id)) },
      ]),
    );
    return { colors, hidden };
  }

  /**
   * Where a colour comes a second time its line is dashed; with very many lines dashes only add
   * noise.
   */
  function dashRepeated(entries) {
    const used = new Map();
    for (const entry of entries) {
      const times = used.get(entry.color) ?? 0;
      used.set(entry.color, times + 1);
      entry.dash = METRIC_DASHES[times % METRIC_DASHES.length];
    }
  }

  function contentOf(keys) {
    const { x, xKind, xName } = axis();
    const weight = Number(state.get("curves.smoothing")) || 0;
    const withGroups = state.get("curves.group") !== "";
    const withMembers = state.get("curves.members") !== "";
    const hidden = new Set(state.getList("hidden"));
    const drawn = [];
    const behind = [];
    const showRaw = weight > 0 && lines.size * keys.length <= RAW_BEHIND_MOST;
    keys.forEach((metric, order) => {
      const dashOf = (entry) =>
        keys.length > 1 ? METRIC_DASHES[order % METRIC_DASHES.length] : entry.dash;
      for (const entry of lines.values()) {
        if (entry.hidden) continue;
        const parts = entry.ids
          .filter((id) => !hidden.has(id))
          .flatMap((id) =>
            data
              .get(x, metric, id)
              .map((points) => ({ id, points, line: smoothed(points, weight) })),
          );
        if (parts.length === 0) continue;
        const name = keys.length > 1 ? `${entry.name} · ${metric}` : entry.name;
        const common = {
          key: entry.key,
          color: entry.color,
          dash: dashOf(entry),
          valueName: metric,
          metric,
        };
        if (
          !withGroups ||
          entry.ids.length === 1 ||
          !parts.every((part) => isRising(part.points.x))
        ) {
          for (const { id, points, line } of parts) {
            const owner =
              withGroups && entry.ids.length > 1 ? `${name} · ${experiments.label(id)}` : name;
            const own = points.writer ? `${owner} · ${points.writer}` : owner;
            if (showRaw)
              behind.push({
                ...common,
                id,
                name: own,
                dash: [],
                faint: true,
                x: points.x,
                y: points.y,
                breaks: points.breaks,
                width: 1,
              });
            drawn.push({
              ...common,
              id,
              name: own,
              x: points.x,
              y: line,
              raw: points.y,
              smoothed: weight > 0,
              breaks: points.breaks,
              marks: points.marks,
              count: points.count,
            });
          }
          continue;
        }
        const band = meanBand(
          parts.map(({ points, line }) => ({ x: points.x, y: line, breaks: points.breaks })),
        );
        if (withMembers) {
          for (const { id, points, line } of parts) {
            behind.push({
              ...common,
              id,
              name: experiments.title(id),
              dash: [],
              faint: true,
              x: points.x,
              y: line,
              breaks: points.breaks,
              width: 1,
            });
          }
        }
        drawn.push({
          ...common,
          id: null,
          name: `${name} (n=${parts.length})`,
          width: 2,
          marks: parts.flatMap((part) => part.points.marks),
          count: band.x.length,
          ...band,
        });
      }
    });
    return {
      lines: [...behind, ...drawn],
      xKind,
      xName,
      yKind: state.get("curves.logy") === "" ? "linear" : "log",
      ignoreOutliers: state.get("curves.outliers") !== "",
    };
  }

  const smooth = new WeakMap();
  function smoothed(points, weight) {
    if (weight === 0) return points.y;
    const known = smooth.get(points);
    if (known?.weight === weight) return known.values;
    const values = smoothValues(points.y, weight, points.count / Math.max(1, points.y.length));
    smooth.set(points, { weight, values });
    return values;
  }

  /* Drawing ------------------------------------------------------------------------------------ */

  function columnsFor(card, count) {
    const pixels = card.chart.columns();
    const sharp = Math.ceil(pixels * Math.min(2, window.devicePixelRatio || 1));
    return Math.min(sharp, Math.max(Math.ceil(pixels / 2), Math.floor(COLUMNS_TOGETHER / count)));
  }

  function askFor(card) {
    if (!card.chart.seen) return;
    const ids = drawnIds();
    const { x } = axis();
    const columns = columnsFor(card, ids.length);
    for (const metric of card.metrics) data.need({ metric, ids, x, columns });
    if (!zooming) data.refine({ metrics: card.metrics, ids, x, range: group.range, columns });
  }

  function drawCharts() {
    for (const card of cards.values()) {
      askFor(card);
      if (card.chart.seen) {
        card.chart.set(contentOf(card.metrics));
        card.stale = false;
      } else {
        card.stale = true;
      }
    }
    drawStatus();
  }

  function drawStatus() {
    const problems = data.problems();
    const texts = [];
    if (experiments.ids.length > 0 && experiments.metricKeys().length === 0)
      texts.push("No experiment has recorded a metric yet.");
    else if (filter.chosen().length === 0) texts.push("No experiment passes the filter.");
    else if (cards.size === 0) texts.push("No metric matches.");
    loading.hidden = data.waiting === 0;
    if (problems.length > 0) texts.push(`Some points did not come: ${problems.join(" ")}`);
    const single = metrics().single;
    if (single.length > 0)
      texts.push(
        `${formatCount(single.length, "metric has", "metrics have")} one value per run: ${single.slice(0, 6).join(", ")}${single.length > 6 ? ", …" : ""}.`,
      );
    const text = texts.join(" ");
    // Written anew only where it says something else, so that the link keeps the focus.
    if (text === statusText) return;
    statusText = text;
    const those = single.length === 1 ? "it" : "them";
    const link = h("a", { href: state.href("bars") }, `Show ${those} as bars`);
    replace(status, visible(text), single.length > 0 ? [" ", link] : null);
    status.hidden = text === "";
  }

  function arrange() {
    const wanted = arranged();
    const names = new Set(wanted.map(([title, keys]) => JSON.stringify([title, keys])));
    for (const [name, card] of cards) {
      if (names.has(name)) continue;
      card.chart.close();
      cards.delete(name);
    }
    const elements = wanted.map(([title, keys]) => {
      const name = JSON.stringify([title, keys]);
      if (!cards.has(name)) {
        const card = { metrics: keys, stale: true, chart: null };
        card.chart = createChart({
          title,
          group,
          announce: app.announce,
          onExact: source.live ? exact : null,
          onSight: (seen) => {
            if (seen && card.stale) app.later(drawCharts);
          },
        });
        cards.set(name, card);
      }
      return cards.get(name).chart.element;
    });
    if (
      elements.length !== grid.children.length ||
      elements.some((one, index) => grid.children[index] !== one)
    )
      replace(grid, elements);
    grid.dataset.charts = String(elements.length);
    data.keep(
      axis().x,
      wanted.flatMap(([, keys]) => keys),
    );
  }

  /** The value that was recorded, where what is drawn is rounded. */
  async function exact(line, index) {
    if (line.id === null || line.smoothed) return null;
    const at = line.x[index];
    const { x } = axis();
    const answer = await source.series({
      metrics: [line.metric],
      ids: [line.id],
      x,
      from: at,
      to: at,
      columns: 4,
    });
    const series = answer.series[0];
    const place = series === undefined ? -1 : series.x.indexOf(at);
    return place < 0 ? null : series.y[place];
  }

  /* The legend --------------------------------------------------------------------------------- */

  function drawLegend(colors) {
    const entries = [...lines.values()];
    const text = JSON.stringify([
      entries.map((entry) => [entry.key, entry.name, entry.color, entry.hidden, entry.dash]),
      colors.scale,
      colors.categories,
    ]);
    if (text === legendText) return;
    legendText = text;
    const focused = legend.contains(document.activeElement)
      ? document.activeElement.dataset.key
      : null;
    const rows = entries.slice(0, LEGEND_ROWS).map((entry) =>
      h(
        "li",
        null,
        h(
          "button",
          {
            type: "button",
            class: "legend-row",
            "aria-pressed": String(!entry.hidden),
            dataset: { key: entry.key },
            title: visible(`${entry.name}\nClick hides or shows; double click shows only this`),
            on: {
              click: () => hide(entry),
              dblclick: () => only(entry),
              pointerenter: () => {
                if (!group.pinned)
                  group.setKey(entry.key, entry.ids.length === 1 ? entry.ids[0] : null);
              },
              pointerleave: () => {
                if (!group.pinned) group.setKey(null);
              },
              focus: () => group.setKey(entry.key, entry.ids.length === 1 ? entry.ids[0] : null),
              blur: () => {
                if (!group.pinned) group.setKey(null);
              },
            },
          },
          swatch(entry),
          nameOf(entry.name),
          entry.ids.length > 1 ? h("span", { class: "quietly" }, ` n=${entry.ids.length}`) : null,
        ),
      ),
    );
    const more = entries.length - rows.length;
    replace(
      legend,
      h(
        "div",
        { class: "legend-head" },
        h(
          "span",
          { class: "quietly" },
          formatCount(entries.length, state.get("curves.group") === "" ? "run" : "group"),
        ),
        button("all", () => state.set({ hidden: null }), {
          class: "quiet small",
          "aria-label": "Show all lines",
        }),
        button("none", () => state.set({ hidden: entries.flatMap((entry) => entry.ids) }), {
          class: "quiet small",
          "aria-label": "Hide all lines",
        }),
      ),
      colors.scale === null ? null : scaleBar(colors.scale),
      colors.categories === null
        ? null
        : h(
            "ul",
            { class: "legend-categories" },
            colors.categories
              .slice(0, 24)
              .map((one) =>
                h(
                  "li",
                  null,
                  h("i", { class: "swatch", style: { background: one.color } }),
                  nameOf(one.name),
                ),
              ),
          ),
      h("ul", { class: "legend-rows" }, rows),
      more > 0 ? h("p", { class: "quietly" }, `and ${more} more; the filter above chooses`) : null,
    );
    if (focused !== null) legend.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  function swatch(entry) {
    const dashed = entry.dash.length > 0;
    return h("i", {
      class: ["swatch", dashed && "dashed"],
      style: dashed ? { borderColor: entry.color } : { background: entry.color },
    });
  }

  function scaleBar(scale) {
    return h(
      "div",
      { class: "legend-scale" },
      h("span", null, scale.low),
      h("i", { style: { background: `linear-gradient(to right, ${scale.colors.join(", ")})` } }),
      h("span", null, scale.high),
      scale.logarithmic ? h("span", { class: "quietly" }, "log") : null,
    );
  }

  function hide(entry) {
    const hidden = new Set(state.getList("hidden"));
    for (const id of entry.ids) {
      if (entry.hidden) hidden.delete(id);
      else hidden.add(id);
    }
    state.set({ hidden: [...hidden] });
    app.announce(`${entry.name} is ${entry.hidden ? "shown" : "hidden"}.`);
  }

  function only(entry) {
    const mine = new Set(entry.ids);
    state.set({ hidden: filter.chosen().filter((id) => !mine.has(id)) });
  }

  function markLegend() {
    for (const row of legend.querySelectorAll(".legend-row"))
      row.classList.toggle("here", row.dataset.key === group.key);
  }

  /* The address -------------------------------------------------------------------------------- */

  let zooming = false;
  function readZoom() {
    const [low, high] = state.get("curves.zoom").split("~").map(Number);
    const range = Number.isFinite(low) && Number.isFinite(high) && high > low ? [low, high] : null;
    if (String(range) !== String(group.range)) group.setRange(range);
  }

  const end = group.subscribe((what, done) => {
    if (what === "key") app.later(markLegend);
    if (what !== "range") return;
    zooming = !done;
    whole.disabled = group.range === null;
    const text =
      group.range === null
        ? null
        : group.range.map((value) => Number(value.toPrecision(9))).join("~");
    if (done && (text ?? "") !== state.get("curves.zoom")) state.set({ "curves.zoom": text });
    if (done) refineLater();
  });

  let refining = 0;
  function refineLater() {
    // A wheel turns many times; more detail is asked for when it rests.
    clearTimeout(refining);
    refining = setTimeout(() => {
      for (const card of cards.values()) askFor(card);
    }, 120);
  }

  const unbind = app.keyboard.bind([
    { keys: ["f"], label: "Choose metrics", run: () => find.select() },
    {
      keys: ["g"],
      label: "Go to the charts: arrows go along and between lines, + and − zoom",
      run: () => grid.querySelector(".chart-area")?.focus(),
    },
    {
      keys: ["l"],
      label: "Logarithmic y axes",
      run: () => state.set({ "curves.logy": state.get("curves.logy") === "" }),
    },
    {
      keys: ["o"],
      label: "Leave outliers out",
      run: () => state.set({ "curves.outliers": state.get("curves.outliers") === "" }),
    },
    {
      keys: ["[", "]"],
      label: "Less or more smoothing",
      run: (event) => moreSmoothing(event.key === "]" ? 0.05 : -0.05),
    },
    { keys: ["0"], label: "Show everything again", run: () => group.setRange(null) },
  ]);

  function moreSmoothing(by) {
    const weight = Math.min(0.99, Math.max(0, (Number(state.get("curves.smoothing")) || 0) + by));
    state.set({ "curves.smoothing": Number(weight.toFixed(2)) || null }, { replace: true });
    app.announce(`Smoothing ${formatNumber(weight)}`);
  }

  function drawBar() {
    if (document.activeElement !== find) find.value = state.get("curves.find");
    find.setAttribute(
      "aria-invalid",
      String(metricMatcher(state.get("curves.find")).wrong === true),
    );
    smoothing.value = state.get("curves.smoothing", "0");
    replace(smoothingText, (Number(smoothing.value) || 0).toFixed(2));
    for (const one of [across, grouping, coloring, arrangement]) one.update();
    for (const one of [logX, logY, outliers, members])
      one.setAttribute("aria-pressed", String(state.get(one.dataset.key) !== ""));
    logX.disabled = axis().x === "time";
    members.hidden = state.get("curves.group") === "";
    whole.disabled = group.range === null;
  }

  let lastX = state.get("curves.x");
  return {
    element,
    update: (why) => {
      if (why.has("curves.x") && !why.has("curves.zoom") && lastX !== state.get("curves.x")) {
        // A range of steps means nothing in seconds.
        if (state.get("curves.zoom") !== "") state.set({ "curves.zoom": null }, { replace: true });
      }
      lastX = state.get("curves.x");
      if (stale || why.has("open") || why.has("curves.zoom") || why.has("curves.x")) readZoom();
      stale = false;
      drawBar();
      arrange();
      const { colors } = prepare();
      drawLegend(colors);
      drawCharts();
    },
    print: () => drawCharts(),
    close: () => {
      clearTimeout(refining);
      end();
      unbind();
      data.close();
      for (const card of cards.values()) card.chart.close();
      group.close();
    },
  };
}

/**
 * Whether a metric's name is meant by a text, or by a pattern between slashes; a wrong pattern
 * means its text.
 *
 * @param {string} text
 * @returns {function(string): boolean}
 */
export function metricMatcher(text) {
  if (text === "") return () => true;
  const pattern = /^\/(.*?)\/?$/.exec(text)?.[1] ?? (/[\^$*+?()[\]{}|\\]/.test(text) ? text : null);
  if (pattern !== null) {
    try {
      const expression = new RegExp(pattern, "i");
      return (name) => expression.test(name);
    } catch {
      const matches = (name) => name.toLowerCase().includes(text.toLowerCase());
      matches.wrong = true;
      return matches;
    }
  }
  const words = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  return (name) => words.some((word) => name.toLowerCase().includes(word));
}

const rising = new WeakMap();
function isRising(x) {
  if (!rising.has(x))
    rising.set(
      x,
      x.every((value, index) => index === 0 || value >= x[index - 1]),
    );
  return rising.get(x);
}
