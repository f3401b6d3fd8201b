// One experiment: everything that is known of it.

import { artifactsElement } from "./artifacts.js";
import { button, copyButton, h, nameOf, replace, visible } from "./dom.js";
import { formatAgo, formatCount, formatDuration, formatNumber, formatTime } from "./format.js";
import { markdownElement } from "./markdown.js";
import { noteForm, selectForm, tagEditor } from "./edits.js";
import { outputPanel } from "./output.js";
import { showImages } from "./images.js";
import { sparkline } from "./spark.js";
import { statusMark } from "./marks.js";
import { valueTree } from "./values.js";

/**
 * One experiment, that with the identifier `id` of the state; the newest where none is given.
 *
 * @param {object} app
 * @returns {object}  a view (see main.js)
 */
export function experimentView(app) {
  const { experiments, state } = app;
  const element = h("article", { class: "experiment" });
  // Changes often; the buttons beside it must keep the focus.
  const elapsed = h("span");
  const sections = new Map();
  // What somebody writes stays while the sections around it are made again.
  const forms = new Map();
  let id = null;
  let output = null;
  let asked = 0;
  let known = null;
  let gone = null;
  let series = new Map();

  function current() {
    const wanted = state.get("id");
    if (wanted !== "") return wanted;
    const checked = state.getList("sel").find(experiments.has);
    // A fold or stage is newer than what it belongs to, and less.
    return checked ?? experiments.children(null).at(-1) ?? null;
  }

  function open(next) {
    id = next;
    known = null;
    gone = null;
    series = new Map();
    output?.close();
    output = null;
    sections.clear();
    forms.clear();
    replace(element);
    if (id === null) {
      replace(element, h("p", { class: "empty" }, "There is no experiment yet."));
      return;
    }
    output = outputPanel(app, id);
    load();
  }

  async function load() {
    asked += 1;
    const mine = asked;
    let answer;
    try {
      answer = await app.source.ask({ ask: "experiment", id });
    } catch (problem) {
      if (mine !== asked) return;
      if (problem.code !== "not-in-file" || !experiments.has(id)) {
        const notice = h("p", { class: "problem", role: "alert" }, visible(problem.message));
        if (known === null) replace(element, notice);
        // What was read of it stays, with the reason why nothing new comes.
        else if (!experiments.has(id) && gone === null) {
          gone = notice;
          element.prepend(gone);
        }
        return;
      }
      answer = fromRow(experiments, id);
    }
    if (mine !== asked) return;
    gone?.remove();
    gone = null;
    known = answer;
    draw();
    output.update();
    loadCurves(mine);
  }

  function take(answer) {
    if (answer.id !== id) return;
    // An older answer may be on its way.
    asked += 1;
    known = answer;
    draw();
  }

  async function loadCurves(mine) {
    const metrics = Object.entries(known.metrics ?? {})
      .filter(([, one]) => one.count > 1)
      .map(([key]) => key);
    if (metrics.length === 0) return;
    try {
      const answer = await app.source.series({ metrics, ids: [id], x: "step", columns: 60 });
      if (mine !== asked) return;
      series = new Map(
        answer.series
          .filter((one) => one.writer === null && one.x.length > 1)
          .map((one) => [one.metric, one]),
      );
      section("metrics", metricsOf);
    } catch {
      // The table stands without its curves.
    }
  }

  /* Sections: each is made again only when what it shows has changed. -------------------------- */

  function draw() {
    const left = h("div", { class: "column" });
    const right = h("div", { class: "column narrow" });
    if (sections.size === 0) {
      const columns = h("div", { class: "columns" }, left, right);
      replace(element, slot("header"), slot("failure"), columns);
      left.append(slot("metrics"), output.element, slot("images"), slot("files"), slot("notes"));
      right.append(
        ...["params", "reproduce", "tags", "git", "lineage", "data", "environment", "more"].map(
          (name) => slot(name),
        ),
      );
    }
    section("header", headerOf, [known.status, known.duration, known.selection, rowFacts()]);
    section("failure", failureOf, known.failure);
    section("metrics", metricsOf, known.metrics);
    section("files", filesOf, known.artifacts);
    section("notes", notesOf, known.notes);
    section("params", paramsOf, [known.params, known.params_previous]);
    section("reproduce", reproduceOf, known.reproduce);
    section("tags", tagsOf, [known.tags, known.selection, experiments.editable]);
    const { git, data, environment, inputs } = known.facts ?? {};
    section("git", () => treeCard("Code", git), git);
    section("lineage", lineageOf, [inputs, known.parent, known.children]);
    section("data", () => treeCard("Data", data), data);
    section("environment", () => treeCard("Environment", environment), environment);
    section("more", moreOf, [known.facts, known.writers, known.problems]);
    const images = sections.get("images");
    const written = JSON.stringify([known.status, known.artifacts?.length]);
    if (images.signature !== written) {
      images.signature = written;
      showImages(app, id, images.place);
    }
  }

  function slot(name) {
    const names = [name !== "header" && "card", `of-${name}`];
    const place = h("section", { class: names, hidden: true });
    sections.set(name, { place, signature: null });
    return place;
  }

  function section(name, make, facts = Math.random()) {
    const entry = sections.get(name);
    const signature = JSON.stringify(facts) ?? "";
    if (entry === undefined || entry.signature === signature) return;
    entry.signature = signature;
    const content = make(known);
    const focused = document.activeElement;
    entry.place.hidden = content === null;
    replace(entry.place, content);
    if (entry.place.contains(focused)) focused.focus();
  }

  function form(name, make) {
    if (!forms.has(name)) forms.set(name, make());
    return forms.get(name);
  }

  function rowFacts() {
    return ["label", "name", "best", "kind"].map((key) => experiments.value(id, key));
  }

  function headerOf(one) {
    drawElapsed();
    const ids = experiments.ids;
    const at = experiments.row(id) ?? -1;
    const step = (by, text, label) => {
      const next = at < 0 ? undefined : ids[at + by];
      return button(text, () => state.set({ id: next }), {
        class: "quiet square",
        "aria-label": label,
        disabled: next === undefined,
      });
    };
    const parent = experiments.value(id, "parent");
    const fact = (term, content, title = null) => {
      if (!content || content.textContent === "") return null;
      return h("div", { title }, h("dt", null, term), h("dd", null, content));
    };
    return [
      h(
        "div",
        { class: "experiment-head" },
        h("span", { class: "dot large", style: { background: app.palette.color(id) } }),
        h("span", { class: "label" }, visible(one.label ?? "")),
        h("h2", null, nameOf(one.name)),
        statusMark(one.status),
        experiments.value(id, "best") === true
          ? h("span", { class: "badge" }, h("span", { class: "star" }, "★"), " best")
          : null,
        one.selection?.selected === true
          ? h("span", { class: "badge" }, h("span", { class: "selected" }, "✓"), " selected")
          : null,
        h("span", { class: "gap" }),
        checkButton(),
        step(-1, "‹", "Experiment before"),
        step(1, "›", "Next experiment"),
      ),
      one.facts?.about?.description
        ? h("p", { class: "description", dir: "auto" }, visible(one.facts.about.description))
        : null,
      h(
        "dl",
        { class: "facts-line" },
        fact("started", formatTime(one.created), formatAgo(one.created)),
        one.status === "running" && formatDuration(one.duration) === ""
          ? fact("running for", elapsed)
          : fact("took", formatDuration(one.duration)),
        fact("increment", nameOf(one.increment ?? experiments.value(id, "increment") ?? "")),
        one.kind === "experiment" ? null : fact("kind", nameOf(one.kind)),
        one.rerun > 1 ? fact("rerun", String(one.rerun)) : null,
        parent && experiments.has(parent) ? fact("part of", experimentLink(parent)) : null,
        fact("host", nameOf(one.facts?.environment?.host ?? "")),
        one.path
          ? h(
              "div",
              { class: "path" },
              h("dt", null, "folder"),
              h(
                "dd",
                null,
                h("code", null, visible(one.path)),
                copyButton(() => one.path, "Copy the path"),
              ),
            )
          : null,
      ),
    ];
  }

  function checkButton() {
    const isChecked = () => state.getList("sel").includes(id);
    const text = () => (isChecked() ? "Checked" : "Check to compare");
    const element = button(
      text(),
      () => {
        const checked = state.getList("sel").filter((one) => one !== id);
        state.set({ sel: isChecked() ? checked : [...checked, id] });
        element.textContent = text();
        element.setAttribute("aria-pressed", String(isChecked()));
      },
      { "aria-pressed": String(isChecked()) },
    );
    return element;
  }

  function experimentLink(other) {
    return h(
      "a",
      { href: state.href("experiment", { id: other, "experiment.file": "" }) },
      nameOf(experiments.title(other)),
    );
  }

  function failureOf(one) {
    if (!one.failure) return null;
    return [
      h("h3", null, nameOf(one.failure.type ?? "It failed")),
      h("p", { dir: "auto" }, visible(one.failure.message ?? "")),
      one.failure.traceback
        ? h(
            "details",
            { open: true },
            h("summary", null, "Traceback"),
            h("pre", { tabIndex: 0 }, visible(one.failure.traceback)),
          )
        : null,
    ];
  }

  function metricsOf(one) {
    const metrics = Object.entries(one.metrics ?? {});
    if (metrics.length === 0) return null;
    const primary = (experiments.primary ?? "").replace(/^metrics\./, "");
    metrics.sort((a, b) => (b[0] === primary) - (a[0] === primary));
    const atStep = (value, step) =>
      h(
        "td",
        { class: "number", title: step === undefined || step === null ? null : `step ${step}` },
        formatNumber(value),
      );
    return [
      cardHead(
        "Metrics",
        app.hasView("curves")
          ? h("a", { href: state.href("curves", { sel: id }) }, "Curves")
          : null,
      ),
      h(
        "div",
        { class: "scroll", tabIndex: 0 },
        h(
          "table",
          { class: "plain" },
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              ["Metric", "last", "min", "max", "points", "curve"].map((text, index) =>
                h("th", { class: index > 0 && "number", scope: "col" }, text),
              ),
            ),
          ),
          h(
            "tbody",
            null,
            metrics.map(([key, metric]) =>
              h(
                "tr",
                null,
                h("th", { scope: "row", class: key === primary && "primary" }, nameOf(key)),
                atStep(metric.last, metric.last_step),
                metric.count > 1 ? atStep(metric.min, metric.min_step) : h("td"),
                metric.count > 1 ? atStep(metric.max, metric.max_step) : h("td"),
                h("td", { class: "number quietly" }, formatNumber(metric.count)),
                h("td", { class: "spark-cell" }, curveOf(key)),
              ),
            ),
          ),
        ),
      ),
    ];
  }

  function curveOf(key) {
    const one = series.get(key);
    return one === undefined
      ? null
      : sparkline(one, app.palette.color(id), `Curve of ${visible(key)}`);
  }

  function paramsOf(one) {
    const params = one.params ?? {};
    if (Object.keys(params).length === 0) return null;
    const before = one.params_previous ?? {};
    return [
      cardHead(
        "Parameters",
        copyButton(() => JSON.stringify(params, null, 2), "Copy the parameters as JSON"),
      ),
      valueTree(params),
      Object.keys(before).length === 0
        ? null
        : h("details", null, h("summary", null, "Earlier values"), valueTree(before)),
    ];
  }

  function filesOf(one) {
    const files = one.artifacts ?? [];
    if (files.length === 0) return null;
    const count = files.filter((file) => !file.removed).length;
    return [
      cardHead("Files", h("span", { class: "quietly" }, formatCount(count, "file"))),
      artifactsElement(app, id, files),
    ];
  }

  function notesOf(one) {
    const notes = one.notes ?? [];
    if (notes.length === 0 && !experiments.editable) return null;
    return [
      cardHead("Notes"),
      notes.map((note) =>
        h(
          "div",
          { class: "note" },
          h("time", { class: "quietly" }, formatTime(note.time)),
          markdownElement(note.text),
        ),
      ),
      experiments.editable ? form("note", () => noteForm(app, id, take)) : null,
    ];
  }

  function tagsOf(one) {
    const tags = one.tags ?? [];
    const reasons = one.selection?.rationale ?? [];
    const isSelected = one.selection?.selected === true;
    if (tags.length === 0 && !one.selection && !experiments.editable) return null;
    return [
      cardHead("Tags and selection"),
      experiments.editable
        ? form("tags", () => tagEditor(app, id, take)).show(tags)
        : h(
            "p",
            null,
            tags.map((tag) => h("span", { class: "tag" }, nameOf(tag))),
          ),
      one.selection?.selected
        ? h(
            "div",
            { class: "note" },
            h(
              "p",
              null,
              h("span", { class: "selected" }, "✓"),
              " selected",
              one.selection.by ? [" by ", nameOf(one.selection.by)] : null,
              h("span", { class: "quietly" }, ` ${formatTime(one.selection.time)}`),
            ),
            h(
              "ul",
              null,
              reasons.map((reason) => h("li", { dir: "auto" }, visible(reason))),
            ),
          )
        : null,
      experiments.editable
        ? form(`select ${isSelected}`, () => selectForm(app, id, isSelected, take))
        : null,
    ];
  }

  function reproduceOf(one) {
    if (!one.reproduce?.steps) return null;
    const steps = markdownElement(one.reproduce.steps);
    for (const code of steps.querySelectorAll("li code")) {
      const { textContent } = code;
      code.after(
        " ",
        copyButton(() => textContent, `Copy ${textContent}`),
      );
    }
    const missing = one.reproduce.missing ?? [];
    return [
      cardHead(
        "How to reproduce",
        copyButton(() => one.reproduce.steps, "Copy the steps"),
      ),
      missing.length === 0
        ? null
        : h(
            "ul",
            { class: "problems" },
            missing.map((text) => h("li", null, markdownElement(text))),
          ),
      steps,
    ];
  }

  function lineageOf(one) {
    const children = (one.children ?? [])
      .map((child) => child?.id ?? child)
      .filter(experiments.has);
    const inputs = one.facts?.inputs ?? {};
    const isEmpty = Object.keys(inputs).length === 0;
    if (children.length === 0 && isEmpty) return null;
    const kind = { sweep: "sweep", pipeline: "pipeline" }[one.kind];
    return [
      cardHead(
        "Lineage",
        kind !== undefined && app.hasView(kind)
          ? h("a", { href: state.href(kind, { id }) }, `Open the ${kind}`)
          : null,
      ),
      isEmpty ? null : valueTree(inputs),
      children.length === 0
        ? null
        : h(
            "details",
            { open: children.length <= 8 },
            h("summary", null, formatCount(children.length, "experiment"), " below"),
            h(
              "ul",
              { class: "plain-list" },
              children.map((child) => h("li", null, statusSign(child), " ", experimentLink(child))),
            ),
          ),
    ];
  }

  function statusSign(other) {
    const mark = statusMark(experiments.value(other, "status"));
    mark.title = mark.textContent.trim();
    mark.lastChild.remove();
    return mark;
  }

  function moreOf(one) {
    const shown = new Set(["about", "git", "environment", "data", "inputs"]);
    const facts = Object.entries(one.facts ?? {}).filter(([key]) => !shown.has(key));
    const problems = one.problems ?? [];
    const writers = one.writers ?? [];
    if (facts.length === 0 && problems.length === 0 && writers.length < 2) return null;
    return [
      cardHead("More"),
      problems.length === 0
        ? null
        : h(
            "ul",
            { class: "problems" },
            problems.map((text) => h("li", null, visible(formatProblem(text)))),
          ),
      facts.length === 0 ? null : valueTree(Object.fromEntries(facts)),
      writers.length < 2
        ? null
        : h(
            "details",
            null,
            h("summary", null, formatCount(writers.length, "writer")),
            valueTree(writers),
          ),
    ];
  }

  function drawElapsed() {
    replace(elapsed, formatDuration(experiments.elapsed(id)));
  }

  const endClock = app.minutely(() => {
    if (known !== null) section("header", headerOf);
  });
  const end = app.keyboard.bind([
    { keys: ["[", "ArrowLeft"], label: "Experiment before", run: () => go(-1) },
    { keys: ["]", "ArrowRight"], label: "Next experiment", run: () => go(1) },
  ]);

  function go(by) {
    const next = experiments.ids[(experiments.row(id) ?? -1) + by];
    if (next !== undefined) state.set({ id: next });
  }

  let row = null;
  return {
    element,
    update: (why) => {
      const next = current();
      if (next !== id || why.has("open")) {
        open(next);
        row = rowSignature(experiments, id);
      } else if (why.has("experiments")) {
        const now = rowSignature(experiments, id);
        if (now !== row) load();
        row = now;
        if (experiments.value(id, "status") === "running") output?.update();
        drawElapsed();
      }
      if (why.has("theme") && known !== null) {
        section("header", headerOf);
        section("metrics", metricsOf);
      }
      if (why.has("experiment.file")) element.querySelector(".files")?.refresh();
    },
    close: () => {
      asked += 1;
      output?.close();
      end();
      endClock();
    },
  };
}

function cardHead(title, ...more) {
  return h("div", { class: "card-head" }, h("h3", null, title), more);
}

function treeCard(title, value) {
  if (value === null || value === undefined || Object.keys(value).length === 0) return null;
  return [cardHead(title), valueTree(value)];
}

function formatProblem(problem) {
  return typeof problem === "string" ? problem : (problem.message ?? JSON.stringify(problem));
}

function rowSignature(experiments, id) {
  const row = experiments.row(id);
  if (row === undefined) return "";
  const parts = [];
  for (const column of experiments.columns.values()) {
    parts.push(column.values[row], column.count?.[row]);
  }
  return JSON.stringify(parts);
}

// What the table knows of an experiment, where a file holds no more of it.
function fromRow(experiments, id) {
  const value = (key) => experiments.value(id, key) ?? null;
  // Entries, since a key may be __proto__, which an assignment would not keep.
  const params = experiments
    .paramKeys()
    .map((key) => [key.slice("params.".length), value(key)])
    .filter(([, given]) => given !== null);
  const metrics = [];
  for (const name of experiments.metricKeys()) {
    const key = `metrics.${name}`;
    const last = value(key);
    if (last === null) continue;
    const [min, max, count] = ["min", "max", "count"].map((part) => {
      return experiments.value(id, key, part);
    });
    metrics.push([name, { last, min, max, count }]);
  }
  return {
    id,
    params: Object.fromEntries(params),
    metrics: Object.fromEntries(metrics),
    name: value("name"),
    label: value("label"),
    status: value("status"),
    created: value("created"),
    duration: value("duration"),
    tags: value("tags") ?? [],
    kind: value("kind"),
    rerun: value("rerun"),
    increment: value("increment"),
    children: experiments.children(id),
  };
}
