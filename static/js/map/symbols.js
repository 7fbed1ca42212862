// From a layer's declared style to symbols (paint.js), and to the entries of its legend. 
import { classOf } from "../lib/classes.js";
import { interval, quantity } from "../lib/format.js";
import { gettext } from "../lib/i18n.js";
import { oklab, token } from "../lib/ramps.js";

// Small signs at city scale, full size where houses stand apart.
export const growth = (zoom) => (zoom <= 11 ? 0.6 : zoom === 12 ? 0.66 : zoom <= 14 ? 0.75 : zoom === 15 ? 0.85 : zoom >= 17 ? 1.25 : 1);

/** The entries of a style: [{value, label, color}]; one entry without value for a single sign. */
export function entries(style) {
  if (style.kind === "categories") return style.entries;
  if (style.kind === "classes") {
    return style.colors.map((color, i) => {
      const [low, high] = [style.breaks[i - 1], style.breaks[i]];
      const label = low === undefined ? `< ${quantity(high, style.unit)}` : high === undefined ? `≥ ${quantity(low, style.unit)}` : interval(low, high, style.unit);
      return { value: i, label, color };
    });
  }
  return [{ value: null, label: "", color: style.color }];
}

/** A function (properties) -> index of the entry, or -1 when the feature's value has none. */
export function sorter(style) {
  if (style.kind === "categories") {
    const index = new Map(style.entries.map((entry, i) => [String(entry.value), i]));
    return (properties) => index.get(String(properties[style.field])) ?? -1;
  }
  if (style.kind === "classes") return (properties) => classOf(properties[style.field], style.breaks);
  return () => 0;
}

/** Do the colours differ in lightness only (hues within a third of the circle), so that the strongest can stand for all? */
export function oneHue(colors) {
  const angles = colors.map(oklab).filter(([, a, b]) => Math.hypot(a, b) > 0.02).map(([, a, b]) => (Math.atan2(b, a) * 180) / Math.PI);
  return angles.every((angle) => Math.abs(((angle - angles[0] + 540) % 360) - 180) < 60);
}

/** The colour of a layer as a whole (cells, its sign in the tree): its own, its strongest entry, or a neutral one. */
export function mainColor(style) {
  const colors = entries(style).map((entry) => entry.color);
  if (colors.length && oneHue(colors)) return colors.reduce((dark, color) => (oklab(color)[0] < oklab(dark)[0] ? color : dark));
  return token("--counted");
}

/** (properties, feature, zoom) -> frozen symbol for a layer; `extra` changes every symbol (selection, dimming). */
export function symbolizer(layer, extra = {}, text = token("--on-accent")) {
  const { style, geometry } = layer;
  const list = entries(style);
  const find = sorter(style);
  const made = new Map();
  const cell = Object.freeze({ cell: true, color: mainColor(style), text, ...extra.cell });
  return (properties, feature, zoom = 15) => {
    if (properties.count !== undefined && properties.uid === undefined) return cell;
    const index = find(properties);
    const scale = growth(zoom);
    const id = index + 32 * scale;
    if (!made.has(id)) {
      const color = list[index]?.color ?? token("--none");
      const symbol =
        geometry === "polygon" ? { fill: color, stroke: token("--mark-line"), width: 1, alpha: 0.8, ...extra.polygon }
        : geometry === "line" ? { stroke: color, width: 2.5, ...extra.line }
        : { shape: style.shape ?? "circle", size: 2 * (style.size ?? 5) * scale, color, line: token("--mark-line"), lineWidth: 1, ...extra.point };
      made.set(id, Object.freeze(symbol));
    }
    return made.get(id);
  };
}

/** What a legend says about features without a value of the style's field. */
export const otherLabel = () => gettext("other or no value");
