// Tab "Filters": a form for each visible layer, made from its declaration, with the number of matches beside it.
import { button, clear, debounce, h } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { sentence } from "../lib/net.js";
import { control } from "./controls.js";

export function mount(page) {
  const { state, catalogue } = page;
  const tab = page.panel.add({ id: "filters", label: gettext("Filters"), order: 20 });
  const forms = new Map();

  function draw() {
    const wanted = state.value.layers.map((name) => catalogue.layer(name)).filter((layer) => layer?.filters?.length && layer.tiles && layer.name !== "areas");
    for (const layer of wanted) if (!forms.has(layer.name)) forms.set(layer.name, form(page, layer));
    const nodes = wanted.map((layer) => forms.get(layer.name).element);
    clear(tab.body).append(...(nodes.length ? nodes : [h("div", { class: "empty" }, h("p", {}, gettext("Filters of the layers on the map stand here. Switch a layer on that has records, such as posyandu or markets.")))]));
    refresh();
  }
  function refresh() {
    for (const entry of forms.values()) entry.refresh();
    const active = Object.entries(state.value.filters).reduce((n, [name, own]) => n + (catalogue.closed(name) ? 0 : Object.keys(own).length), 0);
    tab.badge(active ? String(active) : "");
  }
  state.on("layers", draw);
  state.on(["filters", "period"], refresh);
  page.onCounts((name) => forms.get(name)?.refresh());
  draw();
  return { show(name) { tab.show(); const entry = forms.get(name); if (entry) { entry.element.open = true; entry.element.scrollIntoView({ block: "nearest" }); entry.element.querySelector("input, select")?.focus(); } } };
}

function form(page, layer) {
  const { state } = page;
  const matches = h("p", { class: "matches", "aria-live": "polite" });
  const reset = button({ text: gettext("Reset"), icon: "rotate-ccw", size: 14, class: "btn btn-quiet btn-small", onclick: () => { const { [layer.name]: _, ...others } = state.value.filters; state.set({ filters: others }); } });
  const set = debounce((param, text) => state.filter(layer.name, param, text), 300);
  const controls = layer.filters.map((name) => [name, control(page, layer, page.catalogue.field(layer.name, name), (text) => set(name, text))]).filter(([, made]) => made);
  const element = h("details", { class: "filter-form", open: true }, h("summary", {}, h("span", {}, layer.title)), h("div", { class: "filter-head" }, matches, reset), controls.map(([, made]) => made.element));

  return {
    element,
    refresh() {
      const own = state.value.filters[layer.name] ?? {};
      for (const [name, made] of controls) made.show(own[name] ?? "");
      reset.hidden = !Object.keys(own).length;
      const n = page.counts.get(layer.name);
      clear(matches);
      if (n?.error) matches.append(h("span", { class: "field-error" }, sentence(n.error)));
      else if (n?.pending) matches.append(h("span", { class: "spinner" }), gettext("Counting…"));
      else if (n?.matching !== undefined && n.all !== undefined && Object.keys(own).length) matches.append(h("b", {}, count(n.matching)), " ", fill(gettext("of %(all)s match"), { all: count(n.all) }));
      else if (n?.all !== undefined) matches.append(h("b", {}, count(n.all)), " ", gettext("in all"));
    },
  };
}
