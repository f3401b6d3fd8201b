// The page: its header, its tabs, and which view is shown. This module comes last when the modules
// are joined; it imports the views, and no module imports it.
//
// A VIEW is a function `xView(app)` that is called when the view is opened and returns
//
//   element        what is shown; main.js puts it into the page before the first `update`, which
//                  so knows how much room there is
//   update(why)    called once after opening and then at most once a frame when something changed.
//                  `why` is a Set: "open", "experiments" (rows changed), "filter" (other
//                  experiments pass or are checked), "theme", "size", and each changed key of the
//                  state. Do little where nothing of it matters.
//   close()        called when another view is opened: end subscriptions, requests, animation
//   print?()       called before printing, where the view must draw differently on paper
//
// `app` is what a view gets:
//
//   app.source       source.js: `live`; `firstView`, where the address names none;
//                    `ask(request)` -> Promise of the answer (the protocol of the core:
//                    {"ask": "experiment", "id"} and so on), rejected with an AskError
//                    {code, message, caret}; code "not-in-file" where only a server can answer;
//                    `series(request)` -> Promise of {series} with typed arrays (decodeSeries);
//                    `fileAddress(id, path)` -> relative address of a raw file, null in a file
//   app.state        state.js: `view`, `get(key, otherwise)`, `getList(key)`,
//                    `set({key: value}, {replace})`, `go(view, changes)`, `href(view, changes)`,
//                    `subscribe(listener)`. Shared keys: `where`, `q`, `sel`, `hidden`, `id`,
//                    `sort`. Keys of a view begin with its name and a point.
//   app.experiments  experiments.js: `ids`, `columns`, `value(id, key, which)`, `label(id)`,
//                    `title(id)`, `metricKeys()`, `paramKeys()`, `children(id)`, `varies(key)`,
//                    `primary`, `editable`, `has(id)`, `subscribe(listener)`
//   app.filter       filter.js: `ids()` pass the filter, `has(id)`, `chosen()` are to be drawn,
//                    `tools` is where a view puts its buttons, beside the filter
//   app.palette      palette.js: `color(id)`, `dash(id)`, `dark`, `token("--line")`
//   app.highlight    one experiment that all parts of the page highlight: `id` (null: none),
//                    `set(id)`, `subscribe(listener)`; not in the address
//   app.keyboard     keyboard.js: `bind([{keys, label, run}])` returns its end
//   app.hasView      `hasView(name)`: whether there is such a view, before linking to it
//   app.announce     `announce(text)`: said by a screen reader
//   app.minutely     `minutely(task)`: runs it each minute while the page is seen, for what says
//                    how long ago something was; returns its end
//   app.later        `later(task)`: runs once in the next frame, however often it is given
//
// TO ADD A VIEW: import its function below and add it to VIEWS. `tab` is the tab in which it is; a
// tab with several views shows their titles in a second row.

import { barsView } from "./bars.js";
import { comparisonView } from "./comparison.js";
import { createExperiments } from "./experiments.js";
import { docsView } from "./docs.js";
import { createFilter } from "./filter.js";
import { createKeyboard } from "./keyboard.js";
import { createPalette } from "./palette.js";
import { createState } from "./state.js";
import { curvesView } from "./curves.js";
import { button, h, nameOf, replace } from "./dom.js";
import { experimentView } from "./experiment.js";
import { formatTime } from "./format.js";
import { openSource } from "./source.js";
import { pairView } from "./pair.js";
import { parallelView } from "./parallel.js";
import { pipelineView } from "./pipeline.js";
import { scatterView } from "./scatter.js";
import { sweepView } from "./sweep.js";
import { tableView } from "./table.js";

const VIEWS = [
  { name: "table", tab: "Table", title: "Table", open: tableView, filtered: true },
  { name: "curves", tab: "Curves", title: "Curves", open: curvesView, filtered: true },
  {
    name: "parallel",
    tab: "Compare",
    title: "Parallel coordinates",
    open: parallelView,
    filtered: true,
  },
  { name: "scatter", tab: "Compare", title: "Scatter", open: scatterView, filtered: true },
  {
    name: "bars",
    tab: "Compare",
    title: "Bars, folds, importance",
    open: barsView,
    filtered: true,
  },
  { name: "pair", tab: "Compare", title: "Two side by side", open: pairView, filtered: true },
  {
    name: "experiment",
    tab: "Experiment",
    title: "Experiment",
    open: experimentView,
    filtered: false,
  },
  {
    name: "comparison",
    tab: "Reports",
    title: "Comparison",
    open: comparisonView,
    filtered: true,
  },
  { name: "sweep", tab: "Reports", title: "Sweeps", open: sweepView, filtered: false },
  { name: "pipeline", tab: "Reports", title: "Pipelines", open: pipelineView, filtered: false },
  { name: "docs", tab: "Reports", title: "Living docs", open: docsView, filtered: false },
];
const TABS = ["Table", "Curves", "Compare", "Experiment", "Reports"];

function createHighlight() {
  const listeners = new Set();
  const highlight = {
    id: null,
    set: (id) => {
      if (id === highlight.id) return;
      highlight.id = id;
      for (const listener of [...listeners]) listener(id);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return highlight;
}

function createLater(page) {
  const tasks = new Set();
  return (task) => {
    if (tasks.size === 0) {
      page.requestAnimationFrame(() => {
        const now = [...tasks];
        tasks.clear();
        for (const one of now) one();
      });
    }
    tasks.add(task);
  };
}

function createMinutely(page) {
  const tasks = new Set();
  function run() {
    if (!page.hidden) for (const task of [...tasks]) task();
  }
  setInterval(run, 60_000);
  page.addEventListener("visibilitychange", run);
  return (task) => {
    tasks.add(task);
    return () => tasks.delete(task);
  };
}

function startPage() {
  const root = document.getElementById("page");
  const source = openSource(document);
  const state = createState(window, source.firstView ?? VIEWS[0].name);
  const experiments = createExperiments(source, document);
  const palette = createPalette(experiments, window);
  const keyboard = createKeyboard(document);
  const voice = h("div", { class: "offscreen", role: "status", "aria-live": "polite" });
  const app = {
    source,
    state,
    experiments,
    palette,
    keyboard,
    highlight: createHighlight(),
    later: createLater(window),
    minutely: createMinutely(document),
    hasView: (name) => VIEWS.some((one) => one.name === name),
    announce: (text) => replace(voice, text),
  };
  app.filter = createFilter(app);

  const project = h("h1", { class: "project" });
  const life = h("span", { class: "life" });
  const tabs = h("nav", { class: "tabs", "aria-label": "Views" });
  const subtabs = h("nav", { class: "subtabs", "aria-label": "Views of this tab" });
  const view = h("main", { class: "view", id: "main", tabIndex: -1 });
  const other = h("p", { class: "problem other", role: "alert", hidden: true });
  replace(
    root,
    h("a", { class: "skip", href: "#main", on: { click: skip } }, "Skip to the content"),
    h(
      "header",
      { class: "bar" },
      project,
      tabs,
      h("div", { class: "corner" }, life, themeButton(palette), keyboard.helpButton()),
    ),
    subtabs,
    other,
    app.filter.element,
    view,
    voice,
  );

  function skip(event) {
    event.preventDefault();
    view.focus();
  }

  let opened = null;
  // How far the reader was in each view that was left, by its address.
  const places = new Map();
  const reasons = new Set();

  function because(reason) {
    reasons.add(reason);
    app.later(update);
  }

  function update() {
    const wanted = VIEWS.find((one) => one.name === state.view) ?? VIEWS[0];
    if (opened === null || opened.entry !== wanted) open(wanted);
    if (reasons.has("experiments") || reasons.has("open")) drawHeader();
    drawTabs(wanted);
    const why = new Set(reasons);
    reasons.clear();
    opened.address = state.href(state.view);
    const isNew = !opened.view.element.isConnected;
    if (isNew) replace(view, opened.view.element);
    opened.view.update?.(why);
    if (isNew) {
      const known = places.get(opened.address) ?? [];
      scrollers().forEach((one, index) => {
        one.scrollTop = known[index] ?? 0;
      });
    } else if (why.has("id")) view.scrollTop = 0;
  }

  const scrollers = () => [view, ...view.querySelectorAll(".grid, .curves-grid")];

  function open(entry) {
    if (opened !== null) {
      places.set(
        opened.address,
        scrollers().map((one) => one.scrollTop),
      );
      opened.view.close?.();
    }
    app.highlight.set(null);
    opened = { entry, view: entry.open(app) };
    reasons.add("open");
    replace(view);
    app.filter.element.hidden = !entry.filtered;
    root.dataset.view = entry.name;
  }

  function drawHeader() {
    replace(project, nameOf(experiments.project || "Experiments"));
    document.title = `${experiments.project || "Experiments"} – experiments`;
    drawOther();
    drawLife();
  }

  let told = null;

  function drawOther() {
    if (told === experiments.other) return;
    told = experiments.other;
    other.hidden = told === null;
    replace(
      other,
      "Another project is served at this address now: ",
      nameOf(told ?? ""),
      ". What is shown here is as it was. ",
      button("Show the other project", () => window.location.reload()),
    );
  }

  function drawLife() {
    const isLost = source.connection === "lost";
    const isOther = experiments.other !== null;
    life.className = `life ${source.live ? (isLost || isOther ? "lost" : "live") : "file"}`;
    const words = isLost ? "no answer" : isOther ? "other project" : "live";
    replace(life, source.live ? words : `as of ${formatTime(experiments.generated)}`);
  }

  function drawTabs(current) {
    const links = TABS.map((tab) => {
      const first = VIEWS.find((one) => one.tab === tab);
      if (first === undefined) return null;
      const here = current.tab === tab;
      return h("a", { href: state.href(first.name), "aria-current": here ? "page" : null }, tab);
    });
    replace(tabs, links);
    const siblings = VIEWS.filter((one) => one.tab === current.tab);
    subtabs.hidden = siblings.length < 2;
    replace(
      subtabs,
      siblings.map((one) => {
        const here = one === current;
        return h(
          "a",
          { href: state.href(one.name), "aria-current": here ? "page" : null },
          one.title,
        );
      }),
    );
  }

  state.subscribe((changed) => {
    for (const key of changed) reasons.add(key);
    because(changed.has("sel") ? "filter" : "state");
  });
  experiments.subscribe(() => because("experiments"));
  app.filter.subscribe(() => because("filter"));
  palette.subscribe(() => because("theme"));
  source.onConnection(drawLife);
  window.addEventListener("resize", () => because("size"));
  window.addEventListener("beforeprint", () => {
    palette.print(true);
    opened?.view.update?.(new Set(["theme"]));
    opened?.view.print?.();
  });
  window.addEventListener("afterprint", () => {
    palette.print(false);
    because("theme");
  });
  keyboard.bind(
    TABS.map((tab, index) => ({
      keys: [String(index + 1)],
      label: `Open ${tab}`,
      run: () => {
        const first = VIEWS.find((one) => one.tab === tab);
        if (first !== undefined) state.go(first.name);
      },
    })),
  );

  experiments.refresh().then(
    () => {
      because("experiments");
      experiments.start();
    },
    (problem) => {
      replace(view, h("p", { class: "problem", role: "alert" }, problem.message));
      experiments.start();
    },
  );
}

function themeButton(palette) {
  return button("◐", () => palette.choose(palette.dark ? "light" : "dark"), {
    class: "quiet square",
    "aria-label": "Light or dark",
    title: "Light or dark",
  });
}

startPage();
