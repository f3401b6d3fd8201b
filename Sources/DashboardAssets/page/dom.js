// Elements are made here and nowhere else. Text becomes text nodes, never markup, so that names,
// notes and artifacts of a stranger cannot execute.

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * Make an HTML element.
 *
 * `props`: `class` (text, or a list of which empty values are left out), `style` (object: custom
 * properties and camel case names), `dataset` (object), `on` (object: event name to listener),
 * `value`, `checked` and other DOM properties by their name; everything else is an attribute.
 * `null`, `undefined` and `false` leave a property out; `true` sets an empty attribute.
 *
 * @param {string} tag
 * @param {object|null} props
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, props, ...children) {
  return furnish(document.createElement(tag), props, children);
}

/**
 * Make an SVG element; the arguments are those of `h`.
 *
 * @returns {SVGElement}
 */
export function svg(tag, props, ...children) {
  return furnish(document.createElementNS(SVG_NAMESPACE, tag), props, children);
}

function furnish(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") {
      const names = Array.isArray(value) ? value.filter(Boolean).join(" ") : value;
      if (names !== "") element.setAttribute("class", names);
    } else if (name === "style") {
      setStyle(element, value);
    } else if (name === "dataset") {
      Object.assign(element.dataset, value);
    } else if (name === "on") {
      for (const [event, listener] of Object.entries(value)) {
        element.addEventListener(event, listener);
      }
    } else if (DOM_PROPERTIES.has(name) && element instanceof HTMLElement) {
      element[name] = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

const DOM_PROPERTIES = new Set([
  "value",
  "checked",
  "indeterminate",
  "disabled",
  "selected",
  "open",
  "htmlFor",
  "tabIndex",
  "textContent",
  "hidden",
  "readOnly",
  "multiple",
  "scrollTop",
  "width",
  "height",
]);

/**
 * Set inline styles from JavaScript, which the content security policy allows; attributes are not.
 *
 * @param {HTMLElement|SVGElement} element
 * @param {object} styles
 */
export function setStyle(element, styles) {
  for (const [name, value] of Object.entries(styles)) {
    if (name.startsWith("--")) element.style.setProperty(name, value);
    else element.style[name] = value;
  }
}

/**
 * The colour that a custom property comes to now, `light-dark()` included, as a canvas takes it.
 *
 * @param {HTMLElement} probe  an element in the page whose own colour shows nothing
 * @param {string} name  `--ink`
 * @returns {string}
 */
export function colorOf(probe, name) {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

/**
 * Append children: nodes, text, numbers; lists are flattened, empty values are left out.
 *
 * @param {Node} element
 * @param {Array} children
 */
export function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === "") continue;
    if (Array.isArray(child)) append(element, child);
    else if (child instanceof Node) element.appendChild(child);
    else element.appendChild(document.createTextNode(String(child)));
  }
}

/**
 * Put these children in the place of all children that an element has.
 *
 * @param {Node} element
 * @param {...*} children
 */
export function replace(element, ...children) {
  element.textContent = "";
  append(element, children);
}

/**
 * A name that somebody chose: isolated, so that right-to-left letters turn nothing around it.
 *
 * @param {string} text
 * @param {object|null} props
 * @returns {HTMLElement}
 */
export function nameOf(text, props = null) {
  return h("bdi", props, visible(text));
}

const UNSEEN = new RegExp(
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b\\u200e\\u200f" +
    "\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff]",
  "u",
);
const UNSEEN_ALL = new RegExp(UNSEEN.source, "gu");

/**
 * Show what cannot be seen: control characters and those that change the direction of text.
 * Line ends and tabulators stay.
 *
 * @param {*} text
 * @returns {string}
 */
export function visible(text) {
  const plain = String(text);
  if (!UNSEEN.test(plain)) return plain;
  return plain.replace(UNSEEN_ALL, (character) => {
    const code = character.codePointAt(0);
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    if (code === 0x7f) return "\u2421";
    return `\u27e8U+${code.toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
  });
}

/**
 * A button with a text that a screen reader reads too.
 *
 * @param {string} text
 * @param {function|null} run
 * @param {object|null} props
 * @returns {HTMLButtonElement}
 */
export function button(text, run, props = null) {
  return h("button", { type: "button", on: run === null ? null : { click: run }, ...props }, text);
}

/**
 * A button that copies text and says that it did.
 *
 * @param {function(): string} text
 * @param {string} what
 * @returns {HTMLButtonElement}
 */
export function copyButton(text, what = "Copy") {
  const element = button(
    "Copy",
    async () => {
      const copied = await copyText(text());
      element.textContent = copied ? "Copied" : "Press Ctrl+C";
      setTimeout(() => {
        element.textContent = "Copy";
      }, 1500);
    },
    { class: "quiet small", "aria-label": what },
  );
  return element;
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not a secure context, or a frame without the permission: select it and copy as of old.
    const area = h("textarea", { class: "offscreen", value: text, readOnly: true });
    document.body.appendChild(area);
    area.select();
    let copied = false;
    try {
      copied = document.execCommand("copy");
    } catch {
      copied = false;
    }
    area.remove();
    return copied;
  }
}

/**
 * Give the user a file.
 *
 * @param {string} name
 * @param {Blob|string} content
 * @param {string} type
 */
export function download(name, content, type = "text/plain;charset=utf-8") {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const address = URL.createObjectURL(blob);
  const link = h("a", { href: address, download: name });
  document.body.appendChild(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
