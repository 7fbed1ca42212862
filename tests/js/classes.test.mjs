import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { breaks, classCounts, classOf } from "../../static/js/lib/classes.js";

test("a break belongs to the class it begins", () => {
  const bounds = [2.5, 10, 20, 30];
  assert.deepEqual([0, 2.49, 2.5, 9.9, 10, 20, 30, 99].map((v) => classOf(v, bounds)), [0, 0, 1, 1, 2, 3, 4, 4]);
});

test("what is not a number is in no class", () => {
  for (const nothing of [null, undefined, NaN, Infinity, "12"]) assert.equal(classOf(nothing, [10]), -1);
});

test("quantiles put equally many in each class", () => {
  const bounds = breaks([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "quantile", 5);
  assert.deepEqual(bounds, [3, 5, 7, 9]);
  assert.deepEqual(classCounts([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], bounds), [2, 2, 2, 2, 2]);
});

test("equal values stay together even when a quantile falls among them", () => {
  const values = [0, 0, 0, 0, 0, 0, 1, 2, 3, 4];
  const bounds = breaks(values, "quantile", 5);
  assert.deepEqual(bounds, [1, 3]);
  assert.deepEqual(classCounts(values, bounds), [6, 2, 2]);
});

test("equal intervals cut the range into equal parts", () => {
  assert.deepEqual(breaks([0, 3, 4, 100], "equal", 4), [25, 50, 75]);
});

test("Jenks finds the three heaps", () => {
  const values = [1, 2, 3, 11, 12, 13, 50, 51, 52];
  assert.deepEqual(breaks(values, "jenks", 3), [11, 50]);
});

test("Jenks weighs by frequency", () => {
  // {0,0,0,0,4 | 10} costs 4 x 0.8² + 3.2² = 12.8; {0,0,0,0 | 4,10} costs 3² + 3² = 18.
  assert.deepEqual(breaks([0, 0, 0, 0, 4, 10], "jenks", 2), [10]);
  // With one zero, {0,4 | 10} costs 8 and {0 | 4,10} costs 18.
  assert.deepEqual(breaks([0, 4, 10], "jenks", 2), [10]);
  // {0 | 7,10} costs 4.5, {0,7 | 10} costs 24.5.
  assert.deepEqual(breaks([0, 7, 10], "jenks", 2), [7]);
});

test("Jenks is the least of all ways to cut", () => {
  const values = [3, 8, 8, 9, 15, 16, 22, 40, 41, 47, 60];
  const cost = (bounds) => {
    const groups = new Map();
    for (const v of values) groups.set(classOf(v, bounds), [...(groups.get(classOf(v, bounds)) ?? []), v]);
    return [...groups.values()].reduce((total, group) => {
      const mean = group.reduce((a, b) => a + b) / group.length;
      return total + group.reduce((a, b) => a + (b - mean) ** 2, 0);
    }, 0);
  };
  const own = [...new Set(values)];
  let least = Infinity;
  for (let a = 1; a < own.length; a++)
    for (let b = a + 1; b < own.length; b++)
      for (let c = b + 1; c < own.length; c++) least = Math.min(least, cost([own[a], own[b], own[c]]));
  assert.ok(Math.abs(cost(breaks(values, "jenks", 4)) - least) < 1e-9);
});

test("Jenks tells prices of 30,000 that differ by 50 apart", () => {
  const values = [30000, 30050, 30000, 30100, 30900, 30950];
  assert.deepEqual(breaks(values, "jenks", 2), [30900]);
});

test("45,000 values are cut in under two seconds", () => {
  let seed = 7;
  const values = Array.from({ length: 45000 }, () => (seed = (seed * 48271) % 2147483647) / 1e6);
  const begun = performance.now();
  assert.equal(breaks(values, "jenks", 7).length, 6);
  assert.ok(performance.now() - begun < 2000);
});

test("fixed breaks come back sorted, whatever the values", () => {
  assert.deepEqual(breaks([1, 2], "fixed", 5, [30, 2.5, 10, 20, 10]), [2.5, 10, 20, 30]);
});

test("no values, one value and one class need no break", () => {
  for (const method of ["quantile", "equal", "jenks"]) {
    assert.deepEqual(breaks([], method, 5), []);
    assert.deepEqual(breaks([null, NaN], method, 5), []);
    assert.deepEqual(breaks([7, 7, 7], method, 5), []);
    assert.deepEqual(breaks([1, 2, 3], method, 1), []);
  }
});

test("fewer distinct values than classes give a class each", () => {
  assert.deepEqual(breaks([1, 5, 5, 9], "jenks", 6), [5, 9]);
});

test("an unknown method or a senseless k is refused by name", () => {
  assert.throws(() => breaks([1], "natural", 5), /natural/);
  assert.throws(() => breaks([1], "equal", 0), /k is 0/);
});

test("mapclassify finds the same classes", () => {
  // breaks.json holds what mapclassify 2.10 says (tests/test_classes.py checks the file and adds random data).
  const cases = JSON.parse(readFileSync(new URL("breaks.json", import.meta.url)));
  assert.ok(cases.length >= 9);
  for (const { name, method, k, values, classes } of cases)
    assert.deepEqual(values.map((v) => classOf(v, breaks(values, method, k))), classes, `${name}, ${method}, ${k}`);
});
