import assert from "node:assert/strict";
import { test } from "node:test";
import { area, coordinates, count, date, distance, interval, money, month, number, percent, period, quantity, value } from "../../static/js/lib/format.js";

// The spaces between number and unit do not break; a reader sees a space.
const seen = (text) => text.replace(/[\u00a0\u202f]/g, " ");

test("Indonesian: comma before the decimals, point between thousands", () => {
  assert.equal(number(12345.678, undefined, "id"), "12.346");
  assert.equal(number(21.05, undefined, "id"), "21,1");
  assert.equal(count(45000, "id"), "45.000");
  assert.equal(seen(percent(21, "id")), "21,0 %");
  assert.equal(seen(money(34000, "id")), "Rp 34.000");
  assert.equal(date("2026-11-24", "id"), "24 Nov 2026");
  assert.equal(month("2026-08", {}, "id"), "Agustus 2026");
  assert.equal(month("2026-08", { short: true }, "id"), "Agu 2026");
});

test("English: the same figures in English form", () => {
  assert.equal(count(45000, "en"), "45,000");
  assert.equal(seen(percent(21.05, "en")), "21.1 %");
  assert.equal(month("2026-08", {}, "en"), "August 2026");
});

test("a number stands with its unit", () => {
  assert.equal(seen(quantity(430, "m", "id")), "430 m");
  assert.equal(seen(quantity(21.3, "%", "id")), "21,3 %");
  assert.equal(seen(quantity(34000, "Rp/kg", "id")), "Rp 34.000/kg");
  assert.equal(quantity(null, "m", "id"), "");
  assert.equal(quantity(0, "", "id"), "0");
});

test("an interval is written with one decimal at both ends as soon as one end has any", () => {
  assert.equal(seen(interval(12.5, 33.3, "%", "id")), "12,5–33,3 %");
  assert.equal(interval(5.4, 14, "", "id"), "5,4–14,0");
  assert.equal(interval(2, 4, "", "id"), "2–4");
  assert.equal(interval(null, 4, "", "id"), "");
});

test("periods of a month, a day, an interval, an open interval", () => {
  assert.equal(period("2026-08", "id"), "Agustus 2026");
  assert.equal(period("2026-01-01/2026-03-31", "id"), "1 Jan 2026 – 31 Mar 2026");
  assert.equal(period("../2026-03-31", "id"), "… – 31 Mar 2026");
});

test("coordinates say the side of the equator in the reader's letters", () => {
  assert.equal(coordinates(97.14034, 5.18012, "id"), "5,18012° LU 97,14034° BT");
  assert.equal(coordinates(107.9, -6.85, "id"), "6,85000° LS 107,90000° BT");
  assert.equal(coordinates(-70.5, -6.85, "en"), "6.85000° S 70.50000° W");
});

test("distances and areas change their unit where the number would be long", () => {
  assert.equal(seen(distance(431.2, "id")), "431 m");
  assert.equal(seen(distance(1234, "id")), "1,23 km");
  assert.equal(seen(area(850, "id")), "850 m²");
  assert.equal(seen(area(24_000, "id")), "2,4 ha");
  assert.equal(seen(area(12_340_000, "id")), "12,34 km²");
});

test("a raw value becomes words: choice, boolean, date, number with unit, missing", () => {
  const latrine = { type: "choice", choices: [{ value: "none", label: "Tidak ada" }] };
  assert.equal(value(latrine, "none", "id"), "Tidak ada");
  assert.equal(value(latrine, "other", "id"), "other");
  assert.equal(value({ type: "boolean" }, true, "id"), "yes"); // the catalogue of words is the page's; here msgids stand
  assert.equal(value({ type: "boolean" }, "false", "id"), "no");
  assert.equal(value({ type: "date" }, "2026-11-24", "id"), "24 Nov 2026");
  assert.equal(seen(value({ type: "number", unit: "km²" }, "3.7", "id")), "3,7 km²");
  assert.equal(value({ type: "number", unit: "" }, null, "id"), "no data");
  assert.equal(value({ type: "number", unit: "" }, 0, "id"), "0");
});

test("areas below a hundred square kilometres have two decimals, as on their pages", () => {
  assert.equal(seen(quantity(0.6483, "km²", "id")), "0,65 km²");
  assert.equal(seen(quantity(12.5, "km²", "id")), "12,5 km²");
  assert.equal(seen(quantity(181.06, "km²", "id")), "181,1 km²");
});
