// Scale, scale bar and the marks at a map's edge. Pure. Web Mercator; a CSS pixel is 1/96 inch.

const EARTH = 6_378_137; // metres, the radius Web Mercator takes for the globe
const PIXEL = 0.0254 / 96; // metres

/** Metres on the ground that one CSS pixel shows at this latitude and zoom (a world of 256 px at zoom 0). */
export const metresPerPixel = (lat, zoom) => (2 * Math.PI * EARTH * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** zoom);

/** The n of 1 : n, to two figures that count: a printed map is no more exact. */
export function denominator(lat, zoom) {
  const n = metresPerPixel(lat, zoom) / PIXEL;
  const step = 10 ** (Math.floor(Math.log10(n)) - 1);
  return Math.round(n / step) * step;
}

/** {metres, pixels}: the longest round distance (1, 2, 2.5, 5 times a power of ten) that takes at most `most` pixels. */
export function bar(lat, zoom, most) {
  const room = metresPerPixel(lat, zoom) * most;
  const power = 10 ** Math.floor(Math.log10(room));
  const metres = [5, 2.5, 2, 1].map((step) => step * power).find((length) => length <= room * (1 + 1e-9));
  return { metres, pixels: metres / metresPerPixel(lat, zoom) };
}

const MINUTES = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600]; // between marks, in minutes of arc

/** Degrees between `low` and `high` to mark: round minutes, at most `most` of them. */
export function marks(low, high, most) {
  const step = (MINUTES.find((minutes) => ((high - low) * 60) / minutes <= most) ?? MINUTES.at(-1)) / 60;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toFixed(9)));
}

/** 97.1333 -> 97°08′ · 5.005 -> 5°00.3′ (decimal sign as given). */
export function minutes(degrees, sign = ".") {
  const all = Math.round(Math.abs(degrees) * 600) / 10; // minutes, one decimal
  const whole = Math.floor(all / 60);
  const rest = Number((all - whole * 60).toFixed(1));
  const text = Number.isInteger(rest) ? String(rest).padStart(2, "0") : rest.toFixed(1).padStart(4, "0").replace(".", sign);
  return `${whole}°${text}′`;
}
