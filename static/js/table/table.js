// The attribute table of a layer: toolbar and grid over the same filters and the same selection as the map.
import { button, clear, h } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { fill, gettext, ngettext } from "../lib/i18n.js";
import { menu } from "../lib/menu.js";
import { json, sentence } from "../lib/net.js";
import { signIn } from "../lib/signin.js";
import { queryOf, search } from "../map/state.js";
import { choose, chosen, columnsOf } from "./columns.js";
import { grid } from "./grid.js";
import { asked, clicked, MOST, picking, picks } from "./picked.js";
import { paged, turned } from "./rows.js";

const FORMATS = [["xlsx", "Excel"], ["csv", "CSV"], ["geojson", "GeoJSON"], ["gpkg", "GeoPackage"], ["shp.zip", "Shapefile"], ["kml", "KML"], ["parquet", "GeoParquet"]];

/**
 * context: {state, catalogue, layer (its entry), areaName(code), sort, onsort(sort), open(row), zoom(row) or null,
 *   highlight(row or null), say(text, options)}; for rows that do not come from /table: {columns, source(sort, changed), exports()}
 * -> {head: Element, body: Element, reload(), close()}
 */
export function table(context) {
  const { state, layer } = context;
  const all = context.columns ?? columnsOf(layer, context.areaName);
  let columns = chosen(layer.name, all);
  let sort = context.sort ?? "";
  let scope = asked(state.value.selection, layer.name) ? "result" : "all";
  let source = null;
  let shown = null;
  let sought = null; // index of the row to bring into view once the list has come

  const idOf = (row) => (layer.name === "areas" ? row.code : row.uid); // an area is known by its code
  const status = h("p", { class: "table-count", role: "status" });
  const scopes = h("div", { class: "segments table-scopes", role: "group", "aria-label": gettext("Which rows") });
  const picked = h("div", { class: "table-picked", hidden: true });
  const rows = grid({
    label: fill(gettext("Table of %(layer)s"), { layer: layer.title }),
    idOf,
    isPicked: (row) => picks(state.value.selection, layer.name).includes(idOf(row)),
    isFocus: (row) => state.value.focus?.layer === layer.name && state.value.focus.uid === idOf(row),
    onpick: pick,
    onopen: context.open,
    onzoom: context.zoom,
    canZoom: (row) => row.lon !== null && row.lon !== undefined,
    onhover: context.highlight,
    onactive: context.highlight,
    onsort(name) {
      sort = turned(sort, name);
      context.onsort?.(sort);
      load();
    },
    failed: (broken) => h("div", { class: "error-state" }, h("p", {}, sentence(broken.error)),
      broken.error.status === 401 ? signIn({ css: "btn btn-primary" }) : button({ icon: "refresh-cw", text: gettext("Try again"), onclick: () => broken.retry() })),
    empty,
  });

  const columnMenu = menu({ name: "columns", icon: "columns-3", text: gettext("Columns"), css: "btn btn-quiet", fill: fillColumns });
  const exportMenu = layer.rights?.export && menu({ name: "export", icon: "download", text: gettext("Export"), css: "btn btn-quiet", fill: fillExport });
  const head = h("div", { class: "table-head" }, status, scopes, picked, h("span", { class: "table-gap" }), columnMenu.element, exportMenu && exportMenu.element);

  const query = () => {
    const base = queryOf(state.value, layer);
    return scope === "result" ? { ...base, ...asked(state.value.selection, layer.name) } : base;
  };

  function load() {
    const key = `${search(query())} ${sort}`;
    if (key !== shown) {
      shown = key;
      source?.close();
      source = context.source ? context.source(sort, changed) : paged(page, changed);
    }
    rows.show({ source, columns, sort });
    changed();
  }

  function page(offset, limit, signal) {
    const text = search({ ...query(), offset, limit, ...(sort && { sort }) });
    return json(`/table/${layer.name}.json?${text}`, { signal });
  }

  function changed() {
    rows.refresh();
    if (sought !== null && source.total !== null) {
      rows.activate(sought);
      sought = null;
    }
    const n = source.total;
    status.textContent = n === null ? (source.error ? "" : gettext("Counting rows…")) : fill(ngettext("%(n)s row", "%(n)s rows", n), { n: count(n) });
    const now = picks(state.value.selection, layer.name);
    picked.hidden = !now.length;
    clear(picked).append(
      h("span", { class: "pill pill-ok" }, fill(ngettext("%(n)s picked", "%(n)s picked", now.length), { n: count(now.length) })),
      button({ icon: "x", label: gettext("Deselect all"), class: "icon-btn", size: 15, onclick: () => state.set({ selection: picking(state.value.selection, layer.name, []) }) }));
    const result = asked(state.value.selection, layer.name);
    scopes.hidden = !result;
    clear(scopes).append(segment("all", gettext("All")), segment("result", gettext("Found by the query")));
  }

  /** What is opened on the map is brought into view here. */
  async function follow() {
    rows.refresh();
    const { focus } = state.value;
    if (focus?.layer !== layer.name) return;
    const from = source;
    try {
      const index = await (source.find?.(focus.uid) ?? standing(focus.uid));
      if (from !== source || state.value.focus?.uid !== focus.uid || index === null || index < 0) return;
      sought = index;
      changed();
    } catch (error) {
      if (error.status === undefined) throw error;
      context.say?.(sentence(error), { kind: "warn" });
    }
  }

  const standing = async (uid) => (await json(`/table/${layer.name}.json?${search({ ...query(), around: uid, limit: 1, ...(sort && { sort }) })}`)).index;

  const segment = (name, text) => h("button", { type: "button", "aria-pressed": String(scope === name), onclick: () => { scope = name; load(); } }, text);

  function pick(row, how) {
    const before = state.value.selection;
    const keepQuery = scope === "result";
    const selection = clicked(before, layer.name, idOf(row), how, { keepQuery });
    if (how.between?.length > MOST) context.say?.(fill(gettext("At most %(n)s rows can be picked by hand. For more, use a filter or an area query."), { n: MOST }), { kind: "warn" });
    if (before && !keepQuery && (before.layer !== layer.name || asked(before, layer.name))) {
      context.say?.(gettext("The picked rows took the place of the query's result."), { action: { label: gettext("Undo"), onclick: () => state.set({ selection: before }) }, seconds: 8 });
    }
    state.set({ selection });
  }

  function empty() {
    const filtered = Object.keys(state.value.filters[layer.name] ?? {}).length > 0;
    const { filters } = state.value;
    return h("div", { class: "empty" },
      h("p", {}, filtered || scope === "result" ? gettext("No row meets all conditions.") : gettext("There are no rows here yet. They come by upload, by the forms of field officers, or from the administrator.")),
      filtered && button({ icon: "funnel", text: gettext("Remove the filters"), onclick: () => state.set({ filters: Object.fromEntries(Object.entries(filters).filter(([name]) => name !== layer.name)) }) }));
  }

  function fillColumns(card) {
    const names = () => columns.map((column) => column.name);
    const toggle = (column, on) => {
      columns = all.filter((c) => (c === column ? on : names().includes(c.name)));
      choose(layer.name, all, names());
      load();
      for (const box of card.querySelectorAll("input")) box.disabled = box.checked && columns.length === 1;
    };
    card.append(h("h3", {}, gettext("Columns shown")),
      ...all.map((column) => h("label", { class: "check" }, h("input", { type: "checkbox", checked: names().includes(column.name), disabled: columns.length === 1 && columns[0] === column, onchange: (event) => toggle(column, event.target.checked) }), column.label)));
  }

  function fillExport(card, close) {
    const now = picks(state.value.selection, layer.name);
    const params = now.length ? { ...query(), uid: now.join(",") } : query();
    const many = now.length || source.total;
    const href = (ending, more) => `/export/${layer.name}.${ending}${search({ ...params, ...more }) && `?${search({ ...params, ...more })}`}`;
    const files = context.exports?.() ?? FORMATS.map(([ending, title]) => ({ title, ending, href: href(ending) }));
    const links = files.map((file) => h("a", { class: "btn btn-quiet", href: file.href, download: "", onclick: () => close({ focus: true }) }, h("span", {}, file.title), h("small", {}, `.${file.ending}`)));
    const code = ({ target }) => links.forEach((link, n) => { link.href = href(files[n].ending, target.checked ? { values: "codes" } : {}); });
    card.append(
      h("h3", {}, many === null ? gettext("Export") : fill(ngettext("Export %(n)s row", "Export %(n)s rows", many), { n: count(many) })),
      ...links,
      ...(context.exports ? [] : [h("label", { class: "check" }, h("input", { type: "checkbox", onchange: code }), gettext("Codes in place of labels"))]),
      ...(layer.scope === "public" ? [] : [h("p", { class: "menu-note" }, gettext("These rows are about people: the export is recorded. Keep the file where only those who need it can open it."))]));
  }

  const offs = [
    state.on(["filters", "period", "areas"], load),
    state.on("selection", (value, previous) => {
      const [now, before] = [asked(value.selection, layer.name), asked(previous.selection, layer.name)];
      if (now && JSON.stringify(now) !== JSON.stringify(before)) scope = "result";
      if (!now) scope = "all";
      load();
    }),
    state.on("focus", follow),
  ];
  load();
  follow();
  return {
    head,
    body: rows.element,
    reload: load,
    close() {
      offs.forEach((off) => off());
      source?.close();
      context.highlight?.(null);
    },
  };
}
