// What an experiment logged beside numbers: images, texts and histograms, one place for each key,
// with a slider over the steps. Each is asked for when it is looked at.

import { bytesOf } from "./source.js";
import { formatCount, formatNumber, formatTime } from "./format.js";
import { h, nameOf, replace, svg, visible } from "./dom.js";
import { markdownElement } from "./markdown.js";

const RASTER_TYPES = new Set([
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/bmp",
  "image/avif",
]);
const MOST_KEYS = 60;

/**
 * Show what an experiment logged beside numbers; nothing where there is none.
 *
 * @param {object} app
 * @param {string} id
 * @param {HTMLElement} place  is filled when the answer has come
 */
export async function showImages(app, id, place) {
  let answer;
  try {
    answer = await app.source.ask({ ask: "images", id });
  } catch {
    // A file that holds none, or an experiment that is no more: the section stays away.
    return;
  }
  const keys = answer.keys ?? [];
  place.hidden = keys.length === 0;
  const shown = keys.slice(0, MOST_KEYS);
  replace(
    place,
    h(
      "div",
      { class: "card-head" },
      h("h3", null, "Images, texts and histograms"),
      h(
        "span",
        { class: "quietly" },
        keys.length > shown.length
          ? `${shown.length} of ${keys.length}`
          : formatCount(keys.length, "key"),
      ),
    ),
    h(
      "div",
      { class: "image-grid" },
      shown.map((key) => loggedElement(app, id, key)),
    ),
  );
}

function loggedElement(app, id, { key, kind, count }) {
  const content = h("div", { class: ["logged", `logged-${visible(kind)}`] });
  const label = h("output", { class: "quietly" });
  const slider = h("input", {
    type: "range",
    min: 0,
    max: Math.max(0, count - 1),
    value: Math.max(0, count - 1),
    "aria-label": `Step of ${visible(key)}`,
    on: { input: draw },
  });
  slider.hidden = count < 2;
  let entries = null;
  let address = null;

  async function draw() {
    const wanted = slider.value;
    try {
      entries ??= (await app.source.ask({ ask: "images", id, key })).images;
      const entry = entries[Number(wanted)];
      if (entry === undefined) return;
      const answer = await app.source.ask({ ask: "images", id, key, index: entry.index });
      if (wanted !== slider.value) return;
      show(answer);
      replace(label, `step ${entry.step}`, entry.time ? ` · ${formatTime(entry.time)}` : "");
      slider.setAttribute("aria-valuetext", `step ${entry.step}`);
    } catch (problem) {
      replace(content, h("p", { class: "quietly" }, visible(problem.message)));
    }
  }

  function show(answer) {
    if (address !== null) URL.revokeObjectURL(address);
    address = null;
    if (answer.base64 && RASTER_TYPES.has(answer.type)) {
      address = URL.createObjectURL(new Blob([bytesOf(answer.base64)], { type: answer.type }));
      const alt = `${visible(key)}, step ${answer.step}`;
      replace(content, h("img", { alt, src: address, decoding: "async" }));
    } else if (typeof answer.text === "string") {
      replace(content, markdownElement(answer.text));
    } else if (answer.histogram) {
      replace(content, histogramElement(answer.histogram, visible(key)));
    } else {
      replace(content, h("p", { class: "quietly" }, "This cannot be shown."));
    }
  }

  draw();
  return h(
    "figure",
    { class: "picture-frame" },
    content,
    h("figcaption", null, nameOf(key), " ", label),
    slider,
  );
}

const HISTOGRAM_WIDTH = 240;
const HISTOGRAM_HEIGHT = 110;

function histogramElement({ edges, counts }, name) {
  const low = edges[0];
  const width = edges[edges.length - 1] - low || 1;
  const most = counts.reduce((largest, count) => Math.max(largest, count), 0) || 1;
  const bars = counts.map((count, at) => {
    const left = ((edges[at] - low) / width) * HISTOGRAM_WIDTH;
    const right = ((edges[at + 1] - low) / width) * HISTOGRAM_WIDTH;
    const height = (count / most) * (HISTOGRAM_HEIGHT - 4);
    return svg("rect", {
      x: left,
      y: HISTOGRAM_HEIGHT - height,
      width: Math.max(0.5, right - left - 0.5),
      height,
    });
  });
  return h(
    "div",
    null,
    svg(
      "svg",
      {
        class: "histogram",
        viewBox: `0 0 ${HISTOGRAM_WIDTH} ${HISTOGRAM_HEIGHT}`,
        role: "img",
        "aria-label":
          `Histogram of ${name} from ${formatNumber(low)} to ` +
          formatNumber(edges[edges.length - 1]),
      },
      bars,
    ),
    h(
      "div",
      { class: "histogram-ends quietly" },
      h("span", null, formatNumber(low)),
      h("span", null, formatNumber(edges[edges.length - 1])),
    ),
  );
}
