// Markdown as elements: headings, lists, tables, code, quotes, emphasis, links. Whatever else it
// holds, HTML too, stays text. Images are not loaded; links go to http, https and mailto only.

import { h, nameOf, visible } from "./dom.js";

const DEEPEST = 8;
// Longer pieces stay plain: patterns take the square of the time.
const LONGEST_INLINE = 5000;
const SAFE_LINK = /^(https?:\/\/|mailto:)/i;

/**
 * Show Markdown.
 *
 * @param {string} text
 * @returns {HTMLElement}
 */
export function markdownElement(text) {
  const lines = String(text).replace(/\r\n?/g, "\n").split("\n");
  return h("div", { class: "markdown", dir: "auto" }, markdownBlocks(lines, 0));
}

function markdownBlocks(lines, depth) {
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const before = at;
    if (line.trim() === "") at += 1;
    else if (depth < DEEPEST) at = markdownBlock(lines, at, depth, blocks);
    if (at === before) {
      const end = paragraphEnd(lines, at);
      blocks.push(h("p", null, inlineNodes(lines.slice(at, end).join("\n"))));
      at = end;
    }
  }
  return blocks;
}

// Adds the block that begins at a line and returns where it ends; the same line if it is a
// paragraph.
function markdownBlock(lines, at, depth, blocks) {
  const line = lines[at];
  if (line.length > LONGEST_INLINE) return at;
  const fence = /^ {0,3}(```+|~~~+)\s*([^`]*)$/.exec(line);
  if (fence !== null) {
    let end = at + 1;
    while (end < lines.length && !lines[end].trim().startsWith(fence[1])) end += 1;
    blocks.push(h("pre", null, h("code", null, visible(lines.slice(at + 1, end).join("\n")))));
    return end + 1;
  }
  const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading !== null) {
    // The page has headings of its own above, and none is left out on the way down.
    const above = blocks.findLast((one) => /^H[1-6]$/.test(one.tagName));
    const deepest = above === undefined ? 3 : Number(above.tagName.slice(1)) + 1;
    const level = Math.min(6, heading[1].length + 2, deepest);
    blocks.push(h(`h${level}`, { class: `level-${heading[1].length}` }, inlineNodes(heading[2])));
    return at + 1;
  }
  if (/^ {0,3}([-*_])( *\1){2,} *$/.test(line)) {
    blocks.push(h("hr", null));
    return at + 1;
  }
  if (/^ {0,3}>/.test(line)) {
    let end = at;
    while (end < lines.length && /^ {0,3}>/.test(lines[end])) end += 1;
    const inner = lines.slice(at, end).map((one) => one.replace(/^ {0,3}> ?/, ""));
    blocks.push(h("blockquote", null, markdownBlocks(inner, depth + 1)));
    return end;
  }
  if (LIST_ITEM.test(line)) return listBlock(lines, at, depth, blocks);
  if (line.includes("|") && isTableRule(lines[at + 1] ?? "")) return tableBlock(lines, at, blocks);
  if (/^ {4}/.test(line)) {
    let end = at;
    while (end < lines.length && (/^ {4}/.test(lines[end]) || lines[end].trim() === "")) end += 1;
    const code = lines
      .slice(at, end)
      .map((one) => one.slice(4))
      .join("\n")
      .trimEnd();
    blocks.push(h("pre", null, h("code", null, visible(code))));
    return end;
  }
  if (/^\s*<!--/.test(line)) {
    let end = at;
    while (end < lines.length && !lines[end].includes("-->")) end += 1;
    return end + 1;
  }
  return at;
}

function isTableRule(line) {
  return line.includes("|") && line.includes("-") && /^[\s|:-]+$/.test(line);
}

const LIST_ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])( +|$)(.*)$/;

function paragraphEnd(lines, at) {
  let end = at + 1;
  while (end < lines.length) {
    const line = lines[end];
    if (line.trim() === "" || LIST_ITEM.test(line)) break;
    if (/^ {0,3}(#{1,6}\s|```|~~~|>)/.test(line)) break;
    end += 1;
  }
  return end;
}

function listBlock(lines, at, depth, blocks) {
  const ordered = /\d/.test(LIST_ITEM.exec(lines[at])[2]);
  const items = [];
  let end = at;
  while (end < lines.length) {
    const item = LIST_ITEM.exec(lines[end]);
    if (item === null || /\d/.test(item[2]) !== ordered) break;
    const inset = item[1].length + item[2].length + 1;
    const inner = [item[4]];
    end += 1;
    while (end < lines.length) {
      const line = lines[end];
      const indent = line.length - line.trimStart().length;
      if (line.trim() === "") {
        const next = lines[end + 1] ?? "";
        if (next.trim() === "" || next.length - next.trimStart().length < inset) break;
        inner.push("");
      } else if (indent >= Math.min(inset, 2)) {
        inner.push(line.slice(Math.min(indent, inset)));
      } else if (LIST_ITEM.test(line)) {
        break;
      } else {
        inner.push(line);
      }
      end += 1;
    }
    const task = /^\[([ xX])\]\s+/.exec(inner[0]);
    if (task !== null) inner[0] = inner[0].slice(task[0].length);
    const content = inner.length === 1 ? inlineNodes(inner[0]) : markdownBlocks(inner, depth + 1);
    const box =
      task === null
        ? null
        : h("input", {
            type: "checkbox",
            checked: task[1] !== " ",
            disabled: true,
            "aria-label": task[1] === " " ? "open" : "done",
          });
    items.push(h("li", null, box, content));
    while (end < lines.length && lines[end].trim() === "" && LIST_ITEM.test(lines[end + 1] ?? "")) {
      end += 1;
    }
  }
  blocks.push(h(ordered ? "ol" : "ul", null, items));
  return end;
}

function tableBlock(lines, at, blocks) {
  const cellsOf = (line) =>
    line
      .trim()
      .replace(/^\|/, "")
      .replace(/\|$/, "")
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replace(/\\\|/g, "|"));
  const head = cellsOf(lines[at]);
  const sides = cellsOf(lines[at + 1]).map((cell) => (/^-+:$/.test(cell) ? "number" : null));
  const rows = [];
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|") && lines[end].trim() !== "") {
    rows.push(cellsOf(lines[end]));
    end += 1;
  }
  const row = (cells, tag) =>
    h(
      "tr",
      null,
      head.map((_, index) => h(tag, { class: sides[index] }, inlineNodes(cells[index] ?? ""))),
    );
  blocks.push(
    h(
      "div",
      { class: "scroll", tabIndex: 0 },
      h(
        "table",
        { class: "plain" },
        h("thead", null, row(head, "th")),
        h(
          "tbody",
          null,
          rows.map((cells) => row(cells, "td")),
        ),
      ),
    ),
  );
  return end;
}

const INLINE = new RegExp(
  [
    // Whole rows of backticks only: to try all parts of a long one takes half a second.
    "(?<!`)(`+)(?!`)(?<code>.+?)(?<!`)\\1(?!`)",
    "!\\[(?<alt>[^\\]]*)\\]\\((?<picture>[^)\\s]*)[^)]*\\)",
    "\\[(?<text>[^\\]]+)\\]\\((?<link>[^)\\s]*)(?:\\s+[\"'][^)]*)?\\)",
    "<(?<auto>https?:\\/\\/[^\\s<>]+)>",
    "(?<bare>https?:\\/\\/[^\\s<>()\"']+[^\\s<>()\"'.,;:!?])",
    "\\*\\*(?<strong>[^*]+(?:\\*(?!\\*)[^*]+)*)\\*\\*",
    "(?<![\\w_])__(?<strong2>[^_]+)__(?!\\w)",
    "\\*(?<em>[^*\\s](?:[^*]*[^*\\s])?)\\*",
    "(?<![\\w_])_(?<em2>[^_\\s](?:[^_]*[^_\\s])?)_(?!\\w)",
    "~~(?<gone>[^~]+)~~",
    "\\\\(?<escaped>[!-/:-@\\[-`{-~])",
    "(?<break> {2,}\\n)",
  ].join("|"),
  "gs",
);

function inlineNodes(text, depth = 0) {
  if (text.length > LONGEST_INLINE || depth > DEEPEST) return [visible(text)];
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > last) nodes.push(visible(text.slice(last, match.index)));
    nodes.push(inlineNode(match.groups, match[0], depth + 1));
    last = match.index + match[0].length;
  }
  if (last < text.length) nodes.push(visible(text.slice(last)));
  return nodes;
}

function inlineNode(groups, whole, depth) {
  if (groups.code !== undefined) return h("code", null, visible(groups.code.trim() || groups.code));
  if (groups.picture !== undefined) {
    return h("span", { class: "picture" }, "▣ ", nameOf(groups.alt || groups.picture));
  }
  if (groups.link !== undefined) {
    const inner = inlineNodes(groups.text, depth);
    return SAFE_LINK.test(groups.link) ? outLink(groups.link, inner) : h("span", null, inner);
  }
  const address = groups.auto ?? groups.bare;
  if (address !== undefined) return outLink(address, [visible(address)]);
  const strong = groups.strong ?? groups.strong2;
  if (strong !== undefined) return h("strong", null, inlineNodes(strong, depth));
  const em = groups.em ?? groups.em2;
  if (em !== undefined) return h("em", null, inlineNodes(em, depth));
  if (groups.gone !== undefined) return h("del", null, inlineNodes(groups.gone, depth));
  if (groups.escaped !== undefined) return groups.escaped;
  if (groups.break !== undefined) return h("br", null);
  return visible(whole);
}

function outLink(address, inner) {
  return h(
    "a",
    {
      href: address,
      target: "_blank",
      rel: "noopener noreferrer",
      title: visible(address),
    },
    inner,
  );
}
