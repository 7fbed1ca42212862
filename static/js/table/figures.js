// The rows behind the coloured areas: what /indicators says of each area, with the class the map draws it in.
import { count, interval, number, quantity } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { json } from "../lib/net.js";
import { parentOf } from "../map/catalogue.js";
import { bounds, hasValue } from "../map/scheme.js";
import { search } from "../map/state.js";
import { classOf } from "../lib/classes.js";
import { listed, sorted } from "./rows.js";

/**
 * Table parts for the indicator the areas are coloured by: {columns, source(sort, changed), exports()}.
 * `drawn()` gives what the map draws, {bounds, colors}, or null; without a map the classes are cut anew by the same rule.
 */
export function figures({ catalogue, state, drawn = () => null }) {
  const { indicator: key, level } = state.value.areas;
  const indicator = catalogue.indicator(key);
  const path = `/indicators/${indicator.layer.name}/${indicator.name}`;
  const params = search({ level, period: indicator.periodic ? state.value.period : null });
  const asked = json(`${path}.json?${params}`);
  const places = catalogue.areas(level);
  const above = level === "village" ? catalogue.areas("district") : Promise.resolve([]);
  let inner = [];
  let colors = [];

  const rows = Promise.all([asked, places, above]).then(([{ areas, ...about }, list, parents]) => {
    const byCode = new Map(list.map((area) => [area.code, area]));
    const names = new Map(parents.map((area) => [area.code, area.name]));
    inner = drawn()?.bounds ?? bounds(areas, state.value.areas, indicator.breaks);
    colors = drawn()?.colors ?? [];
    return areas.map((area) => ({
      ...area, about, uid: area.code, lon: byCode.get(area.code)?.lon, lat: byCode.get(area.code)?.lat,
      parent: names.get(parentOf(area.code)) ?? null, class: hasValue(area) ? classOf(area.value, inner) : null,
    }));
  });

  function source(sort, changed) {
    let list = null;
    const own = { total: null, error: null, row: (index) => list?.row(index), want() {}, retry() {}, close() { changed = () => {}; } };
    rows.then((all) => {
      list = listed(sorted(all, sort));
      own.total = list.total;
    }, (error) => (own.error = error)).then(() => changed());
    return own;
  }

  const columns = [
    { name: "name", label: catalogue.levelLabel(level), text: (row) => row.name },
    ...(level === "village" ? [{ name: "parent", label: catalogue.levelLabel("district"), text: (row) => row.parent ?? "" }] : []),
    { name: "value", label: indicator.unit ? `${indicator.title} (${indicator.unit})` : indicator.title, number: true, text: (row) => figure(row, indicator.unit), muted: (row) => !hasValue(row) },
    { name: "class", label: gettext("Class"), text: (row) => (row.class === null ? "" : span(inner, row.class)), swatch: (row) => colors[row.class] ?? null },
    ...(indicator.kind === "rate"
      ? [
          { name: "cases", label: gettext("Cases"), number: true, text: (row) => count(row.cases) },
          { name: "n", label: gettext("Of (n)"), number: true, text: (row) => count(row.n) },
          { name: "low", label: gettext("95 % interval"), text: (row) => interval(row.low, row.high, indicator.unit) },
        ]
      : [{ name: "n", label: "n", number: true, text: (row) => count(row.n) }]),
    { name: "state", label: gettext("Note"), text: (row) => note(row.state) },
    { name: "code", label: gettext("Code"), text: (row) => row.code },
  ];
  const exports = () => [{ title: "Excel", ending: "xlsx", href: `${path}.xlsx?${params}` }];
  return { columns, source, exports, title: indicator.title };
}

/** A figure without its unit (the header has it); one that is not there says why. */
function figure(row, unit) {
  if (hasValue(row)) return unit === "%" ? quantity(row.value, "%").replace(/\s*%$/, "") : number(row.value);
  return row.state === "small" ? gettext("hidden") : gettext("no data");
}

function note(state) {
  if (state === "unreliable") return gettext("not reliable, n under 20");
  if (state === "small") return gettext("hidden to protect people");
  return state === "none" ? gettext("no data") : "";
}

/** The bounds of a class in words, as the legend has them. */
function span(inner, index) {
  const [low, high] = [inner[index - 1], inner[index]];
  if (low === undefined && high === undefined) return gettext("all the same");
  if (low === undefined) return fill(gettext("below %(high)s"), { high: number(high) });
  if (high === undefined) return fill(gettext("%(low)s and above"), { low: number(low) });
  return `${number(low)} – < ${number(high)}`;
}
