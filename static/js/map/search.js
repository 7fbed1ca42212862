// The search box of the top bar: a combobox over /search. On the map it goes there; on other pages it opens the map there.
import { button, clear, debounce, h, icon } from "../lib/dom.js";
import { fill, gettext } from "../lib/i18n.js";
import { json, sentence } from "../lib/net.js";
import { find, numberIn, unknown } from "../lib/number.js";
import { example } from "./example.js";
import { grouped, matched, remembered } from "./found.js";

const STORE = "geoportal.recent";
const ICONS = { area: "map", feature: "map-pin", coordinate: "crosshair", recent: "clock" };
let mounted = false;

/** Fills #search. `page` is the map page, or null on any other; mounting twice is harmless. */
export function mount(page = null) {
  const input = document.getElementById("search-input");
  if (!input || mounted) return;
  mounted = true;
  const box = document.getElementById("search");
  const list = h("div", { class: "search-list", role: "listbox", id: "search-list", "aria-label": gettext("Search results") });
  const note = h("div", { class: "search-note", role: "status" });
  const card = h("div", { class: "search-card card", hidden: true }, note, list);
  const wipe = button({ icon: "x", label: gettext("Clear the search"), class: "icon-btn search-wipe", size: 16, hidden: true, onclick: () => { write(""); input.focus(); ask(); } });
  box.append(wipe, card);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);
  let shown = []; // results in the order of the options
  let active = -1;
  let turn = null;

  const write = (text) => {
    input.value = text;
    wipe.hidden = !text;
  };

  function open(on) {
    card.hidden = !on;
    input.setAttribute("aria-expanded", String(on && shown.length > 0));
    if (!on) move(-1);
  }

  function move(to) {
    active = to;
    for (const option of list.querySelectorAll("[role=option]")) {
      const on = Number(option.dataset.index) === active;
      option.setAttribute("aria-selected", String(on));
      if (on) option.scrollIntoView({ block: "nearest" });
    }
    if (active >= 0) input.setAttribute("aria-activedescendant", `search-option-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  function show(groups, text, words = []) {
    shown = groups.flatMap((group) => group.results);
    let index = 0;
    const option = (result, name) => {
      const at = index++;
      return h("div", { role: "option", id: `search-option-${at}`, class: "search-option", "aria-selected": "false", dataset: { index: at }, onclick: () => choose(result), onpointermove: () => active !== at && move(at) },
        icon(ICONS[name] ?? ICONS[result.kind], 17), h("span", {}, h("b", {}, matched(result.title, text).map(([part, hit]) => (hit ? h("mark", {}, part) : part))), h("small", {}, result.subtitle)));
    };
    clear(list).append(...groups.map((group, i) => h("div", { role: "group", "aria-labelledby": `search-group-${i}` }, h("p", { class: "search-group", id: `search-group-${i}`, role: "presentation" }, group.title), group.results.map((result) => option(result, group.recent && "recent")))));
    clear(note).append(...words);
    note.hidden = !words.length;
    open(shown.length > 0 || words.length > 0);
    move(shown.length && text ? 0 : -1);
  }

  async function ask() {
    const text = input.value.trim();
    turn?.abort();
    if (text.length < 2) return recent();
    const typed = numberIn(text); // of a person: goes into no address
    if (typed && !typed.whole) return show([], "", [h("p", {}, gettext("A number has 16 digits. Write all of them."))]);
    const now = (turn = new AbortController());
    const wait = setTimeout(() => show([], text, [h("span", { class: "spinner" }), ` ${gettext("Searching…")}`]), 300);
    const middle = page?.map.getCenter();
    try {
      const query = new URLSearchParams({ q: text, ...(middle && { near: `${middle.lng.toFixed(5)},${middle.lat.toFixed(5)}` }) });
      const results = typed ? await find(typed.digits, now.signal) : (await json(`/search?${query}`, { signal: now.signal })).results;
      if (now !== turn) return;
      const none = results.length ? [] : typed ? [h("p", {}, unknown())] : [h("p", {}, fill(gettext("Nothing is called “%(text)s”."), { text })), h("small", {}, helps())];
      show(grouped(results, (name) => page?.catalogue.layer(name)?.title), text, none);
    } catch (error) {
      if (error.name === "AbortError" || now !== turn) return;
      show([], text, [h("p", { class: "field-error" }, sentence(error)), button({ icon: "refresh-cw", text: gettext("Try again"), size: 15, onclick: ask })]);
    } finally {
      clearTimeout(wait);
    }
  }
  const soon = debounce(ask, 160);

  function recent() {
    const kept = remembered.read(STORE);
    if (!kept.length || document.activeElement !== input) return open(false);
    show([{ title: gettext("Recently opened"), results: kept, recent: true }], "");
  }

  function choose(result) {
    // The names of people stay out of the browser's memory: only what everybody may see is remembered.
    if (result.kind !== "feature" || page?.catalogue.layer(result.layer)?.scope === "public") remembered.add(STORE, result);
    write(result.title);
    open(false);
    input.blur();
    if (page) go(page, result);
    else location.assign(addressOf(result));
  }

  input.addEventListener("input", () => { wipe.hidden = !input.value; soon(); });
  input.addEventListener("focus", () => (input.value.trim().length < 2 ? recent() : ask()));
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !card.hidden && shown.length) move((active + step + shown.length + (active < 0 && step < 0 ? 1 : 0)) % shown.length);
    else if (step === 1 && card.hidden) ask();
    else if (event.key === "Home" && active >= 0 && event.ctrlKey) move(0);
    else if (event.key === "Enter" && shown[active] && !card.hidden) choose(shown[active]);
    else if (event.key === "Enter") ask();
    else if (event.key === "Escape" && !card.hidden) open(false);
    else if (event.key === "Escape" && input.value) write("");
    else if (event.key === "Escape") input.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) open(false); });
  card.addEventListener("pointerdown", (event) => { if (!event.target.closest("button")) event.preventDefault(); }); // the box keeps the focus
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

const helps = () => (example() ? fill(gettext("Try another spelling, the code of an area, or coordinates such as %(example)s."), { example: example() }) : gettext("Try another spelling or the code of an area."));

/** The map goes to a result and opens it. */
async function go(page, result) {
  page.overlay("found", null);
  if (result.kind === "area") {
    page.zoomTo({ bbox: result.bbox, drawer: true });
    page.open("areas", result.code);
  } else if (result.kind === "feature") {
    const { layers } = page.state.value;
    if (!layers.includes(result.layer)) page.state.set({ layers: [result.layer, ...layers] });
    if (result.lon !== null) page.zoomTo({ lon: result.lon, lat: result.lat, zoom: 17, drawer: true }); // a feature may have no point yet
    page.open(result.layer, result.uid);
  } else {
    const { L } = await import("../lib/leaflet.js");
    page.state.set({ focus: null });
    page.zoomTo({ lon: result.lon, lat: result.lat, zoom: 17 });
    const sign = h("div", { class: "found-pin" }, icon("map-pin", 30));
    page.overlay("found", L.marker([result.lat, result.lon], { icon: L.divIcon({ html: sign, className: "found", iconSize: [30, 30], iconAnchor: [15, 28] }), keyboard: false, title: result.title }));
    page.notices?.say(`${result.title} · ${result.subtitle}`, { seconds: 6 });
  }
}

/** The address of the map at a result. */
function addressOf(result) {
  // Without a view the map comes as near to what is opened as its drawer leaves room for.
  if (result.kind !== "coordinate") return `/?open=${result.kind === "area" ? `areas/${result.code}` : `${result.layer}/${result.uid}`}`;
  return `/?at=17/${result.lat.toFixed(5)}/${result.lon.toFixed(5)}`;
}
