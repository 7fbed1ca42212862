// The printed map sheet as elements: title, map with its edge, legend, scale, north, dates and sources. No print logic.
import { h, svg } from "../lib/dom.js";
import { count, date, distance, period as periodText } from "../lib/format.js";
import { fill, gettext, language } from "../lib/i18n.js";
import { limits, places, sentence } from "./conditions.js";
import { bar, denominator, marks, minutes } from "./scale.js";

/** The elements of an empty sheet: {element, frame (the map goes in), title, draw(page, scale)}. `areaName(code)` gives an area's name, `scale` by how much the map is made smaller than its own
 * pixels. */
export function sheet(areaName = String) {
  const title = h("h1", { class: "sheet-title" });
  const place = h("p", { class: "sheet-place" });
  const about = h("p", { class: "sheet-about" });
  const frame = h("div", { class: "sheet-map" });
  const edge = h("div", { class: "sheet-edge", "aria-hidden": "true" }, frame);
  const legend = h("div", { class: "sheet-legend" });
  const scale = h("div", { class: "sheet-scale" });
  const facts = h("dl", { class: "sheet-facts" });
  const foot = h("footer", { class: "sheet-foot" });
  const element = h("article", { class: "sheet", "aria-label": gettext("Map sheet") },
    h("header", { class: "sheet-head" }, mark(), h("div", {}, place, title, about)),
    h("div", { class: "sheet-body" }, edge, h("aside", { class: "sheet-side" }, legend, h("div", { class: "sheet-measures" }, scale, north()), facts)),
    foot);
  return { element, frame, edge, title, draw: (page, shown = 1) => draw(page, shown, { areaName, title, place, about, edge, frame, legend, scale, facts, foot }) };
}

function draw(page, shown, parts) {
  const { map, catalogue } = page;
  const middle = map.getCenter();
  const zoom = map.getZoom() + Math.log2(shown); // the zoom at which it would be as small
  parts.place.textContent = catalogue.place.name;
  parts.about.textContent = [...result(page, parts), ...narrowed(page)].join(" · ");
  parts.about.hidden = !parts.about.textContent;
  parts.legend.replaceChildren(h("h2", {}, gettext("Legend")), ...found(page), ...legendOf());
  parts.scale.replaceChildren(scaleBar(middle.lat, zoom), h("p", {}, fill(gettext("Scale 1 : %(n)s"), { n: count(denominator(middle.lat, zoom)) })));
  parts.facts.replaceChildren(...facts(page).flatMap(([term, text]) => [h("dt", {}, term), h("dd", {}, text)]));
  parts.foot.replaceChildren(h("span", {}, fill(gettext("Printed %(day)s from Geoportal %(place)s"), { day: date(today()), place: catalogue.place.name })), h("span", { class: "sheet-address" }, page.permalink().replace(/^https?:\/\//, "")));
  border(map, shown, parts);
  shrink(parts.legend);
}

/** A legend longer than its place (on an upright sheet: wider, its columns go on to the right) is set smaller, down to half:
 * nothing is cut off unless that is not enough. */
function shrink(legend) {
  const over = () => legend.scrollHeight > legend.clientHeight + 1 || legend.scrollWidth > legend.clientWidth + 1;
  for (let size = 20; size >= 10; size--) {
    for (const part of legend.children) part.style.zoom = size / 20;
    if (!over()) return;
  }
}

const today = () => {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
};

/** Is the result of an area query on the map? */
const asked = ({ state: { value: { selection } }, catalogue }) => selection && !catalogue.closed(selection.layer) && Object.keys(selection.query).some((name) => name !== "uid");

/** What was asked, unless the title says it, in whose areas of work it was sought, and what its number rests on. */
function* result(page, { title, areaName }) {
  if (!asked(page)) return;
  const words = titleOf(page, areaName);
  if (title.textContent !== words) yield words;
  const { layer } = page.state.value.selection;
  const { matching, placeless } = page.counts.get("selection") ?? {};
  yield* [limits(page.catalogue, layer).replace(/\.$/, ""), matching !== undefined && capital(places(page.catalogue.layer(layer), placeless))].filter(Boolean);
}

/** A title a reader would give: what colours the areas, what was asked, or what is shown. */
export function titleOf(page, areaName = String) {
  const { state, catalogue, stack } = page;
  const { selection, layers, areas, filters } = state.value;
  if (asked(page)) return sentence(catalogue, selection.layer, filters[selection.layer] ?? {}, selection.query, areaName);
  const current = layers.includes("areas") && stack.choropleth.current;
  if (current) return fill(gettext("%(indicator)s by %(level)s"), { indicator: current.indicator.title, level: catalogue.levelLabel(areas.level).toLowerCase() });
  return layers.map((name) => catalogue.layer(name)?.title).filter(Boolean).join(", ") || fill(gettext("Map of %(place)s"), { place: catalogue.place.name });
}

/** Filters, query and period in words: a printed map must say what it leaves out. */
function* narrowed({ state, catalogue, stack }) {
  const { layers, filters, period, selection } = state.value;
  const current = layers.includes("areas") && stack.choropleth.current;
  if (current?.answer.period) yield periodText(current.answer.period);
  else if (period && catalogue.timed(layers)) yield periodText(period);
  // What the title says of the layer that was asked about is not said twice.
  for (const name of layers) if (filters[name] && !catalogue.closed(name) && name !== selection?.layer) yield sentence(catalogue, name, filters[name], {});
}

/** What an area query found, with its mark. */
function found({ state, catalogue, counts }) {
  const { selection } = state.value;
  const { matching: n, placeless } = (selection && counts.get("selection")) || {};
  if (!Number.isFinite(n)) return [];
  const layer = catalogue.layer(selection.layer);
  const left = places(layer, placeless);
  return [h("section", { class: "legend-block" }, h("h3", {}, h("span", {}, h("i", { class: "sheet-found" }), gettext("Found by the query")), h("small", {}, `${count(n)} ${layer.title.toLocaleLowerCase()}`), left && h("small", {}, left)))];
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** The legend as it stands on the map, without its buttons and without layers that hold nothing; canvases are copied with what is drawn on them. */
function legendOf() {
  const body = document.querySelector("#legend .legend-body");
  if (!body) return [];
  const copy = body.cloneNode(true);
  copy.hidden = false;
  const drawn = body.querySelectorAll("canvas");
  copy.querySelectorAll("canvas").forEach((canvas, i) => canvas.getContext("2d").drawImage(drawn[i], 0, 0));
  copy.querySelectorAll("button, .legend-empty").forEach((part) => part.remove());
  copy.querySelectorAll(".legend-note").forEach((part) => (part.textContent = gettext("Circles count what is near.")));
  return [...copy.children];
}

function facts({ state, catalogue, stack, basemap, counts }) {
  const { layers } = state.value;
  const { boundary } = catalogue;
  const current = layers.includes("areas") && stack.choropleth.current;
  const sources = layers.filter((name) => name !== "areas").map((name) => catalogue.layer(name)).filter((layer) => (layer?.source || layer?.updated) && counts.get(layer.name)?.all !== 0)
    .map((layer) => [layer.title, [layer.source, layer.updated && date(layer.updated)].filter(Boolean).join(", ")]);
  if (current) sources.unshift([current.indicator.title, [current.answer.source, current.answer.period ? periodText(current.answer.period) : date(current.answer.updated)].filter(Boolean).join(", ")]);
  const merged = new Map();
  for (const [title, text] of sources) merged.set(text, [...(merged.get(text) ?? []), title]);
  const base = basemap && catalogue.basemaps[0]?.attribution;
  return [
    ...[...merged].map(([text, titles]) => [fill(gettext("Source: %(what)s"), { what: titles.join(", ") }), text]),
    boundary && [gettext("Borders"), [boundary.source, boundary.valid_from && fill(gettext("valid from %(day)s"), { day: date(boundary.valid_from) })].filter(Boolean).join(", ")],
    base && [gettext("Base map"), base],
    [gettext("Projection"), "WGS 84 / Web Mercator (EPSG:3857)"],
  ].filter(Boolean);
}

/** Four fields, black and white in turn, with the distances under them. */
function scaleBar(lat, zoom) {
  const { metres, pixels } = bar(lat, zoom, 170);
  const part = pixels / 4;
  const element = svg("svg", { class: "scale-bar", width: pixels + 44, height: 24, viewBox: `-10 0 ${pixels + 44} 24`, role: "img", "aria-label": distance(metres) },
    ...[0, 1, 2, 3].map((i) => svg("rect", { x: i * part, y: 15, width: part, height: 5, class: i % 2 ? "light" : "dark" })));
  for (const [share, anchor] of [[0, "middle"], [0.5, "middle"], [1, "middle"]]) {
    const text = svg("text", { x: pixels * share, y: 11, "text-anchor": anchor });
    text.textContent = share === 0 ? "0" : distance(metres * share);
    element.append(text);
  }
  return element;
}

function north() {
  const letter = svg("text", { x: 16, y: 11, "text-anchor": "middle" });
  letter.textContent = language.startsWith("id") ? "U" : "N";
  return svg("svg", { class: "north", width: 32, height: 48, viewBox: "0 0 32 48", role: "img", "aria-label": gettext("North is up") },
    letter, svg("path", { d: "M16 14 L25 45 L16 38 Z", class: "dark" }), svg("path", { d: "M16 14 L7 45 L16 38 Z", class: "light" }));
}

const mark = () => svg("svg", { class: "sheet-mark", width: 40, height: 40, viewBox: "0 0 24 24", "aria-hidden": "true" },
  svg("path", { d: "M12.83 2.18a2 2 0 0 0-1.66 0L2.6 6.08a1 1 0 0 0 0 1.83l8.58 3.91a2 2 0 0 0 1.66 0l8.58-3.9a1 1 0 0 0 0-1.83z" }), svg("path", { d: "M2 12a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 12" }), svg("path", { d: "M2 17a1 1 0 0 0 .58.91l8.6 3.91a2 2 0 0 0 1.65 0l8.58-3.9A1 1 0 0 0 22 17" }));

/** Degrees at the upper and left edge of the map, with ticks: a printed map can be measured. */
function border(map, shown, { edge, frame }) {
  for (const old of edge.querySelectorAll(".sheet-mark-lon, .sheet-mark-lat")) old.remove();
  const bounds = map.getBounds();
  const id = language.startsWith("id");
  const write = (degrees, plus, minus) => `${minutes(degrees, id ? "," : ".")} ${degrees < 0 ? minus : plus}`;
  const { clientWidth: width, clientHeight: height } = frame;
  const put = (css, text, where, at) => {
    const part = h("span", { class: css }, text);
    part.style[where] = `${at}px`;
    edge.append(part);
  };
  for (const lon of marks(bounds.getWest(), bounds.getEast(), 6)) {
    const x = map.latLngToContainerPoint([bounds.getNorth(), lon]).x * shown;
    if (x > 24 && x < width - 24) put("sheet-mark-lon", write(lon, id ? "BT" : "E", id ? "BB" : "W"), "left", x);
  }
  for (const lat of marks(bounds.getSouth(), bounds.getNorth(), 5)) {
    const y = map.latLngToContainerPoint([lat, bounds.getWest()]).y * shown;
    if (y > 30 && y < height - 30) put("sheet-mark-lat", write(lat, id ? "LU" : "N", id ? "LS" : "S"), "top", y);
  }
}
