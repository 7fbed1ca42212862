// How the areas are coloured by an indicator: classes, colours, states. Pure but for the colours, which are handed in.
import { breaks, classOf } from "../lib/classes.js";

// Whether an area's figure may be shown: unreliable (n < 20) is shown hatched; hidden and missing have no figure.
export const HAS_VALUE = new Set(["shown", "unreliable"]);
export const hasValue = (area) => HAS_VALUE.has(area?.state) && area.value !== null && area.value !== undefined;

/** Bounds in steps a reader can remember: 1, 2, 2.5 or 5 times a power of ten, for the "fixed" method without declared breaks. */
export function round(values, k) {
  const finite = values.filter(Number.isFinite);
  if (!finite.length) return [];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  if (low === high) return [];
  const rough = (high - low) / k;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough - 1e-12);
  const first = Math.floor(low / step) * step + step;
  return Array.from({ length: k - 1 }, (_, i) => Number((first + i * step).toPrecision(12))).filter((bound) => bound <= high);
}

/** Inner bounds for these areas by the chosen method. `declared` are the indicator's own (method "fixed"). */
export function bounds(areas, { method, classes }, declared = null) {
  const values = areas.filter(hasValue).map((area) => area.value);
  if (method === "fixed") return declared?.length ? breaks(values, "fixed", classes, declared) : round(values, classes);
  return breaks(values, method, classes);
}

/** {bounds, colors, classes: [{low, high, color, n}], areas: Map code -> {code, value, state, class, color}} */
export function scheme(areas, inner, colors, nodata) {
  const [least, most] = [Math.min(...areas.filter(hasValue).map((a) => a.value)), Math.max(...areas.filter(hasValue).map((a) => a.value))];
  const classes = Array.from({ length: inner.length + 1 }, (_, i) => ({ low: inner[i - 1] ?? least, high: inner[i] ?? most, color: colors[i], n: 0 }));
  const byCode = new Map();
  const states = { shown: 0, unreliable: 0, small: 0, none: 0 };
  for (const area of areas) {
    states[area.state]++;
    const index = hasValue(area) ? classOf(area.value, inner) : -1;
    if (index >= 0) classes[index].n++;
    byCode.set(area.code, { ...area, class: index >= 0 ? index : null, color: index >= 0 ? colors[index] : nodata });
  }
  return { bounds: inner, colors, classes, states, areas: byCode };
}

/** Decimals with which these limits can be told apart and none but 0 reads as 0: none for whole numbers and from 100 on, at most 3;
 * of square kilometres two at least, as the figures themselves have. */
export function digits(limits, unit = "") {
  const fine = limits.filter((limit) => Math.abs(limit) < 100 && !Number.isInteger(limit));
  if (!fine.length) return 0;
  const distinct = new Set(limits).size;
  const told = (n) => new Set(limits.map((limit) => limit.toFixed(n))).size === distinct && fine.every((limit) => Number(limit.toFixed(n)) !== 0);
  return [1, 2].find((n) => n >= (unit === "km²" ? 2 : 1) && told(n)) ?? 3;
}

/** Place in the order of values, the highest first: {place, of}; equal values share the better place. */
export function rank(areas, code) {
  const values = areas.filter(hasValue);
  const own = values.find((area) => area.code === code);
  return own ? { place: 1 + values.filter((area) => area.value > own.value).length, of: values.length } : null;
}
