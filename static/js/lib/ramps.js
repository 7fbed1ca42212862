// Colour ramps out of tokens.css: as many even steps as there are classes, mixed in OKLab so that lightness falls evenly.

const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const gamma = (c) => (c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055);

// "#rrggbb" -> [L, a, b] of OKLab (Ottosson 2020)
export function oklab(hex) {
  const [r, g, b] = [1, 3, 5].map((i) => linear(parseInt(hex.slice(i, i + 2), 16) / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

export function hex([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s];
  return "#" + rgb.map((c) => Math.round(255 * Math.min(1, Math.max(0, gamma(c)))).toString(16).padStart(2, "0")).join("");
}

// `n` colours along the stops; the ends are the first and the last stop (one colour: the middle of the ramp).
export function mix(stops, n) {
  if (n === stops.length) return [...stops];
  const labs = stops.map(oklab);
  return Array.from({ length: n }, (_, i) => {
    const at = (n === 1 ? 0.5 : i / (n - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    return hex(labs[low].map((v, k) => v + (labs[low + 1][k] - v) * (at - low)));
  });
}

/** Relative luminance of a colour (WCAG 2). */
export const luminance = (colour) => [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => sum + share * linear(parseInt(colour.slice(2 * i + 1, 2 * i + 3), 16) / 255), 0);
/** Is white the better text on this colour? At 0.179 white and black (--on-light) stand equal, both above 4.5:1. */
export const isDark = (colour) => luminance(colour) < 0.179;

const read = new Map();
export function token(name) {
  if (!read.has(name)) read.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  return read.get(name);
}

export const RAMPS = ["orange", "blue", "green", "purple", "red", "brown", "grey"];
export const ramp = (name, n) => mix([1, 2, 3, 4, 5].map((i) => token(`--${RAMPS.includes(name) ? name : "orange"}-${i}`)), n);
