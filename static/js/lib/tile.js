// Bytes of a vector tile -> features with flat coordinates in the pixels of the tile.
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { box } from "./geometry.js";

export const POINT = 1, LINE = 2, POLYGON = 3;

/** Features of the tile's layer `name`: {id, type, properties, parts: [Float32Array x, y, …], box}; [] for no bytes. */
export function features(buffer, name, size) {
  const layer = buffer && new VectorTile(new PbfReader(new Uint8Array(buffer))).layers[name];
  if (!layer) return [];
  const scale = size / layer.extent;
  const found = new Array(layer.length);
  for (let i = 0; i < layer.length; i++) {
    const raw = layer.feature(i);
    const parts = raw.loadGeometry().map((line) => {
      const flat = new Float32Array(line.length * 2);
      for (let k = 0; k < line.length; k++) {
        flat[2 * k] = line[k].x * scale;
        flat[2 * k + 1] = line[k].y * scale;
      }
      return flat;
    });
    found[i] = { id: raw.id, type: raw.type, properties: raw.properties, parts, box: raw.type === POINT ? null : box(parts), symbol: null };
  }
  return found;
}

/** What tells a feature from another in any tile. */
export const uidOf = (feature) => feature.properties.uid ?? feature.id;
/** A cell stands for many features: it has a count and no uid. */
export const isCell = (feature) => feature.properties.count !== undefined && feature.properties.uid === undefined;
