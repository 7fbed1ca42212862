// The layers on the Leaflet map, in the order and state the store says. It alone adds, removes and restyles them.
import { Marks } from "../lib/marks.js";
import { count } from "../lib/format.js";
import { isDark, token } from "../lib/ramps.js";
import { RasterTiles } from "../lib/rastertiles.js";
import { VectorTiles } from "../lib/vectortiles.js";
import { Choropleth } from "./choropleth.js";
import { names } from "./names.js";
import { queryOf, search } from "./state.js";
import { mainColor, symbolizer } from "./symbols.js";

// Tiles are drawn 512 pixels wide: a quarter of the requests, and cells of 16 pixels. So the server's tile of a place is the
// one of the next lower zoom.
const TILE = 512;
const code = (feature) => feature.properties.code;

export class Stack {
  constructor(page) {
    this.page = page;
    this.tiles = new Map(); // layer name -> VectorTiles or raster layer on the map
    this.status = new Map(); // layer name -> {pending, failed, error, features}
    this.listeners = new Set();
    const { map, state } = page;
    for (const [pane, z] of [["areas", 220], ["context", 240], ["selection", 480], ["marks", 490], ["overlay", 500]]) map.createPane(pane).style.zIndex = z;
    for (const pane of ["marks", "selection"]) map.getPane(pane).style.pointerEvents = "none";
    this.marks = new Marks().addTo(map);
    this.choropleth = new Choropleth(page, () => this.recolour());
    this.ground();
    state.on(["layers", "opacity"], () => this.arrange());
    state.on(["filters", "period"], (value, previous) => this.requery(value, previous));
    state.on("areas", (value, previous) => value.areas.level !== previous.areas.level && this.ground());
    state.on(["selection", "filters", "period"], () => this.select());
    this.arrange();
    this.select();
  }

  /** fn(name, status) whenever a layer's loading state changes ("areas" included). */
  onstatus(fn) { this.listeners.add(fn); }

  tell(name, status) {
    this.status.set(name, status);
    for (const fn of this.listeners) fn(name, status);
  }

  url(layer, { selection = false } = {}) {
    const { state } = this.page;
    return ({ z: zoom, x, y }) => {
      const z = Math.max(0, zoom - 1);
      const query = { ...queryOf(state.value, layer, { selection }), v: layer.revision, s: layer.scope };
      return `${layer.tiles.replace("{z}", z).replace("{x}", x).replace("{y}", y)}?${search(query)}`;
    };
  }

  // Areas: always there, as ground or coloured. District borders lie over them when villages are shown.
  ground() {
    const { map, catalogue, state } = this.page;
    const areas = catalogue.layer("areas");
    if (!areas?.tiles) return;
    const make = (level, pane, style) =>
      new VectorTiles({
        pane, source: "areas", tileSize: TILE, keyOf: code, style,
        url: (coords) => this.url(areas)(coords).replace(/([?&])level=[^&]*/, `$1level=${level}`),
      });
    this.areas?.remove();
    this.borders?.remove();
    const { level } = state.value.areas;
    this.areas = make(level, "areas", (properties) => this.areaSymbol(properties)).on("status", (status) => this.tell("areas", status)).on("drawn", this.marks.draw).addTo(map);
    const edge = Object.freeze({ fill: null, stroke: token("--border"), width: 1.3 });
    this.borders = level === "village" ? make("district", "context", () => edge).on("drawn", this.marks.draw).addTo(map) : null;
    this.names();
  }

  names() {
    names(this.page, this).then((groups) => { this.marks.names = groups; this.marks.draw(); });
  }

  get overBasemap() { return this.page.basemap !== null; }

  areaSymbol(properties) {
    if (this.page.state.value.layers.includes("areas")) return this.choropleth.symbol(properties, this.overBasemap);
    return this.overBasemap ? null : this.plain ??= Object.freeze({ fill: token("--land"), stroke: token("--land-line"), width: 0.6 });
  }

  recolour() {
    this.areas?.restyle();
    for (const fn of this.listeners) fn("areas", this.status.get("areas"));
  }

  arrange() {
    const { map, catalogue, state } = this.page;
    const { layers, opacity } = state.value;
    for (const [name, layer] of this.tiles) {
      if (layers.includes(name)) continue;
      layer.remove();
      this.tiles.delete(name);
      this.tell(name, null);
    }
    [...layers].reverse().forEach((name, i) => {
      if (name === "areas") return;
      const layer = catalogue.layer(name);
      if (!layer || (layer.kind === "vector" && !layer.tiles)) return;
      const pane = map.getPane(`layer-${name}`) ?? map.createPane(`layer-${name}`);
      pane.style.zIndex = (layer.kind === "raster" ? 225 : 300) + i; // surfaces under the borders, signs over them
      pane.style.opacity = opacity[name] ?? 1;
      if (!this.tiles.has(name)) this.tiles.set(name, (layer.kind === "raster" ? this.raster(layer) : this.vector(layer)).addTo(map));
    });
    map.getPane("areas").style.opacity = layers.includes("areas") ? (opacity.areas ?? 1) : 1;
    if (this.borders) map.getPane("context").style.opacity = layers.includes("areas") ? 1 : 0;
    this.recolour();
    this.names();
  }

  vector(layer) {
    const text = isDark(mainColor(layer.style)) ? token("--on-accent") : token("--on-light");
    return new VectorTiles({ pane: `layer-${layer.name}`, source: layer.name, tileSize: TILE, url: this.url(layer), style: symbolizer(layer, {}, text), number: count })
      .on("status", (status) => this.tell(layer.name, status))
      .on("drawn", this.marks.draw);
  }

  raster(layer) {
    const url = ({ z, x, y }) => `${layer.raster.tiles.replace("{z}", z).replace("{x}", x).replace("{y}", y)}?${search({ v: layer.revision, s: layer.scope })}`;
    return new RasterTiles({ pane: `layer-${layer.name}`, className: "raster", url }).on("status", (status) => this.tell(layer.name, status));
  }

  requery(value, previous) {
    for (const [name, tiles] of this.tiles) {
      const layer = this.page.catalogue.layer(name);
      if (layer.kind !== "vector") continue;
      if (search(queryOf(value, layer)) !== search(queryOf(previous, layer))) tiles.refetch();
    }
  }

  // The selection: the layer is dimmed, and the selected features come once more on top, by their own query.
  select() {
    const { map, catalogue, state } = this.page;
    const { selection } = state.value;
    const layer = selection && catalogue.layer(selection.layer);
    for (const name of this.tiles.keys()) map.getPane(`layer-${name}`).classList.toggle("dimmed", name === selection?.layer);
    this.chosen?.remove();
    this.chosen = null;
    if (!layer?.tiles || layer.name === "areas") return this.tell("selection", null);
    const ring = token("--accent");
    const extra = { point: { line: ring, lineWidth: 2 }, polygon: { stroke: ring, width: 2.5 }, line: { stroke: ring, width: 4 }, cell: { color: ring, text: token("--on-accent") } };
    this.chosen = new VectorTiles({ pane: "selection", source: layer.name, tileSize: TILE, url: this.url(layer, { selection: true }), style: symbolizer(layer, extra), number: count })
      .on("status", (status) => this.tell("selection", status))
      .on("drawn", this.marks.draw)
      .addTo(map);
  }

  /** Rows, borders or figures of these layers have changed: what is drawn of them is asked for again. */
  renew(names) {
    if (names.includes("areas")) this.ground();
    for (const name of names) if (name !== "areas" && this.page.catalogue.layer(name).kind === "vector") this.tiles.get(name)?.refetch();
    this.choropleth.load();
  }

  /** Give up on what of a layer has not come yet. */
  stop(name, error) {
    if (name === "areas") { this.areas?.stop(error); this.borders?.stop(error); }
    else (name === "selection" ? this.chosen : this.tiles.get(name))?.stop(error);
  }

  retry(name) {
    if (name === "areas") { this.areas?.retry(); this.borders?.retry(); if (this.choropleth.error) this.choropleth.load(); }
    else (name === "selection" ? this.chosen : this.tiles.get(name))?.retry();
  }

  /** The drawn layer of a name. */
  drawn(name) { return name === "areas" ? this.areas : this.tiles.get(name); }

  highlight(why, name, keys, options) { this.marks.outline(why, name && this.drawn(name), keys, options); }

  /** What is under a place, topmost first: [{layer, feature}]; areas last. */
  at(latlng, reach) {
    const { state, catalogue } = this.page;
    const found = [];
    if (this.chosen) for (const feature of this.chosen.at(latlng, reach)) found.push({ layer: catalogue.layer(state.value.selection.layer), feature });
    for (const name of state.value.layers) {
      const tiles = this.drawn(name);
      if (name === "areas" || !(tiles instanceof VectorTiles)) continue;
      for (const feature of tiles.at(latlng, reach)) if (!found.some((other) => other.layer.name === name && other.feature.properties.uid === feature.properties.uid && feature.properties.uid !== undefined)) found.push({ layer: catalogue.layer(name), feature });
    }
    if (this.areas && state.value.layers.includes("areas")) for (const feature of this.areas.at(latlng)) found.push({ layer: catalogue.layer("areas"), feature });
    return found;
  }
}
