// A chart as a file: SVG, through a surface that understands the same calls as a canvas, and PNG.

import { download, visible } from "./dom.js";

/**
 * A drawing surface with the calls of CanvasRenderingContext2D that the charts use, which writes
 * SVG.
 *
 * @param {number} width
 * @param {number} height
 * @param {string} fontFamily
 * @returns {object}  `svgText()` gives the whole file
 */
export function createSvgSurface(width, height, fontFamily) {
  const parts = [];
  const definitions = [];
  const number = (value) => String(Math.round(value * 10) / 10);
  let path = [];
  let clips = 0;
  let state = {
    fillStyle: "#000",
    strokeStyle: "#000",
    lineWidth: 1,
    globalAlpha: 1,
    font: "11px sans-serif",
    textAlign: "start",
    textBaseline: "alphabetic",
    lineJoin: "miter",
    dash: [],
    clip: "",
    transform: "",
  };
  const stack = [];

  function common() {
    const clip = state.clip === "" ? "" : ` clip-path="url(#${state.clip})"`;
    const alpha = state.globalAlpha === 1 ? "" : ` opacity="${state.globalAlpha}"`;
    return clip + alpha + (state.transform === "" ? "" : ` transform="${state.transform}"`);
  }

  const surface = {
    beginPath: () => {
      path = [];
    },
    moveTo: (x, y) => path.push(`M${number(x)} ${number(y)}`),
    lineTo: (x, y) => path.push(`L${number(x)} ${number(y)}`),
    closePath: () => path.push("Z"),
    rect: (x, y, w, h) =>
      path.push(`M${number(x)} ${number(y)}h${number(w)}v${number(h)}h${number(-w)}Z`),
    arc: (x, y, radius) => {
      const r = number(radius);
      path.push(
        `M${number(x - radius)} ${number(y)}a${r} ${r} 0 1 0 ${number(2 * radius)} 0a${r} ${r} 0 1 0 ${number(-2 * radius)} 0`,
      );
    },
    stroke: () => {
      if (path.length === 0) return;
      const dash = state.dash.length === 0 ? "" : ` stroke-dasharray="${state.dash.join(" ")}"`;
      parts.push(
        `<path d="${path.join("")}" fill="none" stroke="${escapeXml(state.strokeStyle)}" stroke-width="${state.lineWidth}" ` +
          `stroke-linejoin="${state.lineJoin}"${dash}${common()}/>`,
      );
    },
    fill: () => {
      if (path.length > 0)
        parts.push(`<path d="${path.join("")}" fill="${escapeXml(state.fillStyle)}"${common()}/>`);
    },
    fillRect: (x, y, w, h) => {
      parts.push(
        `<rect x="${number(x)}" y="${number(y)}" width="${number(Math.max(0, w))}" height="${number(Math.max(0, h))}" ` +
          `fill="${escapeXml(state.fillStyle)}"${common()}/>`,
      );
    },
    clearRect: () => {},
    fillText: (text, x, y) => {
      const anchor = { center: "middle", right: "end", end: "end" }[state.textAlign] ?? "start";
      const baseline =
        { middle: "central", top: "hanging", bottom: "text-after-edge" }[state.textBaseline] ??
        "auto";
      const size = /([\d.]+)px/.exec(state.font)?.[1] ?? "11";
      const weight = /\b(bold|600|700)\b/.test(state.font) ? ' font-weight="600"' : "";
      parts.push(
        `<text x="${number(x)}" y="${number(y)}" font-size="${size}"${weight} text-anchor="${anchor}" ` +
          `dominant-baseline="${baseline}" fill="${escapeXml(state.fillStyle)}"${common()}>${escapeXml(visible(text))}</text>`,
      );
    },
    // About right for sans-serif letters; used for margins only.
    measureText: (text) => ({
      width: String(text).length * Number(/([\d.]+)px/.exec(state.font)?.[1] ?? 11) * 0.56,
    }),
    save: () => stack.push({ ...state }),
    restore: () => {
      state = stack.pop() ?? state;
    },
    clip: () => {
      clips += 1;
      const name = `clip${clips}`;
      definitions.push(`<clipPath id="${name}"><path d="${path.join("")}"/></clipPath>`);
      state.clip = name;
    },
    translate: (x, y) => {
      state.transform = `${state.transform} translate(${number(x)} ${number(y)})`.trim();
    },
    rotate: (angle) => {
      state.transform = `${state.transform} rotate(${number((angle * 180) / Math.PI)})`.trim();
    },
    setLineDash: (dash) => {
      state.dash = dash;
    },
    svgText: () =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `font-family="${escapeXml(fontFamily)}"><defs>${definitions.join("")}</defs>${parts.join("\n")}</svg>\n`,
  };
  for (const name of [
    "fillStyle",
    "strokeStyle",
    "lineWidth",
    "globalAlpha",
    "font",
    "textAlign",
    "textBaseline",
    "lineJoin",
  ]) {
    Object.defineProperty(surface, name, {
      get: () => state[name],
      set: (value) => {
        state[name] = value;
      },
    });
  }
  return surface;
}

function escapeXml(text) {
  return String(text).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}

/**
 * The drawing surface of a canvas, on which control characters and those that turn the direction
 * of writing are seen, as everywhere on the page.
 *
 * @param {HTMLCanvasElement} canvas
 * @returns {CanvasRenderingContext2D}
 */
export function canvasSurface(canvas) {
  const surface = canvas.getContext("2d");
  const write = surface.fillText.bind(surface);
  surface.fillText = (text, ...place) => write(visible(text), ...place);
  return surface;
}

/**
 * Save what `paint` draws as an SVG file.
 *
 * @param {string} title  becomes the name of the file
 * @param {function} paint  `paint(surface, {width, height})`
 */
export function saveSvg(title, { width, height, fontFamily }, paint) {
  const surface = createSvgSurface(width, height, fontFamily);
  paint(surface, { width, height });
  download(`${fileNameOf(title)}.svg`, surface.svgText(), "image/svg+xml");
}

/**
 * Save what `paint` draws as a PNG file with two pixels for each of the chart's.
 */
export function savePng(title, { width, height }, paint) {
  const canvas = document.createElement("canvas");
  canvas.width = width * 2;
  canvas.height = height * 2;
  const surface = canvasSurface(canvas);
  surface.scale(2, 2);
  paint(surface, { width, height });
  canvas.toBlob((blob) => {
    if (blob !== null) download(`${fileNameOf(title)}.png`, blob, "image/png");
  }, "image/png");
}

function fileNameOf(title) {
  return (
    visible(title)
      .replace(/[^\p{L}\p{N}._-]+/gu, "-")
      .replace(/^[-.]+|[-.]+$/g, "")
      .slice(0, 100) || "chart"
  );
}
