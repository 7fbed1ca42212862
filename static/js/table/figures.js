// The rows behind the coloured areas: what /indicators says of each area, with the class the map draws it in.
import { classOf } from "../lib/classes.js";
import { count, interval, number, quantity } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { ramp } from "../lib/ramps.js";
import { parentOf } from "../map/catalogue.js";
import { figures as asked } from "../map/figures.js";
import { bounds, hasValue } from "../map/scheme.js";
import { search } from "../map/state.js";
import { listed, sorted } from "./rows.js";

/**
 * Table parts for the indicator the areas are coloured by: {columns, source(sort, changed), exports(), about}. Classes are
 * cut by the map's own rule (from the latest period, whichever is shown), so class and colour are those of the map.
 */
export function figures({ catalogue, state }) {
  const { indicator: key, level } = state.value.areas;
  const indicator = catalogue.indicator(key);
  const chosen = state.value.period?.includes("/") ? null : state.value.period;
  let inner = [];
  let colors = [];
  let params = search({ level });

  async function read() {
    const answer = await asked(catalogue, key, level, indicator.periodic ? chosen : null);
    const last = answer.periods.at(-1);
    const latest = answer.period && answer.period !== last ? await asked(catalogue, key, level, last) : answer;
    const places = new Map((await catalogue.areas(level)).map((area) => [area.code, area]));
    const above = level === "village" ? await catalogue.areas("district") : [];
    const names = new Map(above.map((area) => [area.code, area.name]));
    inner = bounds(latest.areas, state.value.areas, indicator.breaks);
    colors = ramp(indicator.ramp, inner.length + 1);
    params = search({ level, period: answer.period });
    return answer.areas.map((area) => ({
      ...area, uid: area.code, lon: places.get(area.code)?.lon ?? null, lat: places.get(area.code)?.lat ?? null,
      parent: names.get(parentOf(area.code)) ?? null, class: hasValue(area) ? classOf(area.value, inner) : null,
    }));
  }
  let rows = read();

  function source(sort, changed) {
    let list = null;
    const own = { total: null, error: null, row: (index) => list?.row(index), find, want() {}, retry, close: () => (changed = () => {}) };
    const wait = async () => {
      try {
        list = listed(sorted(await rows, sort));
        own.total = list.total;
      } catch (error) {
        own.error = error;
      }
      changed();
    };
    async function find(uid) {
      return sorted(await rows, sort).findIndex((row) => row.uid === uid);
    }
    function retry() {
      own.error = null;
      rows = read();
      wait();
      changed();
    }
    wait();
    return own;
  }

  const columns = [
    { name: "name", label: catalogue.levelLabel(level), text: (row) => row.name },
    { name: "value", label: indicator.unit ? `${indicator.title} (${indicator.unit})` : indicator.title, number: true, text: (row) => figure(row, indicator.unit), muted: (row) => !hasValue(row) },
    { name: "class", label: gettext("Class"), text: (row) => (row.class === null ? "" : span(inner, row.class)), swatch: (row) => colors[row.class] ?? null },
    ...(indicator.kind === "rate"
      ? [
          { name: "cases", label: gettext("Cases"), number: true, text: (row) => count(row.cases) },
          { name: "n", label: gettext("Of (n)"), number: true, text: (row) => count(row.n) },
          { name: "low", label: gettext("95 % interval"), text: (row) => interval(row.low, row.high, indicator.unit) },
        ]
      : [{ name: "n", label: "n", number: true, text: (row) => count(row.n) }]),
    { name: "state", label: gettext("Note"), text: (row) => note(row.state), blank: true },
    ...(level === "village" ? [{ name: "parent", label: catalogue.levelLabel("district"), text: (row) => row.parent ?? "" }] : []),
    { name: "code", label: gettext("Code"), text: (row) => row.code },
  ];
  const exports = () => [{ title: "Excel", ending: "xlsx", href: `/indicators/${indicator.layer.name}/${indicator.name}.xlsx?${params}` }];
  return { columns, source, exports, about: `${catalogue.levelLabel(level)} · ${indicator.title}` };
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
