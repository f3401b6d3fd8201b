// Tables as CSV (RFC 4180), as the core writes them.

import { visible } from "./dom.js";

/**
 * Rows of values as the text of a CSV file.
 *
 * A spreadsheet computes what begins like a formula, so such text gets an apostrophe before it;
 * numbers stay numbers.
 *
 * @param {Array<Array<*>>} rows  the first is the header
 * @returns {string}
 */
export function csvText(rows) {
  return rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  const text = visible(typeof value === "string" ? value : JSON.stringify(value));
  const harmless = /^[=+\-@\t\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}

function numberText(value) {
  if (Number.isNaN(value)) return "NaN";
  return String(value);
}
