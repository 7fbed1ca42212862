// The table as a page of its own, /table/<layer>?…: the plain query string of /table/<layer>.json is its state.
import { button, h, icon } from "../lib/dom.js";
import { fill, gettext } from "../lib/i18n.js";
import { sentence } from "../lib/net.js";
import { catalogue as load } from "../map/catalogue.js";
import { createStore, format, queryOf, search } from "../map/state.js";
import { condition } from "../map/words.js";
import { figures } from "./figures.js";
import { table } from "./table.js";

const PLACES = ["bbox", "inside", "polygon", "circle", "within", "beyond", "nearest", "uid", "upload"];

/** The map's state that a plain query string means for this layer, and the sort. */
function read(text, layer, defaults) {
  const { sort = "", datetime = null, level, colour = null, ...rest } = Object.fromEntries(new URLSearchParams(text));
  const query = Object.fromEntries(Object.entries(rest).filter(([name]) => PLACES.includes(name)));
  const filters = Object.fromEntries(Object.entries(rest).filter(([name]) => !PLACES.includes(name)));
  return {
    sort,
    value: {
      ...defaults, layers: [layer.name], period: datetime,
      areas: { ...defaults.areas, level: level ?? defaults.areas.level, indicator: colour },
      filters: Object.keys(filters).length ? { [layer.name]: filters } : {},
      selection: Object.keys(query).length ? { layer: layer.name, query } : null,
    },
  };
}

async function start(root) {
  const catalogue = await load();
  const layer = catalogue.layer(root.dataset.layer);
  const names = new Map((await catalogue.areas("village").catch(() => [])).map((area) => [area.code, area.name]));
  const areaName = (code) => names.get(code) ?? code;
  const { sort, value } = read(location.search, layer, catalogue.defaults);
  const state = createStore(value);
  const chips = h("div", { class: "table-chips", "aria-label": gettext("Active filters") });
  const coloured = layer.name === "areas" && catalogue.indicator(value.areas.indicator);
  const parts = coloured ? figures({ catalogue, state }) : {};
  let sorted = sort;
  if (parts.about) document.getElementById("table-about").textContent = parts.about;

  const onMap = (row) => location.assign(`/?${format({ ...state.value, view: { lat: row.lat, lon: row.lon, zoom: layer.geometry === "point" ? 17 : 14 }, focus: { layer: layer.name, uid: layer.name === "areas" ? row.code : row.uid }, table: null }, catalogue.defaults)}`);
  const made = table({
    state, catalogue, layer, areaName, sort,
    onsort: (next) => { sorted = next; keep(); },
    open: (row) => location.assign(`/feature/${layer.name}/${layer.name === "areas" ? row.code : row.uid}`),
    zoom: onMap,
    say: () => {},
    ...parts,
  });

  /** The address follows, so that it can be shared and reloaded. */
  function keep() {
    const text = search({ ...queryOf(state.value, layer, { selection: true }), ...(sorted && { sort: sorted }), ...(value.areas.indicator && { colour: value.areas.indicator }) });
    history.replaceState(null, "", text ? `?${text}` : location.pathname);
    const filters = Object.entries(state.value.filters[layer.name] ?? {});
    const places = Object.entries(state.value.selection?.query ?? {}).filter(([name]) => name !== "uid");
    chips.replaceChildren(
      ...filters.map(([name, text]) => chip(name, text, () => state.filter(layer.name, name, null))),
      ...places.map(([name, text]) => chip(name, text, () => drop(name))));
    chips.hidden = !chips.children.length;
    document.getElementById("table-on-map").href = `/?${format({ ...state.value, table: layer.name }, catalogue.defaults)}`;
  }

  function drop(name) {
    const { [name]: gone, ...query } = state.value.selection.query;
    state.set({ selection: Object.keys(query).length ? { layer: layer.name, query } : null });
  }

  function chip(name, text, onclick) {
    const words = condition(catalogue, layer.name, name, text, areaName);
    const said = words.label ? `${words.label}: ${words.text}` : words.text;
    return h("button", { type: "button", class: "chip chip-x", "aria-label": fill(gettext("Remove: %(what)s"), { what: said }), onclick }, h("span", {}, words.label && `${words.label}: `, h("b", {}, words.text)), icon("x", 14));
  }

  state.on("*", keep);
  keep();
  root.replaceChildren(h("div", { class: "table-bar" }, chips, made.head), made.body);
}

const root = document.getElementById("table");
start(root).catch((error) => {
  root.replaceChildren(h("div", { class: "error-state" }, h("p", {}, sentence(error)), button({ icon: "refresh-cw", text: gettext("Try again"), onclick: () => location.reload() })));
  console.error(error);
});
