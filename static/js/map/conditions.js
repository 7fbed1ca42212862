// The form of an area query and the parameters it means. Pure.
//
// form: {layer, area: code or "", shape: {kind: "polygon" | "circle" | "bbox", text} or null,
//        near: {how: "" | "within" | "beyond", metres, other}, nearest: {on, k, point: [lon, lat] or null}}
import { condition } from "./words.js";
import { count } from "../lib/format.js";
import { fill, gettext, lower, ngettext } from "../lib/i18n.js";

export const SHAPES = ["polygon", "circle", "bbox"];
export const FARTHEST = 100_000; // metres the server takes
export const MOST = 1000; // nearest features the server takes

export const empty = (layer, other) => ({ layer, area: "", shape: null, near: { how: "", metres: 1000, other }, nearest: { on: false, k: 10, point: null } });

/** {param: text} of a form; what is not filled in is left out. */
export function paramsOf(form) {
  const params = {};
  if (form.area) params.inside = form.area;
  if (form.shape) params[form.shape.kind] = form.shape.text;
  if (form.near.how && form.near.other && form.near.metres > 0) params[form.near.how] = `${form.near.other}:${form.near.metres}`;
  const { on, k, point } = form.nearest;
  if (on && point && k > 0) params.nearest = `${Number(point[0].toFixed(6))},${Number(point[1].toFixed(6))},${k}`;
  return params;
}

/** The form that a layer's query means; what the form has no place for (rows picked by hand) is left out. */
export function formOf(layer, query, other) {
  const form = empty(layer, other);
  form.area = query.inside ?? "";
  const kind = SHAPES.find((name) => query[name]);
  if (kind) form.shape = { kind, text: query[kind] };
  const how = ["within", "beyond"].find((name) => query[name]);
  if (how) {
    const [name, metres] = query[how].split(":");
    form.near = { how, metres: Number(metres), other: name };
  }
  if (query.nearest) {
    const [lon, lat, k] = query.nearest.split(",").map(Number);
    form.nearest = { on: true, k, point: [lon, lat] };
  }
  return form;
}

/** What is wrong with a form: {field: sentence}; empty when it can be asked. */
export function faults(form) {
  const found = {};
  const { how, metres } = form.near;
  if (how && !(metres >= 1 && metres <= FARTHEST)) found.metres = fill(gettext("%(value)s is not a distance: write metres from 1 to 100,000."), { value: Number.isFinite(metres) ? metres : "–" });
  const { on, k, point } = form.nearest;
  if (on && !(Number.isInteger(k) && k >= 1 && k <= MOST)) found.k = fill(gettext("%(value)s is not a number of features: write a whole number from 1 to 1,000."), { value: Number.isFinite(k) ? k : "–" });
  if (on && !point) found.point = gettext("The nearest to what? Mark a point on the map or type its coordinates.");
  return found;
}

/** Rows of a layer that is not everybody's are sought only where the person works: that sentence, or "". */
export function limits(catalogue, name) {
  const areas = catalogue.person?.areas ?? [];
  return areas.length && catalogue.layer(name)?.scope !== "public" ? fill(gettext("Only in your area of work: %(areas)s."), { areas: areas.join(", ") }) : "";
}

/** "47 without a point are not counted". */
export const without = (n) => fill(ngettext("%(n)s without a point is not counted", "%(n)s without a point are not counted", n), { n: count(n) });

/** What a count by place rests on and what it leaves out: "from approximate places; 47 without a point are not counted", or "". */
export const places = (layer, placeless) => [layer.exact === false && gettext("from approximate places"), placeless > 0 && without(placeless)].filter(Boolean).join("; ");

/** "Households with latrine: none, farther than 1 km from any posyandu": what the reader will get, before asking. */
export function sentence(catalogue, layer, filters, query, areaName = String) {
  const { title } = catalogue.layer(layer);
  const own = Object.entries(filters).map(([param, text]) => {
    const { type, label } = catalogue.field(layer, param) ?? { label: param };
    const parts = type === "choice" ? text.split(",") : [text];
    const words = parts.map((part) => lower(condition(catalogue, layer, param, part, areaName).text)).join(` ${gettext("or")} `);
    return /^[≥≤]/.test(words) ? `${lower(label)} ${words}` : `${lower(label)}: ${words}`;
  });
  const uncased = { layer: (name) => ({ ...catalogue.layer(name), title: lower(catalogue.layer(name)?.title ?? name) }), field: () => null };
  const places = Object.entries(query).filter(([param]) => param !== "uid").map(([param, text]) => condition(uncased, layer, param, text, areaName).text);
  const head = own.length ? fill(gettext("%(layer)s with %(conditions)s"), { layer: title, conditions: own.join(` ${gettext("and")} `) }) : places.length ? title : fill(gettext("All %(layer)s"), { layer: lower(title) });
  return [head, ...places].join(", ");
}
