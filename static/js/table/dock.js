// The table docked below the map: which layer, and the map's answers to what is done in it.
import { button, h } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { closedNote } from "../map/closed.js";
import { queryOf, search } from "../map/state.js";
import { figures } from "./figures.js";
import { picks } from "./picked.js";
import { table } from "./table.js";

/** Opens and closes the docked table as state.table says. */
export async function mount(page) {
  const { state, catalogue } = page;
  const names = new Map();
  let shown = null;

  async function sync() {
    const layer = catalogue.layer(state.value.table);
    const key = layer && (layer.name === "areas" ? `areas ${JSON.stringify(state.value.areas)} ${state.value.period}` : layer.name);
    if (key === (shown?.key ?? null)) return;
    const dock = shown?.dock;
    shown?.table.close();
    shown = null;
    if (!layer) return dock?.close();
    const opened = page.dock.open({ title: gettext("Table"), label: gettext("Table"), onclose: () => shown?.key === key && state.set({ table: null }) });
    const closed = catalogue.closed(layer.name);
    const made = closed ? refused(layer) : table(context(layer));
    opened.head.replaceChildren(chooser(layer), ...(closed ? [] : [made.head, link(layer)]));
    opened.body.replaceChildren(made.body);
    shown = { key, table: made, dock: opened };
  }

  function context(layer) {
    const coloured = layer.name === "areas" && catalogue.indicator(state.value.areas.indicator);
    const idOf = (row) => (layer.name === "areas" ? row.code : row.uid);
    return {
      state, catalogue, layer,
      areaName: (code) => names.get(code) ?? code,
      open: (row) => page.open(layer.name, idOf(row)),
      zoom: (row) => page.zoomTo(layer.name === "areas" ? { area: row.code } : { lon: row.lon, lat: row.lat, zoom: 17 }),
      highlight: (row) => page.highlight(layer.name, row ? [idOf(row)] : []),
      say: (text, options) => page.notices.say(text, options),
      ...(coloured && figures({ catalogue, state })),
    };
  }

  /** In place of the table of a layer whose rows this person may not see. */
  const refused = (layer) => ({ body: closedNote(catalogue, layer.name), close() {} });

  function chooser(layer) {
    const layers = catalogue.layers.filter((entry) => entry === layer || catalogue.hasRows(entry));
    return h("select", { class: "table-layer", "aria-label": gettext("Layer of the table"), onchange: (event) => state.set({ table: event.target.value }) },
      layers.map((entry) => h("option", { value: entry.name, selected: entry === layer }, entry.title)));
  }

  function link(layer) {
    return button({
      icon: "external-link", label: gettext("Open the table as a page of its own"), class: "icon-btn", size: 16,
      onclick: () => location.assign(`/table/${layer.name}?${search({ ...queryOf(state.value, layer, { selection: true }), ...(layer.name === "areas" && { colour: state.value.areas.indicator }) })}`),
    });
  }

  // Picked areas are outlined; of the other layers the map draws the selection by itself.
  const outline = () => page.stack.highlight("picked", "areas", picks(state.value.selection, "areas"));
  state.on(["table", "areas", "period"], sync);
  state.on("selection", outline);
  outline();
  const villages = await catalogue.areas("village").catch(() => []); // names are a comfort: without them the codes stand there
  for (const area of villages) names.set(area.code, area.name);
  await sync();
}
