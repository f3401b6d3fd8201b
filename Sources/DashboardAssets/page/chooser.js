// Which columns the table shows: a dialog with all of them, and the menu of one.

import { button, h, nameOf, replace, setStyle, visible } from "./dom.js";
import { chosenColumns } from "./tablecolumns.js";

/**
 * Make the dialog and the menu.
 *
 * @param {object} app
 * @param {function(): Array<object>} possible
 * @param {function(): object} choice
 * @returns {object}  `button`, `dialog` (element with both), `open()`, `menu(column, anchor, after)`
 */
export function columnChooser(app, possible, choice) {
  const { state } = app;
  const list = h("div", { class: "chooser-list" });
  const search = h("input", {
    type: "search",
    placeholder: "Find a column",
    "aria-label": "Find a column",
    on: { input: draw },
  });
  const dialog = h(
    "dialog",
    { class: "chooser", "aria-label": "Columns", on: { click: closeOutside } },
    h(
      "div",
      { class: "chooser-head" },
      h("h2", null, "Columns"),
      search,
      button(
        "Reset",
        () => {
          state.set({ "table.add": "", "table.hide": "", "table.left": "", "table.all": "" });
          draw();
        },
        { class: "quiet" },
      ),
      button("Close", () => dialog.close()),
    ),
    list,
  );
  const menu = h("dialog", {
    class: "column-menu",
    "aria-label": "Column",
    on: { click: closeMenu },
  });

  function closeOutside(event) {
    if (event.target === dialog) dialog.close();
  }

  function closeMenu(event) {
    if (event.target === menu) menu.close();
  }

  function draw() {
    const wanted = search.value.trim().toLowerCase();
    const all = possible();
    const shown = new Set(chosenColumns(all, choice()).map((column) => column.id));
    const groups = ["Facts", "Metrics", "Parameters"];
    replace(
      list,
      groups.map((group) => {
        const columns = all.filter((column) => {
          return column.group === group && column.title.toLowerCase().includes(wanted);
        });
        if (columns.length === 0) return null;
        return h(
          "fieldset",
          null,
          h("legend", null, group),
          columns.map((column) =>
            h(
              "label",
              null,
              h("input", {
                type: "checkbox",
                checked: shown.has(column.id),
                on: { change: (event) => show(column, event.target.checked) },
              }),
              nameOf(column.title),
            ),
          ),
        );
      }),
    );
  }

  function show(column, on) {
    const { added, hidden, pinned } = choice();
    added.delete(column.id);
    hidden.delete(column.id);
    if (on && !column.auto) added.add(column.id);
    if (!on && column.auto) hidden.add(column.id);
    state.set({
      "table.add": [...added],
      "table.hide": [...hidden],
      "table.left": on ? pinned : pinned.filter((id) => id !== column.id),
    });
  }

  function pin(column) {
    const { pinned } = choice();
    const without = pinned.filter((id) => id !== column.id);
    state.set({ "table.left": without.length < pinned.length ? without : [...pinned, column.id] });
  }

  function openMenu(column, anchor, after = () => {}) {
    const entry = (text, run) =>
      button(
        text,
        () => {
          menu.close();
          run();
        },
        { class: "quiet" },
      );
    replace(
      menu,
      h("strong", null, nameOf(column.title)),
      entry("Smallest first", () => state.set({ sort: column.id })),
      entry("Largest first", () => state.set({ sort: `-${column.id}` })),
      entry(column.pinned ? "Unpin" : "Pin to the left", () => pin(column)),
      entry("Hide", () => show(column, false)),
    );
    menu.setAttribute("aria-label", `Column ${visible(column.title)}`);
    menu.addEventListener("close", after, { once: true });
    menu.showModal();
    const place = anchor.getBoundingClientRect();
    const left = Math.max(8, Math.min(place.left, window.innerWidth - menu.offsetWidth - 8));
    setStyle(menu, { left: `${left}px`, top: `${place.bottom + 2}px` });
  }

  function open() {
    search.value = "";
    draw();
    dialog.showModal();
    search.focus();
  }

  return {
    button: button("Columns", open),
    dialog: h("div", null, dialog, menu),
    open,
    menu: openMenu,
  };
}
