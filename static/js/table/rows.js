// Where a table's rows come from: pages fetched as they come into view, or a list that is there already. No DOM.
// Both have: total (null until known), row(index) (undefined until there), want(first, last), error, retry(), close().

const SIZE = 200; // rows a request
const KEPT = 40; // pages kept: 8,000 rows, some megabytes

/**
 * Rows by `page(offset, limit, signal)` -> Promise of {total, rows}. `changed()` is called whenever something arrived or
 * failed. Pages that left the view before they came are cancelled; a failed page waits for retry().
 */
export function paged(page, changed, { size = SIZE, kept = KEPT } = {}) {
  const pages = new Map(); // number -> rows, oldest use first
  const pending = new Map(); // number -> AbortController
  let wanted = [0];
  let closed = false;
  const source = { total: null, error: null, row, want, retry, close };

  function row(index) {
    return pages.get(Math.floor(index / size))?.[index % size];
  }

  function want(first, last) {
    const from = Math.floor(first / size);
    const to = Math.max(from, Math.floor((last - 1) / size));
    wanted = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    for (const [number, control] of pending) if (!wanted.includes(number)) control.abort();
    if (!source.error) wanted.forEach(load);
  }

  async function load(number) {
    if (closed || pending.has(number)) return;
    if (pages.has(number)) {
      const rows = pages.get(number);
      pages.delete(number);
      pages.set(number, rows);
      return;
    }
    const control = new AbortController();
    pending.set(number, control);
    try {
      const { total, rows } = await page(number * size, size, control.signal);
      if (closed || control.signal.aborted) return;
      pages.set(number, rows);
      source.total = total;
      for (const old of pages.keys()) if (pages.size > kept && !wanted.includes(old)) pages.delete(old);
    } catch (error) {
      if (closed || control.signal.aborted) return;
      source.error = error;
    } finally {
      if (pending.get(number) === control) pending.delete(number);
      // A page wanted again while its cancelled request was still on its way.
      if (!closed && !source.error && control.signal.aborted && wanted.includes(number)) load(number);
    }
    changed();
  }

  function retry() {
    source.error = null;
    wanted.forEach(load);
    changed();
  }

  function close() {
    closed = true;
    for (const control of pending.values()) control.abort();
  }

  return source;
}

/** The same over rows that are there already. */
export function listed(rows) {
  return { total: rows.length, error: null, row: (index) => rows[index], want() {}, retry() {}, close() {} };
}

/** Rows sorted by a field, missing values last whichever way; equal ones stay in their order. `sort`: "name", "-name" or "". */
export function sorted(rows, sort) {
  if (!sort) return [...rows];
  const [field, sign] = sort.startsWith("-") ? [sort.slice(1), -1] : [sort, 1];
  const words = new Intl.Collator("id", { numeric: true, sensitivity: "base" });
  return [...rows].sort((a, b) => {
    const [one, two] = [a[field], b[field]];
    const [gone, missing] = [one === null || one === undefined, two === null || two === undefined];
    if (gone || missing) return gone - missing;
    return sign * (typeof one === "number" && typeof two === "number" ? one - two : words.compare(one, two));
  });
}

/** The next sort after a click on a header: ascending, descending, none. */
export const turned = (sort, field) => (sort === field ? `-${field}` : sort === `-${field}` ? "" : field);
