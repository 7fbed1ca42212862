// Class breaks for choropleths and graduated points. Pure: no DOM, no network.
//
// A list of breaks holds the inner bounds only, ascending: k classes have k - 1 breaks. Class i begins with
// breaks[i - 1] (included) and ends before breaks[i]; so "2.5, 10, 20, 30" reads "below 2.5, from 2.5, from 10 …".
// Equal values always share a class, so a list with many ties has fewer classes than were asked for.

export const METHODS = ["quantile", "equal", "jenks", "fixed"];

/**
 * The inner breaks of `values` in at most `k` classes: at most k - 1 ascending, distinct numbers.
 * Values that are null, undefined or not finite are no data and are left out.
 * `fixed` is the list the "fixed" method returns (sorted, without doubles).
 */
export function breaks(values, method, k, fixed = []) {
  if (!METHODS.includes(method)) throw new RangeError(`unknown method "${method}": one of ${METHODS.join(", ")}`);
  if (method === "fixed") return distinct(finite(fixed));
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`k is ${k}: a whole number of at least 1 is needed`);
  const sorted = finite(values);
  if (sorted.length === 0 || k === 1) return [];
  return { quantile, equal, jenks }[method](sorted, k);
}

/** The class of a value, 0 … breaks.length; -1 for no data. */
export function classOf(value, bounds) {
  if (typeof value !== "number" || !Number.isFinite(value)) return -1;
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bounds[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many values each class holds: breaks.length + 1 counts. */
export function classCounts(values, bounds) {
  const counts = new Array(bounds.length + 1).fill(0);
  for (const value of values) {
    const index = classOf(value, bounds);
    if (index >= 0) counts[index] += 1;
  }
  return counts;
}

const ascending = (a, b) => a - b;
const finite = (values) => values.filter((v) => typeof v === "number" && Number.isFinite(v)).sort(ascending);
const distinct = (sorted) => sorted.filter((v, i) => i === 0 || v > sorted[i - 1]);

/** The value below which a share of `sorted` lies, interpolated linearly (Hyndman and Fan's type 7, as numpy). */
function percentile(sorted, share) {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}

/** A class ends with the last value not above the percentile; the break is the first value after it, a value that exists. */
function quantile(sorted, k) {
  const found = [];
  for (let i = 1; i < k; i++) {
    const bound = percentile(sorted, i / k);
    const next = sorted.find((v) => v > bound);
    if (next !== undefined) found.push(next);
  }
  return distinct(found);
}

function equal(sorted, k) {
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  if (low === high) return [];
  return Array.from({ length: k - 1 }, (_, i) => low + ((high - low) * (i + 1)) / k);
}

/**
 * Fisher's exact optimum: the classes with the least sum of squared differences from their means.
 * W. D. Fisher, "On grouping for maximum homogeneity", JASA 53 (1958). Works on distinct values with their
 * frequencies; the best start of the last class never moves left as values are added, so each row is filled by
 * halving (k · n · log n), and 45,000 values take no longer than a blink.
 */
function jenks(sorted, k) {
  const values = distinct(sorted);
  const n = values.length;
  if (n <= k) return values.slice(1);
  const spread = spreads(sorted, values);
  let cost = Float64Array.from({ length: n }, (_, end) => spread(0, end));
  const starts = [];
  for (let classes = 2; classes <= k; classes++) {
    const best = new Float64Array(n).fill(Infinity);
    const start = new Int32Array(n);
    const fill = (from, to, left, right) => {
      if (from > to) return;
      const end = (from + to) >> 1;
      for (let s = Math.max(left, classes - 1); s <= Math.min(right, end); s++) {
        const sum = cost[s - 1] + spread(s, end);
        if (sum < best[end]) [best[end], start[end]] = [sum, s];
      }
      fill(from, end - 1, left, start[end]);
      fill(end + 1, to, start[end], right);
    };
    fill(classes - 1, n - 1, classes - 1, n - 1);
    cost = best;
    starts.push(start);
  }
  const found = [];
  for (let end = n - 1, row = starts.length - 1; row >= 0; row--) {
    const first = starts[row][end];
    found.unshift(values[first]);
    end = first - 1;
  }
  return found;
}

/** A function (first, last) -> sum of squared differences from the mean of those distinct values, frequencies counted. */
function spreads(sorted, values) {
  // Sums are taken about the mean: prices of 30,000 differ by 50, and their squares would swallow that.
  const middle = sorted.reduce((sum, v) => sum + v, 0) / sorted.length;
  const [count, sum, square] = Array.from({ length: 3 }, () => new Float64Array(values.length + 1));
  let at = 0;
  values.forEach((value, i) => {
    let times = 0;
    for (; at < sorted.length && sorted[at] === value; at++) times += 1;
    count[i + 1] = count[i] + times;
    sum[i + 1] = sum[i] + times * (value - middle);
    square[i + 1] = square[i] + times * (value - middle) ** 2;
  });
  return (first, last) => {
    const total = sum[last + 1] - sum[first];
    return square[last + 1] - square[first] - (total * total) / (count[last + 1] - count[first]);
  };
}
