// How numbers, times, sizes and values look. The same everywhere on the page.

/**
 * A number in at most `digits` significant digits; integers below 10^15 whole.
 *
 * @param {number|string|null|undefined} value  "NaN", "Infinity" and "-Infinity" are numbers too
 * @param {number} digits
 * @returns {string}
 */
export function formatNumber(value, digits = 5) {
  if (value === null || value === undefined) return "";
  const number = typeof value === "number" ? value : numberOf(value);
  if (Number.isNaN(number)) return "NaN";
  if (number === Infinity) return "∞";
  if (number === -Infinity) return "−∞";
  const size = Math.abs(number);
  if (Number.isInteger(number) && size < 1e15) return minus(String(number));
  if (size >= 1e-4 && size < 1e7) return minus(String(Number(number.toPrecision(digits))));
  const [mantissa, exponent] = number.toExponential(Math.max(0, digits - 1)).split("e");
  return minus(`${Number(mantissa)}e${Number(exponent)}`);
}

function minus(text) {
  return text.replace(/-/g, "−");
}

/**
 * The number that JSON carries as a number or as "NaN", "Infinity", "-Infinity".
 *
 * @param {*} value
 * @returns {number}
 */
export function numberOf(value) {
  if (typeof value === "number") return value;
  if (value === "Infinity") return Infinity;
  if (value === "-Infinity") return -Infinity;
  return NaN;
}

/**
 * A parameter's value, or any value of JSON, on one line.
 *
 * @param {*} value
 * @returns {string}
 */
export function formatValue(value) {
  if (value === null) return "null";
  if (value === undefined) return "";
  if (typeof value === "number") return formatNumber(value, 6);
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "true" : "false";
  return JSON.stringify(value);
}

/**
 * A point of time as the reader's clock shows it.
 *
 * @param {string|number|null} time  ISO 8601 text, or seconds since 1970
 * @returns {string}
 */
export function formatTime(time) {
  const date = dateOf(time);
  if (date === null) return "";
  const two = (number) => String(number).padStart(2, "0");
  return (
    `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  );
}

/**
 * How long ago something was, in one unit: `3 min ago`.
 *
 * @param {string|number|null} time
 * @param {number} now  milliseconds since 1970
 * @returns {string}
 */
export function formatAgo(time, now = Date.now()) {
  const date = dateOf(time);
  if (date === null) return "";
  const seconds = (now - date.getTime()) / 1000;
  if (seconds < 5) return "just now";
  for (const [length, unit] of [
    [86_400 * 365, "y"],
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
  ]) {
    if (seconds >= length) return `${Math.floor(seconds / length)} ${unit} ago`;
  }
  return `${Math.floor(seconds)} s ago`;
}

/**
 * The date of ISO 8601 text or of seconds since 1970; null where it is none.
 *
 * @param {string|number|null|undefined} time
 * @returns {Date|null}
 */
export function dateOf(time) {
  if (time === null || time === undefined || time === "") return null;
  const date = new Date(typeof time === "number" ? time * 1000 : time);
  return Number.isNaN(date.getTime()) ? null : date;
}

/**
 * A duration in the two largest units: `1 h 05 min`.
 *
 * @param {number|null|undefined} seconds
 * @returns {string}
 */
export function formatDuration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "";
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (number) => String(number).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  if (whole < 86_400) {
    return `${Math.floor(whole / 3_600)} h ${two(Math.floor(whole / 60) % 60)} min`;
  }
  return `${Math.floor(whole / 86_400)} d ${two(Math.floor(whole / 3_600) % 24)} h`;
}

/**
 * A number of bytes: `1.2 MB`.
 *
 * @param {number|null|undefined} bytes
 * @returns {string}
 */
export function formatSize(bytes) {
  if (bytes === null || bytes === undefined) return "";
  let size = bytes;
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (size < 1000) return `${unit === "B" ? size : Number(size.toPrecision(3))} ${unit}`;
    size /= 1000;
  }
  return `${Number(size.toPrecision(3))} TB`;
}

/**
 * `1 run`, `3 runs`.
 *
 * @param {number} count
 * @param {string} one
 * @param {string} several
 * @returns {string}
 */
export function formatCount(count, one, several = `${one}s`) {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f")} ${count === 1 ? one : several}`;
}
