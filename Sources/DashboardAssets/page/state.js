// What the user looks at, kept in the address: a link shows the same view, back and forward work.
// The address is `#VIEW?key=value&key=value`.
//
// Keys that all views share: `where` (condition), `q` (text search), `sel` (checked experiments),
// `hidden` (experiments not drawn), `id` (the experiment shown), `sort`. A view's own keys begin
// with its name and a point: `curves.smoothing`.

/**
 * Open the state of this page.
 *
 * @param {Window} page
 * @param {string} firstView
 * @returns {object}  see the functions at the end
 */
export function createState(page, firstView) {
  const listeners = new Set();
  let current = parseAddress(page.location.hash, firstView);
  let lastPushed = 0;

  function move(next, replaceEntry) {
    const changed = changedKeys(current, next);
    if (changed.size === 0) return;
    current = next;
    const address = hrefOf(next);
    try {
      // Changes in quick succession (a slider, a brush) are one step of "back".
      const now = Date.now();
      const together = !changed.has("view") && now - lastPushed < 500;
      if (replaceEntry || together) page.history.replaceState(null, "", address);
      else page.history.pushState(null, "", address);
      if (!replaceEntry) lastPushed = now;
    } catch {
      // A frame without an address of its own, as in a notebook: the state lives in memory.
    }
    tell(changed);
  }

  function tell(changed) {
    for (const listener of [...listeners]) listener(changed);
  }

  function fromAddress() {
    const next = parseAddress(page.location.hash, firstView);
    const changed = changedKeys(current, next);
    current = next;
    if (changed.size > 0) tell(changed);
  }

  function changedBy(changes, view) {
    const values = new Map(current.values);
    for (const [key, value] of Object.entries(changes)) {
      const text = Array.isArray(value) ? value.map(escapeItem).join(",") : value;
      if (text === null || text === undefined || text === "" || text === false) values.delete(key);
      else values.set(key, text === true ? "1" : String(text));
    }
    return { view, values };
  }

  // In a frame that has no address of its own, as in a notebook, a link would lead to the page
  // around it.
  function followLink(event) {
    const link = event.defaultPrevented ? null : (event.target.closest?.('a[href^="#"]') ?? null);
    if (link === null) return;
    event.preventDefault();
    move(parseAddress(link.getAttribute("href"), firstView), false);
  }

  if (page.location.protocol === "about:") page.addEventListener("click", followLink);
  page.addEventListener("popstate", fromAddress);
  page.addEventListener("hashchange", fromAddress);

  return {
    /** The name of the view that is shown. */
    get view() {
      return current.view;
    },
    /** The value of a key as text; `otherwise` where it is not set. */
    get: (key, otherwise = "") => current.values.get(key) ?? otherwise,
    /** The value of a key as a list of texts. */
    getList: (key) => {
      const text = current.values.get(key);
      return text === undefined ? [] : text.split(",").map(decodeURIComponentSafely);
    },
    /** Set keys: text, number, true, a list; null, "" and false remove. */
    set: (changes, { replace = false } = {}) => {
      move(changedBy(changes, current.view), replace);
    },
    /** Show another view, and set keys. */
    go: (view, changes = {}) => move(changedBy(changes, view), false),
    /** The address of a view with changed keys, for links. */
    href: (view, changes = {}) => hrefOf(changedBy(changes, view)),
    /** Call `listener(Set of changed keys; "view" is one)` after each change; returns its end. */
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function escapeItem(item) {
  return String(item).replace(/[%,]/g, encodeURIComponent);
}

function decodeURIComponentSafely(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseAddress(hash, firstView) {
  const text = hash.replace(/^#/, "");
  const mark = text.indexOf("?");
  const view = decodeURIComponentSafely(mark < 0 ? text : text.slice(0, mark)) || firstView;
  const values = new Map();
  for (const part of mark < 0 ? [] : text.slice(mark + 1).split("&")) {
    const equals = part.indexOf("=");
    if (equals <= 0) continue;
    const value = decodeURIComponentSafely(part.slice(equals + 1));
    if (value !== "") values.set(decodeURIComponentSafely(part.slice(0, equals)), value);
  }
  return { view, values };
}

function hrefOf({ view, values }) {
  const parts = [...values].map(([key, value]) => `${escapePart(key)}=${escapePart(value)}`);
  return `#${escapePart(view)}${parts.length > 0 ? `?${parts.join("&")}` : ""}`;
}

function escapePart(text) {
  return encodeURIComponent(text).replace(/%(2F|3A|2C|40|3B)/g, decodeURIComponent);
}

function changedKeys(before, after) {
  const changed = new Set();
  if (before.view !== after.view) changed.add("view");
  for (const key of new Set([...before.values.keys(), ...after.values.keys()])) {
    if (before.values.get(key) !== after.values.get(key)) changed.add(key);
  }
  return changed;
}
