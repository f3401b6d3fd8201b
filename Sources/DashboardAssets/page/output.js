// What an experiment printed, followed while it runs.

import { button, h, replace } from "./dom.js";
import { formatSize } from "./format.js";
import { plainStyle, withoutOverwritten, terminalNodes } from "./terminal.js";

const MOST_KEPT = 2_000_000;
// A line that is longer is drawn in parts: it may never end.
const LONGEST_LINE = 100_000;
const LONGEST_SEQUENCE = 100;

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
  const earlier = button("Show all", showAll, { class: "quiet small", hidden: true });
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
  // Counts the beginnings: an answer to what was asked before one is not shown.
  let beginning = 0;
  let burst = 0;

  const isAtEnd = () => text.scrollTop + text.clientHeight >= text.scrollHeight - 4;

  function begin() {
    beginning += 1;
    next = 0;
    kept = 0;
    rest = "";
    style = plainStyle();
    replace(text);
    earlier.hidden = true;
  }

  function showAll() {
    begin();
    update();
  }

  async function update() {
    if (asking || isClosed) return;
    asking = true;
    try {
      let more = true;
      burst = 0;
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
    const mine = beginning;
    const answer = await app.source.ask({ ask: "output", id, ...place });
    if (mine !== beginning) return true;
    if (next === null) earlier.hidden = !((answer.from ?? 0) > 0 && app.source.live);
    if (answer.size < (next ?? 0)) {
      begin();
      return true;
    }
    const isNew = answer.text !== "";
    next = answer.next;
    element.hidden = answer.size === 0;
    if (isNew) show(answer.text);
    replace(facts, formatSize(answer.size));
    burst += answer.text.length;
    return app.source.live && isNew && answer.next < answer.size && burst < MOST_KEPT;
  }

  function show(piece) {
    const whole = rest + piece;
    const end = whole.lastIndexOf("\n") + 1;
    if (text.lastChild?.className === "unfinished") text.lastChild.remove();
    rest = withoutOverwritten(whole.slice(end));
    let finished = whole.slice(0, end);
    if (rest.length > LONGEST_LINE) {
      const escape = rest.lastIndexOf("\u001b");
      const cut = escape > rest.length - LONGEST_SEQUENCE ? escape : rest.length;
      finished += rest.slice(0, cut);
      rest = rest.slice(cut);
    }
    const nodes = terminalNodes(finished, style);
    if (nodes.length > 0) {
      const part = h("span", null, nodes);
      // What is seen counts: of a progress bar that is one line, however often it was written.
      kept += part.textContent.length;
      text.append(part);
    }
    if (rest !== "") {
      text.append(h("span", { class: "unfinished" }, terminalNodes(rest, { ...style })));
    }
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
