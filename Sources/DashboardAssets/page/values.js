// Values of any shape as a list of keys and values that can be read and copied.

import { button, h, nameOf, replace, visible } from "./dom.js";
import { formatSize, formatTime, formatValue } from "./format.js";

const MOST_ENTRIES = 400;
const DEEPEST_VALUE = 12;
const LONGEST_INLINE_LIST = 90;

/**
 * Show an object as keys and values; what lies deeper is indented and can be closed.
 *
 * @param {*} value
 * @param {number} depth
 * @returns {HTMLElement}
 */
export function valueTree(value, depth = 0) {
  if (!isBranch(value)) return leaf(value);
  const entries = Array.isArray(value)
    ? value.map((one, index) => [String(index), one])
    : Object.entries(value);
  if (depth > DEEPEST_VALUE) return leaf(JSON.stringify(value));
  const shown = entries.slice(0, MOST_ENTRIES);
  return h(
    "dl",
    { class: "facts" },
    shown.map(([key, one]) => entryOf(key, one, depth)),
    entries.length > shown.length
      ? [h("dt", null, "…"), h("dd", { class: "quietly" }, `${entries.length - shown.length} more`)]
      : null,
  );
}

function entryOf(key, value, depth) {
  if (!isBranch(value)) return [h("dt", null, nameOf(key)), h("dd", null, leaf(value, key))];
  const short = JSON.stringify(value);
  if (short.length <= LONGEST_INLINE_LIST && Array.isArray(value) && !value.some(isBranch)) {
    return [h("dt", null, nameOf(key)), h("dd", null, nameOf(value.map(formatValue).join(", ")))];
  }
  const inner = h("dd", { class: "deeper" });
  const turn = button("", () => show(inner.hidden), { class: "quiet deeper-key" });
  show(depth < 2 && Object.keys(value).length <= 20);
  return [h("dt", { class: "deeper" }, turn), inner];

  function show(open) {
    // What is closed is made when it is opened.
    if (open && inner.firstChild === null) inner.appendChild(valueTree(value, depth + 1));
    inner.hidden = !open;
    turn.setAttribute("aria-expanded", String(open));
    replace(
      turn,
      open ? "▾ " : "▸ ",
      nameOf(key),
      h("span", { class: "quietly" }, ` ${sizeOf(value)}`),
    );
  }
}

function isBranch(value) {
  return value !== null && typeof value === "object" && Object.keys(value).length > 0;
}

function sizeOf(value) {
  const count = Object.keys(value).length;
  return Array.isArray(value) ? `[${count}]` : `{${count}}`;
}

const BYTES = new Set(["memory", "bytes", "size"]);

function leaf(value, key = "") {
  if (value === null || value === undefined) return h("span", { class: "quietly" }, "–");
  if (typeof value === "number" && BYTES.has(key)) {
    return h("span", { title: String(value) }, formatSize(value));
  }
  if (typeof value === "number" && (key === "time" || key === "created")) {
    return h("span", null, formatTime(value));
  }
  if (typeof value === "object") return h("span", { class: "quietly" }, JSON.stringify(value));
  const text = formatValue(value);
  return h("bdi", { class: typeof value === "number" ? "value number" : "value" }, visible(text));
}
