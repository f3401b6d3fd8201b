// The elements of the table: its head and its rows. What a click means is decided in table.js by
// the `data-act` of the element that was clicked.

import { button, h, nameOf, visible } from "./dom.js";
import { cellText } from "./tablecolumns.js";
import { formatTime } from "./format.js";
import { pinIcon, statusMark } from "./marks.js";

/**
 * The head of the table.
 *
 * @param {Array<object>} columns
 * @param {{id: string, descending: boolean}} sort
 * @param {string} stop  the column to whose head Tab leads
 * @returns {Array<HTMLElement>}
 */
export function headElements(columns, sort, stop) {
  const stuck = columns.filter((column) => column.stuck);
  const loose = columns.filter((column) => !column.stuck);
  const cell = (column) => headElement(column, columns.indexOf(column) + 2, sort, stop);
  return [
    h(
      "div",
      {
        class: "lead",
        role: "columnheader",
        "aria-colindex": "1",
        "aria-sort": ariaSort("name", sort),
      },
      h("input", {
        type: "checkbox",
        "aria-label": "Check all rows shown",
        tabIndex: -1,
        dataset: { act: "check-all" },
      }),
      sortElement({ id: "name", title: "Experiment" }, sort, stop),
      stuck.map(cell),
    ),
    ...loose.map(cell),
  ];
}

function headElement(column, index, sort, stop) {
  return h(
    "div",
    {
      class: ["cell", column.number && "number", column.stuck && "stuck"],
      role: "columnheader",
      "aria-colindex": String(index),
      "aria-sort": ariaSort(column.id, sort),
      style: { left: `${column.place}px`, width: `${column.width}px` },
    },
    sortElement(column, sort, stop),
    h(
      "button",
      {
        type: "button",
        class: "quiet menu",
        tabIndex: -1,
        "aria-label": `Column ${visible(column.title)}`,
        "aria-haspopup": "dialog",
        dataset: { act: "menu", column: column.id },
      },
      "⋯",
    ),
  );
}

function sortElement(column, sort, stop) {
  const here = sort.id === column.id;
  const arrow = here ? (sort.descending ? " ↓" : " ↑") : "";
  return h(
    "button",
    {
      type: "button",
      class: ["quiet", "sort", here && "here"],
      tabIndex: column.id === stop ? 0 : -1,
      title: visible(column.title),
      "aria-label": `Sort by ${visible(column.title)}`,
      dataset: { act: "sort", column: column.id },
    },
    nameOf(column.title),
    arrow,
  );
}

function ariaSort(id, sort) {
  if (id !== sort.id) return "none";
  return sort.descending ? "descending" : "ascending";
}

/**
 * One row.
 *
 * @param {object} app
 * @param {object} row  as `tableRows` gives it
 * @param {object} look  `index`, `top`, `columns`, `seen`, `isChecked`, `isCursor`,
 *   `valueOf(column)`, `isBest(column, value)`
 * @returns {HTMLElement}
 */
export function rowElement(app, row, look) {
  const { columns } = look;
  const cellOf = (column) => cellElement(column, columns.indexOf(column) + 2, look);
  return h(
    "div",
    {
      class: [
        "row",
        look.isChecked && "checked",
        row.dim && "dim",
        row.pinned && "pinned",
        look.isCursor && "cursor",
      ],
      id: `row-${row.id}`,
      role: "row",
      "aria-rowindex": String(look.index + 2),
      "aria-level": String(row.depth + 1),
      "aria-selected": String(look.isChecked),
      "aria-expanded": row.children > 0 ? String(row.open) : null,
      style: { transform: `translateY(${look.top}px)` },
      dataset: { id: row.id },
    },
    leadElement(app, row, look, columns.filter((column) => column.stuck).map(cellOf)),
    look.seen.map(cellOf),
  );
}

function leadElement(app, row, look, stuck) {
  const { experiments } = app;
  const { id } = row;
  const title = visible(experiments.title(id));
  return h(
    "div",
    { class: "lead", role: "rowheader", "aria-colindex": "1" },
    h("input", {
      type: "checkbox",
      checked: look.isChecked,
      tabIndex: -1,
      "aria-label": `Check ${title}`,
      dataset: { act: "check" },
    }),
    row.depth > 0 ? h("span", { class: "indent", style: { width: `${row.depth * 14}px` } }) : null,
    row.children > 0
      ? h(
          "button",
          {
            type: "button",
            class: "quiet twist",
            tabIndex: -1,
            dataset: { act: "twist" },
            "aria-label": `${row.open ? "Hide" : "Show"} what is below`,
          },
          row.open ? "▾" : "▸",
        )
      : h("span", { class: "twist" }),
    h("span", { class: "dot", style: { background: app.palette.color(id) } }),
    h(
      "a",
      { class: "name", href: app.state.href("experiment", { id }), tabIndex: -1, title },
      h("span", { class: "label" }, visible(experiments.label(id))),
      nameOf(experiments.value(id, "name") ?? ""),
    ),
    row.children > 0 ? h("span", { class: "many" }, row.children) : null,
    experiments.value(id, "best") === true ? mark("star", "★", "Best by the comparison") : null,
    experiments.value(id, "selected") === true ? mark("selected", "✓", "Selected") : null,
    button(pinIcon(), null, {
      class: ["quiet", "pin", row.pinned && "here"],
      tabIndex: -1,
      dataset: { act: "pin" },
      "aria-label": row.pinned ? "Unpin this row" : "Pin this row to the top",
      "aria-pressed": String(row.pinned),
    }),
    stuck,
  );
}

function mark(name, sign, label) {
  return h("span", { class: name, title: label, role: "img", "aria-label": label }, sign);
}

function cellElement(column, index, look) {
  const value = look.valueOf(column);
  return h(
    "div",
    {
      class: [
        "cell",
        column.number && "number",
        look.isBest(column, value) && "best",
        column.stuck && "stuck",
      ],
      role: "gridcell",
      "aria-colindex": String(index),
      style: { left: `${column.place}px`, width: `${column.width}px` },
      title: cellTitle(column, value),
    },
    cellContent(column, value),
  );
}

/**
 * What stands in a cell.
 *
 * @param {object} column
 * @param {*} value
 * @returns {Node|string|null|Array<Node>}
 */
export function cellContent(column, value) {
  if (column.key === "status") return statusMark(value);
  if (column.key === "tags") {
    return (value ?? []).map((tag) => h("span", { class: "tag" }, nameOf(tag)));
  }
  const text = cellText(column, value);
  if (text === "") return null;
  return column.number ? text : h("bdi", null, text);
}

function cellTitle(column, value) {
  if (value === null || value === undefined) return null;
  if (column.key === "created") return formatTime(value);
  if (typeof value === "number" && column.key !== "duration") return String(value);
  const text = cellText(column, value);
  return text.length * 7 > column.width - 16 ? text : null;
}
