// The fields of the area query that say where: a drawn shape, a distance from another layer, the nearest to a point.
// Each is {element, show(value, faults)} and calls `changed(value)`.
import { button, clear, h } from "../lib/dom.js";
import { area as areaText, coordinates, distance } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { onMap } from "./draw.js";
import { example } from "./example.js";
import { areaOf, boxText, circleOf, circleText, crosses, joined, MOST, parse, pointOf, split, written } from "./vertices.js";

const ICONS = { polygon: "pentagon", circle: "circle", bbox: "square" };
const titles = () => ({ polygon: gettext("Polygon"), circle: gettext("Circle"), bbox: gettext("Box") });
const typed = () => ({
  polygon: gettext("One corner a line: latitude, longitude"),
  circle: gettext("First line the middle (latitude, longitude), second line the radius in metres"),
  bbox: gettext("Two opposite corners, one a line: latitude, longitude"),
});

/** A shape drawn on the map, or typed: every shape can be made without a pointer. */
export function shapeField(page, changed) {
  const { bbox } = page.catalogue.place;
  let kind = "polygon";
  let now = null;
  const buttons = Object.keys(ICONS).map((name) => button({ icon: ICONS[name], text: titles()[name], class: "btn", size: 15, "aria-pressed": "false", onclick: () => begin(name) }));
  const summary = h("div", { class: "query-shape" });
  const box = h("textarea", { rows: 5, id: "query-vertices", spellcheck: "false", autocomplete: "off", oninput: () => read() });
  const label = h("label", { for: box.id, class: "help" });
  const fault = h("p", { class: "field-error", role: "alert" });
  const typing = h("details", { class: "query-typed" }, h("summary", {}, gettext("Type the points instead")), h("div", { class: "segments", role: "group", "aria-label": gettext("Shape") }, Object.keys(ICONS).map((name) => h("button", { type: "button", dataset: { kind: name }, onclick: () => { kind = name; box.value = ""; face(); } }, titles()[name]))), label, box, fault);
  const element = h("fieldset", { class: "field" }, h("legend", { class: "label" }, gettext("Inside a drawn shape")), h("div", { class: "query-shapes" }, buttons), summary, typing);

  async function begin(name) {
    const text = await onMap(page, name);
    if (text) changed({ kind: name, text });
  }

  function read() {
    const { shape, error } = shapeOf(kind, box.value, bbox);
    fault.textContent = error;
    box.setAttribute("aria-invalid", String(Boolean(error)));
    if (shape) changed(shape);
  }

  function face() {
    for (const part of typing.querySelectorAll("[data-kind]")) part.setAttribute("aria-pressed", String(part.dataset.kind === kind));
    label.textContent = typed()[kind];
  }

  return {
    element,
    show(shape) {
      if (JSON.stringify(shape) !== JSON.stringify(now) && shape) kind = shape.kind;
      now = shape;
      buttons.forEach((part, i) => part.setAttribute("aria-pressed", String(shape?.kind === Object.keys(ICONS)[i])));
      clear(summary).append(...(shape ? [h("span", {}, describe(shape)), button({ icon: "trash-2", label: gettext("Remove the shape"), class: "icon-btn", size: 16, onclick: () => { box.value = ""; fault.textContent = ""; changed(null); } })] : []));
      if (shape && document.activeElement !== box) box.value = textOf(shape);
      if (shape && document.activeElement !== box) fault.textContent = "";
      face();
    },
  };
}

/** {shape, error} of typed lines; neither for an empty box. */
function shapeOf(kind, text, bbox) {
  if (!text.trim()) return { error: "" };
  const lines = text.trim().split("\n");
  const { points, errors } = parse(kind === "circle" ? lines[0] : text, bbox);
  if (errors.length) return { error: fill(gettext("Line %(line)s, “%(text)s”, is not a place: write latitude, longitude in degrees."), errors[0]) };
  if (kind === "circle") {
    const metres = Number((lines[1] ?? "").trim().replace(",", "."));
    if (!(metres > 0)) return { error: gettext("Write the radius in metres on the second line, such as 500.") };
    return { shape: { kind, text: circleText(points[0], metres) }, error: "" };
  }
  if (kind === "bbox") {
    if (points.length !== 2 || points[0][0] === points[1][0] || points[0][1] === points[1][1]) return { error: gettext("A box needs two opposite corners, one a line.") };
    return { shape: { kind, text: boxText(points) }, error: "" };
  }
  if (points.length < 3) return { error: gettext("A polygon needs at least three corners, one a line.") };
  if (points.length > MOST) return { error: fill(gettext("A polygon may have at most %(n)s corners."), { n: MOST }) };
  if (crosses(points)) return { error: gettext("The outline crosses itself: change the order of the corners.") };
  return { shape: { kind, text: joined(points) }, error: "" };
}

function textOf({ kind, text }) {
  if (kind === "polygon") return written(split(text));
  if (kind === "circle") return `${written([circleOf(text).centre])}\n${circleOf(text).metres}`;
  const [west, south, east, north] = text.split(",").map(Number);
  return written([[west, south], [east, north]]);
}

function describe({ kind, text }) {
  if (kind === "circle") return fill(gettext("Circle with a radius of %(distance)s"), { distance: distance(circleOf(text).metres) });
  const [west, south, east, north] = kind === "bbox" ? text.split(",").map(Number) : [];
  const points = kind === "bbox" ? [[west, south], [east, south], [east, north], [west, north]] : split(text);
  const size = areaText(areaOf(points));
  return kind === "bbox" ? fill(gettext("Box of %(size)s"), { size }) : fill(gettext("Polygon with %(n)s corners, %(size)s"), { n: points.length, size });
}

/** Within, or farther than, so many metres of any feature of another layer. */
export function nearField(layers, changed) {
  let now = { how: "", metres: 1000, other: "" };
  const how = h("select", { id: "query-how", onchange: () => changed({ ...now, how: how.value }) },
    h("option", { value: "" }, gettext("no matter how far")), h("option", { value: "within" }, gettext("at most")), h("option", { value: "beyond" }, gettext("farther than")));
  const metres = h("input", { type: "number", id: "query-metres", min: 1, max: 100000, step: "any", inputmode: "numeric", "aria-label": gettext("Distance in metres"), "aria-describedby": "query-metres-fault", oninput: () => changed({ ...now, metres: metres.valueAsNumber }) });
  const other = h("select", { id: "query-other", "aria-label": gettext("From which layer"), onchange: () => changed({ ...now, other: other.value }) });
  const fault = h("p", { class: "field-error", id: "query-metres-fault", role: "alert" });
  const rest = h("div", { class: "query-near" }, metres, h("span", {}, "m"), h("span", { class: "query-from" }), other);
  const element = h("div", { class: "field" }, h("label", { for: how.id }, gettext("Distance from another layer")), how, rest, fault);
  return {
    element,
    show(form, wrong) {
      now = form.near;
      how.value = now.how;
      rest.hidden = !now.how;
      rest.querySelector(".query-from").textContent = now.how === "beyond" ? gettext("from all") : gettext("from one of the");
      if (document.activeElement !== metres) metres.value = Number.isFinite(now.metres) ? now.metres : "";
      const shown = layers.filter((layer) => layer.name !== form.layer);
      other.replaceChildren(...shown.map((layer) => h("option", { value: layer.name, selected: layer.name === now.other }, layer.title)));
      metres.setAttribute("aria-invalid", String(Boolean(wrong.metres)));
      fault.textContent = wrong.metres ?? "";
    },
  };
}

/** The k nearest to a point that is marked on the map or typed. */
export function nearestField(page, changed) {
  let now = { on: false, k: 10, point: null };
  const on = h("input", { type: "checkbox", onchange: () => changed({ ...now, on: on.checked }) });
  const k = h("input", { type: "number", id: "query-k", min: 1, max: 1000, step: 1, inputmode: "numeric", "aria-label": gettext("How many"), oninput: () => changed({ ...now, k: k.valueAsNumber }) });
  const point = h("input", { type: "text", id: "query-point", autocomplete: "off", placeholder: example(), "aria-label": gettext("Point: latitude, longitude"), oninput: () => changed({ ...now, point: pointOf(point.value, page.catalogue.place.bbox) }) });
  const mark = button({ icon: "map-pin", label: gettext("Mark the point on the map"), class: "icon-btn", size: 18, onclick: async () => {
    const found = await onMap(page, "point");
    if (found) changed({ ...now, on: true, point: found });
  } });
  const shown = h("small", {});
  const fault = h("p", { class: "field-error", role: "alert" });
  const rest = h("div", { class: "query-nearest" }, k, h("span", {}, gettext("nearest to")), point, mark);
  const element = h("fieldset", { class: "field" }, h("label", { class: "option" }, on, h("span", {}, gettext("Only the nearest to a point"))), rest, shown, fault);
  return {
    element,
    show(value, wrong) {
      now = value;
      on.checked = now.on;
      rest.hidden = !now.on;
      if (document.activeElement !== k) k.value = Number.isFinite(now.k) ? now.k : "";
      if (document.activeElement !== point) point.value = now.point ? written([now.point]) : "";
      shown.textContent = now.on && now.point ? coordinates(...now.point) : "";
      k.setAttribute("aria-invalid", String(Boolean(wrong.k)));
      fault.textContent = now.on ? [wrong.k, wrong.point].filter(Boolean).join(" ") : "";
    },
  };
}
