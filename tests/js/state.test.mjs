import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore, EMPTY, format, parse, queryOf, search } from "../../static/js/map/state.js";

const defaults = { ...EMPTY, layers: ["markets", "areas"], areas: { ...EMPTY.areas, indicator: "households.no_latrine" } };

test("an address without anything means the defaults, and the defaults need no address", () => {
  assert.deepEqual(parse("", defaults), defaults);
  assert.equal(format(defaults, defaults), "");
});

test("everything that a reader can set travels through the address and back", () => {
  const value = {
    view: { zoom: 14, lat: 5.18012, lon: 97.14034 },
    layers: ["households", "areas"],
    opacity: { households: 0.6 },
    filters: { households: { latrine: "none,shared", desil: "1..4", name: "Jl. Teuku & Cut" } },
    period: "2026-01-01/2026-03-31",
    areas: { level: "district", indicator: null, method: "jenks", classes: 7 },
    selection: { layer: "households", query: { beyond: "posyandu:1000", polygon: "97.1,5.1 97.2,5.1 97.2,5.2" } },
    focus: { layer: "areas", uid: "11.73.02.2003" },
    table: "households",
  };
  const address = format(value, defaults);
  assert.deepEqual(parse(address, defaults), value);
  assert.match(address, /^at=14\/5\.18012\/97\.14034&layers=households:0\.6,areas&households\.desil=1\.\.4&/);
});

test("an address that somebody spoilt keeps what is right in it", () => {
  const value = parse("at=abc&layers=areas,,a%20b,areas&classes=99&method=guess&level=village&period=%3Cscript%3E&open=zz&households.desil=1..4", defaults);
  assert.equal(value.view, null);
  assert.deepEqual(value.layers, ["areas"]);
  assert.equal(value.areas.classes, 5);
  assert.equal(value.areas.method, "quantile");
  assert.equal(value.period, null);
  assert.equal(value.focus, null);
  assert.deepEqual(value.filters, { households: { desil: "1..4" } });
});

test("no layer at all is not the same as the default layers", () => {
  const value = { ...defaults, layers: [] };
  assert.equal(format(value, defaults), "layers=");
  assert.deepEqual(parse("layers=", defaults).layers, []);
});

test("the store tells those who asked for a key, with the value before, and only when it changed", () => {
  const store = createStore(defaults);
  const heard = [];
  const off = store.on(["filters", "period"], (value, previous, changed) => heard.push([changed, previous.period, value.period]));
  store.set({ period: "2026-08" });
  store.set({ period: "2026-08" });
  store.set({ view: { lat: 1, lon: 2, zoom: 3 } });
  off();
  store.set({ period: null });
  assert.deepEqual(heard, [[["period"], null, "2026-08"]]);
});

test("removing a layer's last filter removes the layer from the filters", () => {
  const store = createStore(defaults);
  store.filter("households", "latrine", "none");
  store.filter("households", "desil", "1..4");
  store.filter("households", "latrine", null);
  assert.deepEqual(store.value.filters, { households: { desil: "1..4" } });
  store.filter("households", "desil", "");
  assert.deepEqual(store.value.filters, {});
});

test("a layer that is shown comes on top; the value handed out cannot be changed", () => {
  const store = createStore(defaults);
  store.show("posyandu");
  assert.deepEqual(store.value.layers, ["posyandu", "markets", "areas"]);
  store.show("markets", false);
  assert.deepEqual(store.value.layers, ["posyandu", "areas"]);
  assert.throws(() => { store.value.layers = []; }, TypeError);
});

test("the server is asked for filters, the period of layers with times, the level of areas, and the selection on request", () => {
  const value = { ...defaults, period: "2026-08", filters: { visits: { state: "open" } }, selection: { layer: "visits", query: { inside: "11.73.02" } } };
  assert.deepEqual(queryOf(value, { name: "visits", when: "date" }), { state: "open", datetime: "2026-08" });
  assert.deepEqual(queryOf(value, { name: "visits", when: null }, { selection: true }), { state: "open", inside: "11.73.02" });
  assert.deepEqual(queryOf(value, { name: "areas", when: null }, { selection: true }), { level: "village" });
});

test("a query string is in a stable order, so that equal questions have equal addresses", () => {
  assert.equal(search({ desil: "1..4", a: "x y", empty: "", none: null }), "a=x+y&desil=1..4");
  assert.equal(search({}), "");
});
