import assert from "node:assert/strict";
import test from "node:test";

import { grouped, matched, zoomOf } from "../../static/js/map/found.js";

test("results stand in groups, the group of the best result first", () => {
  const results = [{ kind: "feature", layer: "markets", title: "Pasar Pusong" }, { kind: "area", title: "Pusong Baru" }, { kind: "feature", layer: "markets", title: "Pasar Inpres" }];
  assert.deepEqual(grouped(results, () => "Pasar").map((group) => [group.title, group.results.map((r) => r.title)]), [["Pasar", ["Pasar Pusong", "Pasar Inpres"]], ["Areas", ["Pusong Baru"]]]);
});

test("the letters that were typed are marked where a word begins with them", () => {
  assert.deepEqual(matched("Pusong Lhokseumawe", "pus lhok"), [["Pus", true], ["ong", false], [" ", false], ["Lhok", true], ["seumawe", false]]);
  assert.deepEqual(matched("Gampông Jawa", "gampong"), [["Gampông", true], [" ", false], ["Jawa", false]]);
  assert.deepEqual(matched("Posyandu Melati", "xyz"), [["Posyandu", false], [" ", false], ["Melati", false]]);
});

test("a box of a hundredth of a degree is seen at zoom 16.5, a province at 8 or so", () => {
  assert.equal(zoomOf([97.1, 5.1, 97.11, 5.11]), 17);
  assert.equal(zoomOf([97.0, 5.0, 97.25, 5.25]), 12);
  assert.ok(zoomOf([95, 2, 98.5, 6]) < 9);
});
