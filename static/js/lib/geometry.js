// Plane geometry on flat arrays [x0, y0, x1, y1, …]. Pure.

/** Is (x, y) inside the rings? Even-odd, so a hole is outside and the order of rings does not matter. */
export function inside(rings, x, y) {
  let odd = false;
  for (const ring of rings) {
    const n = ring.length;
    for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
      if (ring[i + 1] > y !== ring[j + 1] > y && x < ((ring[j] - ring[i]) * (y - ring[i + 1])) / (ring[j + 1] - ring[i + 1]) + ring[i]) odd = !odd;
    }
  }
  return odd;
}

/** Squared distance from (x, y) to the nearest point of a line; Infinity for an empty one. */
export function distance2(line, x, y) {
  let best = Infinity;
  for (let i = 0; i + 1 < line.length; i += 2) {
    const [ax, ay] = [line[i], line[i + 1]];
    const [bx, by] = i + 3 < line.length ? [line[i + 2], line[i + 3]] : [ax, ay];
    const length2 = (bx - ax) ** 2 + (by - ay) ** 2;
    const t = length2 ? Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length2)) : 0;
    best = Math.min(best, (ax + t * (bx - ax) - x) ** 2 + (ay + t * (by - ay) - y) ** 2);
  }
  return best;
}

/** [west, north, east, south] of some lines. */
export function box(lines) {
  const found = [Infinity, Infinity, -Infinity, -Infinity];
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      if (line[i] < found[0]) found[0] = line[i];
      if (line[i] > found[2]) found[2] = line[i];
      if (line[i + 1] < found[1]) found[1] = line[i + 1];
      if (line[i + 1] > found[3]) found[3] = line[i + 1];
    }
  }
  return found;
}

export const joined = (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
export const overlap = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

/** Twice-checked area of a ring in square units (positive whichever way it turns). */
export function ringArea(ring) {
  let sum = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) sum += ring[j] * ring[i + 1] - ring[i] * ring[j + 1];
  return Math.abs(sum / 2);
}

/** [x, y, room]: a point well inside the rings (the roomiest of a grid of trials) and its distance from the edge; null without one. */
export function innerPoint(rings, steps = 8) {
  const [west, north, east, south] = box(rings);
  let best = null;
  for (let i = 0; i < steps; i++) {
    for (let j = 0; j < steps; j++) {
      const x = west + ((i + 0.5) / steps) * (east - west);
      const y = north + ((j + 0.5) / steps) * (south - north);
      if (!inside(rings, x, y)) continue;
      const room = Math.sqrt(Math.min(...rings.map((ring) => distance2(ring, x, y))));
      if (!best || room > best[2]) best = [x, y, room];
    }
  }
  return best;
}

/** The next of 1, 2, 5, 10, 20, 50, …: the scale of cells changes seldom while tiles come in. */
export function roundUp(n) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, n)));
  return [1, 2, 5, 10].map((step) => step * power).find((limit) => limit >= n);
}

const R = 6371008.8; // metres, mean radius
const rad = Math.PI / 180;

/** Metres between two [lon, lat] on the sphere (haversine). */
export function metres([lon1, lat1], [lon2, lat2]) {
  const h = Math.sin(((lat2 - lat1) * rad) / 2) ** 2 + Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon1) * rad) / 2) ** 2;
  return 2 * R * Math.asin(Math.sqrt(h));
}

/** Square metres of a ring of [lon, lat] on the sphere (Chamberlain and Duquette 2007). */
export function squareMetres(ring) {
  let sum = 0;
  for (let i = 0; i < ring.length; i++) {
    const [a, b] = [ring[i], ring[(i + 1) % ring.length]];
    sum += (b[0] - a[0]) * rad * (2 + Math.sin(a[1] * rad) + Math.sin(b[1] * rad));
  }
  return Math.abs((sum * R * R) / 2);
}
