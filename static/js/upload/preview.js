// The first places of a file on the ground of the city.
import { fill, gettext } from "../lib/i18n.js";
import { ground } from "../lib/ground.js";
import { L } from "../lib/leaflet.js";
import { token } from "../lib/ramps.js";

const element = document.getElementById("preview-map");
const features = JSON.parse(document.getElementById("features").textContent);
const map = L.map(element, { attributionControl: true, maxZoom: 20, zoomControl: false, scrollWheelZoom: false }).setView([0, 115], 5);
map.attributionControl.setPrefix(false);
L.control.zoom({ zoomInTitle: gettext("Zoom in"), zoomOutTitle: gettext("Zoom out") }).addTo(map);
L.control.scale({ imperial: false }).addTo(map);
const style = { color: token("--accent"), weight: 2, fillColor: token("--accent"), fillOpacity: 0.35 };
const drawn = L.geoJSON(features, {
  style,
  pointToLayer: (_feature, at) => L.circleMarker(at, { ...style, radius: 5, fillOpacity: 0.8 }),
  onEachFeature: ({ properties }, layer) => layer.bindTooltip(fill(gettext("line %(line)s"), { line: properties.line })),
}).addTo(map);
map.fitBounds(drawn.getBounds(), { padding: [24, 24], maxZoom: 16 });
await ground(map).catch(() => null); // the shapes are there all the same
drawn.bringToFront();
