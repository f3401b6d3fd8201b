// The rows of the table in their order: pinned ones first, then the tree, sorted among siblings.

const COLLATOR = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * The rows that the table shows.
 *
 * Each is `{id, depth, children, open, dim, pinned}`; `children` counts those that may be opened,
 * `dim` is a row that does not pass the filter and is shown because one below it does.
 *
 * @param {object} experiments
 * @param {object} filter
 * @param {{sort: string, open: Set<string>, pinned: Set<string>}} choice
 * @returns {Array<object>}
 */
export function tableRows(experiments, filter, { sort, open, pinned }) {
  const order = sorter(experiments, sort);
  const needed = filter.active ? withAncestors(experiments, filter.ids()) : null;
  const rows = [];
  const first = experiments.ids.filter((id) => pinned.has(id));
  for (const id of order(first)) rows.push(rowAt(id, 0, true));
  walk(null, 0);
  return rows;

  function walk(parent, depth) {
    const siblings = experiments.children(parent);
    const shown = needed === null ? siblings : siblings.filter((id) => needed.has(id));
    for (const id of order(shown)) {
      const row = rowAt(id, depth, false);
      if (!pinned.has(id)) rows.push(row);
      if (row.open) walk(id, depth + 1);
    }
  }

  function rowAt(id, depth, isPinned) {
    const below = experiments.children(id);
    const shown = needed === null ? below : below.filter((child) => needed.has(child));
    return {
      id,
      depth,
      pinned: isPinned,
      children: shown.length,
      open: shown.length > 0 && (open.has(id) || (needed !== null && shown.length > 0)),
      dim: needed !== null && !filter.has(id),
    };
  }
}

function withAncestors(experiments, ids) {
  const needed = new Set();
  for (let id of ids) {
    while (id !== null && id !== undefined && !needed.has(id) && experiments.has(id)) {
      needed.add(id);
      id = experiments.value(id, "parent");
    }
  }
  return needed;
}

/**
 * What `sort` says: a column, and whether the largest comes first.
 *
 * @param {string} sort  the id of a column, with "-" before it for descending, and "+" for
 *   ascending where it begins with one of these itself
 * @returns {{id: string, descending: boolean}}
 */
export function parseSort(sort) {
  return { id: sort.replace(/^[-+]/, ""), descending: sort.startsWith("-") };
}

function textOfSort(id, descending) {
  if (descending) return `-${id}`;
  return /^[-+]/.test(id) ? `+${id}` : id;
}

/**
 * What a click on the head of a column makes of `sort`: its first order, then the other way round,
 * then "".
 *
 * @param {string} sort
 * @param {string} id  the column's
 * @param {boolean} startsDescending
 * @returns {string}
 */
export function nextSort(sort, id, startsDescending) {
  const now = parseSort(sort);
  if (now.id !== id) return textOfSort(id, startsDescending);
  return now.descending === startsDescending ? textOfSort(id, !startsDescending) : "";
}

/**
 * Things in the order of their values; those with the same value stay as they were.
 *
 * @param {Array<*>} things
 * @param {function(*): *} valueOf
 * @param {boolean} descending
 * @returns {Array<*>}
 */
export function sortedBy(things, valueOf, descending) {
  const keyed = things.map((thing) => ({ thing, value: valueOf(thing) }));
  keyed.sort((a, b) => compareValues(a.value, b.value, descending ? -1 : 1));
  return keyed.map(({ thing }) => thing);
}

function sorter(experiments, sort) {
  if (sort === "") return (ids) => ids;
  const { id: column, descending } = parseSort(sort);
  const [key, part] = splitColumn(column);
  const values = experiments.columns.get(key)?.[part];
  if (values === undefined) return (ids) => ids;
  const valueOf = key === "duration" ? experiments.elapsed : (id) => values[experiments.row(id)];
  return (ids) => sortedBy(ids, valueOf, descending);
}

/**
 * The key and the part of a column's id.
 *
 * @param {string} id
 * @returns {[string, string]}
 */
export function splitColumn(id) {
  const match = /^(metrics\..*)\|(min|max|count)$/s.exec(id);
  return match === null ? [id, "values"] : [match[1], match[2]];
}

function rankOf(value) {
  if (value === null || value === undefined) return 3;
  if (typeof value === "number") return Number.isNaN(value) ? 2 : 0;
  return 1;
}

// Numbers, then texts, then NaN, then nothing: the last two stay last in both directions.
function compareValues(a, b, sign) {
  const kind = rankOf(a);
  const other = rankOf(b);
  if (kind !== other) return (kind - other) * (kind < 2 && other < 2 ? sign : 1);
  if (kind === 0) return sign * (a - b);
  if (kind === 1) return sign * COLLATOR.compare(sortText(a), sortText(b));
  return 0;
}

function sortText(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}
