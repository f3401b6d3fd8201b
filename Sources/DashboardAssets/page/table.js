// The table of all experiments.

import { h, nameOf, replace } from "./dom.js";
import { formatValue } from "./format.js";

/**
 * The table of all experiments.
 *
 * @param {object} app
 * @returns {object}  a view (see main.js)
 */
export function tableView(app) {
  const element = h("div", { class: "table" });
  return {
    element,
    update: () => {
      replace(
        element,
        app.filter.ids().slice(0, 200).map((id) => h("div", null, nameOf(app.experiments.label(id)),
          " ", formatValue(app.experiments.value(id, "status")))),
      );
    },
    close: () => {},
  };
}
