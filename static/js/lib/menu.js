// A button that opens a small card under itself (a disclosure): Escape, a click elsewhere and leaving it by Tab close it.
import { button, clear, h } from "./dom.js";

/** `fill(card, close)` puts the content in each time it opens. -> {element, close()} */
export function menu({ name, icon, text, label, css = "btn", fill }) {
  const card = h("div", { class: "menu-card card", hidden: true });
  const opener = button({ icon, text, label, class: css, size: 16, onclick: () => (card.hidden ? open() : close()) });
  opener.setAttribute("aria-expanded", "false");
  const element = h("div", { class: `menu-wrap menu-${name}` }, opener, card);

  function open() {
    clear(card);
    fill(card, close);
    card.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside, true);
    // Never beyond the edge of the window, whichever side of it the button stands on.
    card.classList.toggle("menu-left", opener.getBoundingClientRect().right < card.offsetWidth + 16);
    card.querySelector("input, button, a")?.focus({ preventScroll: true });
  }

  function close({ focus = false } = {}) {
    if (card.hidden) return;
    card.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (focus) opener.focus();
  }

  const outside = (event) => element.contains(event.target) || close();
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || card.hidden) return;
    event.stopPropagation();
    close({ focus: true });
  });
  element.addEventListener("focusout", (event) => event.relatedTarget && !element.contains(event.relatedTarget) && close());
  return { element, close };
}
