import assert from "node:assert/strict";
import test from "node:test";

import { empty, faults, formOf, paramsOf, places, sentence } from "../../static/js/map/conditions.js";
import { areaOf, boxText, circleOf, circleText, crosses, joined, parse, pointOf, split, written } from "../../static/js/map/vertices.js";

const CITY = [96.99, 5.03, 97.24, 5.26];

// --- shapes as text

test("a point is read in either order, with point or comma", () => {
  for (const text of ["5.18, 97.14", "97.14 5.18", "5,18; 97,14", "5,18 97,14", "97.14,5.18", " 5.18 ; 97.14 ", "5,18, 97,14"]) {
    assert.deepEqual(pointOf(text, CITY), [97.14, 5.18], text);
  }
  for (const text of ["", "5.18", "5.18, 97.14, 3", "abc def", "95.2, 197.1"]) assert.equal(pointOf(text, CITY), null, text);
});

test("a line that is no point is named by its number", () => {
  const { points, errors } = parse("5.18, 97.14\n\n5.19 97.15\nPusong\n5.17; 97.16", CITY);
  assert.deepEqual(points, [[97.14, 5.18], [97.15, 5.19], [97.16, 5.17]]);
  assert.deepEqual(errors, [{ line: 4, text: "Pusong" }]);
});

test("what is written can be typed again", () => {
  const points = [[97.1234567, 5.1], [97.2, 5.2000004], [97.15, 5.05]];
  assert.equal(written(points), "5.1, 97.123457\n5.2, 97.2\n5.05, 97.15");
  assert.deepEqual(parse(written(points), CITY).points, [[97.123457, 5.1], [97.2, 5.2], [97.15, 5.05]]);
  assert.deepEqual(split(joined(points)), [[97.123457, 5.1], [97.2, 5.2], [97.15, 5.05]]);
});

test("circles and boxes travel as the server reads them", () => {
  assert.equal(circleText([97.14, 5.18], 499.6), "97.14,5.18,500");
  assert.deepEqual(circleOf("97.14,5.18,500"), { centre: [97.14, 5.18], metres: 500 });
  assert.equal(boxText([[97.2, 5.1], [97.1, 5.2]]), "97.1,5.1,97.2,5.2");
});

test("a square of a hundredth of a degree at the equator is 1,112 m wide", () => {
  const square = [[100, -0.005], [100.01, -0.005], [100.01, 0.005], [100, 0.005]];
  assert.ok(Math.abs(areaOf(square) - 1111.95 ** 2) < 100);
});

test("a bow tie crosses itself, a square does not", () => {
  assert.equal(crosses([[0, 0], [1, 1], [1, 0], [0, 1]]), true);
  assert.equal(crosses([[0, 0], [1, 0], [1, 1], [0, 1]]), false);
  assert.equal(crosses([[0, 0], [1, 0], [0, 1]]), false);
});

// --- the form

const form = {
  layer: "households", area: "11.73.02.2008", shape: { kind: "circle", text: "97.14,5.18,500" },
  near: { how: "beyond", metres: 1000, other: "posyandu" }, nearest: { on: true, k: 5, point: [97.15, 5.17] },
};
const params = { inside: "11.73.02.2008", circle: "97.14,5.18,500", beyond: "posyandu:1000", nearest: "97.15,5.17,5" };

test("a form is its parameters and the parameters are the form", () => {
  assert.deepEqual(paramsOf(form), params);
  assert.deepEqual(formOf("households", params, "markets"), form);
  assert.deepEqual(paramsOf(empty("households", "posyandu")), {});
  assert.deepEqual(formOf("households", { uid: "a,b" }, "posyandu"), empty("households", "posyandu"));
});

test("what cannot be asked is said with its value", () => {
  assert.deepEqual(faults(form), {});
  assert.match(faults({ ...form, near: { ...form.near, metres: 0 } }).metres, /^0 is not a distance/);
  assert.match(faults({ ...form, near: { ...form.near, metres: NaN } }).metres, /^– is not a distance/);
  assert.match(faults({ ...form, nearest: { on: true, k: 1.5, point: [97, 5] } }).k, /^1.5 is not a number/);
  assert.ok(faults({ ...form, nearest: { on: true, k: 5, point: null } }).point);
  assert.deepEqual(faults({ ...form, near: { how: "", metres: 0, other: "x" }, nearest: { on: false, k: 0, point: null } }), {});
});

const catalogue = {
  titles: { households: "Households", posyandu: "Posyandu" },
  layer(name) { return this.titles[name] ? { name, title: this.titles[name] } : null; },
  field: (layer, name) => ({
    latrine: { label: "Latrine", type: "choice", choices: [{ value: "none", label: "None" }, { value: "pit", label: "Pit" }] },
    desil: { label: "Welfare decile", type: "number", unit: "" },
  })[name] ?? null,
};

test("the query is said as a sentence", () => {
  assert.equal(sentence(catalogue, "households", { latrine: "none" }, { beyond: "posyandu:1000" }), "Households with latrine: none, farther than 1\u00a0km from all posyandu");
  assert.equal(sentence(catalogue, "households", { latrine: "none,pit", desil: "..4" }, {}), "Households with latrine: none or pit and welfare decile ≤ 4");
  assert.equal(sentence(catalogue, "households", { desil: "..4" }, {}), "Households with welfare decile ≤ 4");
  assert.equal(sentence(catalogue, "posyandu", {}, { inside: "11.73.02" }, () => "Banda Sakti"), "Posyandu, inside Banda Sakti");
  assert.equal(sentence(catalogue, "posyandu", {}, {}), "All posyandu");
});

test("a count by place says what it leaves out", () => {
  assert.equal(places({ exact: true }, 0), "");
  assert.equal(places({ exact: true }, 1), "1 without a point is not counted");
  assert.equal(places({ exact: false }, 47), "from approximate places; 47 without a point are not counted");
});
