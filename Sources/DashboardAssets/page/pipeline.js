// A pipeline as a diagram: its stages from left to right in the order of what they depend on.

import { h, nameOf, replace, svg, visible } from "./dom.js";
import { formatDuration } from "./format.js";
import { chooser, ofKind } from "./sweep.js";

const BOX = { width: 168, height: 54, gapX: 56, gapY: 22, margin: 10 };
const LETTERS = 21;

/**
 * The view of a pipeline.
 *
 * @param {object} app
 * @returns {object}
 */
export function pipelineView(app) {
  const { state, experiments, source } = app;
  const controls = h("div", { class: "controls" });
  const content = h("div", { class: "report" });
  const element = h("div", { class: "report-view" }, controls, content);
  let asked = 0;

  async function draw(id) {
    asked += 1;
    const mine = asked;
    let parts;
    try {
      const answer = await source.ask({ ask: "experiment", id });
      parts = pipelineParts(app, id, answer.pipeline?.stages ?? []);
    } catch (problem) {
      parts = h("p", { class: "problem" }, visible(problem.message));
    }
    if (mine === asked) replace(content, parts);
  }

  return {
    element,
    update: () => {
      const pipelines = ofKind(experiments, "pipeline");
      const wanted = state.get("id");
      const current = pipelines.includes(wanted) ? wanted : (pipelines[0] ?? null);
      replace(controls, chooser(app, "Pipeline", pipelines, current));
      if (current !== null) {
        draw(current);
      } else {
        replace(
          content,
          h("p", { class: "quietly" }, "No pipeline yet: ExperimentPipeline records its stages."),
        );
      }
    },
    close: () => {
      asked += 1;
    },
  };
}

function pipelineParts(app, id, stages) {
  const { experiments, state } = app;
  return [
    h(
      "h2",
      null,
      h("a", { href: state.href("experiment", { id }) }, nameOf(experiments.value(id, "name"))),
    ),
    stages.length === 0
      ? h("p", { class: "quietly" }, "It has no stage yet.")
      : h(
          "div",
          { class: "scrolls", tabIndex: 0, role: "group", "aria-label": "Diagram" },
          stageDiagram(app, stages),
        ),
    stageTable(app, stages),
  ];
}

/** Each stage one column right of the last that it depends on. */
function placesOf(stages) {
  const index = new Map(stages.map((stage, at) => [stage.id, at]));
  const levels = new Array(stages.length).fill(0);
  // As many rounds as stages are enough; a circle ends there too.
  for (let round = 0; round < stages.length; round += 1) {
    let moved = false;
    stages.forEach((stage, at) => {
      for (const other of stage.depends_on) {
        const from = index.get(other);
        if (from !== undefined && levels[at] <= levels[from] && levels[from] < stages.length) {
          levels[at] = levels[from] + 1;
          moved = true;
        }
      }
    });
    if (!moved) break;
  }
  const filled = new Map();
  return stages.map((_, at) => {
    const row = filled.get(levels[at]) ?? 0;
    filled.set(levels[at], row + 1);
    return {
      x: BOX.margin + levels[at] * (BOX.width + BOX.gapX),
      y: BOX.margin + row * (BOX.height + BOX.gapY),
    };
  });
}

function stageDiagram(app, stages) {
  const places = placesOf(stages);
  const width = Math.max(...places.map((one) => one.x)) + BOX.width + BOX.margin;
  const height = Math.max(...places.map((one) => one.y)) + BOX.height + BOX.margin;
  const index = new Map(stages.map((stage, at) => [stage.id, at]));
  const arrows = stages.flatMap((stage, at) =>
    stage.depends_on
      .filter((other) => index.has(other))
      .map((other) => arrowElement(places[index.get(other)], places[at])),
  );
  return svg(
    "svg",
    {
      class: "diagram",
      viewBox: `0 0 ${width} ${height}`,
      width: String(width),
      height: String(height),
      role: "img",
      "aria-label": visible(stages.map((stage) => `${stage.name}: ${stage.status}`).join(", ")),
    },
    arrows,
    stages.map((stage, at) => stageBox(app, stage, places[at])),
  );
}

function arrowElement(from, to) {
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [to.x, to.y + BOX.height / 2];
  const bend = Math.max(24, (x2 - x1) / 2);
  return svg(
    "g",
    { class: "arrow" },
    svg("path", { d: `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2 - 6},${y2}` }),
    svg("path", { class: "head", d: `M${x2 - 7},${y2 - 4} L${x2},${y2} L${x2 - 7},${y2 + 4} z` }),
  );
}

function stageBox(app, stage, { x, y }) {
  const again = stage.attempts > 1 ? `, attempt ${stage.attempts}` : "";
  const inside = stage.inside?.length > 0 ? `, ${stage.inside.length} inside` : "";
  const below = `${stage.status} ${formatDuration(stage.duration)}${again}${inside}`;
  return svg(
    "a",
    { href: app.state.href("experiment", { id: stage.id }), "aria-label": visible(stage.name) },
    svg(
      "g",
      { class: `stage ${stage.status}`, transform: `translate(${x},${y})` },
      svg("title", null, visible(`${stage.name}: ${below}`)),
      svg("rect", { width: BOX.width, height: BOX.height, rx: 7 }),
      svg("text", { x: 12, y: 22, class: "stage-name" }, shortened(stage.name)),
      svg("text", { x: 12, y: 40, class: "stage-status" }, shortened(below)),
    ),
  );
}

function shortened(text) {
  const letters = [...visible(text)];
  if (letters.length <= LETTERS) return letters.join("");
  return `${letters.slice(0, LETTERS - 1).join("")}…`;
}

function stageTable(app, stages, depth = 0) {
  if (stages.length === 0) return null;
  const rows = rowsOf(stages, depth);
  return h(
    "div",
    { class: "scrolls", tabIndex: 0, role: "group", "aria-label": "Stages" },
    h(
      "table",
      { class: "values" },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          ["Stage", "Status", "Time", "Depends on"].map((one) => h("th", { scope: "col" }, one)),
        ),
      ),
      h(
        "tbody",
        null,
        rows.map(({ stage, at, names }) =>
          h(
            "tr",
            null,
            h(
              "th",
              { scope: "row", style: { paddingInlineStart: `${8 + at * 18}px` } },
              h("a", { href: app.state.href("experiment", { id: stage.id }) }, nameOf(stage.name)),
            ),
            h("td", null, stage.status),
            h("td", { class: "number" }, formatDuration(stage.duration)),
            h(
              "td",
              null,
              stage.depends_on
                .map((id) => names.get(id))
                .filter(Boolean)
                .flatMap((name, place) => [place > 0 ? ", " : "", nameOf(name)]),
            ),
          ),
        ),
      ),
    ),
  );
}

function rowsOf(stages, at) {
  const names = new Map(stages.map((stage) => [stage.id, stage.name]));
  return stages.flatMap((stage) => [{ stage, at, names }, ...rowsOf(stage.inside ?? [], at + 1)]);
}
