// The columns of a layer's table: which, in what order, how wide.
import { gettext } from "../lib/i18n.js";
import { value } from "../lib/format.js";

const STORE = "geoportal.columns.";

/** All columns a layer can show: [{name, label, type, number, text(row), swatch(row)}], from its catalogue entry.
 * `areaName`: code -> name. */
export function columnsOf(layer, areaName = String) {
  const fields = new Map(layer.fields.map((field) => [field.name, field]));
  const declared = (layer.columns.length ? layer.columns : layer.popup).filter((name) => fields.has(name));
  // What a feature is called comes first: it stays in view when the others are scrolled sideways.
  const names = declared.includes(layer.label) ? [layer.label, ...declared.filter((name) => name !== layer.label)] : declared;
  return names.map((name) => {
    const field = fields.get(name);
    const colours = layer.style?.kind === "categories" && layer.style.field === name ? new Map(layer.style.entries.map((e) => [String(e.value), e.color])) : null;
    return {
      name,
      label: field.unit && field.unit !== "Rp" ? `${field.label} (${field.unit})` : field.label,
      number: field.type === "number",
      type: field.type,
      text: (row) => (field.type === "area" && row[name] ? areaName(row[name]) : plain(field, row[name])),
      swatch: colours && ((row) => colours.get(String(row[name])) ?? null),
    };
  });
}

/** The text of a cell; the unit stands in the header, so it is left out here, and a missing value is "". */
function plain(field, raw) {
  if (raw === null || raw === undefined || raw === "") return "";
  return value(field.unit && field.unit !== "Rp" ? { ...field, unit: "" } : field, raw);
}

/** The names a reader chose for this layer, or all where nothing was chosen. */
export function chosen(layer, columns) {
  let names = null;
  try {
    names = JSON.parse(localStorage.getItem(STORE + layer));
  } catch {
    names = null; // storage closed or its content not ours: every column
  }
  const kept = columns.filter((column) => names?.includes(column.name));
  return kept.length ? kept : columns;
}

/** Keep a choice for the next visit; all columns are the default and are not kept. */
export function choose(layer, columns, names) {
  try {
    if (names.length === columns.length) localStorage.removeItem(STORE + layer);
    else localStorage.setItem(STORE + layer, JSON.stringify(names));
  } catch {
    return; // a browser that keeps nothing: the choice holds for this page
  }
}

/** Widths in px for the columns by header and the given rows, between 72 and 300, the first at most `first`,
 * for its header at most `title`. `head`, `body`: CSS fonts. */
export function widths(columns, rows, { head, body, first = 300, title = 190 }) {
  const pen = document.createElement("canvas").getContext("2d");
  const measure = (font, text) => ((pen.font = font), pen.measureText(text).width * 1.07); // figures of even width are wider
  return columns.map((column, i) => {
    const header = measure(head, column.label) + 24 + 22;
    const widest = rows.reduce((most, row) => Math.max(most, row ? measure(body, column.text(row)) : 0), 0) + 26 + (column.swatch ? 18 : 0);
    return Math.round(Math.min(i === 0 ? first : 300, Math.max(72, Math.min(header, 250), widest)));
  });
}

export const missing = () => gettext("no data");
