// Tab "Layers": the tree in its groups, with on/off, state, opacity and order; and what colours the areas.
import { button, clear, h, icon, onFrame } from "../lib/dom.js";
import { count, date, number } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { sentence } from "../lib/net.js";
import { colouring } from "./colouring.js";
import { swatch } from "./choropleth.js";
import { order } from "./order.js";
import { sign } from "./sign.js";
import { queryOf, search } from "./state.js";

export function mount(page) {
  const { state, catalogue, stack } = page;
  const tab = page.panel.add({ id: "layers", label: gettext("Layers"), order: 10 });
  const rows = new Map();
  for (const { title, layers } of catalogue.tree) {
    tab.body.append(h("section", { class: "group" }, h("h3", { class: "group-title" }, title), h("ul", { class: "tree" }, layers.map((layer) => {
      const entry = row(page, layer);
      rows.set(layer.name, entry);
      return entry.element;
    }))));
  }
  tab.body.append(order(page));
  const refresh = () => { for (const entry of rows.values()) entry.refresh(); };
  state.on(["layers", "opacity", "areas", "period", "filters"], refresh);
  stack.onstatus((name) => rows.get(name)?.refresh());
  page.onCounts((name) => rows.get(name)?.refresh());
  refresh();
}

/** One layer: {element, refresh()}. */
function row(page, layer) {
  const { state, catalogue, stack } = page;
  const areas = layer.name === "areas";
  const drawable = layer.kind === "raster" || Boolean(layer.tiles);
  const id = `layer-${layer.name}`;
  const check = h("input", { type: "checkbox", id, onchange: () => state.show(layer.name, check.checked) });
  const colour = button({ text: gettext("Colour the areas with it"), icon: "palette", size: 15, class: "btn btn-quiet btn-small", onclick: () => colourWith(page, layer) });
  const mark = h("span", { class: "mark-slot" });
  const sub = h("small", {});
  const total = h("span", { class: "total" });
  const state_ = h("div", { class: "layer-state", "aria-live": "polite" });
  const details = h("div", { class: "layer-details", id: `${id}-details`, hidden: true });
  const more = button({ icon: "sliders-horizontal", label: fill(gettext("Settings of %(layer)s"), { layer: layer.title }), class: "icon-btn more", size: 16, "aria-expanded": "false", "aria-controls": `${id}-details`, onclick: () => toggle(details.hidden) });
  const toggle = (open) => {
    details.hidden = !open;
    more.setAttribute("aria-expanded", String(open));
    if (open) fillDetails();
  };
  const fillDetails = () => clear(details).append(...settings(page, layer));
  const element = h("li", { class: "layer", dataset: { layer: layer.name } },
    h("div", { class: "layer-line" },
      h(drawable ? "label" : "div", { class: "layer-main" },
        drawable ? check : h("span", { class: "locked", title: gettext("Only counts: single records are protected") }, icon("lock", 15)),
        mark, h("span", { class: "layer-name" }, h("span", {}, layer.title), sub)),
      total, more),
    state_, details, areas && colouring(page), !drawable && layer.indicators?.length ? colour : null);

  const refresh = onFrame(() => {
    const on = state.value.layers.includes(layer.name);
    check.checked = on;
    element.classList.toggle("on", on);
    clear(mark).append(areas ? areaMark(page) : sign(layer));
    sub.textContent = subtitle(page, layer, on);
    const n = page.counts.get(layer.name);
    const narrowed = n?.matching !== undefined && search(queryOf(state.value, layer)) !== "";
    total.textContent = areas ? count(page.areaCount) : narrowed ? count(n.matching) : n?.all !== undefined ? count(n.all) : "";
    total.title = narrowed && n.all !== undefined ? fill(gettext("%(n)s of %(all)s match the filters"), { n: count(n.matching), all: count(n.all) }) : "";
    more.hidden = !drawable;
    if (!details.hidden && !details.contains(document.activeElement)) fillDetails(); // a slider in use stays
    clear(state_).append(...condition(stack, layer.name, on, areas ? page.stack.choropleth : null));
  });
  return { element, refresh };
}

function areaMark(page) {
  const { current } = page.stack.choropleth;
  const mark = h("i", { class: "swatch swatch-area" });
  if (current) mark.style.background = swatch(current.indicator.ramp);
  return mark;
}

function subtitle(page, layer, on) {
  if (layer.kind === "raster") return layer.raster.unit;
  if (!layer.tiles) return gettext("counts by area only");
  if (layer.name === "areas") {
    const { current } = page.stack.choropleth;
    const level = page.catalogue.levelLabel(page.state.value.areas.level);
    return current ? `${level} · ${current.indicator.title}` : level;
  }
  if (layer.exact === false) return gettext("approximate places");
  return on && layer.updated ? fill(gettext("as of %(day)s"), { day: date(layer.updated) }) : "";
}

/** What is the matter with a layer: loading, failed (with retry), nothing here. */
function condition(stack, name, on, choropleth) {
  const status = stack.status.get(name);
  const failure = choropleth?.error ?? (status?.failed ? status.error : null);
  if (on && (failure || status?.failed)) {
    return [h("p", { class: "layer-error" }, icon("circle-alert", 15), h("span", {}, failure ? sentence(failure) : gettext("This layer could not be loaded.")),
      button({ text: gettext("Try again"), class: "btn btn-small", onclick: () => stack.retry(name) }))];
  }
  if (on && (status?.pending || choropleth?.loading)) return [h("p", { class: "layer-loading" }, h("span", { class: "spinner" }), gettext("Loading…"))];
  if (on && status && status.features === 0 && name !== "areas") return [h("p", { class: "layer-empty" }, gettext("Nothing in this view."))];
  return [];
}

function colourWith(page, layer) {
  const key = `${layer.name}.${layer.indicators.find((indicator) => indicator.kind === "rate")?.name ?? layer.indicators[0].name}`;
  page.colour(key);
  page.state.show("areas");
}

/** Opacity, order, links and where the layer comes from. */
function settings(page, layer) {
  const { state } = page;
  const { layers, opacity } = state.value;
  const at = layers.indexOf(layer.name);
  const share = opacity[layer.name] ?? 1;
  const output = h("output", {}, `${number(share * 100, 0)} %`);
  const range = h("input", { type: "range", min: 0, max: 100, step: 5, id: `opacity-${layer.name}`, oninput: () => {
    const { [layer.name]: _, ...others } = state.value.opacity;
    output.textContent = `${range.value} %`;
    page.state.set({ opacity: Number(range.value) === 100 ? others : { ...others, [layer.name]: Number(range.value) / 100 } });
  } });
  range.value = share * 100;
  const facts = [[gettext("Source"), layer.source], [gettext("Last change"), date(layer.updated)]].filter(([, text]) => text);
  return [
    layer.abstract && h("p", { class: "muted" }, layer.abstract),
    at >= 0 && h("div", { class: "range-line" }, h("label", { for: range.id }, gettext("Opacity")), range, output),
    h("p", { class: "layer-links" },
      layer.columns?.length ? h("a", { href: `/table/${layer.name}`, class: "btn btn-small", onclick: (event) => { event.preventDefault(); state.set({ table: layer.name }); } }, icon("table-2", 15), gettext("As a table")) : null,
      layer.filters?.length && at >= 0 ? button({ icon: "list-filter", text: gettext("Filter"), class: "btn btn-small", size: 15, onclick: () => page.filters.show(layer.name) }) : null),
    facts.length ? h("p", { class: "muted" }, facts.map(([label, text]) => `${label}: ${text}`).join(" · ")) : null,
  ].filter(Boolean);
}
