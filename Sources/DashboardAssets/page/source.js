// Where answers come from. The same page is a file that holds its data, or is served and asks.
// A view asks the same in both lives and gets the same answer; what only the core can answer is
// refused in a file with the code "not-in-file" and a message that says how to get it.

import { numberOf } from "./format.js";

/** Why an answer did not come: `code`, `message`, and `caret` where a condition is wrong. */
export class AskError extends Error {
  constructor({
    code = "failed",
    message = "The request was not answered.",
    caret = null,
    candidates = [],
  }) {
    // The message ends before the names that could have been meant, which may be none.
    super(message.endsWith(":") ? `${message} ${candidates.join(", ") || "none"}` : message);
    this.code = code;
    this.caret = caret;
  }
}

/**
 * Open the source of this page: its own data if it holds some, else the server's.
 *
 * @param {Document} page
 * @returns {object}  `live`, `firstView`, `ask`, `series`, `fileAddress`, `connection`, `onConnection`
 */
export function openSource(page) {
  const element = page.getElementById("data");
  const embedded = element === null ? null : JSON.parse(element.textContent);
  return embedded === null ? liveSource(page) : embeddedSource(embedded);
}

/* Live ---------------------------------------------------------------------------------------- */

// Milliseconds. After a sleep of the machine nothing comes on a connection, which nobody ends.
const PATIENCE_NEWS = 20_000;
const PATIENCE = 300_000;

function liveSource(page) {
  const token = page.querySelector('meta[name="token"]')?.getAttribute("content") ?? null;
  const base = baseOf(page.location.pathname);
  const listeners = new Set();
  let connection = "connected";
  let waiting = [];

  function connected(now) {
    if (now === connection) return;
    connection = now;
    for (const listener of listeners) listener(now);
  }

  async function send() {
    const batch = waiting;
    waiting = [];
    const requests = batch.map((entry) => entry.request);
    let answers;
    try {
      const headers = { "Content-Type": "application/json" };
      if (token !== null && requests.some((request) => request.ask === "edit")) {
        headers["X-Dashboard-Token"] = token;
      }
      const response = await fetch(`${base}ask`, {
        method: "POST",
        headers,
        body: JSON.stringify(requests),
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.timeout(
          requests.every((request) => request.since !== undefined) ? PATIENCE_NEWS : PATIENCE,
        ),
      });
      answers = await answersOf(response);
      connected("connected");
    } catch (error) {
      const refused = error instanceof AskError;
      connected(refused ? "connected" : "lost");
      const reason = refused
        ? error
        : new AskError({
            code: "connection",
            message: "The server does not answer. If it was ended, start “specweave-ml ui” again.",
          });
      for (const entry of batch) entry.reject(reason);
      return;
    }
    batch.forEach((entry, index) => {
      const answer = answers[index];
      if (answer === undefined) entry.reject(new AskError({ message: "An answer is missing." }));
      else if (answer.error !== undefined) entry.reject(new AskError(answer.error));
      else entry.resolve(answer);
    });
  }

  function ask(request) {
    return new Promise((resolve, reject) => {
      // What is asked in one turn of the event loop travels in one request.
      if (waiting.length === 0) setTimeout(send, 0);
      waiting.push({ request, resolve, reject });
    });
  }

  return {
    live: true,
    firstView: null,
    ask,
    series: async (request) => decodeSeries(await ask({ ask: "series", ...request })),
    fileAddress: (id, path) => {
      const parts = path.split("/");
      // A browser would go up by these, to whatever else the server or its proxy has.
      if ([id, ...parts].some((part) => part === "." || part === "..")) return null;
      return `${base}files/${[id, ...parts].map(encodeURIComponent).join("/")}`;
    },
    get connection() {
      return connection;
    },
    onConnection: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Some proxies serve the page without the "/" at its end; a browser would ask beside it. */
function baseOf(path) {
  return path.endsWith("/") ? "" : `${path.slice(path.lastIndexOf("/") + 1)}/`;
}

/** The answers in a response; what is neither that nor a refusal is of a proxy, or cut off. */
async function answersOf(response) {
  const type = response.headers.get("Content-Type") ?? "";
  const text = await response.text();
  if (type.startsWith("text/plain") && response.status >= 400 && response.status < 500) {
    throw new AskError({ code: "refused", message: text.trim() });
  }
  const answers = JSON.parse(text);
  if (Array.isArray(answers)) return answers;
  if (answers?.error === undefined) throw new Error(`The server said ${response.status}.`);
  throw new AskError(answers.error);
}

/* From the file ------------------------------------------------------------------------------- */

const NOT_IN_FILE = {
  comparison: "another comparison",
  difference: "what differs in code, environment and data",
  docs: "the living docs",
  experiment: "the details of this experiment",
  file: "the files themselves",
  filter: "the answer to a condition",
  images: "logged images and texts",
  output: "what the program printed",
  why: "why the two differ",
};

function embeddedSource({ answers, view = null }) {
  let decoded = null;

  function answerTo(request) {
    const stored = memberOf(answers, request.ask);
    if (stored === undefined || stored === null) return undefined;
    switch (request.ask) {
      case "experiment":
      case "output":
      case "images":
        return memberOf(stored, request.id);
      case "file":
        return memberOf(memberOf(stored, request.id), request.path);
      case "difference":
      case "why":
        return memberOf(stored, request.ids.join("\u0000"));
      default:
        return stored;
    }
  }

  return {
    live: false,
    firstView: view ?? (isOfOne(answers.experiments) ? "experiment" : null),
    ask: async (request) => {
      const answer = answerTo(request);
      if (answer !== undefined) return answer;
      const what = NOT_IN_FILE[request.ask] ?? "the answer";
      throw new AskError({
        code: "not-in-file",
        message: `This file does not hold ${what}. “specweave-ml ui” in the project shows more.`,
      });
    },
    series: async (request) => {
      decoded ??= (answers.series ?? []).flatMap((answer) => decodeSeries(answer).series);
      return { series: selectSeries(decoded, request) };
    },
    fileAddress: () => null,
    connection: "connected",
    onConnection: () => () => {},
  };
}

/** Whether a table is that of one experiment, with or without what is inside it. */
function isOfOne({ ids, columns } = { ids: [], columns: [] }) {
  const known = new Set(ids);
  const parents = columns.find((column) => column.key === "parent")?.values ?? [];
  return ids.filter((_, row) => !known.has(parents[row])).length === 1;
}

/** What an object holds itself, and not what every object has, such as "constructor". */
function memberOf(object, key) {
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

function selectSeries(all, { metrics, ids, x = "step", from = null, to = null }) {
  const wanted = ids === undefined || ids === null ? null : new Set(ids);
  const names = new Set(metrics);
  const selected = all.filter((one) => {
    return names.has(one.metric) && (wanted === null || wanted.has(one.id));
  });
  return selected.map((one) => cutSeries(alongAxis(one, x, all), from, to)).filter(Boolean);
}

/** The marks at the times between which their steps were: a file has the times of points only. */
function marksInTime({ x, marks }, times) {
  return marks.flatMap(([step, value]) => {
    if (x.length === 0) return [];
    const next = x.findIndex((place) => place >= step);
    if (next < 0) return [[times[x.length - 1], value]];
    if (next === 0 || x[next] === step) return [[times[next], value]];
    const part = (step - x[next - 1]) / (x[next] - x[next - 1]);
    return [[times[next - 1] + part * (times[next] - times[next - 1]), value]];
  });
}

function alongAxis(one, x, all) {
  if (x === "step") return one;
  if (x === "time") {
    return one.t === null ? null : { ...one, x: one.t, marks: marksInTime(one, one.t) };
  }
  if (x === "relative") {
    if (one.t === null) return null;
    const passed = one.t.map((time) => time - one.start);
    return { ...one, x: passed, marks: marksInTime(one, passed) };
  }
  const metric = x.slice("metric:".length);
  const other = all.find((candidate) => candidate.id === one.id && candidate.metric === metric);
  if (other === undefined) return null;
  const valueAt = new Map();
  other.x.forEach((step, index) => valueAt.set(step, other.y[index]));
  const kept = [...one.x.keys()].filter((index) => valueAt.has(one.x[index]));
  return {
    ...one,
    x: Float64Array.from(kept, (index) => valueAt.get(one.x[index])),
    y: Float32Array.from(kept, (index) => one.y[index]),
    breaks: [],
    marks: [],
  };
}

function cutSeries(one, from, to) {
  if (one === null || (from === null && to === null)) return one;
  const low = from ?? -Infinity;
  const high = to ?? Infinity;
  let first = 0;
  while (first < one.x.length && one.x[first] < low) first += 1;
  let end = first;
  while (end < one.x.length && one.x[end] <= high) end += 1;
  // One point on each side, so that the line goes on to the edge of the chart.
  first = Math.max(0, first - 1);
  end = Math.min(one.x.length, end + 1);
  const breaks = one.breaks.filter((at) => at > first && at < end).map((at) => at - first);
  return { ...one, x: one.x.subarray(first, end), y: one.y.subarray(first, end), breaks };
}

/* Decoding ------------------------------------------------------------------------------------ */

/**
 * The series of an answer with typed arrays.
 *
 * Each is `{id, metric, count, from, x: Float64Array, y: Float32Array or Float64Array,
 * t: Float64Array|null, breaks: [index], marks: [[x, NaN|Infinity|-Infinity]], start, writer}`.
 * Series with the same places share one `x` array: do not change it.
 *
 * @param {object} answer
 * @returns {{series: Array<object>}}
 */
export function decodeSeries(answer) {
  const places = answer.xs.map(decodePlaces);
  const series = answer.series.map((one) => ({
    id: one.id,
    metric: one.metric,
    count: one.count,
    from: one.from ?? 0,
    x: places[one.x],
    y: decodeValues(one.y),
    t: one.t === undefined || one.t === null ? null : places[one.t],
    breaks: one.breaks ?? [],
    marks: (one.marks ?? []).map(([x, value]) => [x, numberOf(value)]),
    start: one.start ?? null,
    writer: one.writer ?? null,
  }));
  return { series };
}

function decodePlaces({ type, base = 0, scale = 1, count = 0, data = "" }) {
  if (type === "linear") {
    const steady = new Float64Array(count);
    for (let at = 0; at < count; at += 1) steady[at] = base + scale * at;
    return steady;
  }
  const bytes = bytesOf(data);
  if (type === "f64") return new Float64Array(bytes.buffer, 0, bytes.length >> 3);
  const whole =
    type === "u16"
      ? new Uint16Array(bytes.buffer, 0, bytes.length >> 1)
      : new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
  const places = new Float64Array(whole.length);
  for (let at = 0; at < whole.length; at += 1) places[at] = base + scale * whole[at];
  return places;
}

function decodeValues({ type, low, high, data }) {
  const bytes = bytesOf(data);
  if (type === "f32") return new Float32Array(bytes.buffer, 0, bytes.length >> 2);
  if (type === "f64") return new Float64Array(bytes.buffer, 0, bytes.length >> 3);
  const whole = new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
  const values = new Float32Array(whole.length);
  const step = (high - low) / 65_535;
  for (let index = 0; index < whole.length; index += 1) values[index] = low + step * whole[index];
  return values;
}

/**
 * The bytes of base64 text, in a buffer of their own.
 *
 * @param {string} text
 * @returns {Uint8Array}
 */
export function bytesOf(text) {
  if (Uint8Array.fromBase64 !== undefined) return Uint8Array.fromBase64(text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
