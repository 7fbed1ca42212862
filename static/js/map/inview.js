// What is in view, as a list: the text alternative of the map, with the figure of each area and the name of each feature.
import { button, clear, h } from "../lib/dom.js";
import { count, quantity } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { isCell } from "../lib/tile.js";
import { STATES } from "./areacard.js";
import { areaNames } from "./areanames.js";
import { escape } from "./escape.js";
import { title } from "./featurecard.js";
import { pickButton } from "./pick.js";
import { hasValue } from "./scheme.js";

const MOST = 100; // of one layer; a longer list is the table's work

export function mount(page) {
  const { map, stack, state, catalogue } = page;
  const element = document.getElementById("inview");
  const tool = page.tools.add({ id: "list", icon: "list", label: gettext("List what is in view"), order: 45, onclick: () => (element.hidden ? open() : close()) });
  let forget = null, back = null;

  function open() {
    back = document.activeElement;
    forget = escape(close);
    element.hidden = false;
    tool.press(true);
    draw();
    element.querySelector("h2").focus();
  }
  function close() {
    if (element.hidden) return;
    forget?.();
    element.hidden = true;
    tool.press(false);
    page.hover(null);
    back?.focus();
  }

  function draw() {
    if (element.hidden) return;
    const focused = element.contains(document.activeElement);
    const blocks = state.value.layers.map((name) => catalogue.layer(name)).filter((layer) => layer && stack.drawn(layer.name)?.each).map((layer) => block(layer)).filter(Boolean);
    clear(element).append(
      h("header", { class: "drawer-head" }, h("h2", { tabindex: "-1" }, gettext("In view")), button({ icon: "x", label: gettext("Close"), class: "icon-btn", onclick: close })),
      h("div", { class: "drawer-body" }, blocks.length ? blocks : h("p", { class: "empty" }, gettext("Nothing is in view. Zoom out, or switch a layer on."))));
    if (focused) element.querySelector("h2").focus();
  }

  function block(layer) {
    const found = new Map();
    let counted = 0;
    const bounds = map.getPixelBounds();
    stack.drawn(layer.name).each((feature, corner) => {
      const box = feature.box ?? [feature.parts[0][0], feature.parts[0][1], feature.parts[0][0], feature.parts[0][1]];
      const [west, north, east, south] = box.map((v, i) => v * corner.scale + (i % 2 ? corner.y : corner.x));
      if (east < bounds.min.x || west > bounds.max.x || south < bounds.min.y || north > bounds.max.y) return;
      if (isCell(feature)) counted += feature.properties.count;
      else found.set(layer.name === "areas" ? feature.properties.code : feature.properties.uid, feature);
    });
    if (!found.size && !counted) return null;
    const items = [...found].map(([key, feature]) => ({ key, feature, name: title(layer, feature.properties) })).sort((a, b) => a.name.localeCompare(b.name)).slice(0, MOST);
    return h("section", {}, h("h3", {}, layer.title, " ", h("small", {}, count(found.size + counted))),
      counted ? h("p", { class: "note" }, fill(gettext("%(n)s are drawn as counts; zoom in to list them, or open the table."), { n: count(counted) })) : null,
      list(layer, items),
      found.size > MOST ? h("p", { class: "note" }, fill(gettext("The first %(n)s; the table has all."), { n: MOST })) : null);
  }

  function list(layer, items) {
    const places = new Map(items.map(({ key }) => [key, h("small", {})]));
    areaNames(catalogue, layer, items.map(({ key }) => key)).then((names) => { for (const [uid, name] of names) places.get(uid).textContent = name; },
      () => {}); // a comfort: the names stand without it
    return h("ul", { class: "choices" }, items.map(({ key, feature, name }) => h("li", {}, h("button", {
      type: "button", class: "choice", onclick: () => page.open(layer.name, key), onfocus: () => page.hover(layer, feature), onmouseenter: () => page.hover(layer, feature), onblur: () => page.hover(null), onmouseleave: () => page.hover(null),
    }, h("span", {}, name, places.get(key)), layer.name === "areas" ? h("b", {}, areaText(key)) : null), pickButton(page, layer.name, key, name))));
  }

  function areaText(code) {
    const { current } = stack.choropleth;
    const area = current?.areas.get(code);
    if (!current) return "";
    return hasValue(area) ? quantity(area.value, current.indicator.unit) : (STATES[area?.state] ?? STATES.none)();
  }

  map.on("moveend", () => setTimeout(draw, 300));
  state.on(["layers", "areas", "filters"], () => setTimeout(draw, 300));
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "l" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (document.activeElement === document.body || event.target.closest("#map, #inview")) { event.preventDefault(); element.hidden ? open() : close(); }
  });
}

