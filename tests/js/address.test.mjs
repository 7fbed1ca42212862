import assert from "node:assert/strict";
import { test } from "node:test";
import { step } from "../../static/js/map/address.js";
import { EMPTY } from "../../static/js/map/state.js";

const from = { ...EMPTY, areas: { ...EMPTY.areas, indicator: "households.no_latrine" } };
const asked = { layer: "posyandu", query: { within: "markets:900" } };
const steps = (patch, before = from) => step({ ...before, ...patch }, before);

test("opening, asking and colouring are steps to come back from", () => {
  assert.ok(steps({ focus: { layer: "areas", uid: "11.73.02.2003" } }));
  assert.ok(steps({ table: "posyandu" }));
  assert.ok(steps({ areas: { ...from.areas, indicator: "posyandu.posyandu" } }));
  assert.ok(steps({ selection: asked }));
  assert.ok(steps({ selection: null }, { ...from, selection: asked }), "clearing a query too");
});

test("moving, opacity, filters, closing and rows picked by hand are none", () => {
  assert.ok(!steps({ view: { lat: 5, lon: 97, zoom: 13 } }));
  assert.ok(!steps({ opacity: { posyandu: 0.5 } }));
  assert.ok(!steps({ filters: { posyandu: { name: "mar" } } }));
  assert.ok(!steps({ areas: { ...from.areas, classes: 7 } }));
  assert.ok(!steps({ focus: null }, { ...from, focus: { layer: "areas", uid: "11.73.02" } }));
  assert.ok(!steps({ table: null }, { ...from, table: "posyandu" }));
  assert.ok(!steps({ selection: { layer: "posyandu", query: { uid: "a" } } }));
  assert.ok(!steps({ selection: { layer: "posyandu", query: { ...asked.query, uid: "a,b" } } }, { ...from, selection: asked }));
});
