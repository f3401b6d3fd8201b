// The output of a program as text: colours as a terminal shows them, everything else that a
// terminal would obey left out. After a carriage return a line is written over, as progress bars
// want it.

import { h, visible } from "./dom.js";

// Sequences that end: CSI, OSC, other strings, and escapes with one letter.
const TERMINAL_SEQUENCE = new RegExp(
  "\\u001b\\[([0-9;:?<=>]*)[ -/]*([@-~])" +
    "|\\u001b\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?" +
    "|\\u001b[PX^_][^\\u001b]*(?:\\u001b\\\\)?" +
    "|\\u001b[ -/]*[0-~]?",
  "g",
);

/**
 * The elements of some output. Colours go on from one call to the next through `style`.
 *
 * @param {string} text  whole lines
 * @param {{color: number|null, bold: boolean}} style  is changed
 * @returns {Array<Node|string>}
 */
export function terminalNodes(text, style) {
  const nodes = [];
  for (const line of overwritten(text).split(/(?<=\n)/)) {
    let last = 0;
    for (const match of line.matchAll(TERMINAL_SEQUENCE)) {
      push(line.slice(last, match.index));
      if (match[2] === "m") setColors(match[1], style);
      last = match.index + match[0].length;
    }
    push(line.slice(last));
  }
  return nodes;

  function push(part) {
    if (part === "") return;
    const shown = visible(part);
    if (style.color === null && !style.bold) {
      nodes.push(shown);
      return;
    }
    const color = style.color === null ? null : `ansi-${style.color}`;
    nodes.push(h("span", { class: [color, style.bold && "ansi-bold"] }, shown));
  }
}

/** The style that output begins with. */
export function plainStyle() {
  return { color: null, bold: false };
}

/**
 * A line that goes on, without what was written over: a progress bar stays as long as it looks.
 *
 * @param {string} line
 * @returns {string}
 */
export function withoutOverwritten(line) {
  const last = line.lastIndexOf("\r");
  return last < 0 ? line : overwritten(line.slice(0, last)) + line.slice(last);
}

function overwritten(text) {
  // In a class, \b is the backspace.
  if (!/[\r\b]/.test(text)) return text;
  return text
    .split("\n")
    .map((line) => {
      const parts = line.replace(/\r+$/, "").split("\r").map(erased);
      return parts.reduce((before, part) => part + before.slice(part.length));
    })
    .join("\n");
}

function erased(line) {
  const kept = [];
  for (const character of line) {
    if (character !== "\b") kept.push(character);
    else kept.pop();
  }
  return kept.join("");
}

function setColors(codes, style) {
  const list = codes === "" ? [0] : codes.split(/[;:]/).map(Number);
  for (let at = 0; at < list.length; at += 1) {
    const code = list[at];
    if (code === 0) Object.assign(style, plainStyle());
    else if (code === 1) style.bold = true;
    else if (code === 22) style.bold = false;
    else if (code >= 30 && code <= 37) style.color = code - 30;
    else if (code >= 90 && code <= 97) style.color = code - 82;
    else if (code === 39) style.color = null;
    else if (code === 38 || code === 48) {
      // 256 and true colours: the first sixteen are the same, the others stay plain.
      const isIndexed = list[at + 1] === 5;
      if (isIndexed && code === 38) style.color = list[at + 2] < 16 ? list[at + 2] : null;
      at += isIndexed ? 2 : 4;
    }
  }
}
