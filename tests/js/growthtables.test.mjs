import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";

import { figures, tables } from "../../static/js/growth/tables.js";

const file = JSON.parse(readFileSync(new URL("../../layers/children/growth/static/who/tables.json", import.meta.url)));
const who = tables(file);

test("differences of differences add up twice", () => {
  // 5 7 10 14: steps 5 2 3 4, their steps 5 -3 1 1
  assert.deepEqual([...figures([5, -3, 1, 1])], [5, 7, 10, 14]);
});

test("the browser reads the same figures as the server", () => {
  // tests/test_growthtables.py arrives at this sum through numpy.
  const digest = createHash("sha256");
  for (const table of Object.values(file.tables))
    for (const sex of ["male", "female"])
      for (const part of ["l", "m", "s"]) digest.update(Buffer.from(figures(table[sex][part]).buffer));
  assert.equal(digest.digest("hex"), "1fa170300e53e94b0491e6ba11a6f578da1342c3751ff9259bd8d884b819e6eb");
});

test("rows read as WHO prints them", () => {
  const row = (table, sex, at) => ["l", "m", "s"].map((part) => table[sex][part].at(at));
  assert.deepEqual(row(who.lfa, "female", 0), [1, 49.1477, 0.0379]);
  assert.deepEqual(row(who.acfa, "male", 0), [0.3933, 13.4779, 0.07474]);
  assert.deepEqual(row(who.bmifa, "female", -1), [-0.5684, 15.2747, 0.09789]);
  assert.deepEqual(row(who.wfl, "female", -1), [-0.3833, 18.3324, 0.09401]);
});

test("every table has as many rows as it says, and begins where it says", () => {
  const sizes = Object.fromEntries(Object.entries(who).map(([name, t]) => [name, [t.unit, t.first, t.rows]]));
  assert.deepEqual(sizes.acfa, ["day", 91, 1736]);
  assert.deepEqual(sizes.wfh, ["millimetre", 650, 551]);
  for (const table of Object.values(who))
    for (const sex of [table.male, table.female])
      for (const column of Object.values(sex)) assert.equal(column.length, table.rows);
});
