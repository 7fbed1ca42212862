import assert from "node:assert/strict";
import { test } from "node:test";
import { bounds, digits, rank, round, scheme } from "../../static/js/map/scheme.js";

const area = (code, value, state = "shown") => ({ code, name: code, value, state });
const five = [area("a", 0), area("b", 10), area("c", 20), area("d", 30), area("e", 40)];
const colors = ["#1", "#2", "#3", "#4", "#5"];

test("round bounds are steps a reader can remember", () => {
  assert.deepEqual(round([3, 41.2], 5), [10, 20, 30, 40]);
  assert.deepEqual(round([0, 1], 4), [0.25, 0.5, 0.75]);
  assert.deepEqual(round([7, 7, 7], 5), []);
  assert.deepEqual(round([], 5), []);
});

test("declared bounds win over round ones in the fixed method", () => {
  assert.deepEqual(bounds(five, { method: "fixed", classes: 5 }, [2.5, 10, 20, 30]), [2.5, 10, 20, 30]);
  assert.deepEqual(bounds(five, { method: "fixed", classes: 4 }), [10, 20, 30]);
  assert.deepEqual(bounds(five, { method: "equal", classes: 4 }), [10, 20, 30]);
});

test("hidden and missing areas take no part in the classes and get no class", () => {
  const areas = [...five, area("f", null, "small"), area("g", 99, "none"), area("h", 35, "unreliable")];
  const inner = bounds(areas, { method: "equal", classes: 4 });
  assert.deepEqual(inner, [10, 20, 30]);
  const made = scheme(areas, inner, colors, "#none");
  assert.deepEqual(made.states, { shown: 5, unreliable: 1, small: 1, none: 1 });
  assert.deepEqual(made.classes.map((c) => c.n), [1, 1, 1, 3]);
  assert.deepEqual([made.areas.get("f").class, made.areas.get("f").color], [null, "#none"]);
  assert.deepEqual([made.areas.get("g").class, made.areas.get("g").color], [null, "#none"]);
  assert.deepEqual([made.areas.get("h").class, made.areas.get("h").color], [3, "#4"]);
  assert.deepEqual(made.classes.map((c) => [c.low, c.high]), [[0, 10], [10, 20], [20, 30], [30, 40]]);
});

test("a bound belongs to the class above it", () => {
  const made = scheme(five, [10, 30], colors, "#none");
  assert.equal(made.areas.get("b").class, 1);
  assert.equal(made.areas.get("d").class, 2);
});

test("the highest value is first, equals share a place, an area without figure has none", () => {
  const areas = [area("a", 5), area("b", 9), area("c", 9), area("d", 1), area("e", null, "small")];
  assert.deepEqual(rank(areas, "b"), { place: 1, of: 4 });
  assert.deepEqual(rank(areas, "c"), { place: 1, of: 4 });
  assert.deepEqual(rank(areas, "a"), { place: 3, of: 4 });
  assert.equal(rank(areas, "e"), null);
});

test("limits are written with as many decimals as tell them apart and hide none behind 0", () => {
  assert.equal(digits([0, 10, 20]), 0);
  assert.equal(digits([2.9, 8.1, 49.8]), 1);
  assert.equal(digits([0.03, 0.64, 1.2, 9.8]), 2, "0,0 would not be true of 0.03 km²");
  assert.equal(digits([0.61, 0.64, 0.9]), 2, "0,6 twice tells nothing");
  assert.equal(digits([1234.5, 99999.1]), 0);
  assert.equal(digits([0.0004, 0.5]), 3);
  assert.equal(digits([0.2, 0.65, 8.12], "km²"), 2);
});
