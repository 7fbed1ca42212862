// The period: a slider with play below the map and a list in the top bar, for layers with times and monthly indicators.
import { button, clear, h, icon, still } from "../lib/dom.js";
import { count, month } from "../lib/format.js";
import { fill, gettext, lower } from "../lib/i18n.js";
import { monthsUntil } from "./months.js";

const STEP = 1100; // ms a month stays while playing

export function mount(page) {
  const { state, catalogue, stack } = page;
  const element = document.getElementById("time");
  const top = document.getElementById("period");
  let playing = null;
  let months = [];

  const play = button({ icon: "play", label: gettext("Play"), class: "icon-btn", onclick: () => (playing ? stop() : start()) });
  const slider = h("input", { type: "range", min: 0, step: 1, "aria-label": gettext("Period"), oninput: () => { stop(); choose(months[slider.valueAsNumber]); } });
  const [first, last] = [h("span", { class: "time-end" }), h("span", { class: "time-end" })];
  const all = button({ text: gettext("All"), class: "btn btn-small", onclick: () => { stop(); choose(null); } });
  const table = h("button", { type: "button", id: "time-table", class: "chip", onclick: () => state.set({ table: state.value.table ? null : tableLayer() }) });
  const list = h("select", { "aria-label": gettext("Period"), class: "chip", onchange: () => choose(list.value || null) });
  const line = h("div", { class: "time-line" }, play, first, slider, last, all);
  element.append(line, table);
  top.append(icon("calendar", 15), list);

  const choose = (period) => state.set({ period });
  function start() {
    const from = months.indexOf(state.value.period);
    if (from < 0 || from === months.length - 1) choose(months[0]);
    playing = setInterval(() => {
      const at = months.indexOf(state.value.period);
      if (at >= months.length - 1) return stop();
      if (!stack.choropleth.loading) choose(months[at + 1]);
    }, still() ? STEP * 2 : STEP);
    face();
  }
  function stop() { clearInterval(playing); playing = null; face(); }
  function face() {
    clear(play).append(icon(playing ? "pause" : "play"));
    play.setAttribute("aria-label", playing ? gettext("Pause") : gettext("Play"));
  }

  // The table that belongs to what is seen: the topmost layer with records, else the areas.
  const asked = () => (state.value.selection && !catalogue.closed(state.value.selection.layer) ? state.value.selection.layer : null);
  const tableLayer = () => asked() ?? state.value.layers.find((name) => catalogue.layer(name)?.columns?.length && !catalogue.closed(name)) ?? "areas";

  function refresh() {
    const { layers, period } = state.value;
    const { current } = stack.choropleth;
    const timed = catalogue.timed(layers);
    if (current?.indicator.periodic && layers.includes("areas")) months = current.answer.periods;
    else if (timed && (!months.length || !current?.indicator.periodic)) months = monthsUntil(new Date().toISOString().slice(0, 7), 24);
    else if (!timed) months = [];
    const shown = period ?? (current?.indicator.periodic ? current.answer.period : null);
    line.hidden = top.hidden = !months.length;
    if (months.length) {
      slider.max = months.length - 1;
      const at = months.indexOf(shown);
      slider.value = at < 0 ? months.length - 1 : at;
      slider.setAttribute("aria-valuetext", shown ? month(shown) : gettext("all time"));
      slider.style.setProperty("--share", `${(100 * slider.valueAsNumber) / Math.max(1, months.length - 1)}%`);
      first.textContent = month(months[0], { short: true });
      last.textContent = month(months.at(-1), { short: true });
      all.hidden = !timed || !period;
      clear(list).append(...(timed ? [h("option", { value: "" }, gettext("All time"))] : []), ...[...months].reverse().map((m) => h("option", { value: m }, month(m))));
      list.value = shown ?? "";
    } else if (playing) stop();
    const name = tableLayer();
    const layer = catalogue.layer(name);
    const n = name === "areas" ? page.areaCount : page.counts.get(asked() ? "selection" : name)?.matching;
    const title = name === "areas" ? catalogue.levelLabel(state.value.areas.level) : layer?.title;
    clear(table).append(icon("table-2", 15), h("span", {}, n === undefined ? fill(gettext("Table · %(what)s"), { what: title }) : fill(gettext("Table · %(n)s %(what)s"), { n: count(n), what: lower(title) })));
    table.setAttribute("aria-pressed", String(Boolean(state.value.table)));
    table.hidden = !layer;
  }
  state.on(["layers", "period", "areas", "table", "selection"], refresh);
  stack.onstatus((name) => name === "areas" && refresh());
  page.onCounts(refresh);
  refresh();
}
