// Printing the map: a preview of one A4 sheet with the very map in it, then the browser's own print. Ctrl+P works too.
import { button, h, icon } from "../lib/dom.js";
import { fill, gettext } from "../lib/i18n.js";
import { drawFiner } from "../lib/ratio.js";
import { sheet, titleOf } from "./sheet.js";

const SHAPES = { landscape: [297, 210], portrait: [210, 297] }; // mm
const RATIO = 2; // canvases are drawn twice as fine while a sheet is open: 192 dots an inch

export function mount(page) {
  const { map } = page;
  const names = new Map();
  page.catalogue.areas("village").then((list) => list.forEach((area) => names.set(area.code, area.name)), () => names.clear());
  const areaName = (code) => names.get(code) ?? code;
  let open = null;
  page.stack.onstatus(() => refresh());

  const tool = page.tools.add({ id: "print", icon: "printer", label: gettext("Print a map sheet"), order: 50, onclick: () => start() });

  function start({ quiet = false } = {}) {
    if (open) return;
    const made = sheet(areaName);
    const input = h("input", { type: "text", id: "sheet-title", maxlength: 160, oninput: () => { made.title.textContent = input.value; refresh(); } });
    input.value = titleOf(page, areaName);
    made.title.textContent = input.value;
    const ways = h("div", { class: "segments", role: "group", "aria-label": gettext("Orientation") },
      [["landscape", gettext("Landscape")], ["portrait", gettext("Portrait")]].map(([name, text]) => h("button", { type: "button", dataset: { way: name }, onclick: () => turn(name) }, text)));
    const status = h("p", { class: "print-status", role: "status" });
    const go = button({ icon: "printer", text: gettext("Print or save as PDF"), class: "btn btn-primary", size: 16, onclick: () => printed() });
    const dialog = h("div", { class: "print", role: "dialog", "aria-modal": "true", "aria-labelledby": "print-heading" },
      h("div", { class: "print-side" },
        h("h2", { id: "print-heading" }, gettext("Map sheet, A4")),
        h("div", { class: "field" }, h("label", { for: "sheet-title" }, gettext("Title")), input),
        h("div", { class: "field" }, h("span", { class: "label" }, gettext("Orientation")), ways),
        h("p", { class: "print-note" }, icon("info", 15), gettext("Move and zoom the map in the sheet until it shows what you want.")),
        status, h("div", { class: "actions" }, go, button({ icon: "x", text: gettext("Close"), size: 16, onclick: () => close() }))),
      h("div", { class: "print-desk" }, h("div", { class: "print-paper" }, made.element)));
    const element = map.getContainer();
    open = { made, dialog, element, home: element.parentElement, before: element.nextSibling, back: document.activeElement, view: [map.getCenter(), map.getZoom()], way: null, quiet };
    open.forget = page.escape(close);
    document.body.append(dialog);
    document.documentElement.dataset.sheet = "";
    made.frame.append(element);
    tool.press(true);
    if (quiet) return shrunk();
    for (const part of behind()) part.inert = true;
    redraw(RATIO);
    map.on({ moveend: refresh, movestart: moves, resize: resized });
    addEventListener("resize", fit);
    turn(bestWay(page));
    input.focus();
  }

  /** The map as it is on the screen, made small enough for the paper: the browser prints at once and waits for no tile. */
  function shrunk() {
    const { x, y } = map.getSize();
    const way = y > x ? "portrait" : "landscape";
    const { element, made } = open;
    open.way = made.element.dataset.way = document.documentElement.dataset.sheet = way;
    const [width, height] = [made.frame.clientWidth, made.frame.clientHeight];
    const scale = Math.min(width / x, height / y);
    Object.assign(element.style, { width: `${width / scale}px`, height: `${height / scale}px`, transform: `scale(${scale})`, transformOrigin: "0 0" });
    map.invalidateSize({ animate: false });
    redraw(RATIO, true);
    made.draw(page, scale);
  }

  /** Prints when everything is drawn; after ten seconds with what there is, which the status under the button says. */
  async function printed() {
    for (let waited = 0; waited < 10_000 && open?.dialog.dataset.ready === "false"; waited += 100) await new Promise((resolve) => setTimeout(resolve, 100));
    if (open) requestAnimationFrame(() => setTimeout(() => window.print(), 50)); // what came last is painted in the next frame
  }

  function turn(way) {
    const { made, dialog } = open;
    // Turning the paper shows the same again; only what the reader moved since then counts.
    open.bounds = !open.way ? bounding(page) : open.moved ? map.getBounds() : open.bounds;
    open.way = way;
    made.element.dataset.way = way;
    document.documentElement.dataset.sheet = way;
    for (const part of dialog.querySelectorAll("button[data-way]")) part.setAttribute("aria-pressed", String(part.dataset.way === way));
    fit();
    refit();
  }

  /** Shows what the sheet is to show, in the size it has now. */
  function refit() {
    open.fitting = true;
    map.invalidateSize({ pan: false, animate: false });
    map.fitBounds(open.bounds, { animate: false, padding: [6, 6] });
    Object.assign(open, { fitting: false, moved: false });
    refresh();
  }

  const moves = () => { if (!open.fitting) open.moved = true; };
  const resized = () => { if (!open.fitting && !open.moved) refit(); }; // a longer legend leaves the map less room

  /** Draws the map anew with at least so many canvas pixels to a pixel; `now`: before this task ends. */
  function redraw(least, now = false) {
    const { areas, borders, chosen, tiles, marks } = page.stack;
    drawFiner(least);
    for (const layer of [areas, borders, chosen, ...tiles.values()]) now ? layer?.repaint?.() : layer?.restyle?.();
    marks._reset();
  }

  /** The paper fits the desk: it is laid out in its true size and shown smaller. */
  function fit() {
    if (!open) return;
    const paper = open.dialog.querySelector(".print-paper");
    const desk = paper.parentElement;
    const [width, height] = SHAPES[open.way].map((mm) => (mm * 96) / 25.4);
    const scale = Math.min(1, (desk.clientWidth - 32) / width, (desk.clientHeight - 32) / height);
    const small = Math.max(scale, 0.2);
    paper.style.width = `${width * small}px`;
    paper.style.height = `${height * small}px`;
    open.made.element.style.setProperty("--shown", small);
  }

  function refresh() {
    if (!open || open.quiet) return;
    open.made.draw(page);
    const title = (name) => (name === "selection" ? gettext("Selection") : page.catalogue.layer(name)?.title ?? name);
    const waiting = [...page.stack.status].filter(([, status]) => status?.pending).map(([name]) => title(name));
    const failed = [...page.stack.status].filter(([, status]) => status?.error).map(([name]) => title(name));
    open.dialog.querySelector(".print-status").textContent = waiting.length ? fill(gettext("Still loading: %(layers)s"), { layers: waiting.join(", ") })
      : failed.length ? fill(gettext("Not on the sheet, because it failed to load: %(layers)s"), { layers: failed.join(", ") }) : "";
    open.dialog.dataset.ready = String(!waiting.length);
  }

  function close() {
    if (!open) return;
    const { dialog, element, home, before, back, view, forget } = open;
    forget();
    map.off({ moveend: refresh, movestart: moves, resize: resized });
    removeEventListener("resize", fit);
    open = null;
    redraw(1);
    for (const part of behind()) part.inert = false;
    delete document.documentElement.dataset.sheet;
    Object.assign(element.style, { width: "", height: "", transform: "", transformOrigin: "" });
    home.insertBefore(element, before);
    dialog.remove();
    map.invalidateSize({ pan: false, animate: false });
    map.setView(...view, { animate: false });
    tool.press(false);
    if (back?.isConnected) back.focus({ preventScroll: true });
  }

  // Ctrl+P without the preview: the sheet is made for the print and taken away after it.
  addEventListener("beforeprint", () => start({ quiet: true }));
  addEventListener("afterprint", () => { if (open?.quiet) close(); });
}

/** The page behind the preview: out of reach while it is open. */
const behind = () => document.querySelectorAll("body > .frame, body > .skip");

/** What the sheet shows first: what the map shows, but the whole place when all of it is in view. */
function bounding(page) {
  const { map, catalogue } = page;
  const [west, south, east, north] = catalogue.place.bbox ?? [0, 0, 0, 0];
  const whole = [[south, west], [north, east]];
  return catalogue.place.bbox && map.getBounds().contains(whole) ? whole : map.getBounds();
}

function bestWay({ catalogue }) {
  const [west, south, east, north] = catalogue.place.bbox ?? [0, 0, 2, 1];
  return north - south > (east - west) * 1.15 ? "portrait" : "landscape";
}
