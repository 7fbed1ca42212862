import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { hex, isDark, luminance, mix, oklab, RAMPS } from "../../static/js/lib/ramps.js";

const tokens = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8");
const token = (name) => {
  const found = tokens.match(new RegExp(`--${name}:\\s*([^;]+);`))?.[1];
  return found?.startsWith("var(") ? token(found.slice(6, -1)) : found;
};
const stops = (name) => [1, 2, 3, 4, 5].map((i) => token(`${name}-${i}`));

// WCAG 2
const contrast = (a, b) => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);

test("colours go to OKLab and back unchanged; white has lightness 1", () => {
  for (const colour of ["#0b6e5f", "#f7b267", "#ffffff", "#000000", "#5b3a92"]) assert.equal(hex(oklab(colour)), colour);
  assert.ok(Math.abs(oklab("#ffffff")[0] - 1) < 1e-6);
});

test("a ramp mixed to n classes keeps its ends and gets darker with every step", () => {
  for (const n of [2, 3, 5, 7]) {
    const colours = mix(stops("orange"), n);
    assert.equal(colours.length, n);
    assert.equal(colours[0], stops("orange")[0]);
    assert.equal(colours.at(-1), stops("orange")[4]);
    for (let i = 1; i < n; i++) assert.ok(oklab(colours[i])[0] < oklab(colours[i - 1])[0]);
  }
  assert.equal(mix(stops("orange"), 1).length, 1);
});

test("every ramp of the style sheet falls in lightness by at least 0.05 a step: readable with any colour vision", () => {
  for (const name of RAMPS) {
    const lightness = stops(name).map((colour) => oklab(colour)[0]);
    for (let i = 1; i < 5; i++) assert.ok(lightness[i - 1] - lightness[i] >= 0.05, `${name} step ${i}: ${lightness}`);
  }
});

test("luminance is 0 for black, 1 for white; black on white is 21:1", () => {
  assert.equal(luminance("#000000"), 0);
  assert.ok(Math.abs(contrast("#000000", "#ffffff") - 21) < 1e-6);
});

test("texts keep 4.5:1 on the surfaces they stand on", () => {
  for (const ink of ["ink", "ink-2", "ink-3"]) for (const ground of ["card", "paper", "wash"]) assert.ok(contrast(token(ink), token(ground)) >= 4.5, `${ink} on ${ground}: ${contrast(token(ink), token(ground))}`);
  for (const [ink, ground] of [["accent", "card"], ["on-accent", "accent"], ["bad", "card"], ["warn", "card"], ["warn-ink", "warn-wash"], ["bad", "bad-wash"], ["ok", "ok-wash"], ["accent", "accent-wash"]]) {
    assert.ok(contrast(token(ink), token(ground)) >= 4.5, `${ink} on ${ground}: ${contrast(token(ink), token(ground))}`);
  }
});

test("the count written on a class is light on dark colours and dark on light ones, 4.5:1 either way", () => {
  for (const name of RAMPS) for (const colour of mix(stops(name), 7)) assert.ok(contrast(colour, isDark(colour) ? token("on-accent") : token("on-light")) >= 4.5, `${name} ${colour}`);
});
