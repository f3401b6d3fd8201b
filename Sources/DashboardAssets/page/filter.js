// Which experiments are shown: a condition as `where=` has it, answered by the core, and words
// that must occur. Both are in the address and hold for every view.

import { formatCount, formatValue } from "./format.js";
import { button, h, replace, visible } from "./dom.js";

const PAUSE_TYPING = 200;
const PACE_AGAIN = 2000;

/**
 * Open the filter and make its bar.
 *
 * @param {object} app  `source`, `state`, `experiments`, `keyboard`
 * @returns {object}  `element`, `tools`, `ids()`, `has(id)`, `chosen()`, `active`, `subscribe`
 */
export function createFilter({ source, state, experiments, keyboard }) {
  const listeners = new Set();
  let allowed = null;
  let askedFor = "";
  let asked = 0;
  let askedAt = 0;
  let typing = null;
  let cache = null;

  const condition = h("input", {
    type: "search",
    class: "condition",
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    placeholder: "params.lr < 0.01 and metrics.loss.min < 0.2",
    "aria-label": "Condition that the experiments must meet",
    "aria-describedby": "filter-error",
    value: state.get("where"),
    on: { input: () => later(condition, "where"), keydown: (event) => leave(event, condition) },
  });
  const words = h("input", {
    type: "search",
    class: "words",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "Search",
    "aria-label": "Words that must occur in an experiment",
    value: state.get("q"),
    on: { input: () => later(words, "q"), keydown: (event) => leave(event, words) },
  });
  const count = h("output", { class: "count", "aria-live": "polite" });
  // Elsewhere than in the table nothing else tells why other experiments are not drawn.
  const checked = button("", () => state.set({ sel: "" }), {
    class: "small only-checked",
    title: "Only the checked experiments are drawn. Click unchecks them, so that all are drawn.",
    hidden: true,
  });
  const error = h("pre", { class: "filter-error", id: "filter-error", role: "alert" });
  error.hidden = true;
  const tools = h("div", { class: "filter-tools" });
  const element = h(
    "search",
    { class: "filter", "aria-label": "Filter" },
    h("label", { class: "where" }, h("span", null, "where"), condition),
    words,
    count,
    checked,
    tools,
    error,
  );
  if (!source.live) {
    condition.disabled = true;
    condition.placeholder = "Conditions need “specweave-ml ui”; words work here too";
  }

  function later(input, key) {
    clearTimeout(typing);
    typing = setTimeout(
      () => state.set({ [key]: input.value.trim() }, { replace: true }),
      PAUSE_TYPING,
    );
  }

  function leave(event, input) {
    if (event.key === "Enter") {
      clearTimeout(typing);
      state.set({ where: condition.value.trim(), q: words.value.trim() });
    } else if (event.key === "Escape") {
      input.blur();
    }
  }

  async function evaluate() {
    const where = state.get("where");
    asked += 1;
    const mine = asked;
    askedFor = where;
    askedAt = Date.now();
    if (where === "" || !source.live) {
      settle(null, null);
      return;
    }
    try {
      const answer = await source.ask({ ask: "filter", where });
      if (mine === asked) settle(new Set(answer.ids), null);
    } catch (problem) {
      if (mine === asked) settle(allowed, problem);
    }
  }

  function settle(ids, problem) {
    allowed = ids;
    error.hidden = problem === null;
    condition.setAttribute("aria-invalid", String(problem !== null));
    replace(error, problem === null ? null : visible(explainedProblem(problem)));
    changed();
  }

  function changed() {
    cache = null;
    const shown = filter.ids().length;
    const all = experiments.ids.length;
    const total = formatCount(all, "experiment");
    const read = experiments.unread > 0 ? `, ${experiments.unread} still to read` : "";
    replace(count, `${shown === all ? total : `${shown} of ${total}`}${read}`);
    drawChecked();
    for (const listener of [...listeners]) listener();
  }

  function drawChecked() {
    const many = state.getList("sel").filter(experiments.has).length;
    checked.hidden = many === 0;
    replace(checked, `${many} checked ✕`);
  }

  const filter = {
    element,
    /** Where a view puts its own buttons, beside the filter; it takes them away when it closes. */
    tools,
    get active() {
      return state.get("where") !== "" || state.get("q") !== "";
    },
    /** The experiments that pass, in the order of the core. */
    ids: () => {
      cache ??= passingFilter(experiments, allowed, state.get("q"));
      return cache.ids;
    },
    has: (id) => {
      filter.ids();
      return cache.all || cache.set.has(id);
    },
    /** What a view draws: the checked experiments, or all that pass where none is checked. */
    chosen: () => {
      const checked = state.getList("sel").filter(experiments.has);
      return checked.length > 0 ? checked : filter.ids();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  state.subscribe((keys) => {
    if (keys.has("where") && document.activeElement !== condition) {
      condition.value = state.get("where");
    }
    if (keys.has("q") && document.activeElement !== words) words.value = state.get("q");
    if (keys.has("where")) evaluate();
    else if (keys.has("q")) changed();
    if (keys.has("sel")) drawChecked();
  });
  experiments.subscribe(() => {
    changed();
    const where = state.get("where");
    if (where !== "" && (where !== askedFor || Date.now() - askedAt > PACE_AGAIN)) evaluate();
  });
  keyboard.bind([
    { keys: ["/"], label: "Search words", run: () => words.select() },
    { keys: ["w"], label: "Write a condition", run: () => condition.select() },
  ]);
  if (state.get("where") !== "") evaluate();
  return filter;
}

function explainedProblem(problem) {
  const caret = problem.caret;
  if (caret === null || caret === undefined) return problem.message;
  return `${problem.message}\n${Array.isArray(caret) ? caret.join("\n") : caret}`;
}

function passingFilter(experiments, allowed, text) {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (allowed === null && wanted.length === 0) return { all: true, ids: experiments.ids };
  const columns = [...experiments.columns.values()].filter(
    (column) => SEARCHED.has(column.key) || column.kind === "param",
  );
  const ids = experiments.ids.filter((id, row) => {
    if (allowed !== null && !allowed.has(id)) return false;
    return wanted.every((word) =>
      columns.some((column) => {
        const value = column.values[row];
        if (value === null || value === undefined) return false;
        const shown = typeof value === "string" ? value : formatValue(value);
        if (shown.toLowerCase().includes(word)) return true;
        return (
          column.kind === "param" &&
          `${column.key.slice("params.".length)}=${shown}`.toLowerCase().startsWith(word)
        );
      }),
    );
  });
  return { all: false, ids, set: new Set(ids) };
}

const SEARCHED = new Set(["name", "label", "increment", "status", "kind", "tags", "folder"]);
