// A sweep: how it was searched, what mattered, and its combinations by rank.

import { h, nameOf, replace, visible } from "./dom.js";
import { formatNumber, formatValue } from "./format.js";

const MOST_ROWS = 200;

/**
 * The view of a sweep.
 *
 * @param {object} app
 * @returns {object}
 */
export function sweepView(app) {
  const { state, experiments, source } = app;
  const controls = h("div", { class: "controls" });
  const content = h("div", { class: "report" });
  const element = h("div", { class: "report-view" }, controls, content);
  let asked = 0;

  function current(sweeps) {
    const id = state.get("id");
    return sweeps.includes(id) ? id : (sweeps[0] ?? null);
  }

  async function draw(id) {
    asked += 1;
    const mine = asked;
    let facts = {};
    let problem = null;
    try {
      facts = (await source.ask({ ask: "experiment", id })).facts ?? {};
    } catch (reason) {
      problem = reason;
    }
    if (mine !== asked) return;
    replace(
      content,
      sweepParts(app, id, facts),
      problem === null ? null : h("p", { class: "quietly" }, visible(problem.message)),
    );
  }

  return {
    element,
    update: () => {
      const sweeps = ofKind(experiments, "sweep");
      replace(controls, chooser(app, "Sweep", sweeps, current(sweeps)));
      if (sweeps.length === 0) {
        replace(
          content,
          h(
            "p",
            { class: "quietly" },
            "No sweep yet: track_grid_search, track_hyperparameters and configure_optuna record them.",
          ),
        );
      } else {
        draw(current(sweeps));
      }
    },
    close: () => {
      asked += 1;
    },
  };
}

/**
 * The experiments of a kind, the newest first.
 *
 * @param {object} experiments
 * @param {string} kind
 * @returns {string[]}
 */
export function ofKind(experiments, kind) {
  const kinds = experiments.columns.get("kind")?.values ?? [];
  return experiments.ids.filter((_, row) => kinds[row] === kind).reverse();
}

/**
 * A menu of experiments that keeps its choice in the address.
 *
 * @param {object} app
 * @param {string} label
 * @param {string[]} ids
 * @param {string|null} current
 * @returns {HTMLElement}
 */
export function chooser({ state, experiments }, label, ids, current) {
  return h(
    "label",
    { hidden: ids.length === 0 },
    label,
    h(
      "select",
      { on: { change: (event) => state.set({ id: event.target.value }) } },
      ids.map((id) =>
        h(
          "option",
          { value: id, selected: id === current },
          visible(`${experiments.label(id)}  ${experiments.value(id, "name")}`),
        ),
      ),
    ),
  );
}

function sweepParts(app, id, { sweep = {}, importance = null, best = null }) {
  const { experiments, state } = app;
  const children = experiments.children(id);
  const metric = sweep.metric ?? experiments.primary?.replace(/^metrics\./, "") ?? null;
  return [
    h(
      "section",
      { class: "card" },
      h(
        "h2",
        null,
        h("a", { href: state.href("experiment", { id }) }, nameOf(experiments.value(id, "name"))),
      ),
      h("p", { class: "quietly" }, summary(sweep, children.length)),
      best === null
        ? null
        : h(
            "p",
            null,
            "Best: ",
            Object.entries(best.params ?? {}).map(([key, value]) =>
              h("span", { class: "fact" }, nameOf(key), " = ", nameOf(formatValue(value))),
            ),
            metric === null ? null : [" → ", nameOf(metric), ` ${formatNumber(best.score)}`],
          ),
    ),
    importance === null ? null : importancePart(importance),
    h(
      "p",
      { class: "links" },
      h(
        "a",
        { href: state.href("parallel", { sel: children }) },
        "All combinations as parallel coordinates",
      ),
      h("a", { href: state.href("curves", { sel: children }) }, "Their curves"),
    ),
    combinationsPart(app, children, metric, sweep.direction),
  ];
}

function summary(sweep, count) {
  const parts = [];
  if (sweep.search) parts.push(sweep.search);
  if (sweep.estimator) parts.push(String(sweep.estimator).split(".").at(-1));
  parts.push(`${count} combinations`);
  if (sweep.folds) parts.push(`${sweep.folds} folds`);
  if (sweep.metric) parts.push(`by ${sweep.metric}, ${sweep.direction ?? ""} is better`);
  return visible(parts.join(", "));
}

function importancePart(importance) {
  if (importance.reason) {
    return h(
      "section",
      { class: "card" },
      h("h3", null, "What mattered"),
      h("p", { class: "quietly" }, visible(importance.reason)),
    );
  }
  const bars = [
    ...Object.entries(importance.main ?? {}).map(([key, share]) => ({ names: [key], share })),
    ...(importance.pairs ?? []).map(([one, other, share]) => ({ names: [one, other], share })),
  ]
    .sort((a, b) => b.share - a.share)
    .slice(0, 20);
  return h(
    "section",
    { class: "card" },
    h("h3", null, "What mattered: share of the variance"),
    h(
      "table",
      { class: "values importance" },
      h(
        "tbody",
        null,
        bars.map((bar) =>
          h(
            "tr",
            null,
            h(
              "th",
              { scope: "row" },
              nameOf(bar.names[0]),
              bar.names.length > 1 ? [" × ", nameOf(bar.names[1])] : null,
            ),
            h("td", { class: "number" }, `${formatNumber(bar.share * 100, 3)} %`),
            h(
              "td",
              { class: "wide", "aria-hidden": "true" },
              h(
                "span",
                { class: "place tall" },
                h("span", { style: { width: `${Math.max(0, Math.min(100, bar.share * 100))}%` } }),
              ),
            ),
          ),
        ),
      ),
    ),
    h(
      "p",
      { class: "quietly" },
      visible(
        `${importance.method}, ${importance.runs} runs` +
          (Number.isFinite(importance.fit_quality)
            ? `, fit ${formatNumber(importance.fit_quality, 3)} of 1`
            : ""),
      ),
    ),
  );
}

function combinationsPart(app, children, metric, direction) {
  const { experiments, state } = app;
  const key = metric === null ? null : `metrics.${metric}`;
  const score = (id) => (key === null ? undefined : experiments.value(id, key));
  const sign = direction === "lower" ? 1 : -1;
  const ranked = [...children].sort((a, b) => {
    const [one, other] = [score(a), score(b)];
    const known = (value) => typeof value === "number" && !Number.isNaN(value);
    if (known(one) !== known(other)) return known(one) ? -1 : 1;
    return known(one) ? sign * (one - other) : 0;
  });
  const params = experiments
    .paramKeys()
    .filter((name) =>
      children.some((id) => ![null, undefined].includes(experiments.value(id, name))),
    );
  return h(
    "div",
    { class: "scrolls", tabIndex: 0, role: "group", "aria-label": "Combinations" },
    h(
      "table",
      { class: "values" },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          h("th", { scope: "col" }, "Combination"),
          metric === null ? null : h("th", { scope: "col", class: "number" }, nameOf(metric)),
          params.map((name) =>
            h("th", { scope: "col", class: "number" }, nameOf(name.slice("params.".length))),
          ),
        ),
      ),
      h(
        "tbody",
        null,
        ranked.slice(0, MOST_ROWS).map((id) =>
          h(
            "tr",
            {
              on: {
                mouseenter: () => app.highlight.set(id),
                mouseleave: () => app.highlight.set(null),
              },
            },
            h(
              "th",
              { scope: "row" },
              h("a", { href: state.href("experiment", { id }) }, nameOf(experiments.label(id))),
            ),
            metric === null ? null : h("td", { class: "number" }, formatNumber(score(id))),
            params.map((name) =>
              h(
                "td",
                { class: "number" },
                nameOf(formatValue(experiments.value(id, name) ?? undefined)),
              ),
            ),
          ),
        ),
      ),
    ),
    ranked.length > MOST_ROWS
      ? h("p", { class: "quietly" }, `${ranked.length - MOST_ROWS} more are in the table.`)
      : null,
  );
}
