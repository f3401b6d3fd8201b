// A figure: a title, layers of canvas that follow its size, the theme and the resolution of the
// screen, what a
// screen reader says of it, its data as a table, and its export. What is drawn on it is given by
// `paint`.

import { button, colorOf, h, nameOf, replace } from "./dom.js";
import { canvasSurface, savePng, saveSvg } from "./export.js";

/**
 * Make a figure.
 *
 * @param {object} options
 *   title        text above it and in the names of its files
 *   layers       how many canvases lie upon each other
 *   paint        `function*(surface, {width, height}, theme, layer)`: draws one layer; a `yield`
 * lets a frame pass
 *   exported     the layers that belong into a file
 *   legend       `() => [{name, color, dash}]`: what the file explains under the drawing
 *   table        `() => {head: [text], rows: [[text]]}`: the same data in words and numbers
 *   keys         a sentence on the keys, for its description
 * @returns {object}  `element`, `area`, `theme()`, `size()`, `redraw(layer?)`, `setTitle`, `setSummary`, `addControl`, `close`
 */
export function createFigure({
  title,
  layers = 1,
  paint,
  exported = [0],
  legend = () => [],
  table = null,
  keys = "",
}) {
  let name = title;
  let drawing = Array.from({ length: layers }, () => null);
  let size = { width: 0, height: 0 };
  let ratio = 0;
  let seen = false;
  let frame = 0;
  const wanted = new Set();
  const canvases = drawing.map((_, layer) =>
    h("canvas", { class: `figure-layer figure-layer-${layer}`, "aria-hidden": "true" }),
  );
  const surfaces = canvases.map(canvasSurface);
  const heading = h("h2", { class: "figure-title" }, nameOf(title));
  const controls = h("div", { class: "figure-controls" });
  const area = h(
    "div",
    { class: "figure-area", tabIndex: 0, role: "application", "aria-roledescription": "chart" },
    canvases,
  );
  const words =
    table === null
      ? null
      : h("details", { class: "figure-table" }, h("summary", null, "As a table"));
  const element = h(
    "figure",
    { class: "figure" },
    h("figcaption", null, heading, controls),
    area,
    words,
  );

  function theme() {
    const style = getComputedStyle(element);
    const token = (name) => colorOf(canvases[0], name);
    return {
      ink: token("--ink"),
      soft: token("--soft"),
      line: token("--line"),
      strong: token("--line-strong"),
      ground: token("--raised"),
      accent: token("--accent"),
      bad: token("--bad"),
      fontFamily: style.fontFamily,
      font: `11px ${style.fontFamily}`,
      ratio: ratio || 1,
    };
  }

  function fit() {
    const box = area.getBoundingClientRect();
    const now = window.devicePixelRatio || 1;
    const width = Math.round(box.width);
    const height = Math.round(box.height);
    if (width === size.width && height === size.height && now === ratio) return false;
    size = { width, height };
    ratio = now;
    for (const canvas of canvases) {
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    }
    return true;
  }

  /** Draw a layer again in the next frame (all of them without an argument). */
  function redraw(layer = null) {
    for (let one = 0; one < layers; one += 1) {
      if (layer === null || layer === one) wanted.add(one);
    }
    element.dataset.drawn = "partly";
    if (frame === 0) frame = requestAnimationFrame(step);
  }

  function step() {
    frame = 0;
    if (element.isConnected && seen && advance() && frame === 0) {
      frame = requestAnimationFrame(step);
    }
  }

  /** Draw the next part of what is wanted; return whether there is more. */
  function advance() {
    if (fit()) for (let one = 0; one < layers; one += 1) wanted.add(one);
    if (size.width < 20 || size.height < 20) return false;
    for (const layer of wanted) {
      surfaces[layer].setTransform(ratio, 0, 0, ratio, 0, 0);
      surfaces[layer].clearRect(0, 0, size.width, size.height);
      drawing[layer] = paint(surfaces[layer], size, theme(), layer);
    }
    wanted.clear();
    let more = false;
    drawing = drawing.map((work) => {
      if (work === null) return null;
      if (work.next().done) return null;
      more = true;
      return work;
    });
    element.dataset.drawn = more ? "partly" : "whole";
    return more;
  }

  /** On paper all of a figure is seen, and printing waits for no frame. */
  function print() {
    if (!element.isConnected) return;
    redraw();
    while (advance());
  }
  const again = () => redraw();
  window.addEventListener("beforeprint", print);
  window.addEventListener("afterprint", again);

  const sizes = new ResizeObserver(() => redraw());
  sizes.observe(area);
  const sight = new IntersectionObserver(
    (entries) => {
      seen = entries[entries.length - 1].isIntersecting;
      if (seen) redraw();
      element.dispatchEvent(new CustomEvent("sight", { detail: seen }));
    },
    { rootMargin: "200px" },
  );
  sight.observe(area);

  /** The whole figure on one surface, with its title and legend, for a file. */
  function paintFile(surface, whole) {
    const colors = theme();
    surface.fillStyle = colors.ground;
    surface.fillRect(0, 0, whole.width, whole.height);
    surface.fillStyle = colors.ink;
    surface.font = `600 13px ${colors.fontFamily}`;
    surface.textBaseline = "alphabetic";
    surface.fillText(name, 12, 22);
    surface.save();
    surface.translate(0, 32);
    for (const layer of exported) {
      for (const _ of paint(surface, size, colors, layer)) {
        /* a file waits for no frame */
      }
    }
    surface.restore();
    surface.font = colors.font;
    surface.textBaseline = "middle";
    const columns = Math.max(1, Math.floor(whole.width / 220));
    legend()
      .slice(0, LEGEND_MOST)
      .forEach((entry, index) => {
        const x = 14 + (index % columns) * ((whole.width - 20) / columns);
        const y = size.height + 46 + Math.floor(index / columns) * 17;
        surface.strokeStyle = entry.color;
        surface.lineWidth = 2;
        surface.setLineDash(entry.dash ?? []);
        surface.beginPath();
        surface.moveTo(x, y);
        surface.lineTo(x + 18, y);
        surface.stroke();
        surface.setLineDash([]);
        surface.fillStyle = colors.ink;
        surface.textAlign = "left";
        surface.fillText(
          entry.name.length > 34 ? `${entry.name.slice(0, 33)}…` : entry.name,
          x + 24,
          y,
        );
      });
  }

  function fileSize() {
    const columns = Math.max(1, Math.floor(size.width / 220));
    const rows = Math.ceil(Math.min(LEGEND_MOST, legend().length) / columns);
    return {
      width: size.width,
      height: size.height + 40 + rows * 17,
      fontFamily: theme().fontFamily,
    };
  }

  /** A file has margins of its own; the figure's are measured again after it. */
  function save(how) {
    how(name, fileSize(), paintFile);
    redraw();
  }

  controls.append(
    button("SVG", () => save(saveSvg), {
      class: "quiet small",
      "aria-label": `Save ${title} as SVG`,
    }),
    button("PNG", () => save(savePng), {
      class: "quiet small",
      "aria-label": `Save ${title} as PNG`,
    }),
  );

  function drawTable() {
    if (words === null || !words.open) return;
    const { head, rows } = table();
    replace(
      words,
      h("summary", null, "As a table"),
      h(
        "div",
        { class: "figure-rows", tabIndex: 0, role: "region", "aria-label": `${name} as a table` },
        h(
          "table",
          null,
          h(
            "thead",
            null,
            h(
              "tr",
              null,
              head.map((text) => h("th", { scope: "col" }, text)),
            ),
          ),
          h(
            "tbody",
            null,
            rows.map((row) =>
              h(
                "tr",
                null,
                row.map((text, column) =>
                  column === 0 ? h("th", { scope: "row" }, nameOf(text)) : h("td", null, text),
                ),
              ),
            ),
          ),
        ),
      ),
    );
  }
  words?.addEventListener("toggle", drawTable);

  return {
    element,
    area,
    canvases,
    theme,
    redraw,
    drawTable,
    get width() {
      return size.width;
    },
    get height() {
      return size.height;
    },
    get seen() {
      return seen;
    },
    setTitle: (text) => {
      name = text;
      replace(heading, nameOf(text));
    },
    /** What a screen reader says when the figure is reached. */
    setSummary: (text) =>
      area.setAttribute("aria-label", `${text}${keys === "" ? "" : ` ${keys}`}`),
    addControl: (control) => controls.prepend(control),
    close: () => {
      sizes.disconnect();
      sight.disconnect();
      window.removeEventListener("beforeprint", print);
      window.removeEventListener("afterprint", again);
      cancelAnimationFrame(frame);
    },
  };
}

const LEGEND_MOST = 60;
