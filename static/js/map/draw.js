// Drawing one shape on the map: geoman draws, our bar finishes, takes back and cancels. One drawing at a time.
import { button, h, phone } from "../lib/dom.js";
import { distance } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { geoman, L } from "../lib/leaflet.js";
import { token } from "../lib/ramps.js";
import { escape } from "./escape.js";
import { boxText, circleText, joined } from "./vertices.js";

const TOOLS = { polygon: "Polygon", circle: "Circle", bbox: "Rectangle" };
const hints = () => ({
  polygon: gettext("Click the corners one after another; click the first again, or Finish, to close."),
  circle: gettext("Click the middle, then the edge."),
  bbox: gettext("Click one corner, then the opposite one."),
  point: gettext("Click the place on the map."),
});
let cancel = null;

/** The style of what is drawn and of what a query asks about: a line in the accent colour, a wash inside. */
export const look = () => ({ color: token("--accent"), weight: 2, dashArray: "6 5", fillColor: token("--accent"), fillOpacity: 0.08, interactive: false });

/**
 * Lets the reader draw. kind: "polygon", "circle", "bbox" or "point" -> Promise of the parameter's text ("lon,lat lon,lat …",
 * "lon,lat,metres", "w,s,e,n"; of a point [lon, lat]), or null where it was cancelled.
 */
export async function onMap(page, kind) {
  cancel?.();
  page.panel.pull(false); // on a phone the panel lies over the map, and so does a drawer pulled up
  page.drawer.element.classList.remove("pulled");
  const text = await (kind === "point" ? pointed(page) : drawn(page, kind));
  page.panel.pull(phone());
  return text;
}

async function drawn(page, kind) {
  const drawing = await geoman();
  const { map } = page;
  map.pm ??= new drawing.Map(map); // the map was there before geoman
  return new Promise((resolve) => {
    let over = false;
    const bar = toolbar(page, kind, {
      finish: () => corners(map) >= 3 && map.pm.Draw.Polygon._finishShape(),
      undo: () => corners(map) > 0 && map.pm.Draw.Polygon._removeLastVertex(),
      cancel: () => end(null),
    });
    const created = ({ layer }) => {
      layer.remove();
      end(textOf(kind, layer));
    };
    const counted = () => bar.count(corners(map));
    function end(text) {
      if (over) return;
      over = true;
      cancel = null;
      forget();
      map.off("pm:create", created).off("pm:drawstart", started);
      map.pm.disableDraw();
      bar.close();
      // The click that ended the drawing is still on its way to the map: it must not open a feature.
      setTimeout(release, 0);
      resolve(text);
    }
    const started = ({ workingLayer }) => workingLayer.on("pm:vertexadded", counted).on("pm:change", () => kind === "circle" && bar.say(workingLayer.getRadius?.()));
    const forget = escape(() => end(null));
    cancel = () => end(null);
    const release = page.take("draw", cancel);
    map.on("pm:create", created).on("pm:drawstart", started);
    const line = { color: token("--accent"), weight: 2 };
    map.pm.enableDraw(TOOLS[kind], {
      tooltips: false, snappable: false, allowSelfIntersection: false, finishOn: "dblclick", cursorMarker: true,
      templineStyle: { ...line, radius: 10 }, hintlineStyle: { ...line, dashArray: "5 5" }, pathOptions: look(),
    });
  });
}

/** A click anywhere on the map. */
function pointed(page) {
  const { map } = page;
  const element = map.getContainer();
  return new Promise((resolve) => {
    let over = false;
    const bar = toolbar(page, "point", { cancel: () => end(null) });
    const clicked = ({ latlng }) => end([latlng.lng, latlng.lat]);
    function end(point) {
      if (over) return;
      over = true;
      cancel = null;
      forget();
      map.off("click", clicked);
      element.classList.remove("map-aim");
      bar.close();
      setTimeout(release, 0);
      resolve(point);
    }
    const forget = escape(() => end(null));
    cancel = () => end(null);
    const release = page.take("draw", cancel);
    element.classList.add("map-aim");
    map.on("click", clicked);
  });
}

const corners = (map) => map.pm.Draw.Polygon._layer?.getLatLngs().length ?? 0;

function textOf(kind, layer) {
  if (kind === "circle") return circleText([layer.getLatLng().lng, layer.getLatLng().lat], layer.getRadius());
  const points = layer.getLatLngs()[0].map(({ lng, lat }) => [lng, lat]);
  return kind === "bbox" ? boxText(points) : joined(points);
}

/** The bar over the map while drawing: what to do now, and the way out. */
function toolbar(page, kind, { finish, undo, cancel: leave }) {
  const hint = h("p", { class: "draw-hint", role: "status" }, hints()[kind]);
  const done = kind === "polygon" && button({ icon: "check", text: gettext("Finish"), class: "btn btn-primary", size: 16, onclick: finish, disabled: true });
  const back = kind === "polygon" && button({ icon: "undo-2", text: gettext("Undo the last corner"), size: 16, onclick: undo, disabled: true });
  const bar = h("div", { class: "draw-bar card", role: "toolbar", "aria-label": gettext("Drawing") }, hint, h("div", { class: "draw-buttons" }, done, back, button({ icon: "x", text: gettext("Cancel"), size: 16, onclick: leave })));
  const stage = page.map.getContainer().parentElement;
  stage.append(bar);
  const size = new ResizeObserver(() => stage.style.setProperty("--bar", `${bar.offsetHeight + 8}px`)); // the cards move below it
  size.observe(bar);
  L.DomEvent.disableClickPropagation(bar);
  return {
    close() {
      size.disconnect();
      stage.style.removeProperty("--bar");
      bar.remove();
    },
    count(n) {
      if (done) done.disabled = n < 3;
      if (back) back.disabled = n < 1;
    },
    say: (metres) => metres > 0 && (hint.textContent = fill(gettext("Radius %(distance)s: click to finish."), { distance: distance(metres) })),
  };
}

/** A Leaflet layer that shows the places a query's parameters speak of; null where they speak of none. */
export function outline(query) {
  const layers = [];
  const pairs = (text) => text.split(" ").map((pair) => pair.split(",").map(Number)).map(([lon, lat]) => [lat, lon]);
  if (query.polygon) layers.push(L.polygon(pairs(query.polygon), look()));
  if (query.circle) {
    const [lon, lat, radius] = query.circle.split(",").map(Number);
    layers.push(L.circle([lat, lon], { ...look(), radius }));
  }
  if (query.bbox) {
    const [west, south, east, north] = query.bbox.split(",").map(Number);
    layers.push(L.rectangle([[south, west], [north, east]], look()));
  }
  if (query.nearest) {
    const [lon, lat] = query.nearest.split(",").map(Number);
    layers.push(L.circleMarker([lat, lon], { ...look(), dashArray: null, radius: 7, fillOpacity: 0.9, fillColor: token("--card") }));
  }
  return layers.length ? L.featureGroup(layers) : null;
}
