import assert from "node:assert/strict";
import test from "node:test";

import { free } from "../../static/js/map/free.js";

test("on a phone the drawer keeps the lower 56 % of the map for itself", () => {
  const { paddingTopLeft, paddingBottomRight } = free({ x: 360, y: 750 }, { drawer: true, chips: 0, small: true });
  assert.deepEqual([paddingTopLeft, paddingBottomRight], [[24, 24], [24, 420]]);
});

test("what comes into view lies below the chips and beside the drawer", () => {
  const { paddingTopLeft, paddingBottomRight } = free({ x: 1050, y: 800 }, { drawer: true, chips: 68, small: false });
  assert.deepEqual([paddingTopLeft, paddingBottomRight], [[24, 100], [430, 84]]);
  assert.deepEqual(free({ x: 1050, y: 800 }, { drawer: false, chips: 0, small: false }).paddingBottomRight, [70, 84]);
});

test("three tenths of the smallest map stay free", () => {
  const { paddingTopLeft, paddingBottomRight } = free({ x: 360, y: 200 }, { drawer: true, chips: 148, small: true });
  assert.ok(Math.abs(paddingTopLeft[1] + paddingBottomRight[1] - 140) < 1e-9);
  assert.ok(paddingTopLeft[1] > 0 && paddingBottomRight[1] > 0);
});
