// How many records a layer has, how many match its filters, how many are selected: from the server, never from what is drawn.
import { json } from "../lib/net.js";
import { queryOf, search } from "./state.js";

/** Adds page.counts (Map name -> {all, matching, placeless, pending, error}; "selection" too), page.onCounts(fn), page.count(name). */
export function mount(page) {
  const { state, catalogue } = page;
  const listeners = new Set();
  const known = (page.counts = new Map());
  const turns = new Map();
  page.onCounts = (fn) => listeners.add(fn);
  const tell = (name, patch) => {
    known.set(name, { ...known.get(name), ...patch });
    for (const fn of listeners) fn(name, known.get(name));
  };
  const legend = (name, query, signal) => json(`/legend/${name}.json${query ? `?${query}` : ""}`, { signal });
  const total = async (...of) => (await legend(...of)).total;
  page.count = (name, { selection = false } = {}) => total(name, search(queryOf(state.value, catalogue.layer(name), { selection })));

  async function ask(key, layer, query, field) {
    turns.get(key)?.abort();
    const turn = new AbortController();
    turns.set(key, turn);
    tell(key, { pending: true, error: null });
    try {
      const { total: n, placeless = 0 } = await legend(layer.name, query, turn.signal);
      tell(key, { [field]: n, placeless, pending: false });
    } catch (error) {
      if (error.name !== "AbortError") tell(key, { [field]: undefined, pending: false, error });
    }
  }

  async function refresh(layer) {
    const query = search(queryOf(state.value, layer));
    if (known.get(layer.name)?.all === undefined) await ask(layer.name, layer, "", "all");
    if (query) await ask(layer.name, layer, query, "matching");
    else tell(layer.name, { matching: known.get(layer.name)?.all, error: null });
  }

  function selected() {
    const layer = state.value.selection && catalogue.layer(state.value.selection.layer);
    turns.get("selection")?.abort();
    if (!catalogue.hasRows(layer)) { known.delete("selection"); return; }
    known.set("selection", {});
    ask("selection", layer, search({ ...queryOf(state.value, layer, { selection: true }), placeless: "1" }), "matching");
  }

  const records = catalogue.layers.filter((layer) => layer.name !== "areas" && catalogue.hasRows(layer));
  state.on(["filters", "period"], (value, previous) => {
    for (const layer of records) if (search(queryOf(value, layer)) !== search(queryOf(previous, layer))) refresh(layer);
  });
  state.on(["selection", "filters", "period"], selected);
  page.startCounting = () => { for (const layer of records) refresh(layer); selected(); };
}
