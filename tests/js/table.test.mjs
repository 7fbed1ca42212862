import assert from "node:assert/strict";
import test from "node:test";

import { asked, clicked, MOST, picking, picks, toggled } from "../../static/js/table/picked.js";
import { listed, paged, sorted, turned } from "../../static/js/table/rows.js";
import { drawn, scrolledTo } from "../../static/js/table/window.js";

// --- window: 45,000 rows of 36 px seen through 360 px

const list = { total: 45000, rowHeight: 36, viewport: 360, scrollTop: 0 };

test("at the top the ten rows in view and six below are drawn", () => {
  const { height, first, last, top } = drawn(list);
  assert.deepEqual([height, first, last, top(3)], [1_620_000, 0, 16, 108]);
});

test("scrolled to the end the last row is drawn and nothing after it", () => {
  const { first, last, top } = drawn({ ...list, scrollTop: 1_620_000 - 360 });
  assert.deepEqual([first, last, top(44999)], [44990 - 6, 45000, 1_620_000 - 36]);
});

test("a row is brought into view by the shortest way", () => {
  assert.equal(scrolledTo(5, list), 0);
  assert.equal(scrolledTo(10, list), 36);
  assert.equal(scrolledTo(44999, list), 1_620_000 - 360);
  assert.equal(scrolledTo(2, { ...list, scrollTop: 720 }), 72);
});

test("a list too high for a browser scrolls proportionally, end to end", () => {
  const long = { total: 4_500_000, rowHeight: 36, viewport: 360, scrollTop: 0 };
  assert.equal(drawn(long).height, 8_000_000);
  const end = drawn({ ...long, scrollTop: 8_000_000 - 360 });
  assert.equal(end.last, 4_500_000);
  assert.equal(Math.round(end.top(4_499_999)), 8_000_000 - 36);
  const scrollTop = scrolledTo(2_250_000, long);
  const { first, last, top } = drawn({ ...long, scrollTop });
  assert.ok(first <= 2_250_000 && 2_250_000 < last);
  assert.ok(top(2_250_000) >= scrollTop - 1 && top(2_250_000) + 36 <= scrollTop + 361);
});

test("an empty list draws nothing", () => {
  const { height, first, last } = drawn({ ...list, total: 0 });
  assert.deepEqual([height, first, last], [0, 0, 0]);
});

// --- rows

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const numbers = (offset, limit) => Array.from({ length: limit }, (_, i) => ({ uid: `u${offset + i}` }));

test("only the pages in view are fetched, each once", async () => {
  const asks = [];
  const rows = paged(async (offset, limit) => (asks.push(offset), { total: 45000, rows: numbers(offset, limit) }), () => {});
  rows.want(0, 20);
  rows.want(190, 210);
  rows.want(0, 20);
  await settled();
  assert.deepEqual(asks, [0, 200]);
  assert.equal(rows.total, 45000);
  assert.equal(rows.row(7).uid, "u7");
  assert.equal(rows.row(205), undefined, "its page left the view before it came");
});

test("a page that left the view is cancelled, and fetched when it comes back", async () => {
  const signals = [];
  const rows = paged(
    (offset, limit, signal) => {
      signals.push([offset, signal]);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve({ total: 1000, rows: numbers(offset, limit) }), 2);
        signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)));
      });
    },
    () => {},
  );
  rows.want(0, 10);
  rows.want(600, 610);
  rows.want(0, 10);
  await settled();
  await settled();
  assert.deepEqual(signals.map(([offset, signal]) => [offset, signal.aborted]), [[0, true], [600, true], [0, false]]);
  assert.equal(rows.row(3).uid, "u3");
});

test("a failed page is not asked for again until retry", async () => {
  let broken = true;
  let asks = 0;
  const rows = paged(async (offset, limit) => {
    asks += 1;
    if (broken) throw new Error("gone");
    return { total: 10, rows: numbers(offset, limit) };
  }, () => {});
  rows.want(0, 10);
  await settled();
  rows.want(0, 10);
  await settled();
  assert.deepEqual([rows.error.message, asks], ["gone", 1]);
  broken = false;
  rows.retry();
  await settled();
  assert.deepEqual([rows.error, rows.row(0).uid, asks], [null, "u0", 2]);
});

test("pages long out of view are let go", async () => {
  const rows = paged(async (offset, limit) => ({ total: 2000, rows: numbers(offset, limit) }), () => {}, { kept: 2 });
  for (const first of [0, 200, 400, 600]) {
    rows.want(first, first + 10);
    await settled();
  }
  assert.deepEqual([0, 200, 400, 600].map((i) => rows.row(i)?.uid), [undefined, undefined, "u400", "u600"]);
});

test("a closed table forgets what is on its way", async () => {
  let calls = 0;
  const rows = paged(async (offset, limit) => ({ total: 10, rows: numbers(offset, limit) }), () => (calls += 1));
  rows.want(0, 10);
  rows.close();
  await settled();
  assert.deepEqual([calls, rows.total], [0, null]);
});

test("lists sort by number and by word, with what is missing last", () => {
  const rows = [{ n: 10, w: "Ujong Blang" }, { n: null, w: "banda Masen" }, { n: 9, w: "Blang 10" }, { n: 100, w: "Blang 9" }];
  const by = (sort, field) => sorted(rows, sort).map((row) => row[field]);
  assert.deepEqual(by("n", "n"), [9, 10, 100, null]);
  assert.deepEqual(by("-n", "n"), [100, 10, 9, null]);
  assert.deepEqual(by("w", "w"), ["banda Masen", "Blang 9", "Blang 10", "Ujong Blang"]);
  assert.deepEqual(by("", "n"), [10, null, 9, 100]);
  assert.equal(listed(rows).total, 4);
});

test("a header turns ascending, descending, off", () => {
  assert.deepEqual([turned("", "desil"), turned("desil", "desil"), turned("-desil", "desil"), turned("-desil", "name")], ["desil", "-desil", "", "name"]);
});

// --- picked

const found = { layer: "households", query: { beyond: "posyandu:1000" } };

test("a click picks one row, Ctrl adds and takes out, Shift takes the rows between", () => {
  let selection = clicked(null, "markets", "a");
  assert.deepEqual(selection, { layer: "markets", query: { uid: "a" } });
  selection = clicked(selection, "markets", "b", { ctrl: true });
  assert.deepEqual(picks(selection, "markets"), ["a", "b"]);
  selection = clicked(selection, "markets", "a", { ctrl: true });
  assert.deepEqual(picks(selection, "markets"), ["b"]);
  selection = clicked(selection, "markets", "e", { between: ["c", "d", "e"] });
  assert.deepEqual(picks(selection, "markets"), ["c", "d", "e"]);
  assert.equal(clicked(clicked(null, "markets", "a"), "markets", "a", { ctrl: true }), null);
});

test("picks stand beside what an area query found, and go without it", () => {
  const selection = toggled(found, "households", "a");
  assert.deepEqual(selection, { layer: "households", query: { beyond: "posyandu:1000", uid: "a" } });
  assert.deepEqual(asked(selection, "households"), { beyond: "posyandu:1000" });
  assert.deepEqual(toggled(selection, "households", "a"), found);
  assert.deepEqual(picking(found, "households", ["b"], { keepQuery: false }), { layer: "households", query: { uid: "b" } });
});

test("picking in another layer leaves the first one's selection", () => {
  assert.deepEqual(toggled(found, "markets", "m"), { layer: "markets", query: { uid: "m" } });
  assert.deepEqual(picks(found, "markets"), []);
  assert.equal(asked(found, "markets"), null);
});

test("no more rows are picked than an address can carry", () => {
  const many = Array.from({ length: 300 }, (_, i) => `u${i}`);
  assert.equal(picks(picking(null, "markets", many), "markets").length, MOST);
});
