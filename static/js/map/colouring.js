// What colours the areas: indicator, level, method and number of classes.
import { h } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";

const METHODS = () => [["quantile", gettext("Equal counts")], ["equal", gettext("Equal steps")], ["jenks", gettext("Natural breaks")], ["fixed", gettext("Fixed limits")]];

const worded = ({ title, unit, figures }) => [unit && !title.includes(unit) ? `${title}, ${unit}` : title, figures === false && `(${gettext("no data yet")})`].filter(Boolean).join(" ");

export function colouring(page) {
  const { state, catalogue } = page;
  const levels = catalogue.place.levels.filter((level) => level.value !== "regency");
  const set = (patch) => state.set({ areas: { ...state.value.areas, ...patch } });

  const what = h("select", { id: "colour-by", onchange: () => page.colour(what.value || null) },
    h("option", { value: "" }, gettext("No colours, only borders")),
    catalogue.layers.filter((layer) => layer.indicators?.length).map((layer) =>
      h("optgroup", { label: layer.title }, layer.indicators.map((indicator) => h("option", { value: `${layer.name}.${indicator.name}` }, worded(indicator))))));
  const level = h("div", { class: "segments", role: "group", "aria-label": gettext("Level of the areas") },
    levels.map(({ value, label }) => h("button", { type: "button", dataset: { level: value }, onclick: () => set({ level: value }) }, label)));
  const method = h("select", { id: "colour-method", onchange: () => set({ method: method.value }) }, METHODS().map(([value, label]) => h("option", { value }, label)));
  const classes = h("select", { id: "colour-classes", onchange: () => set({ classes: Number(classes.value) }) }, [3, 4, 5, 6, 7].map((n) => h("option", { value: n }, n)));
  const classing = h("div", { class: "pair" }, h("div", { class: "field" }, h("label", { for: "colour-method" }, gettext("Classes by")), method), h("div", { class: "field narrow" }, h("label", { for: "colour-classes" }, gettext("Number")), classes));
  const box = h("div", { class: "colouring" }, h("div", { class: "field" }, h("label", { for: "colour-by" }, gettext("Coloured by")), what), level, classing);

  const refresh = () => {
    const { areas, layers } = state.value;
    box.hidden = !layers.includes("areas");
    what.value = areas.indicator ?? "";
    method.value = areas.method;
    classes.value = areas.classes;
    const declared = catalogue.indicator(areas.indicator)?.breaks;
    classes.disabled = areas.method === "fixed" && Boolean(declared);
    classing.hidden = !areas.indicator;
    for (const part of level.children) part.setAttribute("aria-pressed", String(part.dataset.level === areas.level));
  };
  state.on(["areas", "layers"], refresh);
  refresh();
  return box;
}
