import assert from "node:assert/strict";
import test from "node:test";

import { numberIn } from "../../static/js/lib/number.js";

test("a number of a person is one however it is grouped", () => {
  for (const text of ["1173010101010001", "1173 0101 0101 0001", "11.73.01.010101.0001", "117301-010101-0001", " 1173010101010001 "]) {
    assert.deepEqual(numberIn(text), { digits: "1173010101010001", whole: true }, text);
  }
  for (const digits of ["12345678901234", "12345678901234567"]) assert.equal(numberIn(digits).whole, true, digits);
});

test("a number that is only begun is known for one, and not whole", () => {
  for (const text of ["11730101010", "1173 0101 0101 0", "117301010101000100"]) assert.equal(numberIn(text).whole, false, text);
});

test("words, codes of areas and coordinates are no numbers of persons", () => {
  for (const text of ["", "Pusong", "11.73.02.2003", "1174022003", "5.18, 97.14", "5.180123 97.140123", "294000 572000", "345678 9312500", "-6.4 107.5", "47N 294000 572000", "5°10'48\"", "Jl. 1173010101010001"]) {
    assert.equal(numberIn(text), null, text);
  }
});
