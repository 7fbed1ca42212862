// Which layer lies over which: a list that is dragged or moved by keys, the topmost first.
import { button, clear, h, icon } from "../lib/dom.js";
import { fill, gettext } from "../lib/i18n.js";

export function order(page) {
  const { state, catalogue } = page;
  const list = h("ol", { class: "order-list" });
  const said = h("p", { class: "visually-hidden", "aria-live": "polite" });
  const box = h("details", { class: "order" }, h("summary", {}, icon("layers", 16), gettext("Drawing order")), list, said);
  const names = () => state.value.layers.filter((name) => name !== "areas" && catalogue.layer(name));

  function move(name, to) {
    const others = names().filter((other) => other !== name);
    const at = Math.max(0, Math.min(others.length, to));
    others.splice(at, 0, name);
    state.set({ layers: [...others, ...state.value.layers.filter((other) => other === "areas")] });
    said.textContent = fill(gettext("%(layer)s: place %(n)s of %(all)s from the top"), { layer: catalogue.layer(name).title, n: at + 1, all: others.length });
  }

  function item(name, i, all) {
    const { title } = catalogue.layer(name);
    const step = (by, label, sign) => button({ icon: sign, label: fill(label, { layer: title }), class: "icon-btn", size: 16, disabled: i + by < 0 || i + by >= all, dataset: { step: `${name}${by}` }, onclick: () => { move(name, i + by); refocus(name, by); } });
    return h("li", { draggable: true, dataset: { layer: name },
      ondragstart: (event) => { event.dataTransfer.setData("text/plain", name); event.dataTransfer.effectAllowed = "move"; },
      ondragover: (event) => { event.preventDefault(); event.currentTarget.classList.add("drop"); },
      ondragleave: (event) => event.currentTarget.classList.remove("drop"),
      ondrop: (event) => { event.preventDefault(); move(event.dataTransfer.getData("text/plain"), i); } },
    icon("grip-vertical", 16), h("span", {}, title),
    step(-1, gettext("Move %(layer)s up"), "arrow-up"), step(1, gettext("Move %(layer)s down"), "arrow-down"));
  }

  // The buttons are made anew by the move: the one that was pressed keeps the focus, or its neighbour at the end of the list.
  function refocus(name, by) {
    const pressed = list.querySelector(`[data-step="${name}${by}"]`);
    (pressed?.disabled ? list.querySelector(`[data-step="${name}${-by}"]`) : pressed)?.focus();
  }

  const draw = () => {
    const all = names();
    box.hidden = all.length < 2;
    clear(list).append(...all.map((name, i) => item(name, i, all.length)));
  };
  state.on("layers", draw);
  draw();
  return box;
}
