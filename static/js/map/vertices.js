// Drawn shapes as text a person can read and type, and as the parameters of the query string. Pure; degrees, WGS 84.

const METRES = 111_195; // of a degree of latitude
export const MOST = 500; // corners the server takes

/**
 * The points typed, one a line: {points: [[lon, lat], …], errors: [{line, text}]}. Decimal point or comma; which number is
 * the longitude is found from `bbox` (west, south, east, north of the place), latitude first where both would do.
 */
export function parse(text, bbox) {
  const points = [];
  const errors = [];
  text.split("\n").forEach((line, i) => {
    if (!line.trim()) return;
    const point = pointOf(line, bbox);
    if (point) points.push(point);
    else errors.push({ line: i + 1, text: line.trim() });
  });
  return { points, errors };
}

/** [lon, lat] of "5.18, 97.14", "5,18; 97,14", "97.14 5.18"; null for anything else. */
export function pointOf(text, bbox) {
  const pairs = [];
  for (const [one, two] of [text.trim().split(/\s*;\s*|\s*,\s+|\s+/), text.includes(".") ? text.trim().split(/\s*,\s*/) : []].filter((parts) => parts.length === 2)) {
    const numbers = [one, two].map((part) => (/^[-+]?\d{1,3}(?:[.,]\d+)?$/.test(part) ? Number(part.replace(",", ".")) : NaN));
    if (numbers.every(Number.isFinite)) pairs.push([numbers[1], numbers[0]], numbers);
  }
  const possible = pairs.filter(([lon, lat]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90);
  return possible.sort((a, b) => outside(a, bbox) - outside(b, bbox))[0] ?? null;
}

/** Degrees a point lies outside the box; 0 inside. */
export function outside([lon, lat], [west, south, east, north]) {
  return Math.max(west - lon, 0, lon - east) + Math.max(south - lat, 0, lat - north);
}

/** The points as they can be typed again, "latitude, longitude" a line. */
export const written = (points) => points.map(([lon, lat]) => `${short(lat)}, ${short(lon)}`).join("\n");

const short = (degrees) => String(Number(degrees.toFixed(6))); // a tenth of a metre

/** "lon,lat lon,lat" and back. */
export const joined = (points) => points.map(([lon, lat]) => `${short(lon)},${short(lat)}`).join(" ");
export const split = (text) => text.split(" ").map((pair) => pair.split(",").map(Number));

/** "lon,lat,metres" of a circle and back. */
export const circleText = ([lon, lat], metres) => `${short(lon)},${short(lat)},${Math.max(1, Math.round(metres))}`;
export function circleOf(text) {
  const [lon, lat, metres] = text.split(",").map(Number);
  return { centre: [lon, lat], metres };
}

/** "w,s,e,n" around any two or more points. */
export function boxText(points) {
  const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)].map(short).join(",");
}

/** Square metres of a polygon a few kilometres wide: the shoelace on a plane that touches its middle; good to 0.1 %. */
export function areaOf(points) {
  const middle = points.reduce((sum, [, lat]) => sum + lat, 0) / points.length;
  const across = METRES * Math.cos((middle * Math.PI) / 180);
  const [lon0, lat0] = points[0]; // near the points, so that squares of large numbers do not swallow the difference
  const flat = points.map(([lon, lat]) => [(lon - lon0) * across, (lat - lat0) * METRES]);
  return Math.abs(flat.reduce((sum, [x, y], i) => {
    const [u, v] = flat[(i + 1) % flat.length];
    return sum + x * v - u * y;
  }, 0)) / 2;
}

/** Does the outline cross itself? The server refuses such a polygon; here it is said while typing. */
export function crosses(points) {
  const n = points.length;
  const side = ([ax, ay], [bx, by], [cx, cy]) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      const [a, b, c, d] = [points[i], points[i + 1], points[j], points[(j + 1) % n]];
      if (side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b)) return true;
    }
  }
  return false;
}
