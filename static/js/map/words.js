// A filter in words: what stands on its chip. Pure.
import { date, distance, number, value as textOf } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";

// A spoilt address may hold anything: what is no number or date is shown as it stands.
const end = (field, text) => (field.type === "date" ? (/^\d{4}-\d\d-\d\d$/.test(text) ? date(text) : text) : number(Number(text)) || text);

/** "1..4" of a number or date field -> "1–4", "≥ 1", "≤ 4"; of a choice -> its labels; else the text itself. */
export function values(field, text) {
  if (field.type === "number" || field.type === "date") {
    const [low, high] = text.includes("..") ? text.split("..") : [text, text];
    if (low && high) return low === high ? end(field, low) : `${end(field, low)}–${end(field, high)}`;
    return low ? `≥ ${end(field, low)}` : `≤ ${end(field, high)}`;
  }
  if (field.type === "choice") return text.split(",").map((part) => textOf(field, part)).join(", ");
  if (field.type === "boolean") return textOf(field, text);
  return `“${text}”`;
}

/** A condition on the place, in words. `name(layer)` gives a layer's title, `area(code)` an area's name. */
export function place(param, text, { name = String, area = String } = {}) {
  const [what, metres] = text.split(":");
  switch (param) {
    case "inside": return fill(gettext("inside %(area)s"), { area: text.split(",").map(area).join(", ") });
    case "within": return fill(gettext("within %(distance)s of %(layer)s"), { distance: distance(Number(metres)), layer: name(what) });
    case "beyond": return fill(gettext("farther than %(distance)s from all %(layer)s"), { distance: distance(Number(metres)), layer: name(what) });
    case "circle": return fill(gettext("within %(distance)s of a point"), { distance: distance(Number(text.split(",")[2])) });
    case "nearest": return fill(gettext("the %(n)s nearest to a point"), { n: number(Number(text.split(",")[2])) });
    case "polygon": return gettext("inside the drawn area");
    case "bbox": return gettext("inside the drawn box");
    case "upload": return gettext("of one upload");
    case "uid": return fill(gettext("%(n)s chosen one by one"), { n: number(text.split(",").length) });
    default: return null;
  }
}

/** One condition of a layer in words: {label, text}. */
export function condition(catalogue, layer, param, text, areaName = String) {
  const spatial = place(param, text, { name: (other) => catalogue.layer(other)?.title ?? other, area: areaName });
  if (spatial) return { label: "", text: spatial };
  const field = catalogue.field(layer, param);
  if (!field) return { label: param, text };
  return { label: field.label, text: field.type === "area" ? text.split(",").map(areaName).join(", ") : values(field, text) };
}
