// The panel at the left with its tabs; on a phone a sheet that is pulled up.
import { h, phone } from "../lib/dom.js";
import { escape } from "./escape.js";

export class Panel {
  constructor() {
    this.element = document.getElementById("panel");
    this.tabs = document.getElementById("panel-tabs");
    this.bodies = document.getElementById("panel-bodies");
    this.entries = [];
    this.grip = document.getElementById("panel-grip");
    this.grip.addEventListener("click", () => this.pull(!this.pulled));
    pullable(this.element, this.grip, (up) => this.pull(up));
    this.tabs.addEventListener("keydown", (event) => this.walk(event));
  }

  get pulled() { return this.element.classList.contains("pulled"); }

  /** On a phone: up (half the screen) or down (only the tabs). */
  pull(up) {
    this.element.classList.toggle("pulled", up);
    this.grip.setAttribute("aria-expanded", String(up));
    this.forget?.();
    this.forget = up && phone() ? escape(() => this.pull(false)) : null;
  }

  add({ id, label, order = 100 }) {
    const tab = h("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, "aria-selected": "false", tabindex: "-1" }, label, h("span", { class: "badge" }));
    const body = h("div", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, class: "panel-body", hidden: true });
    const entry = { id, order, tab, body };
    this.entries.push(entry);
    this.entries.sort((a, b) => a.order - b.order);
    this.tabs.replaceChildren(...this.entries.map((e) => e.tab));
    this.bodies.replaceChildren(...this.entries.map((e) => e.body));
    tab.addEventListener("click", () => {
      if (phone()) this.pull(!(this.pulled && this.current === entry));
      this.select(entry);
    });
    if (!this.current || this.entries[0] === entry) this.select(this.entries[0]);
    return {
      body,
      badge: (text) => { tab.querySelector(".badge").textContent = text ? ` · ${text}` : ""; },
      show: () => { this.select(entry); if (phone()) this.pull(true); },
      get shown() { return !body.hidden; },
    };
  }

  select(entry) {
    this.current = entry;
    for (const other of this.entries) {
      const on = other === entry;
      other.body.hidden = !on;
      other.tab.setAttribute("aria-selected", String(on));
      other.tab.tabIndex = on ? 0 : -1;
    }
  }

  walk(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = Math.min(this.entries.length - 1, Math.max(0, this.entries.indexOf(this.current) + step));
    this.select(this.entries[at]);
    this.entries[at].tab.focus();
  }
}

/** Dragging the grip of a sheet up or down by 40 px calls moved(up). */
export function pullable(sheet, grip, moved) {
  let from = null;
  grip.addEventListener("pointerdown", (event) => { from = event.clientY; grip.setPointerCapture(event.pointerId); });
  grip.addEventListener("pointermove", (event) => { if (from !== null && sheet) sheet.style.setProperty("--pull", `${event.clientY - from}px`); });
  const end = (event) => {
    if (from === null) return;
    const way = event.clientY - from;
    from = null;
    sheet.style.removeProperty("--pull");
    if (Math.abs(way) > 40) { moved(way < 0); event.preventDefault(); grip.addEventListener("click", (click) => click.stopImmediatePropagation(), { once: true, capture: true }); }
  };
  grip.addEventListener("pointerup", end);
  grip.addEventListener("pointercancel", end);
}
