// One canvas over all layers: outlines of what is selected, opened or pointed at, and the names. It is drawn anew after
// each move, and moves with the map in between (L.Renderer does that part).
import { joined, overlap } from "./geometry.js";
import { L } from "./leaflet.js";
import { onFrame } from "./dom.js";
import { drawPoint, trace } from "./paint.js";
import { token } from "./ramps.js";
import { isCell, POINT, POLYGON } from "./tile.js";
import { ratio } from "./ratio.js";

export const Marks = L.Renderer.extend({
  options: { padding: 0.15, pane: "marks" },

  initialize(options) {
    L.Renderer.prototype.initialize.call(this, options);
    this.layers = []; // VectorTiles, topmost first
    this.outlines = new Map(); // why -> {layer, keys: Set, color, width}
    this.names = []; // {layer: VectorTiles or null, text(feature) or points: [{lat, lng, text, key}], priority, style}
    this.draw = onFrame(() => this._map && this._draw());
  },

  _initContainer() {
    const container = (this._container = document.createElement("canvas"));
    container.setAttribute("aria-hidden", "true");
    this._context = container.getContext("2d");
  },
  _destroyContainer() { this._container.remove(); },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const { min } = this._bounds;
    const size = this._bounds.getSize();
    const fine = ratio();
    L.DomUtil.setPosition(this._container, min);
    this._container.width = size.x * fine;
    this._container.height = size.y * fine;
    this._container.style.width = `${size.x}px`;
    this._container.style.height = `${size.y}px`;
    this._ratio = fine;
    this._draw();
  },
  _updatePaths() {},
  _reset() { this._update(); },
  _onZoomEnd() { this.draw(); },

  /** Outline the features with these keys; no keys: none. `why` tells one outline from another. */
  outline(why, layer, keys, { color = token("--focus-mark"), width = 3 } = {}) {
    if (layer && keys?.length) this.outlines.set(why, { layer, keys: new Set(keys), color, width });
    else this.outlines.delete(why);
    this.draw();
  },

  _draw() {
    const context = this._context;
    const origin = this._map.getPixelOrigin();
    const { min } = this._bounds;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this._container.width, this._container.height);
    // world pixels of the present zoom -> this canvas
    const shift = { x: -origin.x - min.x, y: -origin.y - min.y };
    context.setTransform(this._ratio, 0, 0, this._ratio, 0, 0);
    for (const entry of this.outlines.values()) this._outline(context, entry, shift);
    this._names(context, shift);
  },

  _outline(context, { layer, keys, color, width }, shift) {
    if (!layer._map) return;
    const seen = new Set();
    layer.each((feature, place) => {
      const key = layer.options.keyOf(feature);
      if (!keys.has(key) || (feature.type === POINT && seen.has(key))) return;
      seen.add(key);
      context.save();
      context.translate(place.x + shift.x, place.y + shift.y);
      context.scale(place.scale, place.scale);
      const unit = 1 / place.scale; // one screen pixel
      if (feature.type === POINT) {
        const size = ((feature.symbol?.size ?? 8) + 10) * unit;
        context.translate(feature.parts[0][0], feature.parts[0][1]);
        context.lineWidth = (width + 3) * unit;
        context.strokeStyle = token("--halo");
        context.beginPath();
        context.arc(0, 0, size / 2, 0, 2 * Math.PI);
        context.stroke();
        context.lineWidth = width * unit;
        context.strokeStyle = color;
        context.stroke();
      } else {
        context.beginPath();
        context.rect(-0.5, -0.5, place.size + 1, place.size + 1); // the tile's own part: its neighbour draws the rest
        context.clip();
        context.beginPath();
        trace(context, feature.parts, feature.type === POLYGON);
        context.lineJoin = "round";
        for (const [line, colour] of [[width + 3, token("--halo")], [width, color]]) {
          context.lineWidth = line * unit;
          context.strokeStyle = colour;
          context.stroke();
        }
      }
      context.restore();
    });
  },

  /** Names, those of higher priority first; one that would cover another or not fit its area is left out. */
  _names(context, shift) {
    const taken = [];
    const view = [0, 0, this._container.width / this._ratio, this._container.height / this._ratio];
    context.textBaseline = "middle";
    context.lineJoin = "round";
    this.written = [];
    for (const group of [...this.names].sort((a, b) => b.priority - a.priority)) {
      const { font, fill = token("--ink"), halo = token("--halo"), spacing = "0px", dx = 0 } = group.style;
      context.font = font;
      context.letterSpacing = spacing;
      context.textAlign = dx ? "left" : "center";
      for (const { x, y, text, room, key } of group.spots(this._map)) {
        const at = { x: x + shift.x + dx, y: y + shift.y };
        const width = context.measureText(text).width;
        if (room !== undefined && width > room) continue;
        const place = dx ? [at.x - 2, at.y - 8, at.x + width + 4, at.y + 8] : [at.x - width / 2 - 4, at.y - 9, at.x + width / 2 + 4, at.y + 9];
        if (!overlap(place, view) || taken.some((other) => overlap(place, other))) continue;
        taken.push(place);
        this.written.push(key ?? text);
        context.strokeStyle = halo;
        context.lineWidth = 3.5;
        context.strokeText(text, at.x, at.y);
        context.fillStyle = fill;
        context.fillText(text, at.x, at.y);
      }
    }
    context.letterSpacing = "0px";
  },
});

/** Boxes of the areas that are loaded, in world pixels of the present zoom: {code: [w, n, e, s]}. */
export function boxes(layer) {
  const found = new Map();
  layer.each((feature, place) => {
    if (!feature.box || isCell(feature)) return;
    const own = feature.box.map((v, i) => Math.min(place.size, Math.max(0, v)) * place.scale + (i % 2 ? place.y : place.x));
    const key = layer.options.keyOf(feature);
    found.set(key, found.has(key) ? joined(found.get(key), own) : own);
  });
  return found;
}

export { drawPoint };
