// What an experiment printed, followed while it runs.

import { button, h, replace } from "./dom.js";
import { formatSize } from "./format.js";
import { plainStyle, terminalNodes } from "./terminal.js";

const MOST_KEPT = 2_000_000;

/**
 * Follow the output of an experiment.
 *
 * @param {object} app
 * @param {string} id
 * @returns {object}  `element`, `update()` asks for what is new, `close()`
 */
export function outputPanel(app, id) {
  const text = h("pre", {
    class: "terminal",
    tabIndex: 0,
    role: "log",
    "aria-label": "Output of the program",
    on: {
      scroll: () => {
        follows = isAtEnd();
      },
    },
  });
  const facts = h("span", { class: "quietly" });
  const earlier = button("Show all", () => restart(0), { class: "quiet small", hidden: true });
  const element = h(
    "section",
    { class: "card wide", hidden: true, "aria-label": "Output" },
    h("div", { class: "card-head" }, h("h3", null, "Output"), facts, earlier),
    text,
  );
  let next = null;
  let kept = 0;
  let rest = "";
  let style = plainStyle();
  let follows = true;
  let asking = false;
  let isClosed = false;

  const isAtEnd = () => text.scrollTop + text.clientHeight >= text.scrollHeight - 4;

  function restart(from) {
    next = from;
    kept = 0;
    rest = "";
    style = plainStyle();
    replace(text);
    earlier.hidden = true;
    update();
  }

  async function update() {
    if (asking || isClosed) return;
    asking = true;
    try {
      let more = true;
      while (more && !isClosed) more = await ask();
    } catch (problem) {
      // A file without the output, or no answer: what is shown stays.
      if (problem.code !== "not-in-file" && next === null) element.hidden = true;
    } finally {
      asking = false;
    }
  }

  // Whether there is more to ask for.
  async function ask() {
    // Of much output the core gives the end first.
    const place = next === null ? {} : { after: next };
    const answer = await app.source.ask({ ask: "output", id, ...place });
    if (next === null) earlier.hidden = !((answer.from ?? 0) > 0 && app.source.live);
    if (answer.size < (next ?? 0)) {
      restart(0);
      return false;
    }
    const isNew = answer.text !== "";
    next = answer.next;
    element.hidden = answer.size === 0;
    if (isNew) show(answer.text);
    replace(facts, formatSize(answer.size));
    return app.source.live && isNew && answer.next < answer.size && kept < MOST_KEPT;
  }

  function show(piece) {
    const whole = rest + piece;
    const end = whole.lastIndexOf("\n") + 1;
    text.querySelector(".unfinished")?.remove();
    rest = whole.slice(end);
    const nodes = terminalNodes(whole.slice(0, end), style);
    if (nodes.length > 0) text.append(h("span", null, nodes));
    if (rest !== "") {
      text.append(h("span", { class: "unfinished" }, terminalNodes(rest, { ...style })));
    }
    kept += piece.length;
    while (kept > MOST_KEPT && text.childNodes.length > 2) {
      kept -= text.firstChild.textContent.length;
      text.firstChild.remove();
    }
    if (follows) text.scrollTop = text.scrollHeight;
  }

  return {
    element,
    update,
    close: () => {
      isClosed = true;
    },
  };
}
