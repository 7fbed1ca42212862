import assert from "node:assert/strict";
import { test } from "node:test";
import { box, distance2, innerPoint, inside, joined, metres, overlap, ringArea, roundUp, squareMetres } from "../../static/js/lib/geometry.js";

const square = [0, 0, 10, 0, 10, 10, 0, 10, 0, 0];
const hole = [4, 4, 6, 4, 6, 6, 4, 6, 4, 4];
const near = (value, wanted, share) => assert.ok(Math.abs(value / wanted - 1) < share, `${value} is not within ${share} of ${wanted}`);

test("a point in a hole is outside, whichever way the rings turn", () => {
  assert.equal(inside([square, hole], 1, 1), true);
  assert.equal(inside([square, hole], 5, 5), false);
  assert.equal(inside([square, [...hole].reverse()], 5, 5), false);
  assert.equal(inside([square], 11, 5), false);
});

test("the distance to a line is to its nearest point, ends included", () => {
  assert.equal(distance2([0, 0, 10, 0], 5, 3), 9);
  assert.equal(distance2([0, 0, 10, 0], 13, 4), 25);
  assert.equal(distance2([7, 7], 7, 9), 4);
  assert.equal(distance2([], 0, 0), Infinity);
});

test("boxes: of lines, joined, overlapping; touching edges do not overlap", () => {
  assert.deepEqual(box([[1, 5, 3, 2], [0, 4]]), [0, 2, 3, 5]);
  assert.deepEqual(joined([0, 0, 1, 1], [2, -1, 3, 0]), [0, -1, 3, 1]);
  assert.equal(overlap([0, 0, 2, 2], [1, 1, 3, 3]), true);
  assert.equal(overlap([0, 0, 1, 1], [1, 0, 2, 1]), false);
});

test("a ring's area does not depend on the way it turns", () => {
  assert.equal(ringArea(square), 100);
  assert.equal(ringArea([0, 0, 0, 10, 10, 10, 10, 0, 0, 0]), 100);
});

test("the inner point of an L lies in its arm, not in the notch", () => {
  const ell = [0, 0, 30, 0, 30, 10, 10, 10, 10, 30, 0, 30, 0, 0];
  const [x, y, room] = innerPoint([ell], 12);
  assert.equal(inside([ell], x, y), true);
  assert.ok(room >= 4 && room <= 6, `room ${room}`);
});

test("a degree along the equator is 111.2 km, and shrinks with the cosine of the latitude", () => {
  near(metres([97, 0], [98, 0]), 111_195, 1e-4);
  near(metres([97, 60], [98, 60]), 55_597, 1e-3);
  near(metres([97, 5], [97, 6]), 111_195, 1e-4);
});

test("a square of a hundredth of a degree at the equator is 1.236 km²", () => {
  near(squareMetres([[97, 0], [97.01, 0], [97.01, 0.01], [97, 0.01]]), 1_236_430, 1e-3);
});

test("scales go up by 1, 2, 5", () => {
  assert.deepEqual([1, 2, 3, 7, 10, 11, 21, 480, 501].map(roundUp), [1, 2, 5, 10, 10, 20, 50, 500, 1000]);
});
