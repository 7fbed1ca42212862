// The place below the map where the table docks: its height is dragged, on a phone it is a full sheet.
import { button, h } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { escape } from "./escape.js";

const LEAST = 140;

export class Dock {
  constructor(changed) {
    this.element = document.getElementById("dock");
    this.changed = changed;
    this.height = 320;
    this.current = null;
  }

  /** {head, body, close()}; opening another closes the first. */
  open({ title, label = title, onclose = null }) {
    this.current?.close();
    const back = document.activeElement;
    const handle = h("div", { class: "dock-handle", role: "separator", tabindex: "0", "aria-orientation": "horizontal", "aria-label": gettext("Height of the table") });
    const head = h("div", { class: "dock-tools" });
    const body = h("div", { class: "dock-body" });
    const close = () => {
      if (this.current !== entry) return;
      forget();
      this.current = null;
      this.element.hidden = true;
      this.element.replaceChildren();
      this.changed(false);
      onclose?.();
      if (back?.isConnected) back.focus({ preventScroll: true });
    };
    const forget = escape(close);
    const entry = { head, body, close };
    this.current = entry;
    this.element.setAttribute("aria-label", label);
    this.element.replaceChildren(handle, h("header", { class: "dock-head" }, h("h2", {}, title), head, button({ icon: "x", label: gettext("Close the table"), class: "icon-btn", onclick: close })), body);
    this.element.hidden = false;
    this.resize(this.height);
    this.drag(handle);
    this.changed(true);
    return entry;
  }

  resize(height) {
    this.height = Math.round(Math.min(Math.max(LEAST, height), innerHeight * 0.75));
    document.documentElement.style.setProperty("--dock", `${this.height}px`); // the toasts stand above it
    this.element.querySelector(".dock-handle")?.setAttribute("aria-valuenow", this.height);
  }

  drag(handle) {
    handle.addEventListener("keydown", (event) => {
      const step = { ArrowUp: 40, ArrowDown: -40 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.resize(this.height + step);
      this.changed(true);
    });
    handle.addEventListener("pointerdown", (event) => {
      const [from, height] = [event.clientY, this.height];
      handle.setPointerCapture(event.pointerId);
      const move = (e) => this.resize(height + from - e.clientY);
      handle.addEventListener("pointermove", move);
      handle.addEventListener("pointerup", () => { handle.removeEventListener("pointermove", move); this.changed(true); }, { once: true });
    });
  }
}
