// Two experiments side by side: why the score differs, parameters, metrics, code, environment and
// data. All of it is the core's answer; this only shows it.

import { button, h, nameOf, replace, visible } from "./dom.js";
import { formatDuration, formatNumber, formatSize, formatValue } from "./format.js";
import { patchElement } from "./patch.js";

const MOST_CHOICES = 1000;

/**
 * The view of two experiments side by side.
 *
 * @param {object} app
 * @returns {object}
 */
export function pairView(app) {
  const { state, experiments, source } = app;
  const pickers = h("div", { class: "pair-pickers" });
  const content = h("div", { class: "pair-content" });
  const element = h("div", { class: "pair" }, pickers, content);
  let shown = "";

  function choices() {
    const ids = app.filter.ids();
    const sides = sidesOf(app);
    const some = ids.slice(0, MOST_CHOICES);
    return [...new Set([...sides.filter(Boolean), ...some])];
  }

  function picker(label, key, current, options) {
    return h(
      "label",
      { class: "pair-picker" },
      h("span", null, label),
      h(
        "select",
        {
          "aria-label": `${label} experiment`,
          on: { change: (event) => state.set({ [key]: event.target.value }) },
        },
        current === null ? h("option", { value: "", selected: true }, "choose …") : null,
        options.map((id) =>
          h("option", { value: id, selected: id === current }, optionText(experiments, id)),
        ),
      ),
    );
  }

  function drawPickers([before, after]) {
    const options = choices();
    replace(
      pickers,
      picker("Before", "pair.a", before, options),
      button("⇄", () => state.set({ "pair.a": after, "pair.b": before }), {
        class: "quiet square",
        title: "Exchange the two",
        "aria-label": "Exchange the two",
        disabled: before === null || after === null,
      }),
      picker("After", "pair.b", after, options),
      h(
        "label",
        null,
        h("input", {
          type: "checkbox",
          checked: state.get("pair.same") === "1",
          on: { change: (event) => state.set({ "pair.same": event.target.checked }) },
        }),
        "also what is the same",
      ),
    );
  }

  async function draw(sides, same) {
    const [before, after] = sides;
    const mine = [before, after, same].join(" ");
    shown = mine;
    if (before === null || after === null) {
      replace(content, h("p", { class: "quietly" }, "Choose two experiments to compare."));
      return;
    }
    if (before === after) {
      replace(content, h("p", { class: "quietly" }, "Both are the same experiment."));
      return;
    }
    replace(content, h("p", { class: "quietly", role: "status" }, "Comparing …"));
    const ids = [before, after];
    const [difference, why, full] = await Promise.allSettled([
      source.ask({ ask: "difference", ids }),
      source.ask({ ask: "why", ids }),
      same ? Promise.all(ids.map((id) => source.ask({ ask: "experiment", id }))) : null,
    ]);
    if (shown !== mine) return;
    if (difference.status === "rejected") {
      replace(content, fromTable(app, ids, difference.reason));
      return;
    }
    const whole = full.status === "fulfilled" ? full.value : null;
    replace(
      content,
      why.status === "fulfilled" ? whyPart(why.value) : null,
      differenceParts(difference.value, whole, experiments, ids),
    );
    app.announce("The comparison of the two experiments is shown.");
  }

  return {
    element,
    update: (reasons) => {
      const sides = sidesOf(app);
      const same = state.get("pair.same") === "1";
      drawPickers(sides);
      const again = reasons.has("experiments") && sides.some((id) => isRunning(experiments, id));
      if (again || [sides[0], sides[1], same].join(" ") !== shown) draw(sides, same);
    },
    close: () => {
      shown = "closed";
    },
  };
}

/** The two experiments of the address; without, the first two that are checked or listed. */
function sidesOf({ state, filter, experiments }) {
  const known = (id) => (experiments.has(id) ? id : null);
  const chosen = filter.chosen();
  const first = known(state.get("pair.a")) ?? chosen.find((id) => id !== state.get("pair.b"));
  const second = known(state.get("pair.b")) ?? chosen.find((id) => id !== first);
  return [first ?? null, second ?? null];
}

function isRunning(experiments, id) {
  return id !== null && experiments.value(id, "status") === "running";
}

function optionText(experiments, id) {
  return visible(`${experiments.label(id)}  ${experiments.value(id, "name") ?? ""}`);
}

function section(title, ...children) {
  return h("section", { class: "card pair-part" }, h("h2", null, title), children);
}

function sentences(list) {
  return h(
    "ul",
    null,
    list.map((sentence) => h("li", null, visible(sentence))),
  );
}

function whyPart(why) {
  const score = why.score?.sentence;
  const parts = [score === undefined ? null : h("p", null, visible(score))];
  const changes = why.changes ?? [];
  if (changes.length > 0) {
    parts.push(h("h3", null, "What changed, the most likely reason first"));
    parts.push(
      h(
        "ol",
        null,
        changes.map((one) => h("li", null, visible(one.sentence))),
      ),
    );
  }
  for (const [key, title] of [
    ["evidence", "What other experiments say"],
    ["unknown", "What was not recorded, so that it may differ"],
    ["equal", "What is equal"],
  ]) {
    const list = why[key] ?? [];
    if (list.length > 0) {
      parts.push(
        h("details", { open: key === "evidence" }, h("summary", null, title), sentences(list)),
      );
    }
  }
  return section("Why", parts);
}

function differenceParts(difference, whole, experiments, ids) {
  const names = ids.map((id) => experiments.label(id));
  const { code } = difference;
  return [
    paramsPart(difference, whole, names),
    metricsPart(difference, whole, names),
    code === undefined || code === null ? null : codePart(code),
    factsPart("Environment", difference, names, (key) => !key.startsWith("data.")),
    factsPart("Data", difference, names, (key) => key.startsWith("data.")),
    filesPart(difference, names),
    tagsPart(difference),
  ];
}

function sameText(count, what) {
  if (!count) return null;
  return h("p", { class: "quietly" }, `${count} ${what}${count === 1 ? " is" : "s are"} the same.`);
}

function paramsPart(difference, whole, names) {
  const rows = difference.params.map((one) => ({ ...one, changed: true }));
  if (whole !== null) {
    const changed = new Set(rows.map((row) => row.key));
    for (const [key, value] of flat(whole[1].params ?? {})) {
      if (!changed.has(key)) rows.push({ key, before: value, after: value, changed: false });
    }
  }
  return section(
    "Parameters",
    rows.length === 0
      ? h("p", { class: "quietly" }, "No parameter differs.")
      : valueTable(
          ["Parameter", ...names],
          rows.map((row) => ({
            changed: row.changed,
            cells: [
              nameOf(row.key),
              nameOf(missing(row.before, row.change === "added")),
              nameOf(missing(row.after, row.change === "removed")),
            ],
          })),
        ),
    whole === null ? sameText(difference.same?.params, "parameter") : null,
  );
}

function missing(value, absent) {
  return absent ? "–" : formatValue(value);
}

function flat(params, path = "") {
  return Object.entries(params).flatMap(([key, value]) => {
    const name = path === "" ? key : `${path}.${key}`;
    const nested = value !== null && typeof value === "object" && !Array.isArray(value);
    return nested ? flat(value, name) : [[name, value]];
  });
}

function metricsPart(difference, whole, names) {
  const rows = difference.metrics.map((one) => ({
    changed: true,
    cells: [
      nameOf(one.key),
      missing(one.before, one.change === "added"),
      missing(one.after, one.change === "removed"),
      changeText(one),
    ],
  }));
  if (whole !== null) {
    const changed = new Set(difference.metrics.map((one) => one.key));
    for (const [key, metric] of Object.entries(whole[1].metrics ?? {})) {
      if (changed.has(key)) continue;
      const value = formatNumber(metric?.last ?? metric);
      rows.push({ changed: false, cells: [nameOf(key), value, value, ""] });
    }
  }
  return section(
    "Metrics",
    rows.length === 0
      ? h("p", { class: "quietly" }, "No metric differs.")
      : valueTable(["Metric", ...names, "Change"], rows),
    whole === null ? sameText(difference.same?.metrics, "metric") : null,
  );
}

function changeText({ difference, relative, better }) {
  if (difference === null || difference === undefined) return "";
  const sign = difference > 0 ? "+" : "";
  const percent =
    relative === null || relative === undefined
      ? ""
      : ` (${sign}${formatNumber(relative * 100, 3)} %)`;
  const judged = better === true ? " better" : better === false ? " worse" : "";
  return h(
    "span",
    { class: better === true ? "gain" : better === false ? "loss" : "" },
    `${sign}${formatNumber(difference)}${percent}${judged}`,
  );
}

function codePart(code) {
  const parts = code.notes.map((note) => h("p", { class: "quietly" }, visible(note)));
  if (code.patch) {
    parts.push(patchElement(code.patch));
  } else if (code.files.length > 0) {
    parts.push(
      h(
        "ul",
        null,
        code.files.map((file) => h("li", null, nameOf(file.path), ` ${file.change}`)),
      ),
    );
  } else if (code.basis !== "none") {
    parts.push(h("p", { class: "quietly" }, "The code is the same."));
  }
  if (code.redactions > 0) {
    parts.push(h("p", { class: "quietly" }, `Credentials left out: ${code.redactions}.`));
  }
  return section("Code", parts);
}

function factsPart(title, difference, names, belongs) {
  const rows = difference.facts.filter((fact) => belongs(fact.key));
  if (rows.length === 0) return null;
  return section(
    title,
    valueTable(
      ["Fact", ...names],
      rows.map((row) => ({
        changed: true,
        cells: [
          nameOf(row.key),
          nameOf(missing(row.before, row.change === "added")),
          nameOf(missing(row.after, row.change === "removed")),
        ],
      })),
    ),
  );
}

function filesPart(difference, names) {
  if (difference.artifacts.length === 0) return null;
  const file = (one) => {
    return one === null ? "–" : `${formatSize(one.size)}, ${one.sha256.slice(0, 10)}`;
  };
  return section(
    "Artifacts",
    valueTable(
      ["File", ...names],
      difference.artifacts.map((one) => ({
        changed: true,
        cells: [nameOf(one.path), file(one.before), file(one.after)],
      })),
    ),
  );
}

function tagsPart({ tags }) {
  if (tags.added.length + tags.removed.length === 0) return null;
  return section(
    "Tags",
    h(
      "p",
      null,
      tags.removed.map((tag) => h("span", { class: "loss" }, "− ", nameOf(tag), " ")),
      tags.added.map((tag) => h("span", { class: "gain" }, "+ ", nameOf(tag), " ")),
    ),
  );
}

function valueTable(headings, rows) {
  return h(
    "div",
    { class: "scrolls", tabIndex: 0, role: "group", "aria-label": visible(headings.join(", ")) },
    h(
      "table",
      { class: "values" },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          headings.map((one) => h("th", { scope: "col" }, nameOf(one))),
        ),
      ),
      h(
        "tbody",
        null,
        rows.map((row) =>
          h(
            "tr",
            { class: row.changed ? null : "quietly" },
            row.cells.map((cell, index) =>
              index === 0 ? h("th", { scope: "row" }, cell) : h("td", null, cell),
            ),
          ),
        ),
      ),
    ),
  );
}

/** What the table of a file says where the core cannot be asked. */
function fromTable({ experiments }, [before, after], problem) {
  const rows = [];
  for (const [key, column] of experiments.columns) {
    if (column.kind === "fixed") continue;
    const values = [before, after].map((id) => experiments.value(id, key));
    const texts = values.map((value) =>
      value === null || value === undefined
        ? "–"
        : column.kind === "metric"
          ? formatNumber(value)
          : formatValue(value),
    );
    if (texts[0] !== texts[1]) {
      rows.push({ changed: true, cells: [nameOf(key), nameOf(texts[0]), nameOf(texts[1])] });
    }
  }
  const durations = [before, after].map((id) => formatDuration(experiments.value(id, "duration")));
  rows.push({ changed: true, cells: ["duration", ...durations] });
  const names = [before, after].map((id) => experiments.label(id));
  return [
    section("Parameters and metrics that differ", valueTable(["Key", ...names], rows)),
    h("p", { class: "quietly" }, problem.message),
  ];
}
