import assert from "node:assert/strict";
import test from "node:test";

import { grouped, matched } from "../../static/js/map/found.js";

test("results stand in groups, the group of the best result first", () => {
  const results = [{ kind: "feature", layer: "markets", title: "Pasar Pusong" }, { kind: "area", title: "Pusong Baru" }, { kind: "feature", layer: "markets", title: "Pasar Inpres" }];
  assert.deepEqual(grouped(results, () => "Pasar").map((group) => [group.title, group.results.map((r) => r.title)]), [["Pasar", ["Pasar Pusong", "Pasar Inpres"]], ["Areas", ["Pusong Baru"]]]);
});

test("the letters that were typed are marked where a word begins with them", () => {
  assert.deepEqual(matched("Pusong Lhokseumawe", "pus lhok"), [["Pus", true], ["ong", false], [" ", false], ["Lhok", true], ["seumawe", false]]);
  assert.deepEqual(matched("Gampông Jawa", "gampong"), [["Gampông", true], [" ", false], ["Jawa", false]]);
  assert.deepEqual(matched("Posyandu Melati", "xyz"), [["Posyandu", false], [" ", false], ["Melati", false]]);
});
