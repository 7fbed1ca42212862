// Measuring on the map: distance along clicks, and the area once there are three corners.
import { L } from "../lib/leaflet.js";
import { area, distance } from "../lib/format.js";
import { metres, squareMetres } from "../lib/geometry.js";
import { gettext } from "../lib/i18n.js";
import { token } from "../lib/ramps.js";
import { escape } from "./escape.js";

export function mount(page) {
  const { map } = page;
  const tool = page.tools.add({ id: "measure", icon: "ruler", label: gettext("Measure distance and area"), order: 40, css: "wide-only", onclick: () => (points ? stop() : start()) });
  let points = null, close = null, forget = null, release = null;

  const total = () => points.slice(1).reduce((sum, point, i) => sum + metres(points[i], point), 0);
  function text() {
    if (!points.length) return gettext("Click the first point.");
    if (points.length < 2) return gettext("Click the next point.");
    return [distance(total()), points.length > 2 && `${gettext("area")} ${area(squareMetres(points))}`].filter(Boolean).join(" · ");
  }
  function draw() {
    const latlngs = points.map(([lon, lat]) => [lat, lon]);
    const color = token("--accent");
    page.overlay("measure", L.featureGroup([
      ...(points.length > 2 ? [L.polygon(latlngs, { color, weight: 0, fillOpacity: 0.1, interactive: false })] : []),
      L.polyline(latlngs, { color, weight: 3, interactive: false }),
      ...latlngs.map((at) => L.circleMarker(at, { radius: 4, color, weight: 2, fillColor: token("--card"), fillOpacity: 1, interactive: false })),
    ]));
    close?.();
    close = page.notices.say(text(), { seconds: 0, action: { label: gettext("Finish"), onclick: stop } });
  }
  const add = (event) => { points.push([event.latlng.lng, event.latlng.lat]); draw(); };
  function start() {
    release = page.take("measure", stop); // clicks mean corners now, not features
    points = [];
    map.on("click", add);
    tool.press(true);
    forget = escape(stop);
    draw();
  }
  function stop() {
    if (!points) return;
    points = null;
    release();
    map.off("click", add);
    tool.press(false);
    forget();
    close?.();
    page.overlay("measure", null);
  }
}
