// The table on paper: as many tables below each other as it takes until each fits the width of the
// paper, so that nothing is cut at its edge. Each begins with the names, and is broken between pages.

import { h, nameOf, visible } from "./dom.js";
import { cellContent } from "./tablerow.js";
import { formatCount } from "./format.js";

// What is left between the margins of upright A4 or Letter, in CSS pixels of the screen: the text on
// paper has 11 of its 13 pixels.
const PAPER_WIDTH = 800;
const NAMES_WIDTH = 200;
const MOST_PRINTED = 1000;

/**
 * The tables that are printed.
 *
 * @param {object} app
 * @param {Array<object>} columns  with their widths
 * @param {Array<object>} rows  as `tableRows` gives them
 * @param {{valueOf: function(object, string), isBest: function(object, *)}} look
 * @returns {Array<HTMLElement>}
 */
export function paperTables(app, columns, rows, { valueOf, isBest }) {
  if (rows.length === 0) return [];
  const printed = rows.slice(0, MOST_PRINTED);
  const tables = columnGroups(columns).map((group) =>
    h(
      "table",
      { class: "paper" },
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          h("th", { scope: "col" }, "Experiment"),
          group.map((column) => {
            return h(
              "th",
              { scope: "col", class: column.number && "number" },
              nameOf(column.title),
            );
          }),
        ),
      ),
      h(
        "tbody",
        null,
        printed.map((row) =>
          h(
            "tr",
            { class: row.dim && "dim" },
            nameCell(app, row),
            group.map((column) => {
              const value = valueOf(column, row.id);
              const names = [column.number && "number", isBest(column, value) && "best"];
              return h("td", { class: names }, cellContent(column, value));
            }),
          ),
        ),
      ),
    ),
  );
  if (printed.length === rows.length) return tables;
  const first = formatCount(printed.length, "row");
  return [...tables, h("p", null, `These are the first ${first} of ${rows.length}.`)];
}

function columnGroups(columns) {
  const groups = [[]];
  let width = NAMES_WIDTH;
  for (const column of columns) {
    if (width + column.width > PAPER_WIDTH && groups.at(-1).length > 0) {
      groups.push([]);
      width = NAMES_WIDTH;
    }
    groups.at(-1).push(column);
    width += column.width;
  }
  return groups;
}

function nameCell({ experiments, palette }, { id, depth }) {
  return h(
    "th",
    { scope: "row", style: { paddingInlineStart: `${depth * 12}px` } },
    h("span", { class: "dot", style: { background: palette.color(id) } }),
    h("span", { class: "label" }, visible(experiments.label(id))),
    nameOf(experiments.value(id, "name") ?? ""),
    experiments.value(id, "best") === true ? " ★" : null,
    experiments.value(id, "selected") === true ? " ✓" : null,
  );
}
