// The living docs as `specweave-ml sync-docs` would write them.

import { h, nameOf, replace, visible } from "./dom.js";
import { markdownElement } from "./markdown.js";

/**
 * The view of the living docs.
 *
 * @param {object} app
 * @returns {object}
 */
export function docsView(app) {
  const { state, source } = app;
  const controls = h("div", { class: "controls" });
  const content = h("div", { class: "report" });
  const element = h("div", { class: "report-view" }, controls, content);
  let pages = null;
  let asked = 0;

  function draw() {
    const wanted = state.get("docs.page");
    const page = pages.find((one) => one.title === wanted) ?? pages[0];
    replace(
      controls,
      pages.length === 0
        ? null
        : h(
            "label",
            null,
            "Page",
            h(
              "select",
              { on: { change: (event) => state.set({ "docs.page": event.target.value }) } },
              pages.map((one) =>
                h("option", { value: one.title, selected: one === page }, visible(one.title)),
              ),
            ),
          ),
    );
    replace(
      content,
      page === undefined
        ? h("p", { class: "quietly" }, "There is nothing to document yet.")
        : [
            h("h2", null, nameOf(page.title)),
            h(
              "p",
              { class: "quietly" },
              "What “specweave-ml sync-docs” writes to ",
              nameOf(page.path),
              ".",
            ),
            h("article", { class: "card" }, markdownElement(page.text)),
          ],
    );
  }

  async function ask() {
    asked += 1;
    const mine = asked;
    try {
      const answer = await source.ask({ ask: "docs" });
      if (mine !== asked) return;
      // The pages of several increments have the same paths.
      const several = answer.increments.length > 1;
      pages = answer.increments.flatMap((increment) =>
        increment.pages.map((page) => ({
          ...page,
          title: several ? `${increment.name}: ${page.path}` : page.path,
        })),
      );
      draw();
    } catch (problem) {
      if (mine !== asked) return;
      replace(content, h("p", { class: "quietly" }, visible(problem.message)));
    }
  }

  return {
    element,
    update: (reasons) => {
      if (pages === null || reasons.has("experiments")) ask();
      else draw();
    },
    close: () => {
      asked += 1;
    },
  };
}
