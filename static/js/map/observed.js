// What the canvas really shows, for tests: read from the painted tiles, not from what should be painted.
import { innerPoint } from "../lib/geometry.js";
import { isCell } from "../lib/tile.js";
import { drawnAll } from "../lib/vectortiles.js";

const hex = (r, g, b) => `#${[r, g, b].map((v) => v.toString(16).padStart(2, "0")).join("")}`;

/** The most frequent colour in a small square around a point of a tile's canvas (so that a hatch does not decide). */
function pixel(canvas, x, y, size) {
  const ratio = canvas.width / (size + 1); // a canvas is one pixel wider than its tile
  const data = canvas.getContext("2d").getImageData(Math.round(x * ratio) - 5, Math.round(y * ratio) - 5, 11, 11).data;
  const seen = new Map();
  for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) { const colour = hex(data[i], data[i + 1], data[i + 2]); seen.set(colour, (seen.get(colour) ?? 0) + 1); }
  return [...seen].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/**
 * areas: [{code, value, state, class, color, pixel}] of what is drawn in view (`color`: meant, `pixel`: found on the canvas).
 * other layers: [{uid, count, properties, color}].
 */
export function observed(page, name) {
  const layer = page.stack.drawn(name);
  const found = new Map();
  if (!layer?.each) return [];
  layer.each((feature, { size, canvas }) => {
    const key = layer.options.keyOf(feature);
    if (name !== "areas") {
      if (!found.has(key)) found.set(key, isCell(feature) ? { count: feature.properties.count } : { uid: key, properties: { ...feature.properties }, color: feature.symbol?.color ?? feature.symbol?.fill });
      return;
    }
    const point = innerPoint(feature.parts, 12);
    const inTile = point && point[0] > 0 && point[1] > 0 && point[0] < size && point[1] < size;
    if (!inTile || point[2] <= (found.get(key)?.room ?? -1)) return;
    const area = page.stack.choropleth.current?.areas.get(feature.properties.code);
    found.set(key, { code: feature.properties.code, name: feature.properties.name, value: area?.value ?? null, state: area?.state ?? null, class: area?.class ?? null, color: feature.symbol?.fill ?? null, pixel: pixel(canvas, point[0], point[1], size), room: point[2] });
  });
  return [...found.values()];
}

/** Is everything there and drawn: figures, tiles of all layers, the canvases? */
export const idle = (page) => !page.stack.choropleth.loading && page.stack.status.has("areas") && [...page.stack.status.values()].every((status) => !status?.pending) && drawnAll();
