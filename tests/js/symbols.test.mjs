import assert from "node:assert/strict";
import { test } from "node:test";
import { entries, growth, oneHue, sorter } from "../../static/js/map/symbols.js";
import { condition, place, values } from "../../static/js/map/words.js";
import { monthsUntil } from "../../static/js/map/months.js";

const classes = { kind: "classes", field: "desil", unit: "", breaks: [3, 5], colors: ["#111111", "#222222", "#333333"] };
const categories = { kind: "categories", field: "latrine", entries: [{ value: "own", label: "Own", color: "#2166ac" }, { value: "none", label: "None", color: "#b2182b" }] };

test("a class begins with its bound; no value has no class", () => {
  const find = sorter(classes);
  assert.deepEqual([2, 3, 4.9, 5, undefined].map((desil) => find({ desil })), [0, 1, 1, 2, -1]);
  assert.deepEqual(entries(classes).map((entry) => entry.label), ["< 3", "3–5", "≥ 5"]);
});

test("a category that was not declared has no entry; numbers and texts of one value are the same", () => {
  const find = sorter(categories);
  assert.deepEqual(["own", "none", "pit", null].map((latrine) => find({ latrine })), [0, 1, -1, -1]);
  assert.equal(sorter({ ...categories, field: "k", entries: [{ value: "1" }] })({ k: 1 }), 0);
});

test("greens from light to dark are of one hue, blue to red are not; greys do not count", () => {
  assert.equal(oneHue(["#b8d5cd", "#7fb8a8", "#3e9384", "#0b6e5f"]), true);
  assert.equal(oneHue(["#2166ac", "#92c5de", "#f4a582", "#b2182b"]), false);
  assert.equal(oneHue(["#808080", "#0b6e5f"]), true);
});

test("signs never shrink as one comes closer", () => {
  const sizes = Array.from({ length: 15 }, (_, i) => growth(8 + i));
  assert.deepEqual(sizes, [...sizes].sort((a, b) => a - b));
});

const catalogue = {
  layer: (name) => ({ households: { title: "Rumah tangga" }, posyandu: { title: "Posyandu" } })[name] ?? null,
  field: (layer, name) => ({ latrine: { name, label: "Jamban", type: "choice", choices: [{ value: "none", label: "Tidak ada" }, { value: "pit", label: "Cubluk" }] }, desil: { name, label: "Desil", type: "number", unit: "" }, name: { name, label: "Nama", type: "text" } })[name] ?? null,
};

test("a filter is said in words", () => {
  assert.deepEqual(condition(catalogue, "households", "latrine", "none,pit"), { label: "Jamban", text: "Tidak ada, Cubluk" });
  assert.equal(condition(catalogue, "households", "desil", "1..4").text, "1–4");
  assert.equal(condition(catalogue, "households", "desil", "..4").text, "≤ 4");
  assert.equal(condition(catalogue, "households", "desil", "3..").text, "≥ 3");
  assert.equal(condition(catalogue, "households", "desil", "3").text, "3");
  assert.equal(condition(catalogue, "households", "name", "mar").text, "“mar”");
  assert.deepEqual(condition(catalogue, "households", "unheard_of", "x"), { label: "unheard_of", text: "x" });
  assert.equal(values({ type: "date" }, "2026-01-01.."), "≥ 1 Jan 2026");
});

test("a condition on the place is said in words, with the other layer's title", () => {
  const name = (layer) => catalogue.layer(layer).title;
  assert.equal(place("beyond", "posyandu:1000", { name }).replace(/\u00a0/g, " "), "farther than 1 km from all Posyandu");
  assert.equal(place("nearest", "97.1,5.2,10"), "the 10 nearest to a point");
  assert.equal(place("inside", "11.73.02", { area: () => "Banda Sakti" }), "inside Banda Sakti");
  assert.equal(place("latrine", "none"), null);
});

test("the months before a month cross the turn of the year", () => {
  assert.deepEqual(monthsUntil("2026-02", 4), ["2025-11", "2025-12", "2026-01", "2026-02"]);
  assert.equal(monthsUntil("2026-12", 24)[0], "2025-01");
});
