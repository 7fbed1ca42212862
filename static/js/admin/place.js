// The map of an administration form. A point follows the fields for longitude and latitude, and a click or a drag moves
// them; a shape is shown. django-leaflet's GeometryField keeps the drawing, Leaflet and the ground are the product's own.
import { ground } from "../lib/ground.js";
import { fill, gettext } from "../lib/i18n.js";
import { L } from "../lib/leaflet.js";
import { sentence } from "../lib/net.js";
import { token } from "../lib/ramps.js";

const DIGITS = 6; // a tenth of a metre

const pin = () => L.divIcon({ className: "pin", iconSize: [22, 22], iconAnchor: [11, 11] });

// What a field of django-leaflet stores goes to the two number fields instead of a text area.
const NumberStore = L.FieldStore.extend({
  load() {
    const { lon, lat } = this.options.fields;
    const [x, y] = [lon, lat].map((input) => (input.value.trim() === "" ? NaN : Number(input.value.replace(",", "."))));
    return Number.isFinite(x) && Number.isFinite(y) && Math.abs(x) <= 180 && Math.abs(y) <= 90 ? marker([y, x]) : null;
  },
  save(group) {
    const { lon, lat, source } = this.options.fields;
    const [at] = group.getLayers().map((layer) => layer.getLatLng().wrap());
    lon.value = at ? at.lng.toFixed(DIGITS) : "";
    lat.value = at ? at.lat.toFixed(DIGITS) : "";
    if (source) source.value = at ? "map" : "";
  },
});

const marker = (latlng) => L.marker(latlng, { icon: pin(), draggable: true, autoPan: true, keyboard: false });

function editable(map, field, help, inputs) {
  const shown = () => {
    help.firstChild.textContent = field.drawnItems.getLayers().length ? gettext("Drag the point, or click where it belongs.") : gettext("No point yet: click where it belongs.");
    remove.hidden = !field.drawnItems.getLayers().length;
  };
  const watch = (layer) => layer.on("dragend", () => { field.store.save(field.drawnItems); shown(); });
  const set = (layer) => {
    field.drawnItems.clearLayers();
    if (layer) field.drawnItems.addLayer(watch(layer));
    shown();
  };
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: gettext("Remove the point") });
  remove.addEventListener("click", () => { set(null); field.store.save(field.drawnItems); });
  help.append(document.createTextNode(""), remove);
  map.on("click", ({ latlng }) => { set(marker(latlng)); field.store.save(field.drawnItems); });
  for (const input of [inputs.lon, inputs.lat]) {
    input.addEventListener("change", () => {
      const typed = field.store.load();
      set(typed);
      if (typed) map.setView(typed.getLatLng(), Math.max(map.getZoom(), 15));
    });
  }
  field.drawnItems.eachLayer(watch);
  shown();
}

async function grounded(map, help) {
  try {
    const box = await ground(map);
    if (box && !map.placed) map.fitBounds(box);
  } catch (error) {
    help.append(fill(gettext("The base map could not be loaded: %(why)s"), { why: sentence(error) }));
  }
}

for (const element of document.querySelectorAll(".place-map")) {
  const { elements } = element.closest("form") ?? { elements: {} };
  const inputs = { lon: elements.lon, lat: elements.lat, source: elements.place_source };
  const point = Boolean(inputs.lon && inputs.lat);
  const help = element.parentElement.querySelector(".place-help");
  const map = L.map(element, { attributionControl: true, maxZoom: 20, zoomControl: false }).setView([0, 115], 5);
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: gettext("Zoom in"), zoomOutTitle: gettext("Zoom out") }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const options = { fieldid: element.dataset.field, geom_type: element.dataset.kind, modifiable: false, precision: DIGITS, fields: inputs };
  if (point) options.field_store_class = NumberStore;
  const field = new L.GeometryField(options).addTo(map);
  field.drawnItems.setStyle({ color: token("--accent"), weight: 2 });
  map.placed = field.drawnItems.getLayers().length > 0;
  if (point && map.placed) map.setZoom(16, { animate: false });
  if (point) editable(map, field, help, inputs);
  grounded(map, help);
}
