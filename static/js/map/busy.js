// What is awaited: said after 300 ms, with a bar and a way to stop after 2 s.
import { button, clear, h } from "../lib/dom.js";
import { fill, gettext } from "../lib/i18n.js";
import { Problem } from "../lib/net.js";

const SAY = 300, BAR = 2000; // ms

export function mount(page) {
  const { stack, catalogue } = page;
  const element = document.getElementById("busy");
  const waiting = new Map(); // layer name -> since when
  let timer = null;

  const title = (name) => (name === "selection" ? gettext("Selection") : catalogue.layer(name)?.title ?? name);
  const stop = () => { for (const name of [...waiting.keys()]) stack.stop(name, new Problem(0, { detail: gettext("Loading was stopped.") })); };

  function draw() {
    clearTimeout(timer);
    const now = performance.now();
    const shown = [...waiting].filter(([, since]) => now - since >= SAY);
    const long = shown.some(([, since]) => now - since >= BAR);
    const text = fill(gettext("Loading %(what)s…"), { what: shown.map(([name]) => title(name)).join(", ") });
    if (!shown.length) clear(element);
    else if (element.dataset.text !== text + long || !element.firstChild) {
      clear(element).append(h("div", { class: "busy-card card" }, h("span", { class: "spinner", "aria-hidden": "true" }), h("span", {}, text),
        long && button({ text: gettext("Stop"), class: "btn btn-small", onclick: stop }), long && h("div", { class: "bar" })));
    }
    element.dataset.text = text + long;
    if (waiting.size) timer = setTimeout(draw, SAY);
  }

  const hear = (name, status) => {
    if (status?.pending) { if (!waiting.has(name)) waiting.set(name, performance.now()); }
    else waiting.delete(name);
    if (waiting.size) timer ??= setTimeout(draw, SAY);
    if (!waiting.size) { timer = null; draw(); }
  };
  stack.onstatus(hear);
  for (const [name, status] of stack.status) hear(name, status); // the first tiles were asked for before this was here
}
