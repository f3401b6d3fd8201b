// The table of all experiments. Only the rows and columns that are seen have elements, so that
// 10,000 rows scroll as well as ten.

import { append, button, download, h, nameOf, replace, setStyle, visible } from "./dom.js";
import { cellText, chosenColumns, possibleColumns, widthOf } from "./columns.js";
import { columnChooser } from "./chooser.js";
import { csvText } from "./csv.js";
import { formatCount, formatTime } from "./format.js";
import { parseSort, splitColumn, tableRows } from "./rows.js";
import { pinIcon, statusMark } from "./marks.js";

const ROW_HEIGHT = 28;
const HEAD_HEIGHT = 32;
const SPARE_ROWS = 8;
const SPARE_PIXELS = 300;
const MOST_CHECKED = 500;

/**
 * The table of all experiments.
 *
 * Its keys of the state: `sort`, `sel`, `table.open` (rows whose children are shown), `table.pin`
 * (rows on top), `table.left` (pinned columns), `table.add` and `table.hide` (columns), `table.all`
 * (unchanged columns too).
 *
 * @param {object} app
 * @returns {object}  a view (see main.js)
 */
export function tableView(app) {
  const { experiments, filter, state } = app;
  const drawn = new Map();
  let columns = [];
  let rows = [];
  let best = new Map();
  let cursor = null;
  let lead = 0;

  const head = h("div", { class: "grid-head", role: "row", "aria-rowindex": "1" });
  const body = h("div", { class: "grid-body", role: "rowgroup" });
  const grid = h(
    "div",
    {
      class: "grid", role: "treegrid", tabIndex: 0, "aria-label": "Experiments",
      "aria-multiselectable": "true",
      on: { scroll: () => app.later(drawRows), keydown: onKey, focus: () => app.later(showCursor) },
    },
    h("div", { class: "grid-top", role: "rowgroup" }, head),
    body,
  );
  const checkedBar = h("div", { class: "checked-bar", role: "region", "aria-label": "Checked" });
  const chooser = columnChooser(app, () => possibleColumns(experiments, isAll()), choiceOf);
  const unchanged = button("Unchanged columns", () => {
    state.set({ "table.all": isAll() ? "" : "1" });
  }, { title: "Show the columns too in which all values are the same" });
  const tools = h(
    "div",
    { class: "tools" },
    chooser.button,
    unchanged,
    button("CSV", exportCSV, { title: "Save the rows and columns shown as CSV" }),
  );
  const empty = h("p", { class: "empty" });
  const element = h("div", { class: "table-view" }, grid, empty, checkedBar, chooser.dialog);
  filter.tools.appendChild(tools);

  const isAll = () => state.get("table.all") === "1";

  function choiceOf() {
    return {
      added: new Set(state.getList("table.add")),
      hidden: new Set(state.getList("table.hide")),
      pinned: state.getList("table.left"),
    };
  }

  /* What is shown ----------------------------------------------------------------------------- */

  function layOut() {
    columns = chosenColumns(possibleColumns(experiments, isAll()), choiceOf());
    const narrow = (grid.clientWidth || window.innerWidth) < 700;
    let longest = 0;
    const names = experiments.columns.get("name")?.values ?? [];
    const stride = Math.max(1, Math.floor(names.length / 300));
    for (let row = 0; row < names.length; row += stride) {
      longest = Math.max(longest, String(names[row]).length);
    }
    lead = narrow ? 190 : Math.round(Math.min(400, Math.max(250, 190 + longest * 7)));
    let left = lead;
    for (const column of columns) {
      column.place = left;
      column.width = widthOf(column, valuesOf(column));
      column.stuck = column.pinned === true && !narrow;
      left += column.width;
    }
    setStyle(grid, { "--grid-width": `${left}px`, "--lead": `${lead}px` });
    grid.setAttribute("aria-colcount", String(columns.length + 1));
    best = bestValues();
  }

  function valuesOf({ key, part }) {
    return experiments.columns.get(key)?.[part] ?? [];
  }

  // The best value of each metric that has a direction, among the rows that pass the filter.
  function bestValues() {
    const found = new Map();
    const ids = filter.ids();
    for (const column of columns) {
      if (column.direction === null || column.direction === undefined) continue;
      const values = valuesOf(column);
      let winner = null;
      let differ = false;
      for (const id of ids) {
        const value = values[experiments.row(id)];
        if (typeof value !== "number" || !Number.isFinite(value)) continue;
        const better = column.direction === "min" ? value < winner : value > winner;
        if (winner !== null && value !== winner) differ = true;
        if (winner === null || better) winner = value;
      }
      if (differ) found.set(column.id, winner);
    }
    return found;
  }

  function order() {
    rows = tableRows(experiments, filter, {
      sort: sortNow(),
      open: new Set(state.getList("table.open")),
      pinned: new Set(state.getList("table.pin")),
    });
    setStyle(body, { height: `${rows.length * ROW_HEIGHT}px` });
    grid.setAttribute("aria-rowcount", String(rows.length + 1));
    if (cursor === null || !rows.some((row) => row.id === cursor)) cursor = rows[0]?.id ?? null;
    empty.hidden = rows.length > 0;
    grid.hidden = rows.length === 0;
    replace(
      empty,
      experiments.ids.length === 0
        ? "There is no experiment yet. The first one appears here by itself."
        : "No experiment passes the filter.",
    );
  }

  const sortNow = () => state.get("sort", "-created");

  /* The head ---------------------------------------------------------------------------------- */

  function drawHead() {
    const { id: sorted, descending } = parseSort(sortNow());
    replace(
      head,
      h(
        "div",
        { class: "lead", role: "columnheader", "aria-colindex": "1", "aria-sort": sortOf("name") },
        h("input", {
          type: "checkbox", "aria-label": "Check all rows shown", on: { change: checkAll },
          checked: false, tabIndex: -1, class: "check-all",
        }),
        sortButton({ id: "name", title: "Experiment", number: false }),
        columns.filter((column) => column.stuck).map((column) => headCell(column)),
      ),
      columns.filter((column) => !column.stuck).map((column) => headCell(column)),
    );

    function sortOf(id) {
      if (id !== sorted) return "none";
      return descending ? "descending" : "ascending";
    }

    function headCell(column) {
      const index = columns.indexOf(column) + 2;
      return h(
        "div",
        {
          class: ["cell", column.number && "number", column.stuck && "stuck"],
          role: "columnheader", "aria-colindex": String(index), "aria-sort": sortOf(column.id),
          style: { left: `${column.place}px`, width: `${column.width}px` },
        },
        sortButton(column),
        button("⋯", (event) => chooser.menu(column, event.currentTarget), {
          class: "quiet menu", tabIndex: -1, "aria-label": `Column ${visible(column.title)}`,
        }),
      );
    }

    function sortButton(column) {
      const here = sorted === column.id;
      const arrow = here ? (descending ? " ↓" : " ↑") : "";
      return button("", () => sortBy(column), {
        class: ["quiet", "sort", here && "here"], tabIndex: -1, title: visible(column.title),
        "aria-label": `Sort by ${visible(column.title)}`,
      }).appendChild(h("span", { class: "title" }, nameOf(column.title), arrow)).parentNode;
    }
  }

  function sortBy(column) {
    const { id, descending } = parseSort(sortNow());
    // The best value of a metric comes first; another click turns it round, a third ends it.
    const first = column.direction === "max" || column.id === "created" ? "-" : "";
    const second = first === "-" ? "" : "-";
    let next = first + column.id;
    if (id === column.id) next = (descending ? "-" : "") === first ? second + column.id : "";
    state.set({ sort: next === "" && column.id !== "created" ? "-created" : next });
  }

  /* The rows ---------------------------------------------------------------------------------- */

  function drawRows() {
    const top = grid.scrollTop;
    const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - SPARE_ROWS);
    const last = Math.min(rows.length, Math.ceil((top + grid.clientHeight) / ROW_HEIGHT) +
      SPARE_ROWS);
    const low = grid.scrollLeft + lead - SPARE_PIXELS;
    const high = grid.scrollLeft + grid.clientWidth + SPARE_PIXELS;
    const seen = columns.filter((column) => {
      return !column.stuck && column.place + column.width > low && column.place < high;
    });
    const checked = new Set(state.getList("sel"));
    const kept = new Set();
    const fresh = [];
    for (let index = first; index < last; index += 1) {
      const row = rows[index];
      const key = row.id;
      kept.add(key);
      const signature = signatureOf(row, index, seen, checked);
      const old = drawn.get(key);
      if (old !== undefined && old.signature === signature) continue;
      const made = rowElement(row, index, seen, checked);
      if (old === undefined) fresh.push(made);
      else old.element.replaceWith(made);
      drawn.set(key, { element: made, signature });
    }
    for (const [key, { element: old }] of drawn) {
      if (kept.has(key)) continue;
      old.remove();
      drawn.delete(key);
    }
    append(body, fresh);
    grid.setAttribute("aria-activedescendant", cursor === null ? "" : `row-${cursor}`);
  }

  function signatureOf(row, index, seen, checked) {
    const at = experiments.row(row.id);
    const shown = [...columns.filter((column) => column.stuck), ...seen];
    const values = shown.map((column) => cellText(column, valuesOf(column)[at]));
    const facts = ["name", "selected", "best", "status"].map((key) => {
      return experiments.value(row.id, key);
    });
    return JSON.stringify([
      index, row.depth, row.children, row.open, row.dim, row.pinned, checked.has(row.id),
      row.id === cursor, app.palette.dark, lead, seen.map((column) => column.place), values, facts,
      seen.map((column) => best.get(column.id)),
    ]);
  }

  function rowElement(row, index, seen, checked) {
    const { id } = row;
    const at = experiments.row(id);
    const isChecked = checked.has(id);
    const cellOf = (column) => {
      const value = valuesOf(column)[at];
      const isBest = column.number && best.get(column.id) === value && value !== null;
      return h(
        "div",
        {
          class: ["cell", column.number && "number", isBest && "best", column.stuck && "stuck"],
          role: "gridcell", "aria-colindex": String(columns.indexOf(column) + 2),
          style: { left: `${column.place}px`, width: `${column.width}px` },
          title: titleOf(column, value),
        },
        contentOf(column, value),
      );
    };
    return h(
      "div",
      {
        class: [
          "row", isChecked && "checked", row.dim && "dim", row.pinned && "pinned",
          id === cursor && "cursor",
        ],
        id: `row-${id}`, role: "row", "aria-rowindex": String(index + 2),
        "aria-level": String(row.depth + 1), "aria-selected": String(isChecked),
        "aria-expanded": row.children > 0 ? String(row.open) : null,
        style: { transform: `translateY(${index * ROW_HEIGHT}px)` },
        dataset: { id },
        on: {
          click: (event) => onRowClick(event, id),
          dblclick: () => openExperiment(id),
          mouseenter: () => app.highlight.set(id),
          mouseleave: () => app.highlight.set(null),
        },
      },
      h(
        "div",
        { class: "lead", role: "rowheader", "aria-colindex": "1" },
        h("input", {
          type: "checkbox", checked: isChecked, tabIndex: -1,
          "aria-label": `Check ${visible(experiments.title(id))}`,
          on: { change: (event) => check([id], event.target.checked) },
        }),
        h("span", { class: "indent", style: { width: `${row.depth * 14}px` } }),
        row.children > 0
          ? button(row.open ? "▾" : "▸", () => toggle(id, !row.open), {
              class: "quiet twist", tabIndex: -1,
              "aria-label": `${row.open ? "Hide" : "Show"} what is below`,
            })
          : h("span", { class: "twist" }),
        h("span", { class: "dot", style: { background: app.palette.color(id) } }),
        h(
          "a",
          {
            class: "name", href: state.href("experiment", { id }), tabIndex: -1,
            title: visible(experiments.title(id)),
          },
          h("span", { class: "label" }, visible(experiments.label(id))),
          nameOf(experiments.value(id, "name") ?? ""),
        ),
        row.children > 0 ? h("span", { class: "many" }, row.children) : null,
        experiments.value(id, "best") === true
          ? h("span", { class: "star", title: "Best by the comparison", role: "img",
              "aria-label": "Best by the comparison" }, "★")
          : null,
        experiments.value(id, "selected") === true
          ? h("span", { class: "selected", title: "Selected", role: "img",
              "aria-label": "Selected" }, "✓")
          : null,
        button(pinIcon(), () => pinRow(id), {
          class: ["quiet", "pin", row.pinned && "here"], tabIndex: -1,
          "aria-label": row.pinned ? "Unpin this row" : "Pin this row to the top",
          "aria-pressed": String(row.pinned),
        }),
        columns.filter((column) => column.stuck).map(cellOf),
      ),
      seen.map(cellOf),
    );
  }

  function contentOf(column, value) {
    if (column.key === "status") return statusMark(value);
    if (column.key === "tags") {
      return (value ?? []).map((tag) => h("span", { class: "tag" }, nameOf(tag)));
    }
    const text = cellText(column, value);
    if (text === "") return null;
    return column.number ? text : h("bdi", null, text);
  }

  function titleOf(column, value) {
    if (value === null || value === undefined) return null;
    if (column.key === "created") return formatTime(value);
    const text = cellText(column, value);
    if (typeof value === "number" && column.key !== "duration") return String(value);
    return text.length * 7 > column.width - 16 ? text : null;
  }

  /* What a person does ------------------------------------------------------------------------ */

  function onRowClick(event, id) {
    if (event.target.closest("a, button, input") !== null) return;
    cursor = id;
    if (event.shiftKey || event.ctrlKey || event.metaKey) {
      check([id], !state.getList("sel").includes(id));
    }
    app.later(drawRows);
  }

  function openExperiment(id) {
    if (id !== null && app.hasView("experiment")) state.go("experiment", { id });
  }

  function check(ids, on) {
    const checked = new Set(state.getList("sel"));
    for (const id of ids) {
      if (on) checked.add(id);
      else checked.delete(id);
    }
    const list = [...checked].slice(0, MOST_CHECKED);
    if (checked.size > MOST_CHECKED) {
      app.announce(`At most ${MOST_CHECKED} can be checked. A filter takes any number.`);
    }
    state.set({ sel: list });
  }

  function checkAll(event) {
    check(rows.filter((row) => !row.dim).map((row) => row.id), event.target.checked);
  }

  function toggle(id, on) {
    const open = new Set(state.getList("table.open"));
    if (on) open.add(id);
    else open.delete(id);
    state.set({ "table.open": [...open] });
  }

  function pinRow(id) {
    const pinned = new Set(state.getList("table.pin"));
    if (!pinned.delete(id)) pinned.add(id);
    state.set({ "table.pin": [...pinned] });
  }

  function onKey(event) {
    if (event.target !== grid || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Math.max(0, rows.findIndex((row) => row.id === cursor));
    const page = Math.max(1, Math.floor((grid.clientHeight - HEAD_HEIGHT) / ROW_HEIGHT) - 1);
    const row = rows[at];
    const places = {
      ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, PageDown: at + page,
      PageUp: at - page, Home: 0, End: rows.length - 1,
    };
    const actions = {
      Enter: () => openExperiment(row.id),
      " ": () => check([row.id], !state.getList("sel").includes(row.id)),
      ArrowRight: () => (row.children > 0 && !row.open ? toggle(row.id, true) : scroll(120)),
      ArrowLeft: () => (row.open ? toggle(row.id, false) : scroll(-120)),
      p: () => pinRow(row.id),
      Escape: () => state.set({ sel: "" }),
    };
    if (row === undefined) return;
    if (places[event.key] !== undefined) moveCursor(places[event.key]);
    else if (actions[event.key] !== undefined) actions[event.key]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function scroll(pixels) {
    grid.scrollLeft += pixels;
  }

  function moveCursor(to) {
    const index = Math.min(rows.length - 1, Math.max(0, to));
    cursor = rows[index].id;
    showCursor();
    drawRows();
    app.announce(visible(experiments.title(cursor)));
  }

  function showCursor() {
    const index = rows.findIndex((row) => row.id === cursor);
    if (index < 0) return;
    const top = index * ROW_HEIGHT;
    const space = grid.clientHeight - HEAD_HEIGHT - ROW_HEIGHT;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top > grid.scrollTop + space) grid.scrollTop = top - space;
  }

  function exportCSV() {
    const heads = ["id", "label", "name", ...columns.map((column) => {
      return column.part === "values" ? column.key : column.id.replace("|", ".");
    })];
    const lines = rows.map(({ id }) => {
      const at = experiments.row(id);
      return [
        id, experiments.label(id), experiments.value(id, "name"),
        ...columns.map((column) => {
          const value = valuesOf(column)[at];
          return column.key === "created" ? formatTime(value) : value;
        }),
      ];
    });
    download("experiments.csv", csvText([heads, ...lines]), "text/csv;charset=utf-8");
    app.announce(`Saved ${formatCount(lines.length, "row")} as experiments.csv.`);
  }

  function drawChecked() {
    const checked = state.getList("sel").filter(experiments.has);
    checkedBar.hidden = checked.length === 0;
    const link = (view, text) => {
      return app.hasView(view) ? h("a", { class: "button", href: state.href(view) }, text) : null;
    };
    replace(
      checkedBar,
      h("strong", null, `${checked.length} checked`),
      link("curves", "Curves"),
      checked.length === 2 ? link("pair", "Side by side") : null,
      checked.length > 1 ? link("parallel", "Compare") : null,
      button("Clear", () => state.set({ sel: "" }), { class: "quiet" }),
    );
    unchanged.setAttribute("aria-pressed", String(isAll()));
  }

  function drawHighlight(id) {
    for (const [key, { element: row }] of drawn) row.classList.toggle("lit", key === id);
  }

  const ends = [
    app.highlight.subscribe(drawHighlight),
    app.keyboard.bind([
      { keys: ["j", "ArrowDown"], label: "Next row", run: () => focusAnd(1) },
      { keys: ["k", "ArrowUp"], label: "Row before", run: () => focusAnd(-1) },
      { keys: ["Enter"], label: "Open the experiment", run: () => openExperiment(cursor) },
      { keys: [" "], label: "Check the row, to compare", run: () => {
        if (cursor !== null) check([cursor], !state.getList("sel").includes(cursor));
      } },
      { keys: ["p"], label: "Pin the row to the top", run: () => cursor && pinRow(cursor) },
      { keys: ["c"], label: "Choose columns", run: () => chooser.open() },
      { keys: ["u"], label: "Unchanged columns", run: () => unchanged.click() },
    ]),
  ];

  function focusAnd(by) {
    grid.focus();
    moveCursor(rows.findIndex((row) => row.id === cursor) + by);
  }

  return {
    element,
    update: (why) => {
      const shape = ["open", "experiments", "size", "filter", "table.all", "table.add",
        "table.hide", "table.left"].some((reason) => why.has(reason));
      if (shape) layOut();
      if (shape || ["sort", "table.open", "table.pin"].some((reason) => why.has(reason))) order();
      if (shape || why.has("sort")) drawHead();
      drawChecked();
      drawRows();
      if (why.has("open")) {
        // The height is known once the view is in the page.
        app.later(() => {
          layOut();
          drawHead();
          drawRows();
        });
      }
    },
    close: () => {
      for (const end of ends) end();
      tools.remove();
    },
  };
}
