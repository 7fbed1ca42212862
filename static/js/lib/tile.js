// Bytes of a vector tile -> features with flat coordinates in the pixels of the tile.
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";
import { box } from "./geometry.js";

export const POINT = 1, LINE = 2, POLYGON = 3;

const SLICE = 4000; // features read in one go: some 15 ms, so that a huge tile does not stop the page

/** Features of the tile's layer `name`, in slices: {id, type, properties, parts: [Float32Array x, y, …], box, symbol}. */
export function* features(buffer, name, size) {
  const layer = buffer && new VectorTile(new PbfReader(new Uint8Array(buffer))).layers[name];
  if (!layer) return;
  const scale = size / layer.extent;
  for (let start = 0; start < layer.length; start += SLICE) {
    const slice = [];
    for (let i = start; i < Math.min(start + SLICE, layer.length); i++) slice.push(feature(layer.feature(i), scale));
    yield slice;
  }
}

function feature(raw, scale) {
  const parts = raw.loadGeometry().map((line) => {
    const flat = new Float32Array(line.length * 2);
    for (let k = 0; k < line.length; k++) {
      flat[2 * k] = line[k].x * scale;
      flat[2 * k + 1] = line[k].y * scale;
    }
    return flat;
  });
  return { id: raw.id, type: raw.type, properties: raw.properties, parts, box: raw.type === POINT ? null : box(parts), symbol: null };
}

/** What tells a feature from another in any tile. */
export const uidOf = (feature) => feature.properties.uid ?? feature.id;
/** A cell stands for many features: it has a count and no uid. */
export const isCell = (feature) => feature.properties.count !== undefined && feature.properties.uid === undefined;
