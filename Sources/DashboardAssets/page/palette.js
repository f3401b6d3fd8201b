// One colour for one experiment, everywhere and after a reload: it follows from the experiment
// itself, not from what else is shown. Twelve colours that people with colour blindness can tell
// apart (after Okabe and Ito, and Tol), then the same with dashes.

import { colorOf, h } from "./dom.js";

const COLORS_LIGHT = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#b8558f",
  "#3a9bdc",
  "#c98500",
  "#882255",
  "#7d7d1f",
  "#4b3fae",
  "#2a9d8f",
  "#a23ea2",
  "#6b6b6b",
];
const COLORS_DARK = [
  "#4ea5e0",
  "#f0803c",
  "#2fc79a",
  "#e59bc4",
  "#8fd0f5",
  "#f2b63c",
  "#d76a9a",
  "#c2c25a",
  "#9a92ee",
  "#6fd0c0",
  "#d47fcf",
  "#b0b0b0",
];
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3]];
// Cividis (Nunez, Anderton, Renslow 2018) at nine places.
const CIVIDIS = [
  [0, 34, 78],
  [28, 53, 108],
  [66, 76, 109],
  [94, 98, 112],
  [123, 122, 119],
  [155, 147, 117],
  [188, 174, 108],
  [223, 203, 91],
  [254, 232, 56],
];

/**
 * Open the palette.
 *
 * @param {object} experiments
 * @param {Window} page
 * @returns {object}
 */
export function createPalette(experiments, page) {
  const system = page.matchMedia("(prefers-color-scheme: dark)");
  const listeners = new Set();
  const probe = page.document.body.appendChild(h("span", { hidden: true }));
  const palette = {
    get dark() {
      const { theme, paper } = page.document.documentElement.dataset;
      if (paper !== undefined) return false;
      return theme === undefined ? system.matches : theme === "dark";
    },
    /** The colour of an experiment. */
    color: (id) => categoryColor(slotOf(id, experiments), palette.dark),
    /** The dashes of its line, as canvas takes them: `[]` is a whole line. */
    dash: (id) => DASHES[Math.floor(slotOf(id, experiments) / COLORS_LIGHT.length) % DASHES.length],
    /** A colour of style.css as the page uses it now: `palette.token("--line")`. */
    token: (name) => colorOf(probe, name),
    /** Draw for paper, which is white, or for the screen again. */
    print: (isPaper) => {
      if (isPaper) page.document.documentElement.dataset.paper = "";
      else delete page.document.documentElement.dataset.paper;
    },
    /** Light, dark, or as the system has it: "light", "dark", "". */
    choose: (theme) => {
      if (theme === "") delete page.document.documentElement.dataset.theme;
      else page.document.documentElement.dataset.theme = theme;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  system.addEventListener("change", () => {
    for (const listener of listeners) listener();
  });
  return palette;
}

function slotOf(id, experiments) {
  // Neighbours by number get different colours; the folder they are in shifts where it begins.
  // A trial, fold or stage has its number at the end of its label: exp-019.3.
  const label = experiments.value(id, "label") ?? "";
  const number = experiments.value(id, "number") || Number(/\.(\d+)$/.exec(label)?.[1]);
  if (!Number.isFinite(number)) return hashOf(id);
  const family = experiments.value(id, "parent") ?? experiments.value(id, "increment") ?? "";
  return number - 1 + hashOf(family);
}

function hashOf(text) {
  let hash = 2_166_136_261;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619);
  }
  return hash >>> 8;
}

/**
 * The colour of the category with this number.
 *
 * @param {number} index
 * @param {boolean} dark
 * @returns {string}
 */
export function categoryColor(index, dark) {
  const colors = dark ? COLORS_DARK : COLORS_LIGHT;
  return colors[((index % colors.length) + colors.length) % colors.length];
}

/**
 * The colour of a place between 0 (least) and 1 (most), for colouring by a number.
 *
 * @param {number} place
 * @returns {string}
 */
export function sequentialColor(place) {
  const at = Math.min(1, Math.max(0, place)) * (CIVIDIS.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, CIVIDIS.length - 1);
  const mixed = CIVIDIS[low].map((part, index) => {
    return Math.round(part + (CIVIDIS[high][index] - part) * (at - low));
  });
  return `rgb(${mixed.join(",")})`;
}
