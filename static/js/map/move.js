// Zoom, own place, the whole place: the first buttons of the tools.
import { L } from "../lib/leaflet.js";
import { distance } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { token } from "../lib/ramps.js";

export function mount(page) {
  const { map, tools } = page;
  const plus = tools.add({ id: "zoom-in", icon: "plus", label: gettext("Zoom in"), order: 10, onclick: () => map.zoomIn() });
  const minus = tools.add({ id: "zoom-out", icon: "minus", label: gettext("Zoom out"), order: 11, onclick: () => map.zoomOut() });
  tools.add({ id: "whole", icon: "scan", label: fill(gettext("Show all of %(place)s"), { place: page.catalogue.place.name }), order: 12, css: "wide-only", onclick: () => page.home() });
  const locate = tools.add({ id: "locate", icon: "locate-fixed", label: gettext("Show where I am"), order: 20, onclick: find });
  const limits = () => { plus.element.disabled = map.getZoom() >= map.getMaxZoom(); minus.element.disabled = map.getZoom() <= map.getMinZoom(); };
  map.on("zoomend", limits);
  limits();

  function find() {
    locate.press(true);
    map.locate({ enableHighAccuracy: true, timeout: 15000, maximumAge: 10000 });
  }
  map.on("locationfound", ({ latlng, accuracy }) => {
    locate.press(false);
    const color = token("--accent");
    page.overlay("me", L.featureGroup([
      L.circle(latlng, { radius: accuracy, color, weight: 1, fillOpacity: 0.1, interactive: false }),
      L.circleMarker(latlng, { radius: 7, color: token("--card"), weight: 3, fillColor: color, fillOpacity: 1, interactive: false }),
    ]));
    page.zoomTo({ lon: latlng.lng, lat: latlng.lat, zoom: accuracy > 1000 ? 14 : 17 });
    page.notices.say(fill(gettext("You are here, give or take %(distance)s."), { distance: distance(accuracy) }));
  });
  map.on("locationerror", ({ code }) => {
    locate.press(false);
    page.notices.say(code === 1 ? gettext("The browser may not tell where you are. Allow it in the browser's settings for this page, then try again.") : gettext("Your place could not be found. Go outside or switch on the device's location, then try again."), { kind: "warn" });
  });
}
