// The ground of a small map: the first background of the settings, and the areas of the place.
import { L } from "./leaflet.js";
import { json } from "./net.js";
import { token } from "./ramps.js";
import { VectorTiles } from "./vectortiles.js";

// Resolves once they are on the map; the box of the place as [[south, west], [north, east]], or null.
export async function ground(map) {
  const { place, basemaps, layers } = await json("/layers.json");
  for (const { url, attribution, max_zoom } of basemaps.slice(0, 1)) L.tileLayer(url, { attribution, maxZoom: 19, maxNativeZoom: max_zoom }).addTo(map);
  const areas = layers.find((layer) => layer.name === "areas");
  const symbol = Object.freeze({ fill: token("--land"), stroke: token("--border"), width: 1, hatch: null, alpha: basemaps.length ? 0.15 : 1 });
  const url = ({ z, x, y }) => `/tiles/areas/${z}/${x}/${y}.mvt?level=village&v=${areas.revision}&s=${areas.scope}`;
  new VectorTiles({ source: "areas", url, style: () => symbol }).addTo(map);
  return place.bbox && [[place.bbox[1], place.bbox[0]], [place.bbox[3], place.bbox[2]]];
}
