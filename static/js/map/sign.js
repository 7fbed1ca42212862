// The little picture of a layer beside its name: drawn with the same pen as the map, so that both look alike.
import { h } from "../lib/dom.js";
import { drawPoint } from "../lib/paint.js";
import { entries, mainColor } from "./symbols.js";

/** A canvas of one point symbol. */
export function pointSign({ shape, color, size }) {
  const ratio = Math.max(2, devicePixelRatio || 1);
  const side = 18;
  const canvas = h("canvas", { class: "sign", width: side * ratio, height: side * ratio, "aria-hidden": "true" });
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.translate(side / 2, side / 2);
  drawPoint(pen, { shape, color, size: Math.min(14, Math.max(9, size * 2)), lineWidth: 1 });
  return canvas;
}

/** A coloured box. */
export function boxSign(color, css = "swatch") {
  const box = h("i", { class: css, "aria-hidden": "true" });
  box.style.background = color;
  return box;
}

/** The sign of a whole layer, or of one entry of its style. */
export function sign(layer, entry = null) {
  if (layer.kind === "raster") return boxSign(`linear-gradient(90deg, ${layer.raster.legend.map((step) => step.color).join(", ")})`);
  const { style, geometry } = layer;
  const color = entry?.color ?? mainColor(style);
  if (geometry === "polygon") return boxSign(color);
  if (geometry === "line") return boxSign(color, "swatch swatch-line");
  return pointSign({ shape: style.shape ?? "circle", color, size: style.size ?? 5 });
}

export { entries };
