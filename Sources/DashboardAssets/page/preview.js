// What a file holds, shown inside the page: pictures, tables, JSON, Markdown, patches and text.
// Nothing in a file executes: pictures are images, everything else becomes text.

import { bytesOf } from "./source.js";
import { button, h, nameOf, replace, visible } from "./dom.js";
import { formatCount, formatSize } from "./format.js";
import { markdownElement } from "./markdown.js";
import { patchElement } from "./patch.js";
import { valueTree } from "./values.js";

const MOST_PREVIEW_BYTES = 256 * 1024;
const MOST_PREVIEW_ROWS = 500;
const RASTER = /\.(png|jpe?g|gif|webp|bmp|avif|ico)$/i;
const TYPES = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  bmp: "image/bmp",
  avif: "image/avif",
  ico: "image/x-icon",
};

/**
 * Show a file of an experiment.
 *
 * @param {object} app
 * @param {string} id
 * @param {string} path
 * @returns {Promise<HTMLElement>}
 */
export async function previewElement(app, id, path) {
  const address = app.source.fileAddress(id, path);
  if (RASTER.test(path) && address !== null) return picture(address, path);
  const answer = await app.source.ask({ ask: "file", id, path, most: MOST_PREVIEW_BYTES });
  if (RASTER.test(path) && answer.base64) {
    const type = TYPES[path.toLowerCase().split(".").pop()];
    return picture(blobAddress(bytesOf(answer.base64), type), path);
  }
  if (typeof answer.text !== "string") return binary(answer);
  const cut = answer.cut
    ? h(
        "p",
        { class: "quietly" },
        `The first ${formatSize(MOST_PREVIEW_BYTES)} of ${formatSize(answer.size)} are shown.`,
      )
    : null;
  return h("div", null, cut, contentElement(path, answer.text, answer.cut));
}

/**
 * Show text by what the name of its file says.
 *
 * @param {string} path
 * @param {string} text
 * @param {boolean} cut  whether the end is missing
 * @returns {HTMLElement}
 */
export function contentElement(path, text, cut = false) {
  const extension = path.toLowerCase().split(".").pop();
  switch (extension) {
    case "svg":
      return cut
        ? plainText(text)
        : withSource(picture(dataAddress(text, "image/svg+xml"), path), text);
    case "csv":
    case "tsv":
      return withSource(delimited(text, extension === "tsv" ? "\t" : ",", cut), text);
    case "md":
    case "markdown":
      return withSource(markdownElement(text), text);
    case "json":
      return cut ? plainText(text) : json(text);
    case "jsonl":
    case "ndjson":
      return plainText(text);
    case "patch":
    case "diff":
      return withSource(patchElement(text), text);
    default:
      return plainText(text);
  }
}

function picture(address, path) {
  return h(
    "figure",
    { class: "picture-frame" },
    h("img", {
      src: address,
      alt: visible(path),
      loading: "lazy",
      decoding: "async",
      on: { error: (event) => replace(event.target.parentNode, "This is not a picture.") },
    }),
  );
}

function blobAddress(content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  // The image has read it long before.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return address;
}

// Of no origin, also where somebody opens the picture by itself: SVG may have scripts.
function dataAddress(text, type) {
  return `data:${type};charset=utf-8,${encodeURIComponent(text)}`;
}

function plainText(text) {
  return h("pre", { class: "content", tabIndex: 0 }, visible(text));
}

function binary({ size, type }) {
  const kind = type ? ` (${visible(type)})` : "";
  return h("p", { class: "quietly" }, `${formatSize(size)} that are not text${kind}.`);
}

function withSource(element, text) {
  let source = null;
  const place = h("div", null, element);
  const turn = button(
    "Source",
    () => {
      source = source === null ? plainText(text) : null;
      replace(place, source ?? element);
      turn.setAttribute("aria-pressed", String(source !== null));
    },
    { class: "quiet small turn", "aria-pressed": "false" },
  );
  return h("div", { class: "with-source" }, turn, place);
}

function json(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return plainText(text);
  }
  return withSource(valueTree(value), text);
}

function delimited(text, separator, cut) {
  const rows = parseDelimited(text, separator, MOST_PREVIEW_ROWS + 1);
  if (cut) rows.pop();
  if (rows.length === 0) return plainText(text);
  const [head, ...body] = rows;
  const numeric = head.map((_, index) => {
    return body.length > 0 && body.every((row) => /^[-+\d.eE]*$/.test(row[index] ?? ""));
  });
  const isMore = rows.length > MOST_PREVIEW_ROWS;
  return h(
    "div",
    null,
    h(
      "div",
      { class: "scroll", tabIndex: 0 },
      h(
        "table",
        { class: "plain" },
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            head.map((cell, index) => {
              return h("th", { class: numeric[index] && "number", scope: "col" }, nameOf(cell));
            }),
          ),
        ),
        h(
          "tbody",
          null,
          body.map((row) =>
            h(
              "tr",
              null,
              row.map((cell, index) => {
                return h("td", { class: numeric[index] && "number" }, nameOf(cell));
              }),
            ),
          ),
        ),
      ),
    ),
    h(
      "p",
      { class: "quietly" },
      isMore ? `The first ${formatCount(body.length, "row")}` : formatCount(body.length, "row"),
    ),
  );
}

/**
 * The rows of CSV (RFC 4180) or TSV.
 *
 * @param {string} text
 * @param {string} separator
 * @param {number} most
 * @returns {Array<Array<string>>}
 */
export function parseDelimited(text, separator, most) {
  const rows = [];
  let row = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length && rows.length < most; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && cell === "") quoted = true;
    else if (character === separator) {
      row.push(cell);
      cell = "";
    } else if (character === "\n") {
      row.push(cell.replace(/\r$/, ""));
      rows.push(row);
      row = [];
      cell = "";
    } else cell += character;
  }
  if ((cell !== "" || row.length > 0) && rows.length < most) rows.push([...row, cell]);
  return rows;
}
