// The map page: makes the map, the store and the rooms of the page, and mounts the parts into them.
import { button, h, phone, still } from "../lib/dom.js";
import { fill, gettext } from "../lib/i18n.js";
import { L } from "../lib/leaflet.js";
import { json, sentence } from "../lib/net.js";
import { boxes } from "../lib/marks.js";
import { back } from "../lib/signin.js";
import * as address from "./address.js";
import { openArea } from "./areacard.js";
import * as busy from "./busy.js";
import { catalogue as described } from "./catalogue.js";
import * as chips from "./chips.js";
import { closedNames } from "./closed.js";
import * as counts from "./counts.js";
import { Dock } from "./dock.js";
import { Drawer } from "./drawer.js";
import { escape } from "./escape.js";
import { openFeature } from "./featurecard.js";
import * as filters from "./filters.js";
import { free } from "./free.js";
import * as fresh from "./fresh.js";
import * as hand from "./hand.js";
import * as inview from "./inview.js";
import * as layers from "./layers.js";
import * as legend from "./legend.js";
import * as measure from "./measure.js";
import * as message from "./message.js";
import * as move from "./move.js";
import { say, sayAll } from "./notices.js";
import { Panel } from "./panel.js";
import { parts } from "./parts.js";
import * as pick from "./pick.js";
import * as pointer from "./pointer.js";
import { idle, observed } from "./observed.js";
import { Stack } from "./stack.js";
import { createStore, parse } from "./state.js";
import * as time from "./time.js";
import { Tools } from "./tools.js";

const MAX_ZOOM = 20;

async function start() {
  sayAll(document.getElementById("said"));
  const cover = document.getElementById("start");
  try {
    const catalogue = await described();
    await build(catalogue);
    cover.remove();
  } catch (error) {
    console.error(error);
    cover.replaceChildren(h("div", { class: "card start-error" }, h("h2", {}, gettext("The map could not be opened")), h("p", {}, sentence(error)),
      button({ icon: "refresh-cw", text: gettext("Try again"), class: "btn btn-primary", size: 16, onclick: () => location.reload() })));
  }
}

async function build(catalogue) {
  const defaults = catalogue.defaults;
  const state = createStore(parse(location.search, defaults));
  const map = newMap(catalogue);
  const page = { state, catalogue, map, defaults, escape, notices: { say }, basemap: null };
  hand.mount(page);
  pick.mount(page);
  fresh.mount(page);
  page.first = () => first(page);
  firstView(page);
  addBasemap(page);
  rooms(page);
  counts.mount(page);
  areaCount(page);
  page.stack = new Stack(page);
  commands(page);
  pointer.mount(page);
  layers.mount(page);
  page.filters = filters.mount(page);
  page.legend = legend.mount(page);
  for (const part of [busy, chips, time, move, measure, inview, message, ...parts]) part.mount(page);
  address.mount(page);
  follow(page);
  page.startCounting();
  page.stack.choropleth.load();
  window.__geoportal = { state, map, page, drawn: (name) => observed(page, name), idle: () => idle(page) };
}

function newMap() {
  const map = L.map("map", { zoomControl: false, attributionControl: false, maxZoom: MAX_ZOOM, minZoom: 4, zoomSnap: 0.25, wheelPxPerZoomLevel: 90, fadeAnimation: !still(), zoomAnimation: !still(), inertia: !still(), keyboardPanDelta: 120, worldCopyJump: false });
  // The middle stays the middle when the table docks below: a link names it.
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  return map;
}

function firstView({ map, catalogue, state, first }) {
  const { bbox } = catalogue.place;
  const { view } = state.value;
  if (view) map.setView([view.lat, view.lon], view.zoom);
  else first();
  if (bbox) map.setMinZoom(Math.max(3, Math.min(map.getZoom(), map.getBoundsZoom(bounds(bbox))) - 3));
}

// Where an address without a view opens: a person's own areas, else the whole place.
function first({ map, catalogue, state }) {
  const box = catalogue.person?.bbox ?? catalogue.place.bbox;
  const card = message.expected() || closedNames(catalogue, state.value).length > 0;
  if (box) map.fitBounds(bounds(box), { ...room(card), animate: false });
  else map.setView([-2.5, 118], 5);
}

// What the cards over the map leave free; with a card at the upper left (the first message, say)
// the place lies beside it where the stage is wide, below it on a phone.
const room = (card) => {
  if (phone()) return { paddingTopLeft: [8, card ? 150 : 60], paddingBottomRight: [8, 140] };
  const wide = document.getElementById("map").clientWidth >= 900;
  return { paddingTopLeft: [wide && card ? 368 : wide ? 270 : 150, 20], paddingBottomRight: [70, 64] };
};
const bounds = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);

// The first configured basemap; none configured: no request leaves the machine.
function addBasemap(page) {
  const [first] = page.catalogue.basemaps;
  const foot = h("div", { class: "map-foot" });
  document.querySelector(".stage-bottom").before(foot);
  foot.append(L.control.scale({ imperial: false, maxWidth: 120 }).addTo(page.map).getContainer());
  if (!first) return;
  page.basemap = L.tileLayer(first.url, { maxZoom: MAX_ZOOM, maxNativeZoom: first.max_zoom, className: "basemap" }).addTo(page.map);
  foot.append(h("small", {}, first.attribution));
}

function rooms(page) {
  const stage = document.getElementById("main");
  page.panel = new Panel();
  page.tools = new Tools();
  page.drawer = new Drawer((open) => stage.classList.toggle("with-drawer", open));
  page.dock = new Dock((open) => document.getElementById("workspace").classList.toggle("with-dock", open));
}

function areaCount(page) {
  const told = new Set();
  page.onAreaCount = (fn) => told.add(fn);
  const ask = () => page.catalogue.areas(page.state.value.areas.level).then((list) => { page.areaCount = list.length; for (const fn of told) fn(); page.stack?.recolour(); }, () => { page.areaCount = undefined; });
  page.state.on("areas", (value, previous) => value.areas.level !== previous.areas.level && ask());
  ask();
}

function commands(page) {
  const { map, state, stack, catalogue } = page;
  const overlays = new Map();
  page.overlay = (id, layer) => {
    overlays.get(id)?.remove();
    overlays.delete(id);
    if (layer) overlays.set(id, layer.addTo(map));
  };
  page.highlight = (name, keys) => stack.highlight("chosen", name, keys);
  page.open = (layer, uid) => {
    // The same thing again (its drawer was closed by hand) opens anew.
    if (state.value.focus?.layer === layer && state.value.focus.uid === uid) show(page);
    else state.set({ focus: { layer, uid } });
  };
  page.colour = (key) => {
    const indicator = catalogue.indicator(key);
    const { areas } = state.value;
    const method = indicator?.breaks ? "fixed" : areas.method === "fixed" ? "quantile" : areas.method;
    state.set({ areas: { ...areas, indicator: key, method } });
  };
  page.home = () => catalogue.place.bbox && map.fitBounds(bounds(catalogue.place.bbox), room(!document.getElementById("message").hidden));
  // What is told of must not lie under the card that tells it.
  page.reveal = (latlng) => {
    const { x, y } = map.getSize();
    map.panInside(latlng, phone() ? { paddingTopLeft: [40, 70], paddingBottomRight: [40, y * 0.56 + 30] } : { paddingTopLeft: [Math.min(280, x * 0.25), 70], paddingBottomRight: [Math.min(430, x * 0.45), 90] });
  };
  page.zoomTo = async ({ bbox, lon, lat, zoom = 16, area, drawer = !document.getElementById("drawer").hidden }) => {
    if (area) bbox = await boxOf(page, area);
    const padding = free(map.getSize(), { drawer, chips: document.getElementById("chips").offsetHeight });
    if (bbox) map.fitBounds(bounds(bbox), { ...padding, maxZoom: 17 });
    else map.fitBounds(bounds([lon, lat, lon, lat]), { ...padding, maxZoom: zoom });
  };
}

/** The box of an area: what the search tells, or what is drawn of it. */
async function boxOf(page, code) {
  try {
    const { results } = await json(`/search?q=${encodeURIComponent(code)}`);
    const hit = results.find((one) => one.kind === "area" && one.code === code);
    if (hit?.bbox) return hit.bbox;
  } catch (error) {
    if (error.status === 0) page.notices.say(sentence(error), { kind: "bad" });
  }
  const box = boxes(page.stack.areas).get(code);
  if (!box) return page.catalogue.place.bbox;
  const [a, b] = [page.map.unproject([box[0], box[3]], page.map.getZoom()), page.map.unproject([box[2], box[1]], page.map.getZoom())];
  return [a.lng, a.lat, b.lng, b.lat];
}

// What the state says is open is open.
function follow(page) {
  const { state, catalogue } = page;
  state.on("focus", () => show(page, page.restoring ? "stay" : "reveal"));
  state.on("selection", (value) => {
    const name = value.selection?.layer;
    if (name && catalogue.layer(name)?.tiles && !value.layers.includes(name)) state.show(name);
  });
  state.on("layers", (value) => { if (value.selection && !catalogue.closed(value.selection.layer) && !value.layers.includes(value.selection.layer)) state.set({ selection: null }); });
  if (state.value.focus) show(page, state.value.view ? "stay" : "near");
}

// "near": come close to it (an address that names a feature and no view); "stay": the address names the view;
// "reveal": move only as far as the drawer would hide it.
async function show(page, how = "reveal") {
  const { focus } = page.state.value;
  page.stack.highlight("focus", focus?.layer ?? null, focus ? [focus.uid] : []);
  if (!focus) return page.drawer.close();
  const layer = page.catalogue.layer(focus.layer);
  try {
    if (!layer) throw new Error(fill(gettext("There is no layer “%(name)s” that you may see."), { name: focus.layer }));
    const place = layer.name === "areas" ? await openArea(page, focus.uid) : await openFeature(page, layer, focus.uid);
    if (!place || !Number.isFinite(place.lon) || page.state.value.focus !== focus) return;
    if (how === "near") await page.zoomTo(layer.name === "areas" ? { area: focus.uid } : { ...place, zoom: 16 });
    else if (how === "reveal") page.reveal([place.lat, place.lon]);
  } catch (error) {
    const action = error.status === 401 ? { label: gettext("Sign in"), onclick: () => location.assign(back(location.pathname + location.search)) } : null;
    page.notices.say(error.status === undefined ? error.message : sentence(error), { kind: "bad", action });
  }
}

start();
