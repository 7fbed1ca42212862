// The card at the right for what is opened; on a phone a sheet. One at a time; focus goes in and comes back.
import { button, h, phone } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { escape } from "./escape.js";
import { pullable } from "./panel.js";

export class Drawer {
  constructor(changed) {
    this.element = document.getElementById("drawer");
    this.changed = changed;
    this.onclose = null;
  }

  get open_() { return !this.element.hidden; }

  /** Fill and show. `body` and `actions` are nodes; opening again replaces what is there without calling onclose. */
  open({ kicker = "", title, body, actions = [], onclose = null, focus = true }) {
    const again = this.open_;
    if (!again) this.back = document.activeElement;
    this.onclose = onclose;
    this.forget?.();
    this.forget = escape(() => this.close());
    const grip = h("button", { type: "button", class: "grip", "aria-label": gettext("Make the details taller or lower"), onclick: () => this.element.classList.toggle("pulled") });
    const heading = h("h2", { tabindex: "-1" }, title);
    this.element.replaceChildren(grip,
      h("header", { class: "drawer-head" }, h("div", {}, kicker && h("small", {}, kicker), heading), button({ icon: "x", label: gettext("Close"), class: "icon-btn", onclick: () => this.close() })),
      h("div", { class: "drawer-body", tabindex: "0", role: "group", "aria-label": title }, body),
      actions.length ? h("div", { class: "drawer-actions" }, actions) : "");
    pullable(this.element, grip, (up) => this.element.classList.toggle("pulled", up));
    this.element.hidden = false;
    if (focus && (!again || this.element.contains(document.activeElement))) heading.focus({ preventScroll: true });
    this.changed(true);
  }

  close() {
    if (!this.open_) return;
    const inside = this.element.contains(document.activeElement);
    this.forget?.();
    this.element.hidden = true;
    this.element.classList.remove("pulled");
    this.element.replaceChildren();
    const { onclose } = this;
    this.onclose = null;
    this.changed(false);
    onclose?.();
    if (inside && this.back?.isConnected && !phone()) this.back.focus({ preventScroll: true });
  }
}
