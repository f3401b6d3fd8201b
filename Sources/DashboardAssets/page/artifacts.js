// The files of an experiment: a list by folder, and beside it what the chosen one holds. Files that
// differ in their step only are one entry with a slider.

import { button, copyButton, h, nameOf, replace, visible } from "./dom.js";
import { formatCount, formatSize } from "./format.js";
import { previewElement } from "./preview.js";

const STEP_IN_NAME = /^(.*?)[-_/]?step[-_=]?(\d+)(\.[^/]*)?$/i;

/**
 * Show the files of an experiment.
 *
 * @param {object} app  the chosen file is `experiment.file` in the address
 * @param {string} id
 * @param {Array<object>} artifacts
 * @returns {HTMLElement}
 */
export function artifactsElement(app, id, artifacts) {
  const kept = artifacts.filter((one) => !one.removed);
  const entries = groupedBySteps(kept);
  const preview = h("div", { class: "preview", "aria-live": "polite" });
  const buttons = new Map();
  const own = entries.filter((entry) => entry.files[0].kind !== "environment");
  const environment = entries.filter((entry) => entry.files[0].kind === "environment");
  const list = h(
    "div",
    { class: "file-list" },
    h("ul", null, own.map(item)),
    environment.length === 0
      ? null
      : h(
          "details",
          { open: own.length === 0 },
          h("summary", null, `Environment `, h("span", { class: "quietly" }, environment.length)),
          h("ul", null, environment.map(item)),
        ),
  );
  let shown = null;

  function item(entry) {
    const size = entry.files.reduce((sum, file) => sum + (file.size ?? 0), 0);
    const element = button("", () => app.state.set({ "experiment.file": entry.name }), {
      class: "quiet file",
      title: visible(entry.name),
    });
    element.append(
      nameOf(entry.name, { class: "file-name" }),
      h(
        "span",
        { class: "quietly" },
        entry.files.length > 1 ? formatCount(entry.files.length, "step") : formatSize(size),
      ),
    );
    buttons.set(entry.name, element);
    return h("li", null, element);
  }

  function show() {
    const wanted = app.state.get("experiment.file");
    const entry = entries.find((one) => one.name === wanted) ?? own[0] ?? entries[0];
    if (entry === undefined || entry === shown) return;
    shown = entry;
    for (const [name, element] of buttons) {
      element.setAttribute("aria-pressed", String(name === entry.name));
    }
    replace(
      preview,
      entry.files.length > 1 ? stepped(app, id, entry) : single(app, id, entry.files[0]),
    );
  }

  show();
  const element = h("div", { class: "files" }, list, preview);
  element.refresh = show;
  return element;
}

function single(app, id, file) {
  const place = h("div", { class: "quietly" }, "…");
  fill(place, app, id, file.path);
  return [headOf(app, id, file), place];
}

function stepped(app, id, entry) {
  const head = h("div");
  const place = h("div");
  const label = h("output", null);
  const slider = h("input", {
    type: "range",
    min: 0,
    max: entry.files.length - 1,
    value: entry.files.length - 1,
    "aria-label": `Step of ${visible(entry.name)}`,
    on: { input: draw },
  });

  function draw() {
    const file = entry.files[Number(slider.value)];
    replace(label, `step ${entry.steps[Number(slider.value)]}`);
    slider.setAttribute("aria-valuetext", label.textContent);
    replace(head, headOf(app, id, file));
    fill(place, app, id, file.path);
  }

  draw();
  return [head, h("div", { class: "stepper" }, slider, label), place];
}

async function fill(place, app, id, path) {
  place.dataset.path = path;
  let element;
  try {
    element = await previewElement(app, id, path);
  } catch (problem) {
    element = h("p", { class: "quietly" }, visible(problem.message));
  }
  // Another step may have been asked for meanwhile.
  if (place.dataset.path !== path) return;
  place.classList.remove("quietly");
  replace(place, element);
}

function headOf(app, id, file) {
  const address = app.source.fileAddress(id, file.path);
  return h(
    "div",
    { class: "file-head" },
    h("strong", null, nameOf(file.path)),
    h(
      "span",
      { class: "quietly" },
      [formatSize(file.size), file.version > 1 ? `version ${file.version}` : "", file.type ?? ""]
        .filter(Boolean)
        .join(" · "),
    ),
    file.sha256
      ? h("code", { class: "quietly", title: `SHA-256 ${file.sha256}` }, file.sha256.slice(0, 12))
      : null,
    file.sha256 ? copyButton(() => file.sha256, "Copy the SHA-256") : null,
    address === null ? null : h("a", { href: address, download: fileName(file.path) }, "Download"),
  );
}

function fileName(path) {
  return path.split("/").pop();
}

function groupedBySteps(files) {
  const groups = new Map();
  for (const file of files) {
    const match = STEP_IN_NAME.exec(file.path);
    const step = match === null ? null : Number(match[2]);
    const name = match === null ? file.path : `${match[1]}${match[3] ?? ""}`;
    const key = `${match === null}${name}`;
    if (!groups.has(key)) groups.set(key, { name, files: [], steps: [] });
    groups.get(key).files.push(file);
    groups.get(key).steps.push(step);
  }
  const entries = [...groups.values()].map((group) => {
    if (group.files.length === 1) return { ...group, name: group.files[0].path };
    const order = group.steps.map((step, index) => [step, index]).sort((a, b) => a[0] - b[0]);
    return {
      name: group.name,
      files: order.map(([, index]) => group.files[index]),
      steps: order.map(([step]) => step),
    };
  });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
