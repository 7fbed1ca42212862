// Which names the map writes: areas where they fit, districts from afar, the features of a layer from close by.
import { L } from "../lib/leaflet.js";
import { boxes } from "../lib/marks.js";
import { token } from "../lib/ramps.js";
import { isCell, POINT } from "../lib/tile.js";

const FEATURES_FROM = 16; // zoom from which single features are named
const MOST = 400; // features in view above which they are not

const LARGE = () => ({ font: `650 12px ${token("--font")}`, fill: token("--ink"), spacing: "0.06em" });
const place = (map, area) => map.project(L.latLng(area.lat, area.lon), map.getZoom());

/** Groups of names for Marks, by what is visible now. */
export async function names(page, stack) {
  const { state, catalogue } = page;
  const { layers, areas } = state.value;
  const groups = layers.filter((name) => catalogue.layer(name)?.label && name !== "areas" && stack.tiles.has(name)).map((name, i) => features(catalogue.layer(name), stack.tiles.get(name), 50 - i));
  if (!layers.includes("areas") || !stack.areas) return groups;
  const above = areas.level === "village" ? "district" : null;
  const lists = await Promise.all([catalogue.areas(areas.level), above ? catalogue.areas(above) : []]).catch(() => [[], []]);
  const placed = lists.map((list) => list.filter((area) => Number.isFinite(area.lon) && Number.isFinite(area.lat)));
  groups.push(inArea(placed[0], stack.areas, areas.level));
  if (above) groups.push(afar(placed[1], stack));
  return groups;
}

function inArea(list, layer, level) {
  const village = level === "village";
  return {
    priority: 20,
    style: village ? { font: `500 11px ${token("--font")}`, fill: token("--ink-2") } : LARGE(),
    spots: (map) => {
      const known = boxes(layer);
      return list.flatMap((area) => {
        const box = known.get(area.code);
        return box ? [{ ...place(map, area), text: area.name, room: (box[2] - box[0]) * 0.92, key: area.code }] : [];
      });
    },
  };
}

function afar(list, stack) {
  return {
    priority: 30,
    style: LARGE(),
    spots: (map) => (map.getZoom() > 13 ? [] : list.map((area) => ({ ...place(map, area), text: area.name, key: area.code }))),
  };
}

function features(layer, tiles, priority) {
  const offset = layer.style.size ?? 5;
  return {
    priority,
    style: { font: `550 11.5px ${token("--font")}`, fill: token("--ink"), dx: offset + 7 },
    spots: (map) => {
      if (map.getZoom() < FEATURES_FROM || !tiles.each || (tiles.status?.features ?? 0) > MOST) return [];
      const found = new Map();
      tiles.each((feature, corner) => {
        const text = feature.properties[layer.label];
        if (text && feature.type === POINT && !isCell(feature)) found.set(feature.properties.uid, { x: corner.x + feature.parts[0][0] * corner.scale, y: corner.y + feature.parts[0][1] * corner.scale, text, key: feature.properties.uid });
      });
      return [...found.values()];
    },
  };
}
