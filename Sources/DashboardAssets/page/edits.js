// What may be changed of an experiment where the page was opened for edits: notes, tags, selection.

import { button, h, nameOf, replace, visible } from "./dom.js";

/**
 * Write a note.
 *
 * @param {object} app
 * @param {string} id
 * @param {function} done  gets the experiment as it is then
 * @returns {HTMLElement}
 */
export function noteForm(app, id, done) {
  const text = h("textarea", {
    rows: 2,
    placeholder: "Write a note",
    "aria-label": "Note",
    on: {
      keydown: (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
      },
    },
  });
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const element = h(
    "div",
    { class: "edit-form" },
    text,
    button("Save the note", save, { title: "Ctrl+Enter" }),
    problem,
  );

  async function save() {
    const note = text.value.trim();
    if (note === "") return;
    const answer = await edited(app, { id, note }, problem);
    if (answer === null) return;
    text.value = "";
    app.announce("The note is saved.");
    done(answer);
  }

  return element;
}

/**
 * Add and remove tags.
 *
 * @param {object} app
 * @param {string} id
 * @param {function} done
 * @returns {{show: function(Array<string>): HTMLElement}}
 */
export function tagEditor(app, id, done) {
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const input = h("input", {
    type: "text",
    placeholder: "Add a tag",
    "aria-label": "New tag",
    class: "new-tag",
    on: {
      keydown: (event) => {
        if (event.key === "Enter") add();
      },
    },
  });

  async function add() {
    const tag = input.value.trim();
    if (tag === "") return;
    const answer = await edited(app, { id, add_tag: tag }, problem);
    if (answer === null) return;
    input.value = "";
    done(answer);
  }

  async function remove(tag) {
    const answer = await edited(app, { id, remove_tag: tag }, problem);
    if (answer !== null) done(answer);
  }

  const list = h("span", { class: "tag-editor" });
  const element = h("div", { class: "tag-editor" }, list, input, problem);
  return {
    show: (tags) => {
      replace(
        list,
        tags.map((tag) =>
          h(
            "span",
            { class: "tag" },
            nameOf(tag),
            button("×", () => remove(tag), {
              class: "quiet small",
              "aria-label": `Remove the tag ${visible(tag)}`,
            }),
          ),
        ),
      );
      return element;
    },
  };
}

/**
 * Select an experiment with reasons, or end that.
 *
 * @param {object} app
 * @param {string} id
 * @param {boolean} isSelected
 * @param {function} done
 * @returns {HTMLElement}
 */
export function selectForm(app, id, isSelected, done) {
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  if (isSelected) {
    const end = button("Remove the selection", () => send(false));
    return h("div", { class: "edit-form" }, end, problem);
  }
  const reasons = h("textarea", {
    rows: 2,
    placeholder: "Why this one? A reason a line",
    "aria-label": "Reasons",
  });

  async function send(select, lines = []) {
    const answer = await edited(app, { id, select, reasons: lines }, problem);
    if (answer !== null) done(answer);
  }

  return h(
    "details",
    { class: "edit-form" },
    h("summary", null, "Select this experiment"),
    reasons,
    button("Select", () => {
      const lines = reasons.value
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean);
      send(true, lines);
    }),
    problem,
  );
}

// The experiment after a change; null where it was refused.
async function edited(app, change, problem) {
  try {
    const answer = await app.source.ask({ ask: "edit", ...change });
    problem.hidden = true;
    app.experiments.refresh().catch(() => {});
    return answer;
  } catch (reason) {
    problem.hidden = false;
    replace(problem, visible(reason.message));
    return null;
  }
}
