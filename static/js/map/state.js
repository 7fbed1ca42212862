// One store whose value is the permalink. Pure: no DOM, no network; the page writes format(value) to the address bar.
//
// view      {lat, lon, zoom} or null for the whole place
// layers    names of the visible layers, topmost first
// opacity   {layer: 0…1}, only those that are not 1
// filters   {layer: {param: text}}: the very strings of the query string, "own,shared" · "1..4" · "mar"
// period    "2026-08", "2026-01-01/2026-03-31" or null
// areas     {level, indicator: "layer.name" or null, method, classes}
// selection {layer, query: {param: text}} or null: the layer's filters AND this query
// focus     {layer, uid} or null: what the drawer shows (an area's uid is its code)
// table     name of the layer in the docked table, or null

export const EMPTY = Object.freeze({
  view: null, layers: [], opacity: {}, filters: {}, period: null,
  areas: { level: "village", indicator: null, method: "quantile", classes: 5 },
  selection: null, focus: null, table: null,
});

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

/** A store: `.value` (frozen), `.set(patch)`, `.filter(layer, param, text or null)`, `.on(keys or "*", fn)` -> off(). */
export function createStore(initial = EMPTY) {
  let value = Object.freeze({ ...EMPTY, ...initial });
  const listeners = new Set();
  const store = {
    get value() { return value; },
    set(patch) {
      const changed = Object.keys(patch).filter((key) => !same(patch[key], value[key]));
      if (!changed.length) return;
      const previous = value;
      value = Object.freeze({ ...value, ...patch });
      for (const { keys, fn } of [...listeners]) if (keys === "*" || changed.some((key) => keys.includes(key))) fn(value, previous, changed);
    },
    filter(layer, param, text) {
      const own = without(value.filters[layer] ?? {}, param);
      if (text !== null && text !== undefined && text !== "") own[param] = text;
      store.set({ filters: Object.keys(own).length ? { ...value.filters, [layer]: own } : without(value.filters, layer) });
    },
    show(layer, on = true) {
      const others = value.layers.filter((name) => name !== layer);
      if (on !== value.layers.includes(layer)) store.set({ layers: on ? [layer, ...others] : others });
    },
    on(keys, fn) {
      const entry = { keys: typeof keys === "string" && keys !== "*" ? [keys] : keys, fn };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
  return store;
}

const VIEW = /^(\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)\/(-?\d+(?:\.\d+)?)$/;
const NAME = /^[a-z][a-z0-9_]*$/;
const METHODS = ["quantile", "equal", "jenks", "fixed"];

/** "layer/uid" -> {layer, uid} or null */
function reference(text) {
  const [, layer, uid] = (text ?? "").match(/^([a-z][a-z0-9_]*)\/(.+)$/) ?? [];
  return layer ? { layer, uid } : null;
}

/** The value that an address means. What it does not say, or says wrongly, is taken from `defaults`. */
export function parse(search, defaults = EMPTY) {
  const params = new URLSearchParams(search);
  const value = structuredClone({ ...EMPTY, ...defaults });
  const at = (params.get("at") ?? "").match(VIEW);
  if (at && Math.abs(at[2]) <= 90 && Math.abs(at[3]) <= 180) value.view = { zoom: clamp(Number(at[1]), 0, 22), lat: Number(at[2]), lon: Number(at[3]) };
  if (params.has("layers")) {
    value.layers = [];
    value.opacity = {};
    for (const entry of params.get("layers").split(",")) {
      const [name, opacity] = entry.split(":");
      if (!NAME.test(name) || value.layers.includes(name)) continue;
      value.layers.push(name);
      const share = Number(opacity);
      if (opacity && share >= 0 && share < 1) value.opacity[name] = share;
    }
  }
  const period = params.get("period");
  if (/^[\d-]{4,10}(\/[\d-]{4,10})?$/.test(period ?? "")) value.period = period;
  const colour = params.get("colour");
  if (colour === "none") value.areas.indicator = null;
  else if (/^[a-z0-9_]+\.[a-z0-9_]+$/.test(colour ?? "")) value.areas.indicator = colour;
  if (NAME.test(params.get("level") ?? "")) value.areas.level = params.get("level");
  if (METHODS.includes(params.get("method"))) value.areas.method = params.get("method");
  const classes = Number(params.get("classes"));
  if (Number.isInteger(classes) && classes >= 2 && classes <= 7) value.areas.classes = classes;
  if (NAME.test(params.get("select") ?? "")) value.selection = { layer: params.get("select"), query: {} };
  for (const [key, text] of params) {
    const [, owner, param] = key.match(/^([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)$/) ?? [];
    if (!owner || !text) continue;
    if (owner !== "select") (value.filters[owner] ??= {})[param] = text;
    else if (value.selection) value.selection.query[param] = text;
  }
  value.focus = reference(params.get("open")) ?? value.focus;
  if (NAME.test(params.get("table") ?? "")) value.table = params.get("table");
  return value;
}

// Commas, slashes, colons and dots may stand in a query string as they are; the link stays readable.
const encode = (text) => encodeURIComponent(text).replace(/%2C/g, ",").replace(/%2F/g, "/").replace(/%3A/g, ":").replace(/%20/g, "+");

/** "a=b&c=d" of {param: text}, sorted by name; "" when there is nothing. Empty values are left out. */
export function search(params) {
  return Object.keys(params)
    .filter((key) => params[key] !== null && params[key] !== undefined && params[key] !== "")
    .sort()
    .map((key) => `${encode(key)}=${encode(String(params[key]))}`)
    .join("&");
}

/** The query string of a value, without "?"; what equals the defaults is left out. */
export function format(value, defaults = EMPTY) {
  const parts = [];
  const add = (key, text) => parts.push(`${key}=${encode(String(text))}`);
  if (value.view) add("at", `${+value.view.zoom.toFixed(2)}/${value.view.lat.toFixed(5)}/${value.view.lon.toFixed(5)}`);
  if (!same(value.layers, defaults.layers) || !same(value.opacity, defaults.opacity)) {
    add("layers", value.layers.map((name) => (value.opacity[name] === undefined ? name : `${name}:${value.opacity[name]}`)).join(","));
  }
  for (const layer of Object.keys(value.filters).sort()) for (const param of Object.keys(value.filters[layer]).sort()) add(`${layer}.${param}`, value.filters[layer][param]);
  if (value.period && value.period !== defaults.period) add("period", value.period);
  const areas = value.areas;
  if (areas.indicator !== defaults.areas.indicator) add("colour", areas.indicator ?? "none");
  for (const key of ["level", "method", "classes"]) if (areas[key] !== defaults.areas[key]) add(key, areas[key]);
  if (value.selection) {
    add("select", value.selection.layer);
    for (const param of Object.keys(value.selection.query).sort()) add(`select.${param}`, value.selection.query[param]);
  }
  if (value.focus) add("open", `${value.focus.layer}/${value.focus.uid}`);
  if (value.table) add("table", value.table);
  return parts.join("&");
}

/** What to ask the server for `layer` (a catalogue entry): its filters, the period if it has times, the selection if asked. */
export function queryOf(value, layer, { selection = false } = {}) {
  const params = { ...value.filters[layer.name] };
  if (layer.when && value.period) params.datetime = value.period;
  if (layer.name === "areas") params.level = value.areas.level;
  if (selection && value.selection?.layer === layer.name) Object.assign(params, value.selection.query);
  return params;
}
