// Tab "Area query": which features, where, how far from what; said as a sentence; the answer is the selection.
import { button, clear, debounce, h, icon } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { fill, gettext, lower, ngettext } from "../lib/i18n.js";
import { json, sentence as said } from "../lib/net.js";
import { signIn } from "../lib/signin.js";
import { closedNote } from "./closed.js";
import { empty, faults, formOf, limits, paramsOf, places, sentence, without } from "./conditions.js";
import { onMap, outline } from "./draw.js";
import { nearestField, nearField, shapeField } from "./placing.js";
import { queryOf, search } from "./state.js";
import { condition } from "./words.js";

export function mount(page) {
  const { state, catalogue } = page;
  const tab = page.panel.add({ id: "query", label: gettext("Area query"), order: 30 });
  const layers = catalogue.layers.filter((layer) => layer.name !== "areas" && catalogue.hasRows(layer));
  if (!layers.length) return tab.body.append(h("div", { class: "empty" }, h("p", {}, gettext("There is no layer here whose records you may see. Sign in with the account of your office."))));
  const names = new Map();
  const areaName = (code) => names.get(code) ?? code;
  const otherThan = (name) => (layers.find((layer) => layer.name !== name) ?? layers[0]).name;
  let form = empty(layers[0].name, otherThan(layers[0].name));
  let asking = null;

  // --- the form
  const target = h("select", { id: "query-layer", onchange: () => change({ ...form, layer: target.value }) }, layers.map((layer) => h("option", { value: layer.name }, layer.title)));
  const filters = h("div", { class: "query-filters" });
  const area = h("select", { id: "query-area", onchange: () => change({ ...form, area: area.value }) }, h("option", { value: "" }, fill(gettext("anywhere in %(place)s"), { place: catalogue.place.name })));
  const shape = shapeField(page, (next) => change({ ...form, shape: next }));
  const near = nearField(layers, (next) => change({ ...form, near: next }));
  const nearest = nearestField(page, (next) => change({ ...form, nearest: next }));
  const words = h("p", { class: "query-words", "aria-live": "polite" });
  const number = h("p", { class: "query-number", role: "status" });
  const ask = button({ icon: "search", text: gettext("Show the result"), class: "btn btn-primary", size: 16 });
  ask.type = "submit";
  const reset = button({ icon: "rotate-ccw", text: gettext("Start again"), class: "btn btn-quiet", size: 15, onclick: () => { change(empty(form.layer, form.near.other)); state.set({ selection: null }); } });
  const result = h("div", { class: "query-result", hidden: true });
  tab.body.append(h("form", { class: "query", onsubmit: (event) => { event.preventDefault(); show(); } },
    h("div", { class: "field" }, h("label", { for: "query-layer" }, gettext("Look for")), target, filters),
    h("div", { class: "field" }, h("label", { for: "query-area" }, gettext("Inside the area")), area),
    shape.element, near.element, nearest.element,
    h("div", { class: "query-preview" }, words, number), h("div", { class: "actions" }, ask, reset)), result);

  function change(next) {
    form = next;
    if (form.near.other === form.layer) form = { ...form, near: { ...form.near, other: otherThan(form.layer) } };
    refresh();
  }

  /** Everything that follows from the form: fields, faults, sentence, outline, and the number after a pause. */
  function refresh() {
    const layer = catalogue.layer(form.layer);
    const wrong = faults(form);
    target.value = form.layer;
    area.value = form.area;
    shape.show(form.shape);
    near.show(form, wrong);
    nearest.show(form.nearest, wrong);
    const own = Object.entries(state.value.filters[form.layer] ?? {});
    clear(filters).append(...own.map(([param, text]) => {
      const { label, text: value } = condition(catalogue, form.layer, param, text, areaName);
      return h("button", { type: "button", class: "chip chip-x", "aria-label": fill(gettext("Remove: %(what)s"), { what: `${label} ${value}` }), onclick: () => state.filter(form.layer, param, null) }, h("span", {}, `${label}: `, h("b", {}, value)), icon("x", 14));
    }), ...(layer.filters.length ? [button({ icon: "funnel", text: own.length ? gettext("More filters") : gettext("Add a filter"), class: "btn btn-quiet btn-small", size: 14, onclick: () => { state.set({ layers: state.value.layers.includes(form.layer) ? state.value.layers : [form.layer, ...state.value.layers] }); page.filters?.show(form.layer); } })] : []));
    const params = paramsOf(form);
    words.textContent = `${sentence(catalogue, form.layer, state.value.filters[form.layer] ?? {}, params, areaName)}. ${limits(catalogue, layer.name)}`;
    ask.disabled = Object.keys(wrong).length > 0 || !Object.keys(params).length;
    page.overlay("query", outline(params));
    counting();
  }

  const counting = debounce(async () => {
    asking?.abort();
    number.textContent = "";
    const params = paramsOf(form);
    if (!tab.shown || !Object.keys(params).length || Object.keys(faults(form)).length) return;
    const turn = (asking = new AbortController());
    const wait = setTimeout(() => (number.textContent = gettext("Counting…")), 300);
    try {
      const layer = catalogue.layer(form.layer);
      const { total, placeless } = await json(`/legend/${layer.name}.json?${search({ ...queryOf(state.value, layer), ...params, placeless: "1" })}`, { signal: turn.signal });
      if (turn === asking) number.replaceChildren(h("b", {}, count(total)), ` ${gettext("found")}`, placeless ? h("small", {}, ` · ${without(placeless)}`) : "");
    } catch (error) {
      if (error.name !== "AbortError") number.replaceChildren(h("span", { class: "field-error" }, said(error)));
    } finally {
      clearTimeout(wait);
    }
  }, 350);

  function show() {
    const query = paramsOf(form);
    if (ask.disabled) return;
    const layers = state.value.layers.includes(form.layer) ? state.value.layers : [form.layer, ...state.value.layers];
    state.set({ selection: { layer: form.layer, query }, layers });
    result.scrollIntoView({ block: "nearest" });
    zoom();
  }

  /** Bring all of the result into view. */
  async function zoom() {
    const layer = catalogue.layer(state.value.selection.layer);
    try {
      const { bbox } = await json(`/legend/${layer.name}.json?${search({ ...queryOf(state.value, layer, { selection: true }), extent: "1" })}`);
      if (bbox) page.zoomTo({ bbox });
    } catch (error) {
      page.notices.say(said(error), { kind: "bad" });
    }
  }

  /** The answer: how many, and what to do with them. */
  function answer() {
    const { selection } = state.value;
    const params = selection && Object.entries(selection.query).filter(([name]) => name !== "uid");
    result.hidden = !params?.length;
    const closed = selection && catalogue.closed(selection.layer);
    tab.badge(params?.length && !closed ? "1" : "");
    if (result.hidden) return;
    if (closed) return clear(result).append(closedNote(catalogue, selection.layer));
    const layer = catalogue.layer(selection.layer);
    const known = page.counts?.get("selection");
    const n = known?.matching;
    clear(result).append(...[
      h("p", { class: "query-count" }, known?.error ? [h("span", { class: "field-error" }, said(known.error)), known.error.status === 401 && signIn()] : n === undefined ? [h("span", { class: "spinner" }), gettext("Counting…")] : [h("b", {}, count(n)), " ", fill(ngettext("%(layer)s found", "%(layer)s found", n), { layer: lower(layer.title) })]),
      n !== undefined && places(layer, known.placeless) && h("p", { class: "query-places" }, places(layer, known.placeless)),
      h("div", { class: "actions" },
        button({ icon: "scan", text: gettext("Zoom to the result"), size: 16, onclick: () => { page.panel.pull(false); zoom(); } }),
        button({ icon: "table-2", text: gettext("As a table"), size: 16, onclick: () => state.set({ table: layer.name }) }),
        button({ icon: "link", text: gettext("Copy the link"), size: 16, onclick: copy }),
        button({ icon: "x", text: gettext("Clear"), class: "btn btn-quiet", size: 16, onclick: () => state.set({ selection: null }) })),
    ].filter(Boolean));
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(location.href);
      page.notices.say(gettext("The link to this result is copied."), { kind: "done" });
    } catch {
      page.notices.say(fill(gettext("The browser does not allow copying. This is the link: %(link)s"), { link: location.href }), { seconds: 0 });
    }
  }

  /** The form follows the address: a shared link opens with its query filled in. */
  function adopt() {
    const { selection } = state.value;
    const query = selection && layers.some((layer) => layer.name === selection.layer) ? selection.query : null;
    if (query && Object.keys(query).some((name) => name !== "uid")) form = formOf(selection.layer, query, otherThan(selection.layer));
  }

  page.tools.add({ id: "draw", icon: "pentagon", label: gettext("Area query: draw on the map"), order: 30, onclick: async () => {
    tab.show();
    const text = await onMap(page, "polygon");
    if (text) change({ ...form, shape: { kind: "polygon", text } });
  } });
  state.on("selection", () => { adopt(); refresh(); answer(); });
  state.on("filters", refresh);
  page.onCounts?.((name) => name === "selection" && answer());
  Promise.all([catalogue.areas("district"), catalogue.areas("village")]).then(([districts, villages]) => {
    for (const one of [...districts, ...villages]) names.set(one.code, one.name);
    area.append(...districts.map((district) => h("optgroup", { label: `${catalogue.levelLabel("district")} ${district.name}` },
      h("option", { value: district.code }, fill(gettext("all of %(area)s"), { area: district.name })),
      villages.filter((village) => village.code.startsWith(`${district.code}.`)).map((village) => h("option", { value: village.code }, village.name)))));
    refresh();
  }, (error) => area.append(h("option", { disabled: true }, said(error))));
  document.getElementById("tab-query").addEventListener("click", () => counting());
  adopt();
  refresh();
  answer();
}
