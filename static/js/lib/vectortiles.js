// Vector tiles on canvas: L.GridLayer whose tiles keep their features, so that a new style needs no new request and a
// click finds what is under it. At zooms between two levels the canvas is drawn for the scale it is shown at, so lines and
// signs keep their size; it is a pixel wider than its tile, so that no seam shows.
// Events: "status" {pending, failed, error, features, cells}, "drawn" (something was painted).
import { distance2, inside, roundUp } from "./geometry.js";
import { L } from "./leaflet.js";
import { bytes } from "./net.js";
import { discRadius, paint, POINT, POLYGON } from "./paint.js";
import { ratio } from "./ratio.js";
import { features as decoded, isCell, uidOf } from "./tile.js";

const OVERLAP = 1; // pixels a canvas reaches over its right and lower neighbours
const BUDGET = 10; // ms of painting in one frame: the page stays usable while 300,000 points come in
const queue = new Map(); // tile canvas -> what to do with it, in the order it was asked for
let frame = null;

function work() {
  const end = performance.now() + BUDGET;
  frame = null;
  for (const [key, job] of queue) {
    queue.delete(key);
    job();
    if (performance.now() > end) break;
  }
  if (queue.size) frame = requestAnimationFrame(work);
}

function soon(key, job) {
  queue.delete(key);
  queue.set(key, job);
  frame ??= requestAnimationFrame(work);
}

/** Has everything been drawn that was asked for? */
export const drawnAll = () => queue.size === 0;

export const VectorTiles = L.GridLayer.extend({
  options: {
    source: "", // name of the layer inside the tile
    url: null, // ({z, x, y}) -> address
    style: () => null, // (properties, feature) -> symbol (paint.js) or null
    number: String, // writes the count of a cell
    keyOf: uidOf, // what tells a feature from another in any tile
    updateWhenZooming: false,
    keepBuffer: 1,
  },

  initialize(options) {
    L.GridLayer.prototype.initialize.call(this, options);
    this._loads = new Map(); // key of a tile -> {coords, canvas, controller, features, error, bytes}
    this._drawnScale = 1;
    this._most = new Map(); // zoom -> largest count of a cell, rounded up
  },

  onAdd(map) {
    L.GridLayer.prototype.onAdd.call(this, map);
    this.on("tileunload", this._forget, this);
    map.on("zoomend", this._rescale, this);
    return this;
  },

  onRemove(map) {
    this.off("tileunload", this._forget, this);
    map.off("zoomend", this._rescale, this);
    for (const load of this._loads.values()) this._drop(load);
    this._loads.clear();
    L.GridLayer.prototype.onRemove.call(this, map);
  },

  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    const load = { coords, canvas, features: [], error: null, settled: false, done };
    this._loads.set(this._tileCoordsToKey(coords), load);
    this._fetch(load);
    return canvas;
  },

  _initTile(canvas) {
    L.GridLayer.prototype._initTile.call(this, canvas);
    canvas.style.width = canvas.style.height = `${this.getTileSize().x + OVERLAP}px`;
  },

  /** Screen pixels for one pixel of a tile: between 0.7 and 1.4 at zooms between two levels. */
  scale() { return this._map && this._tileZoom !== undefined ? this._map.getZoomScale(this._map.getZoom(), this._tileZoom) : 1; },

  _rescale() { if (Math.abs(this.scale() - this._drawnScale) > 1e-6) this.restyle(); },

  _forget({ coords }) {
    const key = this._tileCoordsToKey(coords);
    const load = this._loads.get(key);
    if (load) this._drop(load);
    this._loads.delete(key);
    this._tell();
  },

  _drop(load) {
    load.controller?.abort();
    queue.delete(load.canvas);
  },

  async _fetch(load) {
    load.controller?.abort();
    const controller = (load.controller = new AbortController());
    Object.assign(load, { settled: false, error: null });
    this._tell();
    try {
      const buffer = await bytes(this.options.url(load.coords), { signal: controller.signal, retries: 1 });
      const slices = decoded(buffer, this.options.source, this.getTileSize().x);
      const found = [];
      const read = () => {
        const { value, done } = slices.next();
        if (value) for (const feature of value) found.push(feature);
        soon(load.canvas, done ? () => { load.features = found; this._settle(load, null); } : read);
      };
      soon(load.canvas, read);
    } catch (error) {
      if (error.name === "AbortError" || controller.signal.aborted) return;
      load.features = [];
      this._settle(load, error);
    }
  },

  _settle(load, error) {
    Object.assign(load, { settled: true, error });
    const zoom = load.coords.z;
    let most = this._most.get(zoom) ?? 1;
    for (const feature of load.features) if (isCell(feature) && feature.properties.count > most) most = roundUp(feature.properties.count);
    if (most !== (this._most.get(zoom) ?? 1)) {
      this._most.set(zoom, most);
      this.restyle();
    }
    this._paint(load);
    load.done?.(error, load.canvas);
    load.done = null;
    this._tell();
  },

  _paint(load) {
    const size = this.getTileSize().x;
    const { coords, canvas } = load;
    const scale = (this._drawnScale = this.scale());
    const side = Math.round((size + OVERLAP) * ratio() * scale);
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const { style, number } = this.options;
    paint(canvas.getContext("2d"), load.features, style, {
      size: size + OVERLAP, scale, ratio: side / (size + OVERLAP) / scale, origin: [coords.x * size, coords.y * size],
      zoom: coords.z, most: this._most.get(coords.z) ?? 1, number,
    });
    this.fire("drawn");
  },

  _tell() {
    let pending = 0, failed = 0, found = 0, cells = false, error = null;
    for (const load of this._current()) {
      if (!load.settled) pending++;
      if (load.error) { failed++; error = load.error; }
      found += load.features.length;
      cells ||= load.features.length > 0 && isCell(load.features[0]);
    }
    this.status = { pending, failed, error, features: found, cells };
    this.fire("status", this.status);
  },

  *_current() {
    for (const load of this._loads.values()) if (load.coords.z === this._tileZoom) yield load;
  },

  /** Another style, the same data. */
  restyle(style = this.options.style) {
    this.options.style = style;
    for (const load of this._loads.values()) if (load.settled) soon(load.canvas, () => this._paint(load));
    return this;
  },

  /** Painted again at once, not in the next frames: a browser that prints does not wait for them. */
  repaint() {
    for (const load of this._loads.values()) if (load.settled) this._paint(load);
  },

  /** Other data (the address changed): what is drawn stays until the new tiles come. */
  refetch() {
    this._most.clear();
    for (const load of this._loads.values()) this._fetch(load);
    return this;
  },

  /** Ask again for the tiles that failed. */
  retry() {
    for (const load of this._loads.values()) if (load.error) this._fetch(load);
    return this;
  },

  /** Give up on what has not come yet; `error` says so, and retry() asks again. */
  stop(error) {
    for (const load of this._loads.values()) {
      if (load.settled) continue;
      this._drop(load);
      this._settle(load, error);
    }
    return this;
  },

  /** fn(feature, {x, y, size, scale}) for what is loaded; x, y: the tile's corner in world pixels of the map's zoom, one pixel
   *  of the tile being `scale` of them. */
  each(fn) {
    const size = this.getTileSize().x;
    const scale = this.scale();
    for (const load of this._current()) {
      const place = { x: load.coords.x * size * scale, y: load.coords.y * size * scale, size, scale, canvas: load.canvas };
      for (const feature of load.features) fn(feature, place);
    }
  },

  /** Features under a place, the one drawn last first, each once. `reach` widens points and lines, in pixels. */
  at(latlng, reach = 4) {
    if (!this._map || this._tileZoom === undefined) return [];
    const size = this.getTileSize().x;
    const world = this._map.project(latlng, this._tileZoom);
    const most = this._most.get(this._tileZoom) ?? 1;
    const found = new Map();
    const scale = this.scale();
    for (const load of this._current()) {
      const x = world.x - load.coords.x * size;
      const y = world.y - load.coords.y * size;
      if (x < -24 || y < -24 || x > size + 24 || y > size + 24) continue;
      const own = x >= 0 && y >= 0 && x < size && y < size;
      for (let i = load.features.length - 1; i >= 0; i--) {
        const feature = load.features[i];
        if (feature.symbol && hit(feature, x, y, reach / scale, own, most, scale)) found.set(this.options.keyOf(feature), feature);
      }
    }
    return [...found.values()];
  },
});

function hit(feature, x, y, reach, own, most, scale) {
  const { parts, box, symbol, type } = feature;
  if (type === POINT) {
    const r2 = (symbol.size / 2 / scale + reach) ** 2;
    return parts.some((line) => { for (let i = 0; i < line.length; i += 2) if ((line[i] - x) ** 2 + (line[i + 1] - y) ** 2 <= r2) return true; return false; });
  }
  if (x < box[0] - reach || y < box[1] - reach || x > box[2] + reach || y > box[3] + reach) return false;
  if (symbol.cell) {
    const r = discRadius(Math.min(box[2] - box[0], box[3] - box[1]) / 2, feature.properties.count, most) + reach;
    return ((box[0] + box[2]) / 2 - x) ** 2 + ((box[1] + box[3]) / 2 - y) ** 2 <= r * r;
  }
  // A polygon is clipped to its tile: only the tile under the pointer answers for it.
  if (type === POLYGON) return own && inside(parts, x, y);
  return parts.some((line) => distance2(line, x, y) <= (symbol.width / 2 / scale + reach) ** 2);
}
