// A unified diff with its files, line numbers and colours; nothing in it is markup.

import { h, nameOf, visible } from "./dom.js";

const LINES_AT_ONCE = 2000;

/**
 * Show a unified diff, one part for each file.
 *
 * @param {string} patch  as git writes it
 * @returns {HTMLElement}
 */
export function patchElement(patch) {
  const files = filesOf(patch);
  return h("div", { class: "patch" }, files.map(fileElement));
}

function filesOf(patch) {
  const files = [];
  let hunk = null;
  for (const line of patch.split("\n")) {
    if (line.startsWith("diff --git ") || (files.length === 0 && line.startsWith("--- "))) {
      files.push({ path: pathOf(line), hunks: [], facts: [] });
      hunk = null;
    }
    const file = files.at(-1);
    if (file === undefined) continue;
    if (line.startsWith("@@")) {
      hunk = { heading: line, lines: [], ...startsOf(line) };
      file.hunks.push(hunk);
    } else if (hunk !== null) {
      hunk.lines.push(line);
    } else if (line.startsWith("+++ ") && !line.endsWith("/dev/null")) {
      file.path = line.slice(4).replace(/^b\//, "").replace(/\t.*$/, "");
    } else if (/^(new|deleted|old|rename|similarity|Binary)/.test(line)) {
      file.facts.push(line);
    }
  }
  return files;
}

function pathOf(line) {
  return line.replace(/^diff --git a\/.* b\//, "").replace(/^--- (a\/)?/, "");
}

function startsOf(heading) {
  const numbers = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(heading);
  return { before: Number(numbers?.[1] ?? 1), after: Number(numbers?.[2] ?? 1) };
}

function fileElement(file) {
  const added = countOf(file, "+");
  const removed = countOf(file, "-");
  const size = file.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  const lines = h("div", { class: "patch-lines" });
  const part = h(
    "details",
    { class: "patch-file", open: size <= LINES_AT_ONCE },
    h(
      "summary",
      null,
      nameOf(file.path, { class: "patch-path" }),
      " ",
      h("span", { class: "gain" }, `+${added}`),
      " ",
      h("span", { class: "loss" }, `−${removed}`),
    ),
    file.facts.map((fact) => h("div", { class: "quietly patch-fact" }, visible(fact))),
    lines,
  );
  // A long file is drawn when somebody looks at it.
  let drawn = false;
  const draw = () => {
    if (drawn || !part.open) return;
    drawn = true;
    for (const hunk of file.hunks) lines.appendChild(hunkElement(hunk));
  };
  part.addEventListener("toggle", draw);
  draw();
  return part;
}

function countOf(file, sign) {
  return file.hunks.reduce(
    (sum, hunk) => sum + hunk.lines.filter((line) => line.startsWith(sign)).length,
    0,
  );
}

function hunkElement(hunk) {
  let { before, after } = hunk;
  const rows = [h("div", { class: "patch-heading" }, visible(hunk.heading))];
  for (const line of hunk.lines) {
    const sign = line.charAt(0);
    if (sign === "\\" || line === "") continue;
    const isNew = sign === "+";
    const isGone = sign === "-";
    rows.push(
      h(
        "div",
        { class: ["patch-line", isNew && "is-new", isGone && "is-gone"] },
        h("span", { class: "patch-number", "aria-hidden": "true" }, isNew ? "" : String(before)),
        h("span", { class: "patch-number", "aria-hidden": "true" }, isGone ? "" : String(after)),
        h("span", { class: "patch-sign" }, isNew ? "+" : isGone ? "−" : " "),
        h("span", { class: "patch-text" }, visible(line.slice(1))),
      ),
    );
    if (!isNew) before += 1;
    if (!isGone) after += 1;
  }
  return h("div", { class: "patch-hunk" }, rows);
}
