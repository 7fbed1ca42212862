// The legend: classes of the coloured areas with their states, and the signs of each visible layer with counts in view.
import { button, clear, debounce, h, onFrame, phone } from "../lib/dom.js";
import { count, number, period } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { json } from "../lib/net.js";
import { isDark } from "../lib/ramps.js";
import { recounting } from "./fresh.js";
import { digits } from "./scheme.js";
import { entries, sign, boxSign } from "./sign.js";
import { queryOf, search } from "./state.js";

export function mount(page) {
  const { state, stack, map, catalogue } = page;
  const element = document.getElementById("legend");
  const body = h("div", { class: "legend-body", tabindex: "0", role: "group", "aria-label": gettext("Legend") }); // it may scroll: keys must reach it
  let open = !phone();
  const toggle = button({ text: gettext("Legend"), icon: "chevron-down", size: 16, class: "legend-toggle", "aria-expanded": "true", onclick: () => { open = !open; draw(); } });
  element.append(toggle, body);
  const inView = new Map(); // layer -> {total, counts} or null when it could not be counted
  let asking = null;

  const ask = debounce(async () => {
    asking?.abort();
    const turn = (asking = new AbortController());
    const bounds = map.getBounds();
    const bbox = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((v) => v.toFixed(5)).join(",");
    await Promise.all(counted().map(async (layer) => {
      const query = search({ ...queryOf(state.value, layer), bbox });
      try {
        inView.set(layer.name, await json(`/legend/${layer.name}.json?${query}`, { signal: turn.signal }));
      } catch (error) {
        if (error.name === "AbortError") return;
        inView.set(layer.name, null); // the layer's own row tells what is wrong; here the counts are just missing
      }
      if (turn === asking) draw();
    }));
  }, 250);
  const counted = () => state.value.layers.map((name) => catalogue.layer(name)).filter((layer) => layer && layer.name !== "areas" && catalogue.hasRows(layer));

  function draw() {
    const blocks = [areasBlock(stack.choropleth, state, catalogue)];
    for (const name of state.value.layers) {
      const layer = catalogue.layer(name);
      if (layer && name !== "areas") blocks.push(layer.kind === "raster" ? rasterBlock(layer) : layer.tiles ? layerBlock(page, layer, inView.get(name)) : null);
    }
    const shown = blocks.filter(Boolean);
    element.hidden = !shown.length;
    element.classList.toggle("folded", !open);
    toggle.setAttribute("aria-expanded", String(open));
    body.hidden = !open;
    clear(body).append(...shown);
  }

  map.on("moveend", ask);
  state.on(["layers", "filters", "period"], () => { draw(); ask(); });
  state.on(["areas"], draw);
  stack.onstatus(onFrame(draw)); // tiles come by the dozen
  page.onCounts(onFrame(draw));
  draw();
  ask();
  return { fold: (folded) => { open = !folded; draw(); } };
}

function areasBlock(choropleth, state, catalogue) {
  if (!state.value.layers.includes("areas") || !choropleth.current) return null;
  const { indicator, answer, classes, states } = choropleth.current;
  const title = indicator.unit && !indicator.title.includes(indicator.unit) ? `${indicator.title}, ${indicator.unit}` : indicator.title;
  const fine = digits([...classes.map(({ low }) => low), classes.at(-1).high], indicator.unit);
  const bound = (value) => h("span", {}, number(value, fine, undefined, fine));
  const steps = states.shown + states.unreliable > 0 && h("ul", { class: "ramp" }, [...classes.map(({ low, color, n }) => {
    const step = boxSign(color, `ramp-step${isDark(color) ? " dark" : ""}`);
    return h("li", { title: fill(gettext("%(n)s areas"), { n: count(n) }) }, step, bound(low), h("small", {}, count(n)));
  }), h("li", { class: "ramp-end", title: gettext("highest value") }, bound(classes.at(-1).high))]);
  const extra = [
    states.unreliable > 0 && h("p", { class: "legend-row" }, boxSign((classes.at(-2) ?? classes[0]).color, "swatch hatched"), fill(gettext("not reliable, n under 20 · %(n)s"), { n: states.unreliable })),
    states.small > 0 && h("p", { class: "legend-row", title: gettext("Fewer than 5, or a figure that would tell of fewer than 5.") }, h("i", { class: "swatch hidden-values" }), fill(gettext("hidden to protect people · %(n)s"), { n: states.small })),
    states.none > 0 && h("p", { class: "legend-row" }, h("i", { class: "swatch no-values" }), fill(gettext("no data · %(n)s"), { n: states.none })),
  ];
  return h("section", { class: "legend-block" }, h("h3", {}, title), recounting(indicator.layer), h("small", {}, [catalogue.levelLabel(state.value.areas.level), answer.period && period(answer.period)].filter(Boolean).join(" · ")), steps, extra);
}

function layerBlock(page, layer, counts) {
  if (page.counts.get(layer.name)?.all === 0) return h("section", { class: "legend-block legend-empty" }, h("h3", {}, layer.title), h("p", { class: "legend-note" }, gettext("no records yet")));
  const list = entries(layer.style);
  const cells = page.stack.status.get(layer.name)?.cells;
  const total = counts ? fill(gettext("%(n)s in view"), { n: count(counts.total) }) : "";
  return h("section", { class: "legend-block" }, h("h3", {}, layer.title, h("small", {}, total)),
    cells ? h("p", { class: "legend-note" }, gettext("Circles count what is near; zoom in to see each.")) : null,
    list.length > 1 && h("ul", { class: "legend-list" }, list.map((entry) => h("li", {}, sign(layer, entry), h("span", {}, entry.label), counts?.counts && h("b", {}, count(counts.counts[String(entry.value)] ?? 0))))));
}

function rasterBlock(layer) {
  return h("section", { class: "legend-block" }, h("h3", {}, layer.title, h("small", {}, layer.raster.unit)),
    h("ul", { class: "legend-list" }, layer.raster.legend.map((step) => h("li", {}, boxSign(step.color), h("span", {}, step.label)))));
}
