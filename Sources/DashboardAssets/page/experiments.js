// What is known of all experiments: one row each, in columns, as the core answers "experiments".
// While the page is seen, it asks again for what changed.

import { dateOf } from "./format.js";

const PACE_RUNNING = 1000;
const PACE_QUIET = 3000;
const PACE_LOST = 5000;
const PACE_OTHER = 15_000;
// What a large store begins with: so many experiments, then what was read every so many seconds.
const FIRST = { within: 0.25, most: 1000 };
const FURTHER = { within: 2 };
// The frame that shows what there is comes before the next question.
const PACE_UNREAD = 100;

/**
 * Open the table of all experiments.
 *
 * @param {object} source
 * @param {Document} page
 * @returns {object}
 */
export function createExperiments(source, page) {
  const listeners = new Set();
  let rowOf = new Map();
  let timer = null;
  let asking = null;
  let familyCache = null;
  let metricOrder = null;
  let home = "";
  const model = {
    /** Changes with every change of a row. */
    revision: null,
    project: "",
    generated: null,
    increments: [],
    /** The metric that decides, or null. */
    primary: null,
    editable: false,
    /** The project of the server that answers now, where that is not the one shown; else null. */
    other: null,
    /** How many folders of experiments the server has not read yet, or not sent. */
    unread: 0,
    /** All experiments in the order of the core. */
    ids: [],
    /**
     * Key to `{key, kind: "fixed"|"param"|"metric", values}`; a metric has `last` (which is
     * `values` too), `min`, `max`, `count`, `direction`. All have one value for each of `ids`.
     */
    columns: new Map(),
    has: (id) => rowOf.has(id),
    row: (id) => rowOf.get(id),
    /** The value of a column; a metric's last, or `which`: "min", "max", "count". */
    value: (id, key, which = "values") => {
      const row = rowOf.get(id);
      return row === undefined ? undefined : model.columns.get(key)?.[which]?.[row];
    },
    /** How many seconds it took, or has run until now; in a file, until the file was written. */
    elapsed: (id) => {
      const took = model.value(id, "duration");
      if (Number.isFinite(took) || model.value(id, "status") !== "running") return took ?? null;
      const began = dateOf(model.value(id, "created"));
      const now = source.live ? Date.now() : dateOf(model.generated);
      return began === null || now === null ? null : Math.max(0, (now - began) / 1000);
    },
    /** The names of all metrics: the one that decides, then those that most experiments have. */
    metricKeys: () => {
      metricOrder ??= orderedMetrics(model);
      return metricOrder;
    },
    /** The keys of all parameters, with "params." before them. */
    paramKeys: () =>
      [...model.columns.values()].filter((one) => one.kind === "param").map((one) => one.key),
    /** The short mark of an experiment: `exp-003`. */
    label: (id) => model.value(id, "label") || id.slice(0, 8),
    /** What it is called where it must be told from others: `exp-003 name`. */
    title: (id) => `${model.label(id)} ${model.value(id, "name") ?? ""}`.trim(),
    /** The experiments below one (trials, folds, stages); `null`: those below none. */
    children: (id) => families().get(id) ?? [],
    /** Whether a column has more than one value. */
    varies: (key) => columnVaries(model.columns.get(key)),
    refresh,
    start,
    stop,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  function families() {
    if (familyCache !== null) return familyCache;
    familyCache = new Map([[null, []]]);
    const parents = model.columns.get("parent")?.values ?? [];
    model.ids.forEach((id, row) => {
      const parent = rowOf.has(parents[row]) && parents[row] !== id ? parents[row] : null;
      if (!familyCache.has(parent)) familyCache.set(parent, []);
      familyCache.get(parent).push(id);
    });
    return familyCache;
  }

  // Another server may have been started at the same address. What it says of the same project is
  // news, what it says of another one must not be taken for it.
  function isOther(answer) {
    if (model.revision === null || serverOf(answer) === serverOf(model)) return false;
    const place = homeOf(answer);
    return answer.project !== model.project || (home !== "" && place !== "" && place !== home);
  }

  function setOther(project) {
    if (model.other === project) return;
    model.other = project;
    for (const listener of [...listeners]) listener();
  }

  function take(answer) {
    if (isOther(answer)) {
      setOther(answer.project);
      return;
    }
    setOther(null);
    const unread = answer.unread ?? 0;
    const wasReading = model.unread > 0;
    home = homeOf(answer) || home;
    const changed = answer.whole ? takeWhole(answer) : takeChanges(answer);
    Object.assign(model, {
      revision: answer.revision,
      project: answer.project ?? model.project,
      generated: answer.generated ?? model.generated,
      increments: answer.increments ?? model.increments,
      primary: answer.primary === undefined ? model.primary : answer.primary,
      editable: answer.editable ?? model.editable,
      unread,
    });
    if (!changed && !wasReading) return;
    familyCache = null;
    metricOrder = null;
    for (const column of model.columns.values()) column.varying = undefined;
    for (const listener of [...listeners]) listener();
  }

  function takeWhole(answer) {
    model.ids = answer.ids;
    rowOf = new Map(answer.ids.map((id, row) => [id, row]));
    model.columns = new Map(answer.columns.map((column) => [column.key, columnOf(column)]));
    return true;
  }

  function takeChanges(answer) {
    const removed = new Set((answer.removed ?? []).filter((id) => rowOf.has(id)));
    if (answer.ids.length === 0 && removed.size === 0) return false;
    if (removed.size > 0) remove(removed);
    for (const id of answer.ids) {
      if (rowOf.has(id)) continue;
      rowOf.set(id, model.ids.length);
      model.ids.push(id);
    }
    const given = new Map(answer.columns.map((column) => [column.key, columnOf(column)]));
    for (const [key, column] of given) {
      if (!model.columns.has(key)) model.columns.set(key, emptyColumn(column, model.ids.length));
    }
    const rows = answer.ids.map((id) => rowOf.get(id));
    for (const column of model.columns.values()) {
      const news = given.get(column.key);
      for (const part of partsOf(column)) {
        const values = column[part];
        // A column that the answer lacks has no value in the rows that changed.
        rows.forEach((row, index) => {
          values[row] = news?.[part]?.[index] ?? null;
        });
      }
      if (news?.kind === "metric") column.direction = news.direction;
    }
    return true;
  }

  function remove(removed) {
    const kept = model.ids.map((id, row) => (removed.has(id) ? -1 : row)).filter((row) => row >= 0);
    model.ids = kept.map((row) => model.ids[row]);
    rowOf = new Map(model.ids.map((id, row) => [id, row]));
    for (const column of model.columns.values()) {
      const parts = partsOf(column).map((part) => [part, kept.map((row) => column[part][row])]);
      for (const [part, values] of parts) column[part] = values;
      if (column.kind === "metric") column.values = column.last;
    }
  }

  function refresh() {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  }

  async function ask() {
    take(await source.ask({ ask: "experiments", ...partWanted() }));
  }

  function partWanted() {
    if (!source.live) return {};
    if (model.revision === null) return FIRST;
    return { since: model.revision, ...(model.unread > 0 ? FURTHER : {}) };
  }

  async function tick() {
    timer = null;
    let pace = PACE_QUIET;
    try {
      await refresh();
      const statuses = model.columns.get("status")?.values ?? [];
      if (statuses.includes("running")) pace = PACE_RUNNING;
      if (model.other !== null) pace = PACE_OTHER;
      if (model.unread > 0) pace = PACE_UNREAD;
    } catch {
      // The header says that the connection is lost; ask again later.
      pace = PACE_LOST;
    }
    if (!page.hidden && timer === null) timer = setTimeout(tick, pace);
  }

  function awake() {
    if (page.hidden) {
      clearTimeout(timer);
      timer = null;
    } else if (timer === null) {
      tick();
    }
  }

  function start() {
    if (!source.live) return;
    page.addEventListener("visibilitychange", awake);
    if (!page.hidden) timer = setTimeout(tick, model.unread > 0 ? PACE_UNREAD : PACE_RUNNING);
  }

  function stop() {
    page.removeEventListener("visibilitychange", awake);
    clearTimeout(timer);
    timer = null;
  }

  return model;
}

/** What tells one server from another: its revisions begin with it. */
function serverOf({ revision }) {
  return String(revision).replace(/-\d+$/, "");
}

/** The folder in which the increments are; "" where there is none. */
function homeOf({ increments = [] }) {
  return String(increments[0]?.path ?? "").replace(/\/[^/]*$/, "");
}

function orderedMetrics(model) {
  const first = model.primary?.replace(/^metrics\./, "");
  const entries = [...model.columns.values()]
    .filter((column) => column.kind === "metric")
    .map((column) => ({
      name: column.key.slice("metrics.".length),
      have: column.values.reduce((sum, value) => sum + (value === null ? 0 : 1), 0),
    }));
  entries.sort((a, b) => {
    return (b.name === first) - (a.name === first) || b.have - a.have || (a.name < b.name ? -1 : 1);
  });
  return entries.map((entry) => entry.name);
}

function columnOf(column) {
  if (column.key.startsWith("metrics.") && column.last !== undefined) {
    const metric = { ...column, kind: "metric" };
    for (const part of ["last", "min", "max"]) metric[part] = metricNumbers(column[part]);
    metric.values = metric.last;
    return metric;
  }
  return { ...column, kind: column.key.startsWith("params.") ? "param" : "fixed" };
}

const NOT_FINITE = { NaN, Infinity, "-Infinity": -Infinity };

function metricNumbers(values) {
  return (values ?? []).map((value) => (typeof value === "string" ? NOT_FINITE[value] : value));
}

function partsOf(column) {
  return column.kind === "metric" ? ["last", "min", "max", "count"] : ["values"];
}

function emptyColumn(column, size) {
  const empty = { ...column };
  for (const part of partsOf(column)) empty[part] = new Array(size).fill(null);
  if (column.kind === "metric") empty.values = empty.last;
  return empty;
}

function columnVaries(column) {
  if (column === undefined) return false;
  if (column.varying === undefined) {
    const { values } = column;
    const first = comparableValue(values[0]);
    column.varying = values.some((value) => comparableValue(value) !== first);
  }
  return column.varying;
}

function comparableValue(value) {
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : Number.isNaN(value) ? "NaN" : value;
}
