// From a click, a hover or Enter to what lies there: the drawer, a list, a closer view of a cell; and the name at the pointer.
import { h, onFrame } from "../lib/dom.js";
import { count, quantity } from "../lib/format.js";
import { fill, gettext, lower } from "../lib/i18n.js";
import { isCell } from "../lib/tile.js";
import { STATES } from "./areacard.js";
import { openList } from "./featurecard.js";
import { asksToPick } from "./pick.js";
import { hasValue } from "./scheme.js";
import { entries, sorter } from "./symbols.js";

const TOUCH = matchMedia("(pointer: coarse)");
const reach = () => (TOUCH.matches ? 14 : 4);

let lastKey = false; // was the last thing done by a key?
addEventListener("keydown", () => { lastKey = true; }, { capture: true });
addEventListener("pointerdown", () => { lastKey = false; }, { capture: true });

export function mount(page) {
  const { map, stack, state } = page;
  const element = map.getContainer();
  const tip = h("div", { class: "tip", "aria-hidden": "true", hidden: true });
  element.parentElement.append(tip);
  const cross = h("div", { class: "cross", "aria-hidden": "true" });
  element.append(cross);

  function choose(latlng, picking) {
    const found = stack.at(latlng, reach());
    const features = found.filter(({ layer }) => layer.name !== "areas");
    const cell = features.find(({ feature }) => isCell(feature));
    const records = features.filter(({ feature }) => !isCell(feature));
    const area = found.find(({ layer }) => layer.name === "areas");
    if (picking && records.length) return page.pick(records[0].layer.name, records[0].feature.properties.uid);
    if (picking && !cell && area) return page.pick("areas", area.feature.properties.code);
    if (records.length > 1) {
      openList(page, [...records, ...found.filter(({ layer }) => layer.name === "areas")]);
      return page.reveal(latlng);
    }
    if (records.length === 1) return page.open(records[0].layer.name, records[0].feature.properties.uid);
    if (cell) return closer(cell, latlng);
    if (area) return page.open("areas", area.feature.properties.code);
    page.drawer.close();
  }

  // A cell stands for many: come closer, at most to where each is drawn.
  function closer({ layer, feature }, latlng) {
    const zoom = Math.min(map.getZoom() + 2, map.getMaxZoom());
    if (zoom > map.getZoom()) map.setView(latlng, zoom);
    page.notices.say(fill(gettext("%(n)s %(layer)s here. Zoom in to see each one."), { n: count(feature.properties.count), layer: lower(layer.title) }), { seconds: 4 });
  }

  function words({ layer, feature }) {
    if (isCell(feature)) return [layer.title, count(feature.properties.count)];
    if (layer.name !== "areas") {
      const name = feature.properties[layer.label];
      return [name || layer.title, entries(layer.style)[sorter(layer.style)(feature.properties)]?.label || (name ? layer.title : "")];
    }
    const { current } = stack.choropleth;
    const area = current?.areas.get(feature.properties.code);
    const text = !current ? page.catalogue.levelLabel(feature.properties.level) : hasValue(area) ? quantity(area.value, current.indicator.unit) : (STATES[area?.state] ?? STATES.none)();
    return [feature.properties.name, text];
  }

  const point = onFrame((latlng, at) => {
    if (page.taken || map.dragging?.moving?.() || page.moving) return leave();
    const [first] = stack.at(latlng, reach());
    element.classList.toggle("pointing", Boolean(first));
    page.hover(first?.layer ?? null, first?.feature);
    tip.hidden = !first;
    if (!first) return;
    const [name, text] = words(first);
    tip.replaceChildren(h("b", {}, name), h("span", {}, text));
    const right = at.x > map.getSize().x - 220;
    tip.style.transform = `translate(${at.x + (right ? -14 : 14)}px, ${at.y + 16}px)${right ? " translateX(-100%)" : ""}`;
  });
  function leave() { tip.hidden = true; element.classList.remove("pointing"); page.hover(null); }

  if (matchMedia("(hover: hover)").matches) {
    map.on("mousemove", (event) => point(event.latlng, event.containerPoint));
    map.on("mouseout movestart zoomstart", leave);
  }
  map.on("click", (event) => {
    if (page.taken) return;
    leave();
    choose(event.latlng, asksToPick(event.originalEvent));
  });

  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== element || page.taken) return;
    event.preventDefault();
    choose(map.getCenter(), asksToPick(event));
  });
  // Leaflet focuses the map on every press, which browsers take for a focus by keyboard: only keys show ring and cross.
  const byKeys = (on) => { element.classList.toggle("by-keys", on); cross.classList.toggle("shown", on); };
  element.addEventListener("pointerdown", () => byKeys(false), { capture: true });
  element.addEventListener("keydown", (event) => byKeys(event.target === element));
  element.addEventListener("focus", () => byKeys(lastKey));
  element.addEventListener("blur", () => byKeys(false));

  page.hover = (layer, feature) => {
    const key = layer && feature && !isCell(feature) ? (layer.name === "areas" ? feature.properties.code : feature.properties.uid) : null;
    stack.highlight("hover", key ? layer.name : null, key ? [key] : [], { width: 1.5 });
  };
  state.on("layers", leave);

}
