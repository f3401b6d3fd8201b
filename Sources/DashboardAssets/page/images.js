// The images that an experiment logged, one place for each key, with a slider over the steps.

import { bytesOf } from "./source.js";
import { h, nameOf, replace, visible } from "./dom.js";
import { formatTime } from "./format.js";

const RASTER_TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/**
 * Show the images of an experiment; nothing where it has none.
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
    // A file without images, or none any more: the section stays away.
    return;
  }
  const keys = new Map();
  for (const image of answer.images ?? []) {
    if (!keys.has(image.key)) keys.set(image.key, []);
    keys.get(image.key).push(image);
  }
  place.hidden = keys.size === 0;
  replace(
    place,
    h("div", { class: "card-head" }, h("h3", null, "Images")),
    h("div", { class: "image-grid" }, [...keys].map(([key, images]) => imageSlider(app, id, key,
      images))),
  );
}

function imageSlider(app, id, key, images) {
  const ordered = [...images].sort((a, b) => (a.step ?? 0) - (b.step ?? 0));
  const picture = h("img", { alt: "", decoding: "async" });
  const label = h("output", { class: "quietly" });
  let address = null;
  const slider = h("input", {
    type: "range", min: 0, max: ordered.length - 1, value: ordered.length - 1,
    "aria-label": `Step of ${visible(key)}`, on: { input: draw },
  });
  slider.hidden = ordered.length < 2;

  function draw() {
    const image = ordered[Number(slider.value)];
    if (address !== null) URL.revokeObjectURL(address);
    address = null;
    if (image.base64 && RASTER_TYPES.has(image.type ?? "image/png")) {
      const content = new Blob([bytesOf(image.base64)], { type: image.type ?? "image/png" });
      address = URL.createObjectURL(content);
    }
    picture.src = address ?? (image.path ? app.source.fileAddress(id, image.path) ?? "" : "");
    picture.alt = `${visible(key)}, step ${image.step}`;
    replace(label, `step ${image.step}`, image.time ? ` · ${formatTime(image.time)}` : "");
    slider.setAttribute("aria-valuetext", `step ${image.step}`);
  }

  draw();
  return h(
    "figure",
    { class: "picture-frame" },
    picture,
    h("figcaption", null, nameOf(key), " ", label),
    slider,
  );
}
