// The points that the curves draw: asked for once, extended by what is new, and asked for again in
// more detail
// where somebody looks closer.

const IDS_A_REQUEST = 125;
const SERIES_A_REQUEST = 250;
const CROWDED = 3;
const PACE_FAILED = 5000;

/**
 * Open the store of points.
 *
 * @param {object} app
 * @param {function} changed  called when points came
 * @returns {object}
 */
export function createCurveData({ source, experiments }, changed) {
  /** `x axis \0 metric` to Map(id to series). */
  let stores = new Map();
  let fine = { name: "", range: null, series: new Map() };
  const failures = new Map();
  let closed = false;
  let busy = Promise.resolve();
  let waiting = 0;
  const queued = new Set();
  const asking = new Set();
  let wanted = [];

  function storeOf(x, metric) {
    const name = `${x}\u0000${metric}`;
    if (!stores.has(name)) stores.set(name, new Map());
    return stores.get(name);
  }

  function recorded(id, metric) {
    return experiments.value(id, `metrics.${metric}`, "count") ?? 0;
  }

  /**
   * One request after the other, so that the first lines are drawn while the others are under way.
   */
  function enqueue(name, work) {
    if (queued.has(name)) return false;
    // What failed is asked for again later, not in every frame.
    if (Date.now() - (failures.get(name)?.at ?? 0) < PACE_FAILED) return false;
    queued.add(name);
    waiting += 1;
    busy = busy.then(async () => {
      try {
        if (!closed) await work();
        failures.delete(name);
      } catch (problem) {
        failures.set(name, { message: problem.message, at: Date.now() });
      } finally {
        queued.delete(name);
        waiting -= 1;
        if (!closed) changed();
      }
    });
    return true;
  }

  /** Get what is missing of a metric of experiments, and what is new. */
  function need({ metric, ids, x, columns }) {
    const store = storeOf(x, metric);
    const missing = [];
    const grown = [];
    for (const id of ids) {
      const count = recorded(id, metric);
      if (count === 0) continue;
      const known = store.get(id);
      if (known === undefined || count < known.recorded) missing.push(id);
      else if (count > known.recorded) {
        const crowded = known.parts.some((part) => part.y.length > CROWDED * 2 * known.columns);
        (crowded || x.startsWith("metric:") ? missing : grown).push(id);
      }
    }
    for (let at = 0; at < missing.length; at += IDS_A_REQUEST)
      want(x, metric, missing.slice(at, at + IDS_A_REQUEST), columns);
    if (grown.length > 0) {
      enqueue(`new ${x} ${metric}`, async () => {
        // An experiment or a metric may be called __proto__: entries keep it, an assignment does not.
        const have = [];
        const counts = new Map();
        let most = 0;
        for (const id of grown) {
          const known = store.get(id);
          const count = recorded(id, metric);
          const parts = known.parts.map((part) => [haveKey(metric, part.writer), part.count]);
          have.push([id, Object.fromEntries(parts)]);
          counts.set(id, count);
          most = Math.max(most, (count - known.recorded) / Math.max(1, count));
        }
        const answer = await source.series({
          metrics: [metric],
          ids: grown,
          x,
          columns: Math.ceil(most * columns) + 2,
          have: Object.fromEntries(have),
        });
        const came = grouped(answer.series);
        for (const id of grown) {
          const known = store.get(id);
          if (known === undefined) continue;
          const parts = [...known.parts];
          for (const more of came.get(`${metric}\u0000${id}`) ?? []) {
            const index = parts.findIndex((part) => part.writer === more.writer);
            if (index < 0) parts.push(more);
            else parts[index] = extended(parts[index], more);
          }
          store.set(id, { parts, recorded: counts.get(id), columns: known.columns });
        }
      });
    }
  }

  /** Metrics of the same experiments are asked for together: they share their steps. */
  function want(x, metric, ids, columns) {
    if (asking.has(`${x} ${metric} ${ids.join()}`)) return;
    asking.add(`${x} ${metric} ${ids.join()}`);
    if (wanted.length === 0) queueMicrotask(askWanted);
    wanted.push({ x, metric, ids, columns });
  }

  function askWanted() {
    const together = new Map();
    for (const one of wanted) {
      const name = `${one.x} ${one.columns} ${one.ids.join()}`;
      if (!together.has(name)) together.set(name, { ...one, metrics: [] });
      together.get(name).metrics.push(one.metric);
    }
    wanted = [];
    let bundle = [];
    let size = 0;
    const send = () => {
      if (bundle.length > 0) sendBundle(bundle);
      bundle = [];
      size = 0;
    };
    for (const { x, ids, columns, metrics } of together.values()) {
      const most = Math.max(1, Math.floor(SERIES_A_REQUEST / ids.length));
      for (let at = 0; at < metrics.length; at += most) {
        const part = metrics.slice(at, at + most);
        if (size + part.length * ids.length > SERIES_A_REQUEST) send();
        size += part.length * ids.length;
        bundle.push({ x, ids, columns, metrics: part });
      }
    }
    send();
  }

  /** Questions that travel together: many metrics of few experiments each are one request. */
  function sendBundle(bundle) {
    const forget = () => {
      for (const { x, ids, metrics } of bundle)
        for (const metric of metrics) asking.delete(`${x} ${metric} ${ids.join()}`);
    };
    const name = `all ${bundle.map(({ x, ids, metrics }) => `${x} ${metrics.join()} ${ids.join()}`).join()}`;
    const taken = enqueue(name, () => Promise.all(bundle.map(take)).finally(forget));
    if (!taken) forget();
  }

  async function take({ x, ids, columns, metrics }) {
    const counts = metrics.map((metric) => ids.map((id) => recorded(id, metric)));
    const came = grouped((await source.series({ metrics, ids, x, columns })).series);
    metrics.forEach((metric, order) => {
      const store = storeOf(x, metric);
      ids.forEach((id, index) => {
        store.set(id, {
          parts: came.get(`${metric}\u0000${id}`) ?? [],
          recorded: counts[order][index],
          columns,
        });
      });
    });
  }

  /** Get more detail between two places, where what is at hand is sampled. */
  function refine({ metrics, ids, x, range, columns }) {
    if (!source.live || x.startsWith("metric:")) return;
    const name = range === null ? "" : `${x} ${range.join()}`;
    if (name !== fine.name) fine = { name, range, series: new Map() };
    if (range === null) return;
    const mine = fine;
    const margin = (range[1] - range[0]) * 0.02;
    for (const metric of metrics) {
      const store = storeOf(x, metric);
      const sampled = ids.filter((id) => {
        const known = store.get(id);
        return (
          known?.parts.some((part) => part.y.length < part.count) === true &&
          !mine.series.has(`${metric}\u0000${id}`)
        );
      });
      for (let at = 0; at < sampled.length; at += IDS_A_REQUEST) {
        const part = sampled.slice(at, at + IDS_A_REQUEST);
        enqueue(`fine ${name} ${metric} ${part.join()}`, async () => {
          if (mine !== fine) return;
          const [from, to] = [range[0] - margin, range[1] + margin];
          const answer = await source.series({
            metrics: [metric],
            ids: part,
            x,
            columns,
            from,
            to,
          });
          const came = grouped(answer.series);
          for (const id of part)
            mine.series.set(`${metric}\u0000${id}`, came.get(`${metric}\u0000${id}`) ?? []);
        });
      }
    }
  }

  const joined = new WeakMap();

  /** What is at hand of an experiment's metric: one series for each process that wrote it. */
  function get(x, metric, id) {
    const known = storeOf(x, metric).get(id);
    if (known === undefined) return [];
    const some = known.parts.filter((part) => part.x.length > 0 || part.marks.length > 0);
    if (fine.range === null || !fine.name.startsWith(`${x} `)) return some;
    const details = fine.series.get(`${metric}\u0000${id}`) ?? [];
    return some.map((part) => {
      const detail = details.find((one) => one.writer === part.writer);
      if (detail === undefined || detail.x.length === 0) return part;
      const before = joined.get(detail);
      if (before?.part === part) return before.whole;
      const whole = spliced(part, detail);
      joined.set(detail, { part, whole });
      return whole;
    });
  }

  return {
    need,
    refine,
    get,
    /** How many requests are under way. */
    get waiting() {
      return waiting;
    },
    /** Why requests failed, once each. */
    problems: () => [...new Set([...failures.values()].map((one) => one.message))],
    /**
     * Forget the points of other axes and experiments that are gone, so that the page does not
     * grow.
     */
    keep: (x, metrics) => {
      const names = new Set(metrics.map((metric) => `${x}\u0000${metric}`));
      stores = new Map([...stores].filter(([name]) => names.has(name)));
    },
    close: () => {
      closed = true;
    },
  };
}

/** The name by which the core knows how much of a series is here already. */
function haveKey(metric, writer) {
  return writer === null || writer === undefined ? metric : `${metric}\u0000${writer}`;
}

function grouped(series) {
  const found = new Map();
  for (const one of series) {
    const name = `${one.metric}\u0000${one.id}`;
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(one);
  }
  return found;
}

/**
 * A series with the points that came after it.
 */
export function extended(known, more) {
  if (more.from !== known.count) return more.from === 0 ? more : known;
  if (more.x.length === 0 && more.marks.length === 0) return { ...known, count: more.count };
  const length = known.x.length;
  // A value that is not finite between the two parts interrupts the line.
  const gap =
    length > 0 &&
    more.marks.some(([x]) => x >= known.x[length - 1] && (more.x.length === 0 || x <= more.x[0]));
  const offset = more.breaks.filter((index) => index > 0).map((index) => index + length);
  return {
    ...known,
    count: more.count,
    x: concatenated(known.x, more.x),
    y: concatenated(known.y, more.y),
    breaks: [...known.breaks, ...(gap || more.breaks.includes(0) ? [length] : []), ...offset],
    marks: [...known.marks, ...more.marks],
  };
}

/**
 * A sampled series with a finer part in the place of its own points there.
 */
export function spliced(known, detail) {
  const low = detail.x[0];
  const high = detail.x[detail.x.length - 1];
  let from = 0;
  while (from < known.x.length && known.x[from] < low) from += 1;
  let to = from;
  while (to < known.x.length && known.x[to] <= high) to += 1;
  const shift = from + detail.x.length - to;
  return {
    ...known,
    x: concatenated(known.x.subarray(0, from), detail.x, known.x.subarray(to)),
    y: concatenated(known.y.subarray(0, from), detail.y, known.y.subarray(to)),
    breaks: [
      ...known.breaks.filter((index) => index <= from && index > 0),
      ...detail.breaks.filter((index) => index > 0).map((index) => index + from),
      ...known.breaks.filter((index) => index >= to && index > from).map((index) => index + shift),
    ]
      .filter((index, place, all) => all.indexOf(index) === place)
      .sort((a, b) => a - b),
    marks: [...known.marks.filter(([x]) => x < low || x > high), ...detail.marks].sort(
      (a, b) => a[0] - b[0],
    ),
  };
}

function concatenated(...parts) {
  const precise = parts.some((part) => part instanceof Float64Array);
  const whole = new (precise ? Float64Array : Float32Array)(
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
