// What narrows the map now, as chips that are removed one by one.
import { button, clear, h, icon } from "../lib/dom.js";
import { count, period as periodText } from "../lib/format.js";
import { fill, gettext, lower } from "../lib/i18n.js";
import { signIn } from "../lib/signin.js";
import { closedNames, reason } from "./closed.js";
import { condition, place } from "./words.js";

export function mount(page) {
  const { state, catalogue } = page;
  const element = document.getElementById("chips");
  const names = new Map(); // area code -> name
  const areaName = (code) => {
    if (!names.has(code)) {
      names.set(code, code);
      catalogue.area(code).then((area) => { if (area) { names.set(code, area.name); draw(); } }, () => {}); // the code stands instead
    }
    return names.get(code);
  };
  const chip = (text, label, remove, css = "") => h("button", { type: "button", class: `chip chip-x ${css}`, "aria-label": fill(gettext("Remove: %(what)s"), { what: label ?? text }), onclick: remove }, h("span", {}, text), icon("x", 15));

  /** What is asked of layers that are closed to the reader narrows nothing: one notice stands for all of it. */
  function refused(names) {
    const drop = () => {
      const { filters, selection } = state.value;
      state.set({ filters: Object.fromEntries(Object.entries(filters).filter(([name]) => !names.includes(name))), ...(names.includes(selection?.layer) && { selection: null }) });
    };
    return h("div", { class: "card chips-closed" }, icon("lock", 16), h("p", {}, reason(catalogue, names[0])),
      catalogue.person ? null : signIn({ text: gettext("Sign in to see this result"), css: "btn btn-primary" }),
      button({ icon: "x", label: gettext("Close"), class: "icon-btn", size: 16, onclick: drop }));
  }

  function draw() {
    const { filters, selection } = state.value;
    const closed = closedNames(catalogue, state.value);
    const chips = closed.length ? [refused(closed)] : [];
    if (selection && !closed.includes(selection.layer)) {
      const layer = catalogue.layer(selection.layer);
      const words = Object.entries(selection.query).map(([param, text]) => place(param, text, { name: (other) => lower(catalogue.layer(other)?.title ?? other), area: areaName }) ?? condition(catalogue, selection.layer, param, text, areaName).text);
      const n = page.counts.get("selection")?.matching;
      chips.push(chip([h("b", {}, n === undefined ? layer?.title ?? selection.layer : `${count(n)} ${lower(layer?.title ?? selection.layer)}`), ` ${words.join(", ")}`], words.join(", "), () => state.set({ selection: null }), "chip-accent"));
    }
    for (const [name, own] of Object.entries(filters)) {
      if (closed.includes(name)) continue;
      for (const [param, value] of Object.entries(own)) {
        const { label, text } = condition(catalogue, name, param, value, areaName);
        const title = catalogue.layer(name)?.title ?? name;
        chips.push(chip([h("span", { class: "muted" }, `${title} · `), label && `${label}: `, h("b", {}, text)], `${title} ${label} ${text}`, () => state.filter(name, param, null)));
      }
    }
    if (state.value.period && catalogue.timed(state.value.layers)) {
      const text = periodText(state.value.period);
      chips.push(chip([`${gettext("Period")}: `, h("b", {}, text)], text, () => state.set({ period: null })));
    }
    if (chips.length > 1) chips.push(h("button", { type: "button", class: "chip", onclick: () => state.set({ filters: {}, selection: null, period: null }) }, gettext("Clear all")));
    clear(element).append(...chips);
    element.hidden = !chips.length;
  }
  state.on(["filters", "selection", "period", "layers"], draw);
  page.onCounts(() => draw());
  draw();
}
