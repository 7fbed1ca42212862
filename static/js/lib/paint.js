// Symbols on a canvas. A symbol is a frozen, shared object, so that features alike are drawn in one go:
//   point   {shape: "circle|square|ring|diamond|triangle", size, color, line, lineWidth}
//   polygon {fill, stroke, width, hatch: null | "lines" | "dots", alpha}    line {stroke, width, dash}
//   cell    {cell: true, color, text}: a disc whose area tells the count
import { isCell, LINE, POINT, POLYGON } from "./tile.js";
import { token } from "./ramps.js";

const sprites = new Map();
const patterns = new Map();

function outline(context, shape, r) {
  context.beginPath();
  if (shape === "square") context.roundRect(-r * 0.88, -r * 0.88, r * 1.76, r * 1.76, r * 0.3);
  else if (shape === "diamond") { context.moveTo(0, -r * 1.15); context.lineTo(r * 1.15, 0); context.lineTo(0, r * 1.15); context.lineTo(-r * 1.15, 0); context.closePath(); }
  else if (shape === "triangle") { context.moveTo(0, -r * 1.1); context.lineTo(r * 1.05, r * 0.8); context.lineTo(-r * 1.05, r * 0.8); context.closePath(); }
  else context.arc(0, 0, r, 0, 2 * Math.PI);
}

/** Draws one point symbol at the origin of the context. `size` is the diameter in CSS pixels. */
export function drawPoint(context, { shape = "circle", size = 8, color, line = token("--mark-line"), lineWidth = 1 }) {
  const r = size / 2;
  outline(context, shape, r);
  if (shape === "ring") {
    context.fillStyle = token("--card");
    context.fill();
    context.lineWidth = Math.max(2, size / 4);
    context.strokeStyle = color;
  } else {
    context.fillStyle = color;
    context.fill();
    context.lineWidth = lineWidth;
    context.strokeStyle = line;
  }
  if (lineWidth) context.stroke();
}

/** The symbol drawn once on a small canvas; copying it is many times quicker than drawing it. */
function sprite(symbol, ratio) {
  const key = `${symbol.shape}|${symbol.size}|${symbol.color}|${symbol.line}|${symbol.lineWidth}|${ratio}`;
  if (!sprites.has(key)) {
    const half = Math.ceil(symbol.size * 0.65 + 2);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 2 * half * ratio;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.translate(half, half);
    drawPoint(context, symbol);
    sprites.set(key, { canvas, half });
  }
  return sprites.get(key);
}

// Patterns of 8 screen pixels.
// `origin` is the tile's corner in tile pixels: the pattern hangs on the world, not on the tile.
function pattern(context, kind, { ratio, scale, origin }) {
  const key = kind + ratio;
  if (!patterns.has(key)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 8 * ratio;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    if (kind === "lines") {
      pen.strokeStyle = token("--hatch");
      pen.globalAlpha = 0.8;
      pen.lineWidth = 2;
      pen.beginPath();
      for (const shift of [-8, 0, 8]) { pen.moveTo(shift - 1, 9); pen.lineTo(shift + 9, -1); }
      pen.stroke();
    } else {
      pen.fillStyle = token("--none");
      for (const [x, y] of [[2, 2], [6, 6]]) { pen.beginPath(); pen.arc(x, y, 0.9, 0, 7); pen.fill(); }
    }
    patterns.set(key, canvas);
  }
  const made = context.createPattern(patterns.get(key), "repeat");
  const period = 8 / scale;
  made.setTransform(new DOMMatrix().translate(-(origin[0] % period), -(origin[1] % period)).scale(1 / (ratio * scale)));
  return made;
}

export function trace(context, parts, close) {
  for (const line of parts) {
    context.moveTo(line[0], line[1]);
    for (let i = 2; i < line.length; i += 2) context.lineTo(line[i], line[i + 1]);
    if (close) context.closePath();
  }
}

function polygons(context, list, symbol, view) {
  context.beginPath();
  for (const feature of list) trace(context, feature.parts, true);
  if (symbol.fill) {
    context.globalAlpha = symbol.alpha ?? 1;
    context.fillStyle = symbol.fill;
    context.fill("evenodd");
    if (symbol.hatch) {
      context.fillStyle = pattern(context, symbol.hatch, view);
      context.fill("evenodd");
    }
    context.globalAlpha = 1;
  }
}

function strokes(context, list, symbol, close, scale) {
  if (!symbol.stroke || !symbol.width) return;
  context.beginPath();
  for (const feature of list) trace(context, feature.parts, close);
  context.strokeStyle = symbol.stroke;
  context.lineWidth = symbol.width / scale;
  context.lineJoin = context.lineCap = "round";
  context.setLineDash((symbol.dash ?? []).map((dash) => dash / scale));
  context.stroke();
  context.setLineDash([]);
}

/** Radius of a cell's disc: its area is to the largest count as the count is; small counts stay visible. */
export const discRadius = (half, count, most) => Math.max(2.5, half * 0.94 * Math.sqrt(Math.min(1, count / most)));

function cells(context, list, symbol, { most, number, scale }) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const feature of list) {
    const [west, north, east, south] = feature.box;
    const r = discRadius(Math.min(east - west, south - north) / 2, feature.properties.count, most);
    const [x, y] = [(west + east) / 2, (north + south) / 2];
    context.globalAlpha = 0.82;
    context.fillStyle = symbol.color;
    context.beginPath();
    context.arc(x, y, r, 0, 2 * Math.PI);
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1 / scale;
    context.strokeStyle = token("--mark-line");
    context.stroke();
    const text = number(feature.properties.count);
    if (r * scale >= 4 + 3.1 * text.length) {
      context.font = `600 ${(r * scale > 18 ? 12 : 10.5) / scale}px ${token("--font")}`;
      context.fillStyle = symbol.text;
      context.fillText(text, x, y + 0.5);
    }
  }
}

/**
 * Draws a tile's features; each gets its `.symbol`. `style(properties, feature, zoom)` -> symbol or null (not drawn).
 * `size`: side of the canvas in tile pixels, each of them `scale` screen pixels of `ratio` device pixels; symbols are given in
 * screen pixels. `origin`: the tile's corner. `most`: the largest cell count around. `number` writes a count.
 */
export function paint(context, features, style, view) {
  const { size, scale, ratio, zoom } = view;
  const batches = new Map();
  for (const feature of features) {
    const symbol = (feature.symbol = style(feature.properties, feature, zoom));
    if (!symbol) continue;
    const batch = batches.get(symbol);
    if (batch) batch.push(feature);
    else batches.set(symbol, [feature]);
  }
  context.setTransform(ratio * scale, 0, 0, ratio * scale, 0, 0);
  context.clearRect(0, 0, size, size);
  for (const [symbol, list] of batches) if (list[0].type === POLYGON && !symbol.cell) polygons(context, list, symbol, view);
  for (const [symbol, list] of batches) {
    const type = list[0].type;
    if (symbol.cell) cells(context, list.filter(isCell), symbol, view);
    else if (type === POINT) points(context, list, symbol, view);
    else strokes(context, list, symbol, type === POLYGON, scale);
  }
}

// More than this many signs of one kind in a tile lie over each other: without their outlines they are quicker to draw and
// as easy to tell apart. (25,000 on one tile: sprites 110 ms, discs 58, squares 21.)
const PLAIN = 3000, SQUARE = 12_000;

function points(context, list, symbol, view) {
  if (list.length > PLAIN && symbol.shape !== "ring") return plain(context, list, symbol, view.scale);
  const { canvas, half } = sprite(symbol, view.ratio);
  const k = view.ratio * view.scale;
  const offset = half * view.ratio;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0); // whole device pixels: copied, not resampled
  for (const { parts } of list) {
    for (const line of parts) for (let i = 0; i < line.length; i += 2) context.drawImage(canvas, Math.round(line[i] * k - offset), Math.round(line[i + 1] * k - offset));
  }
  context.restore();
}

function plain(context, list, symbol, scale) {
  const r = symbol.size / 2 / scale;
  const square = list.length > SQUARE || symbol.shape === "square";
  context.fillStyle = symbol.color;
  for (const { parts } of list) {
    for (const line of parts) {
      for (let i = 0; i < line.length; i += 2) {
        if (square) context.fillRect(line[i] - r, line[i + 1] - r, 2 * r, 2 * r);
        else { context.beginPath(); context.arc(line[i], line[i + 1], r, 0, 2 * Math.PI); context.fill(); }
      }
    }
  }
}

export { LINE, POINT, POLYGON };
