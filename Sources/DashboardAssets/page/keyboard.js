// Keys: what the page and the view that is shown do on a key, and the list of it on "?".

import { button, h, replace } from "./dom.js";

/**
 * Open the keyboard of this page.
 *
 * @param {Document} page
 * @returns {object}  `bind(list)` returns its end; an entry is `{keys, label, run}`
 */
export function createKeyboard(page) {
  const bindings = new Set();
  const list = h("dl", { class: "keys" });
  const dialog = h(
    "dialog",
    { "aria-label": "Keys" },
    h("h2", null, "Keys"),
    list,
    h("form", { method: "dialog" }, h("button", { class: "quiet" }, "Close")),
  );
  page.body.appendChild(dialog);

  function help() {
    if (dialog.open) return;
    replace(
      list,
      [...bindings].map(({ keys, label }) => [
        h(
          "dt",
          null,
          keys.map((key) => h("kbd", null, KEY_NAMES[key] ?? key)),
        ),
        h("dd", null, label),
      ]),
    );
    dialog.showModal();
  }

  function pressed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (dialog.open || isTyping(event.target) || isUsed(event.target, event.key)) return;
    for (const binding of [...bindings].reverse()) {
      if (!binding.keys.includes(event.key)) continue;
      event.preventDefault();
      binding.run(event);
      return;
    }
  }

  page.addEventListener("keydown", pressed);
  const keyboard = {
    /** Bind keys until the function that is returned is called. */
    bind: (entries) => {
      for (const entry of entries) bindings.add(entry);
      return () => {
        for (const entry of entries) bindings.delete(entry);
      };
    },
    help,
    helpButton: () => button("?", help, { class: "quiet square", "aria-label": "Keys" }),
  };
  keyboard.bind([{ keys: ["?"], label: "Show the keys", run: help }]);
  return keyboard;
}

const KEY_NAMES = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  " ": "Space",
  Escape: "Esc",
};

/** Whether what has the focus does something of its own on this key, as a link on Enter. */
function isUsed(element, key) {
  if (!(element instanceof Element)) return false;
  if (key === "Enter" || key === " ") return element.closest("a, button, summary, input") !== null;
  return MOVING.has(key) && element.closest("input") !== null;
}

const MOVING = new Set([
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
  "PageUp",
  "PageDown",
]);

function isTyping(element) {
  if (!(element instanceof Element)) return false;
  if (element.closest("textarea, select, [contenteditable]") !== null) return true;
  const input = element.closest("input");
  return input !== null && !["checkbox", "radio", "range", "button"].includes(input.type);
}
