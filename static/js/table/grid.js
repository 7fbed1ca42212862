// The grid: a long list as an ARIA grid whose rows exist only while they are in view. It knows rows and columns, not layers.
import { clear, h, icon, phone } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { widths } from "./columns.js";
import { moved } from "./keys.js";
import { blank, write } from "./line.js";
import { drawn, scrolledTo } from "./window.js";

const SETTLE = 90; // ms without scrolling before rows are fetched: a flung scrollbar asks for its end, not for its way
let grids = 0;

/**
 * options: {label, idOf(row), isPicked(row), isFocus(row), onpick(row, {ctrl, between}), onopen(row), onzoom(row) or null,
 *           canZoom(row), onsort(name), onactive(row or null), onhover(row or null), failed(source), empty()}
 * -> {element, show({source, columns, sort}), refresh(), reveal(index), activate(index), focus()}
 */
export function grid(options) {
  const id = `grid-${++grids}`;
  const hint = h("p", { id: `${id}-hint`, class: "visually-hidden" }, gettext("Arrow keys move, Home and End go to the first and last row, Space picks a row, Shift extends, Enter opens it, Z zooms to it. Enter on a header sorts."));
  const head = h("div", { class: "grid-head", role: "rowgroup" });
  const shown = h("div", { class: "grid-rows", role: "presentation" }); // the rows in view, in their order, moved as one
  const body = h("div", { class: "grid-body", role: "rowgroup" }, shown);
  const veil = h("div", { class: "grid-veil", hidden: true });
  const table = h("div", { class: "grid", id, role: "grid", tabindex: "0", "aria-multiselectable": "true", "aria-label": options.label, "aria-describedby": hint.id }, head, body);
  const element = h("div", { class: "grid-wrap" }, h("div", { class: "grid-wait bar", hidden: true }), table, veil, hint);
  const wait = element.firstChild;
  const lines = new Map(); // index -> row element
  const spare = [];
  let source = { total: null, row: () => undefined, want() {}, error: null };
  let columns = [];
  let sort = "";
  let active = { row: 0, col: 0 };
  let anchor = null;
  let measured = false;
  let lastTotal = 0;
  let timer, waiting, frame;

  const rowHeight = () => (matchMedia("(max-width: 719px), (pointer: coarse)").matches ? 44 : 34);
  const view = () => ({ total: source.total ?? lastTotal, rowHeight: rowHeight(), viewport: Math.max(0, table.clientHeight - head.offsetHeight), scrollTop: table.scrollTop });

  function show(next) {
    const anew = next.source !== source;
    const others = next.columns !== columns;
    ({ source, columns, sort } = next);
    if (anew) {
      table.scrollTop = 0; // the former total stands until the new one is known: nothing jumps
      active = { row: 0, col: Math.min(active.col, columns.length) };
      anchor = null;
    }
    if (anew || others) measured = false;
    if (others) for (const line of [...lines.values(), ...spare.splice(0)]) line.remove();
    if (others) lines.clear();
    header();
    refresh();
    source.want(0, 1);
  }

  function header() {
    const cell = (column, i) => {
      const way = sort === column.name ? "ascending" : sort === `-${column.name}` ? "descending" : "none";
      return h("div", { role: "columnheader", id: `${id}-h-c${i + 1}`, class: column.number ? "cell number" : "cell", "aria-colindex": i + 2, "aria-sort": way, dataset: { sort: column.name } },
        h("span", { class: "cell-text" }, column.label), icon(way === "ascending" ? "arrow-up" : way === "descending" ? "arrow-down" : "chevrons-up-down", 13));
    };
    clear(head).append(h("div", { class: "line line-head", role: "row", "aria-rowindex": 1 },
      h("div", { role: "columnheader", id: `${id}-h-c0`, class: "cell pick", "aria-colindex": 1 }, h("span", { class: "visually-hidden" }, gettext("Picked"))),
      columns.map(cell),
      options.onzoom && h("div", { role: "columnheader", id: `${id}-h-c${columns.length + 1}`, class: "cell zoom", "aria-colindex": columns.length + 2 }, h("span", { class: "visually-hidden" }, gettext("Zoom")))));
    table.setAttribute("aria-colcount", columns.length + (options.onzoom ? 2 : 1));
  }

  function refresh() {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  }

  function draw() {
    lastTotal = source.total ?? lastTotal;
    const { height, first, last, top } = drawn(view());
    body.style.height = `${height}px`;
    table.setAttribute("aria-rowcount", source.total === null ? -1 : source.total + 1);
    for (const [index, line] of lines) {
      if (index >= first && index < last) continue;
      lines.delete(index);
      line.hidden = true;
      spare.push(line);
    }
    let lacking = source.total === null;
    let next = shown.firstChild;
    shown.style.top = `${top(first)}px`;
    for (let index = first; index < last; index++) {
      let line = lines.get(index);
      if (!line) {
        line = spare.pop() ?? blank(columns, options.onzoom);
        lines.set(index, line);
        line.hidden = false;
      }
      if (line === next) next = next.nextSibling;
      else shown.insertBefore(line, next);
      const row = source.row(index);
      write(line, { id, index, row, columns, picked: Boolean(row && options.isPicked(row)), focus: Boolean(row && options.isFocus(row)), zooms: options.onzoom && options.canZoom });
      lacking ||= !row;
    }
    for (const line of spare.splice(60)) line.remove();
    measure(first, last);
    mark();
    state(lacking);
    if (lacking) {
      clearTimeout(timer);
      timer = setTimeout(() => source.want(first, Math.max(last, first + 1)), SETTLE);
    }
  }

  /** Column widths by what stands in the first rows that came; they stay while the reader scrolls. */
  function measure(first, last) {
    if (measured) return;
    const rows = Array.from({ length: last - first }, (_, i) => source.row(first + i)).filter(Boolean);
    const fonts = getComputedStyle(table);
    const size = `${fonts.fontSize} ${fonts.fontFamily}`;
    const sizes = widths(columns, rows, { head: `600 ${size}`, body: `450 ${size}`, ...(phone() && { first: 150, title: 118 }) });
    const edge = rowHeight() > 40 ? 44 : 36;
    table.style.setProperty("--columns", [`${edge}px`, ...sizes.map((w) => `minmax(${w}px, ${w}fr)`), ...(options.onzoom ? ["44px"] : [])].join(" "));
    table.style.setProperty("--least", `${sizes.reduce((sum, w) => sum + w, edge + (options.onzoom ? 44 : 0))}px`);
    measured = rows.length > 0;
  }

  function mark() {
    for (const old of table.querySelectorAll(".active")) old.classList.remove("active");
    const cell = document.getElementById(active.row < 0 ? `${id}-h-c${active.col}` : `${id}-r${active.row}-c${active.col}`);
    cell?.classList.add("active");
    if (cell) table.setAttribute("aria-activedescendant", cell.id);
    else table.removeAttribute("aria-activedescendant");
  }

  function state(lacking) {
    const busy = lacking && !source.error;
    table.setAttribute("aria-busy", busy);
    clearTimeout(waiting);
    if (busy) waiting = setTimeout(() => (wait.hidden = false), 300);
    else wait.hidden = true;
    const said = source.error ? options.failed(source) : source.total === 0 ? options.empty() : null;
    veil.hidden = !said;
    clear(veil);
    if (said) veil.append(said);
  }

  function reveal(index) {
    body.style.height = `${drawn(view()).height}px`; // a list that has just come is as high as it is, before it is drawn
    table.scrollTop = scrolledTo(index, view());
    refresh();
  }

  function activate(index, col = active.col) {
    active = { row: index, col };
    if (index >= 0) reveal(index);
    else refresh();
    options.onactive?.(source.row(index) ?? null);
  }

  function pick(index, { ctrl = false, shift = false } = {}) {
    const row = source.row(index);
    if (!row) return;
    let between = null;
    if (shift && anchor !== null) {
      const [from, to] = [Math.min(anchor, index), Math.max(anchor, index)];
      between = Array.from({ length: to - from + 1 }, (_, i) => source.row(from + i)).filter(Boolean).map(options.idOf);
    } else anchor = index;
    options.onpick(row, { ctrl, between });
  }

  const colOf = (cell) => (cell ? Number(cell.getAttribute("aria-colindex")) - 1 : active.col);

  table.addEventListener("click", (event) => {
    const header = event.target.closest("[data-sort]");
    if (header) {
      active = { row: -1, col: colOf(header) };
      return options.onsort(header.dataset.sort);
    }
    const line = event.target.closest(".line[data-index]");
    const row = line && source.row(Number(line.dataset.index));
    if (!row) return;
    const cell = event.target.closest(".cell");
    activate(Number(line.dataset.index), colOf(cell));
    if (event.target.closest(".zoom button")) return options.onzoom(row);
    if (cell?.classList.contains("pick")) return pick(active.row, { ctrl: true, shift: event.shiftKey });
    if (event.pointerType === "touch") return options.onopen(row);
    pick(active.row, { ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey });
  });
  table.addEventListener("dblclick", (event) => {
    const line = event.target.closest(".line[data-index]");
    const row = line && source.row(Number(line.dataset.index));
    if (row && !event.target.closest(".pick, .zoom")) options.onopen(row);
  });
  table.addEventListener("mousedown", (event) => {
    if (event.shiftKey && event.target.closest(".line[data-index]")) event.preventDefault(); // no text selection on the way
  });
  table.addEventListener("scroll", refresh, { passive: true });
  table.addEventListener("keydown", (event) => {
    if (event.altKey || (event.target !== table && !event.target.closest(".grid-body"))) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const { viewport } = view();
    const cols = columns.length + (options.onzoom ? 2 : 1);
    const to = moved(event.key, ctrl, { ...active, rows: source.total ?? 0, cols, page: Math.max(1, Math.floor(viewport / rowHeight()) - 1) });
    if (to) {
      event.preventDefault();
      if (event.shiftKey && anchor === null) anchor = Math.max(0, active.row);
      activate(to.row, to.col);
      if (event.shiftKey && to.row >= 0) pick(to.row, { shift: true });
      return;
    }
    const row = source.row(active.row);
    const column = columns[active.col - 1];
    if (event.key === "Enter" && active.row < 0 && column) options.onsort(column.name);
    else if (event.key === "Enter" && row && options.onzoom && active.col === cols - 1) options.onzoom(row);
    else if (event.key === "Enter" && row) options.onopen(row);
    else if (event.key === " " && row) pick(active.row, { ctrl: true, shift: event.shiftKey });
    else if (event.key.toLowerCase() === "z" && !ctrl && row && options.onzoom) options.onzoom(row);
    else return;
    event.preventDefault();
  });
  table.addEventListener("focus", refresh);
  body.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const line = event.target.closest(".line[data-index]");
    options.onhover?.(line ? (source.row(Number(line.dataset.index)) ?? null) : null);
  });
  body.addEventListener("pointerleave", () => options.onhover?.(null));
  new ResizeObserver(refresh).observe(table);

  document.fonts?.ready.then(() => { measured = false; refresh(); }); // a font that came late is wider

  return { element, show, refresh, reveal, activate, focus: () => table.focus() };
}
