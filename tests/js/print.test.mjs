import assert from "node:assert/strict";
import test from "node:test";

import { bar, denominator, marks, metresPerPixel, minutes } from "../../static/js/map/scale.js";

test("at the equator a pixel of zoom 0 is 156,543 m, and half of that at 60 degrees", () => {
  assert.ok(Math.abs(metresPerPixel(0, 0) - 156543.034) < 0.01);
  assert.ok(Math.abs(metresPerPixel(60, 0) - 78271.517) < 0.01);
  assert.ok(Math.abs(metresPerPixel(0, 10) - 152.874) < 0.001);
});

test("the scale is 1 : 590,000,000 at zoom 0 and has two figures that count", () => {
  assert.equal(denominator(0, 0), 590_000_000);
  assert.equal(denominator(0, 13), 72_000);
  assert.equal(denominator(5.16, 12.5), 100_000);
});

test("the scale bar is the longest round distance that fits", () => {
  // zoom 13 at the equator: 19.109 m a pixel, 150 px hold 2,866 m
  assert.deepEqual([bar(0, 13, 150).metres, Math.round(bar(0, 13, 150).pixels)], [2500, 131]);
  assert.equal(bar(0, 13, 110).metres, 2000);
  assert.equal(bar(0, 13, 60).metres, 1000);
  assert.equal(bar(0, 17, 150).metres, 100);
});

test("marks stand at round minutes, few enough to read", () => {
  assert.deepEqual(marks(97.02, 97.19, 6), [97.033333333, 97.066666667, 97.1, 97.133333333, 97.166666667]);
  assert.deepEqual(marks(-0.011, 0.011, 3), [-0.008333333, 0, 0.008333333]);
  assert.ok(marks(95, 98.4, 6).length <= 7);
});

test("degrees are written with minutes, tenths only where needed", () => {
  assert.deepEqual([97.133333333, 5.1, -6.5, 97.0083333, 0.999999].map((d) => minutes(d, ",")), ["97°08′", "5°06′", "6°30′", "97°00,5′", "1°00′"]);
});
