// The buttons at the right of the map; others add theirs with page.tools.add.
import { button } from "../lib/dom.js";

export class Tools {
  constructor() {
    this.element = document.getElementById("tools");
    this.entries = [];
    this.element.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const all = [...this.element.querySelectorAll("button")];
      event.preventDefault();
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    });
  }

  /** {element, press(on)}: a button with an icon and an accessible name. `css` "wide-only" leaves it out on a phone. */
  add({ id, icon, label, onclick, order = 100, css = "" }) {
    const element = button({ icon, label, onclick, size: 20, class: `icon-btn ${css}`, id: `tool-${id}` });
    this.entries.push({ element, order });
    this.entries.sort((a, b) => a.order - b.order);
    this.element.replaceChildren(...this.entries.map((entry) => entry.element));
    return { element, press: (on) => element.setAttribute("aria-pressed", String(on)) };
  }
}
