// Small marks that several views show.

import { h, svg, visible } from "./dom.js";

const STATUS_SIGNS = {
  running: "●",
  completed: "✓",
  failed: "✕",
  crashed: "⚠",
  interrupted: "◼",
  waiting: "○",
};

/**
 * The status of an experiment: a sign, a word and a colour, so that no one of them is needed.
 *
 * @param {string|null} status
 * @returns {HTMLElement}
 */
export function statusMark(status) {
  const word = visible(status ?? "unknown");
  const known = Object.hasOwn(STATUS_SIGNS, word);
  return h(
    "span",
    { class: ["status", known && `status-${word}`] },
    h("span", { class: "sign", "aria-hidden": "true" }, known ? STATUS_SIGNS[word] : "?"),
    ` ${word}`,
  );
}

/**
 * A pin.
 *
 * @returns {SVGElement}
 */
export function pinIcon() {
  return svg(
    "svg",
    { viewBox: "0 0 16 16", width: "13", height: "13", "aria-hidden": "true", class: "icon" },
    svg("path", { d: "M5 2h6l-1 5 2 2.5H4L6 7zM8 9.5V14", class: "stroke" }),
  );
}
