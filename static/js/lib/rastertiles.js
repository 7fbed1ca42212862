// Raster tiles whose absence (204) is an answer and whose failure is told: an <img> alone cannot tell one from the other.
// Events and methods as VectorTiles: "status" {pending, failed, error, features}, retry().
import { L } from "./leaflet.js";
import { bytes } from "./net.js";

export const RasterTiles = L.GridLayer.extend({
  options: { url: null, updateWhenZooming: false, keepBuffer: 1 },

  initialize(options) {
    L.GridLayer.prototype.initialize.call(this, options);
    this._loads = new Map();
    this.on("tileunload", ({ coords }) => {
      const key = this._tileCoordsToKey(coords);
      const load = this._loads.get(key);
      load?.controller?.abort();
      if (load?.image.src) URL.revokeObjectURL(load.image.src);
      this._loads.delete(key);
      this._tell();
    });
  },

  createTile(coords, done) {
    const image = document.createElement("img");
    image.alt = "";
    image.hidden = true; // an image without source would draw its frame
    const load = { coords, image, done, controller: null, settled: false, error: null, filled: false };
    this._loads.set(this._tileCoordsToKey(coords), load);
    this._fetch(load);
    return image;
  },

  async _fetch(load) {
    load.controller = new AbortController();
    Object.assign(load, { settled: false, error: null });
    this._tell();
    try {
      const buffer = await bytes(this.options.url(load.coords), { signal: load.controller.signal });
      if (buffer) {
        load.image.src = URL.createObjectURL(new Blob([buffer], { type: "image/png" }));
        load.image.hidden = false;
        load.filled = true;
      }
    } catch (error) {
      if (load.controller.signal.aborted) return;
      load.error = error;
    }
    this._settle(load, load.error);
  },

  _settle(load, error) {
    Object.assign(load, { settled: true, error });
    load.done?.(error, load.image);
    load.done = null;
    this._tell();
  },

  /** Give up on what has not come yet; `error` says so, and retry() asks again. */
  stop(error) {
    for (const load of this._loads.values()) {
      if (load.settled) continue;
      load.controller.abort();
      this._settle(load, error);
    }
  },

  _tell() {
    const loads = [...this._loads.values()].filter((load) => load.coords.z === this._tileZoom);
    const failed = loads.filter((load) => load.error);
    this.fire("status", { pending: loads.filter((load) => !load.settled).length, failed: failed.length, error: failed[0]?.error ?? null, features: loads.filter((load) => load.filled).length });
  },

  retry() {
    for (const load of this._loads.values()) if (load.error) this._fetch(load);
  },
});
