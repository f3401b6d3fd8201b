// The comparison as the core writes it: the table, the best experiment and the reasons.

import { h, nameOf, replace, visible } from "./dom.js";
import { formatNumber, numberOf } from "./format.js";
import { nextSort, parseSort, sortedBy } from "./rows.js";

/**
 * The view of the comparison with its reasons.
 *
 * Its keys of the state: `comparison.metric`, `comparison.params`, `comparison.children`,
 * `comparison.group` (what is asked), `comparison.order` (the heading of the column by which the
 * rows are put in order, "-" before it for descending; without it the order is the core's).
 *
 * @param {object} app
 * @returns {object}
 */
export function comparisonView(app) {
  const { state, experiments, source } = app;
  const controls = h("div", { class: "controls" });
  const content = h("div", { class: "report" });
  const element = h("div", { class: "report-view" }, controls, content);
  let shown = null;
  let answer = null;
  let asked = 0;

  function request() {
    const options = {};
    const metric = state.get("comparison.metric");
    if (metric !== "") options.sort_by = metric;
    if (state.get("comparison.params") === "1") options.params = true;
    if (state.get("comparison.children") === "1") options.children = true;
    if (state.get("comparison.group") !== "") options.group_by = [state.get("comparison.group")];
    const wanted = { ask: "comparison", options };
    const checked = state.getList("sel").filter(experiments.has);
    if (checked.length > 0 || app.filter.active) wanted.ids = app.filter.chosen();
    return wanted;
  }

  function drawControls() {
    const metric = state.get("comparison.metric");
    replace(
      controls,
      h(
        "label",
        null,
        "by",
        h(
          "select",
          {
            "aria-label": "The metric that decides",
            on: { change: (event) => state.set({ "comparison.metric": event.target.value }) },
          },
          h("option", { value: "", selected: metric === "" }, "the primary metric"),
          experiments
            .metricKeys()
            .map((key) => h("option", { value: key, selected: key === metric }, visible(key))),
        ),
      ),
      flag("comparison.params", "parameters that differ"),
      flag("comparison.children", "combinations, folds and stages too"),
      flag("comparison.group", "means over seeds", "seed"),
    );
  }

  function flag(key, label, value = "1") {
    return h(
      "label",
      null,
      h("input", {
        type: "checkbox",
        checked: state.get(key) === value,
        disabled: !source.live,
        on: { change: (event) => state.set({ [key]: event.target.checked ? value : null }) },
      }),
      label,
    );
  }

  async function draw() {
    const wanted = request();
    asked += 1;
    const mine = asked;
    try {
      const given = await source.ask(wanted);
      if (mine !== asked) return;
      shown = JSON.stringify(wanted);
      answer = given;
      drawAnswer();
    } catch (problem) {
      if (mine !== asked) return;
      shown = JSON.stringify(wanted);
      answer = null;
      replace(content, h("p", { class: "problem", role: "alert" }, visible(problem.message)));
    }
  }

  function drawAnswer() {
    const focused = document.activeElement?.dataset.heading;
    replace(content, comparisonParts(app, answer, orderBy));
    const heads = [...content.querySelectorAll(".sort")];
    if (focused !== undefined) heads.find((one) => one.dataset.heading === focused)?.focus();
  }

  /** Put the rows in the order of a column: its best first, then the other way round, then as before. */
  function orderBy({ heading, direction }) {
    const order = state.get("comparison.order");
    state.set({ "comparison.order": nextSort(order, heading, direction === "higher") });
  }

  return {
    element,
    update: (reasons) => {
      drawControls();
      if (reasons.has("experiments") || JSON.stringify(request()) !== shown) draw();
      else if (reasons.has("comparison.order") && answer !== null) drawAnswer();
    },
    close: () => {
      asked += 1;
    },
  };
}

function comparisonParts(app, answer, orderBy) {
  const best = answer.best;
  return [
    best === null
      ? null
      : h(
          "section",
          { class: "card best" },
          h("h2", null, "Best: ", linkTo(app, best), scoreText(answer)),
          h(
            "ul",
            null,
            answer.reasons.map((reason) => h("li", null, visible(reason))),
          ),
        ),
    h(
      "div",
      { class: "scrolls", tabIndex: 0, role: "group", "aria-label": "Comparison" },
      tableOf(app, answer, orderBy),
    ),
    answer.hidden_rows > 0
      ? h("p", { class: "quietly" }, `${answer.hidden_rows} more are not shown.`)
      : null,
    answer.proposals.map((proposal) =>
      h(
        "section",
        { class: "card" },
        h("h3", null, "What the values say for ", linkTo(app, proposal)),
        h(
          "ul",
          null,
          proposal.reasons.map((reason) => h("li", null, visible(reason))),
        ),
      ),
    ),
    answer.notes.length === 0
      ? null
      : h(
          "section",
          null,
          h("h3", null, "Notes"),
          h(
            "ul",
            { class: "quietly" },
            answer.notes.map((note) => h("li", null, visible(note))),
          ),
        ),
  ];
}

function scoreText({ best, primary_metric: metric }) {
  if (best.score === null || metric === null) return "";
  return h("span", { class: "quietly" }, "  ", nameOf(metric.key), ` ${formatNumber(best.score)}`);
}

const NAMES = { heading: "Experiment", kind: "name", direction: null };

function tableOf(app, answer, orderBy) {
  const selected = new Set(answer.selected);
  const order = parseSort(app.state.get("comparison.order"));
  return h(
    "table",
    { class: "values" },
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        [NAMES, ...answer.columns].map((column) => comparisonHead(column, order, orderBy)),
      ),
    ),
    h(
      "tbody",
      null,
      rowsInOrder(answer, order).map((row) =>
        h(
          "tr",
          {
            class: [row.best && "is-best", row.status === "completed" ? "" : "quietly"],
            on: {
              mouseenter: () => app.highlight.set(idOf(app.experiments, row)),
              mouseleave: () => app.highlight.set(null),
            },
          },
          h(
            "th",
            { scope: "row" },
            row.best ? h("span", { title: "best" }, "★ ") : null,
            selected.has(row.folder) ? "✅ " : null,
            linkTo(app, row),
            statusText(row),
            groupText(row),
          ),
          row.cells.map((cell, index) =>
            h("td", { class: "number" }, visible(cell), barOf(answer, row, answer.columns[index])),
          ),
        ),
      ),
    ),
  );
}

function comparisonHead(column, order, orderBy) {
  const { heading } = column;
  const isHere = order.id === heading;
  const sorted = order.descending ? "descending" : "ascending";
  return h(
    "th",
    {
      scope: "col",
      class: column !== NAMES && "number",
      "aria-sort": isHere ? sorted : "none",
    },
    h(
      "button",
      {
        type: "button",
        class: ["quiet", "sort", isHere && "here"],
        "aria-label": `Sort by ${visible(heading)}`,
        dataset: { heading },
        on: { click: () => orderBy(column) },
      },
      nameOf(heading),
      arrowOf(column),
      isHere ? (order.descending ? " ▼" : " ▲") : null,
    ),
  );
}

function rowsInOrder(answer, { id: heading, descending }) {
  const index = answer.columns.findIndex((column) => column.heading === heading);
  if (index < 0 && heading !== NAMES.heading) return answer.rows;
  const valueOf = (row) => {
    return index < 0 ? row.name : valueOfCell(row, answer.columns[index], row.cells[index]);
  };
  return sortedBy(answer.rows, valueOf, descending);
}

/** The value behind a cell; of what is only text, the number with which it begins. */
function valueOfCell(row, { kind, key }, cell) {
  if (kind === "metric") return Object.hasOwn(row.values, key) ? numberOf(row.values[key]) : null;
  if (kind === "param") return Object.hasOwn(row.params, key) ? row.params[key] : null;
  if (kind === "training_time") return row.training_time;
  const number = Number.parseFloat(cell.replace("−", "-"));
  if (!Number.isNaN(number)) return number;
  return /\w/.test(cell) ? cell : null;
}

function arrowOf({ direction }) {
  if (direction !== "higher" && direction !== "lower") return null;
  const arrow = direction === "higher" ? " ↑" : " ↓";
  return h("span", { class: "quietly", title: `${direction} is better` }, arrow);
}

function statusText({ status, failure }) {
  if (status === "completed") return null;
  return h(
    "span",
    { class: "quietly", title: failure === null ? null : visible(failure) },
    ` (${status})`,
  );
}

function groupText({ group }) {
  if (group === null || group === undefined) return null;
  return h("span", { class: "quietly" }, ` ${group.completed} runs${group.tied ? ", a tie" : ""}`);
}

/** The place of the value between the least and the most of its column, as a thin line. */
function barOf(answer, row, column) {
  if (column.kind !== "metric" || !Object.hasOwn(row.values, column.key)) return null;
  const values = answer.rows.map((one) => one.values[column.key]).filter(Number.isFinite);
  const value = row.values[column.key];
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (!Number.isFinite(value) || !(high > low)) return null;
  const share = (value - low) / (high - low);
  return h(
    "span",
    { class: "place", "aria-hidden": "true" },
    h("span", { style: { width: `${Math.round(share * 100)}%` } }),
  );
}

/** The identifier of an experiment that the core names by its increment and folder. */
function idOf(experiments, { id = null, folder, increment }) {
  if (id !== null && experiments.has(id)) return id;
  const folders = experiments.columns.get("folder")?.values ?? [];
  const increments = experiments.columns.get("increment")?.values ?? [];
  // A folder of another increment is told by the way there: ../../0002-x/experiments/forest.
  const inside = folder.replace(/^(\.\.\/)+[^/]+\/experiments\//, "");
  const row = folders.findIndex((one, index) => {
    return one === inside && (!increment || increments[index] === increment);
  });
  return row < 0 ? null : experiments.ids[row];
}

function linkTo(app, entry) {
  const id = idOf(app.experiments, entry);
  if (id === null) return nameOf(entry.name);
  return h("a", { href: app.state.href("experiment", { id }) }, nameOf(entry.name));
}
