// The table of all experiments. Only the rows and columns that are seen have elements, so that
// 10,000 rows scroll as well as ten.

import { button, download, h, replace, setStyle, visible } from "./dom.js";
import { cellText, chosenColumns, possibleColumns, widthOf } from "./tablecolumns.js";
import { columnChooser } from "./chooser.js";
import { csvText } from "./csv.js";
import { formatCount, formatTime } from "./format.js";
import { paperTables } from "./paper.js";
import { nextSort, parseSort, tableRows } from "./rows.js";
import { headElements, rowElement } from "./tablerow.js";

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
  // Grows with every change but scrolling; a row drawn in this one needs no second look.
  let generation = 0;
  // The column to whose head Tab leads.
  let headColumn = "name";

  const head = h("div", {
    class: "grid-head",
    role: "row",
    "aria-rowindex": "1",
    on: { keydown: onHeadKey },
  });
  const body = h("div", { class: "grid-body", role: "rowgroup" });
  const grid = h(
    "div",
    {
      class: "grid",
      role: "treegrid",
      tabIndex: 0,
      "aria-label": "Experiments",
      "aria-multiselectable": "true",
      on: {
        scroll: () => app.later(drawRows),
        keydown: onKey,
        focus: () => app.later(showCursor),
        click: onClick,
        dblclick: onDoubleClick,
        mouseover: (event) => {
          app.highlight.set(event.target.closest(".row")?.dataset.id ?? null);
        },
        mouseleave: () => app.highlight.set(null),
      },
    },
    h("div", { class: "grid-top", role: "rowgroup" }, head),
    body,
  );
  const checkedBar = h("div", { class: "checked-bar", role: "region", "aria-label": "Checked" });
  const chooser = columnChooser(app, () => possibleColumns(experiments, isAll()), choiceOf);
  const unchanged = button(
    "Unchanged columns",
    () => {
      state.set({ "table.all": isAll() ? "" : "1" });
    },
    { title: "Show the columns too in which all values are the same" },
  );
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
    const narrow = element.clientWidth < 700;
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
    const focused = headColumnOf(document.activeElement);
    const sort = parseSort(sortNow());
    if (!columns.some((column) => column.id === headColumn)) headColumn = "name";
    replace(head, headElements(columns, sort, headColumn));
    if (focused !== null) focusHead(focused);
  }

  const headButtons = () => [...head.querySelectorAll(".sort")];

  function headColumnOf(element) {
    return head.contains(element) ? (element.dataset.column ?? null) : null;
  }

  /** Go to a column's head, or to the last one that was there; one of them is a stop of Tab. */
  function focusHead(column) {
    const all = headButtons();
    const wanted = column ?? headColumn;
    const next = all.find((one) => one.dataset.column === wanted) ?? all[0];
    for (const one of all) one.tabIndex = one === next ? 0 : -1;
    headColumn = next.dataset.column;
    next.focus();
  }

  function onHeadKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = headColumnOf(event.target);
    if (here === null) return;
    const all = headButtons();
    const at = all.findIndex((one) => one.dataset.column === here);
    const places = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 };
    if (places[event.key] !== undefined) {
      const to = Math.min(all.length - 1, Math.max(0, places[event.key]));
      focusHead(all[to].dataset.column);
    } else if (event.key === "ArrowDown" || event.key === "Escape") {
      grid.focus();
    } else if (event.key === "m" || event.key === "ContextMenu") {
      const column = columns.find((one) => one.id === here);
      if (column !== undefined) chooser.menu(column, all[at], () => focusHead(here));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function sortBy(column) {
    // The best value of a metric comes first.
    const startsDescending = column.direction === "max" || column.id === "created";
    const next = nextSort(sortNow(), column.id, startsDescending);
    state.set({ sort: next === "" && column.id !== "created" ? "-created" : next });
  }

  /* The rows ---------------------------------------------------------------------------------- */

  function drawRows() {
    const top = grid.scrollTop;
    const shown = Math.ceil((top + grid.clientHeight) / ROW_HEIGHT) + SPARE_ROWS;
    const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - SPARE_ROWS);
    const last = Math.min(rows.length, shown);
    const low = grid.scrollLeft + lead - SPARE_PIXELS;
    const high = grid.scrollLeft + grid.clientWidth + SPARE_PIXELS;
    const seen = columns.filter((column) => {
      return !column.stuck && column.place + column.width > low && column.place < high;
    });
    const sight = `${generation} ${seen[0]?.id} ${seen.length}`;
    const checked = new Set(state.getList("sel"));
    const kept = new Set();
    for (let index = first; index < last; index += 1) {
      const row = rows[index];
      kept.add(row.id);
      const old = drawn.get(row.id);
      if (old !== undefined && old.sight === sight && old.index === index) continue;
      const look = lookOf(row, index, seen, checked);
      const signature = signatureOf(row, look);
      if (old !== undefined && old.signature === signature) {
        Object.assign(old, { sight, index });
        continue;
      }
      const made = rowElement(app, row, look);
      old?.element.replaceWith(made);
      drawn.set(row.id, { element: made, signature, sight, index });
    }
    for (const [id, { element: old }] of drawn) {
      if (kept.has(id)) continue;
      old.remove();
      drawn.delete(id);
    }
    // The rows lie in the document in the order in which they are seen, and so are read aloud.
    let place = body.firstChild;
    for (let index = first; index < last; index += 1) {
      const { element: one } = drawn.get(rows[index].id);
      if (one === place) place = place.nextSibling;
      else body.insertBefore(one, place);
    }
    grid.setAttribute("aria-activedescendant", cursor === null ? "" : `row-${cursor}`);
  }

  function lookOf(row, index, seen, checked) {
    return {
      index,
      columns,
      seen,
      top: index * ROW_HEIGHT,
      isChecked: checked.has(row.id),
      isCursor: row.id === cursor,
      valueOf: (column) => valueIn(column, row.id),
      isBest,
    };
  }

  function valueIn(column, id) {
    if (column.key === "duration") return experiments.elapsed(id);
    return valuesOf(column)[experiments.row(id)];
  }

  const isBest = (column, value) => value !== null && best.get(column.id) === value;

  function signatureOf(row, look) {
    const facts = ["name", "selected", "best", "status"].map((key) => {
      return experiments.value(row.id, key);
    });
    const cells = columns
      .filter((column) => column.stuck || look.seen.includes(column))
      .map((column) => {
        const value = look.valueOf(column);
        return [column.place, cellText(column, value), look.isBest(column, value)];
      });
    return JSON.stringify([
      look.index,
      row,
      look.isChecked,
      look.isCursor,
      app.palette.dark,
      lead,
      facts,
      cells,
    ]);
  }

  /* What a person does ------------------------------------------------------------------------ */

  function onClick(event) {
    const acting = event.target.closest("[data-act]");
    const id = event.target.closest(".row")?.dataset.id;
    const column = columns.find((one) => one.id === acting?.dataset.column) ?? {
      id: "name",
      direction: null,
    };
    switch (acting?.dataset.act) {
      case "check-all":
        check(
          rows.filter((row) => !row.dim).map((row) => row.id),
          acting.checked,
        );
        return;
      case "sort":
        sortBy(column);
        return;
      case "menu":
        chooser.menu(column, acting);
        return;
      case "check":
        check([id], acting.checked);
        return;
      case "twist":
        toggle(id, !rows.find((row) => row.id === id).open);
        return;
      case "pin":
        pinRow(id);
        return;
      default:
    }
    if (id === undefined || event.target.closest("a") !== null) return;
    cursor = id;
    if (event.shiftKey || event.ctrlKey || event.metaKey) {
      check([id], !state.getList("sel").includes(id));
    }
    generation += 1;
    app.later(drawRows);
  }

  function onDoubleClick(event) {
    if (event.target.closest("a, button, input") !== null) return;
    openExperiment(event.target.closest(".row")?.dataset.id ?? null);
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
    const at = Math.max(
      0,
      rows.findIndex((row) => row.id === cursor),
    );
    const page = Math.max(1, Math.floor((grid.clientHeight - HEAD_HEIGHT) / ROW_HEIGHT) - 1);
    const row = rows[at];
    const places = {
      ArrowDown: at + 1,
      j: at + 1,
      ArrowUp: at - 1,
      k: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const actions = {
      Enter: () => openExperiment(row.id),
      " ": () => check([row.id], !state.getList("sel").includes(row.id)),
      ArrowRight: () => sideways("ArrowRight"),
      ArrowLeft: () => sideways("ArrowLeft"),
      a: checkAll,
      p: () => pinRow(row.id),
      Escape: () => state.set({ sel: "" }),
      h: () => focusHead(null),
    };
    if (row === undefined) return;
    if (places[event.key] !== undefined) moveCursor(places[event.key]);
    else if (actions[event.key] !== undefined) actions[event.key]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Open or close what is below the row; where nothing is, scroll. */
  function sideways(key) {
    const row = rows.find((one) => one.id === cursor);
    if (row === undefined) return;
    const isRight = key === "ArrowRight";
    if (isRight ? row.children > 0 && !row.open : row.open) toggle(row.id, isRight);
    else grid.scrollLeft += isRight ? 120 : -120;
  }

  function checkAll() {
    const ids = rows.filter((row) => !row.dim).map((row) => row.id);
    const checked = new Set(state.getList("sel"));
    check(ids, !ids.every((id) => checked.has(id)));
  }

  function moveCursor(to) {
    const index = Math.min(rows.length - 1, Math.max(0, to));
    cursor = rows[index].id;
    generation += 1;
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
    const heads = [
      "id",
      "label",
      "name",
      ...columns.map((column) => {
        return column.part === "values" ? column.key : column.id.replace("|", ".");
      }),
    ];
    const lines = rows.map(({ id }) => {
      const at = experiments.row(id);
      return [
        id,
        experiments.label(id),
        experiments.value(id, "name"),
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
    app.minutely(() => {
      generation += 1;
      drawRows();
    }),
    app.highlight.subscribe(drawHighlight),
    app.keyboard.bind([
      { keys: ["j", "ArrowDown"], label: "Next row", run: () => focusAnd(1) },
      { keys: ["k", "ArrowUp"], label: "Row before", run: () => focusAnd(-1) },
      { keys: ["Enter"], label: "Open the experiment", run: () => openExperiment(cursor) },
      {
        keys: [" "],
        label: "Check the row, to compare",
        run: () => {
          if (cursor !== null) check([cursor], !state.getList("sel").includes(cursor));
        },
      },
      { keys: ["p"], label: "Pin the row to the top", run: () => cursor && pinRow(cursor) },
      {
        keys: ["ArrowRight", "ArrowLeft"],
        label: "Show or hide what is below the row",
        run: (event) => {
          grid.focus();
          sideways(event.key);
        },
      },
      { keys: ["a"], label: "Check all rows shown, or none", run: checkAll },
      {
        keys: ["h"],
        label: "Go to the heads of the columns: Enter sorts, m pins or hides",
        run: () => focusHead(null),
      },
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
      generation += 1;
      const shape = [
        "open",
        "experiments",
        "size",
        "filter",
        "table.all",
        "table.add",
        "table.hide",
        "table.left",
      ].some((reason) => why.has(reason));
      if (shape) layOut();
      if (shape || ["sort", "table.open", "table.pin"].some((reason) => why.has(reason))) order();
      if (shape || why.has("sort")) drawHead();
      drawChecked();
      drawRows();
    },
    print: () => {
      const paper = h(
        "div",
        { class: "paper-tables" },
        paperTables(app, columns, rows, { valueOf: valueIn, isBest }),
      );
      element.appendChild(paper);
      window.addEventListener("afterprint", () => paper.remove(), { once: true });
    },
    close: () => {
      for (const end of ends) end();
      tools.remove();
    },
  };
}
