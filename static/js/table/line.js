// One row of the grid as elements: made once, filled again for another row when it scrolls out of view.
import { h, icon } from "../lib/dom.js";
import { fill, gettext } from "../lib/i18n.js";
import { missing } from "./columns.js";

/** An empty line with a cell for the tick, each column, and zooming where `zooms`. */
export function blank(columns, zooms) {
  const cells = columns.map((column, i) =>
    h("div", { role: "gridcell", class: column.number ? "cell number" : "cell", "aria-colindex": i + 2 }, column.swatch && h("i", { class: "swatch" }), h("span", { class: "cell-text" })));
  const zoom = zooms && h("div", { role: "gridcell", class: "cell zoom", "aria-colindex": columns.length + 2 }, h("button", { type: "button", class: "icon-btn", tabindex: "-1" }, icon("locate-fixed", 16)));
  return h("div", { class: "line", role: "row" }, h("div", { role: "gridcell", class: "cell pick", "aria-colindex": 1 }, h("i", { class: "tick" }, icon("check", 12))), cells, zoom);
}

/** Fills a line with the row of that index, or with bars while it is on its way (row undefined). */
export function write(line, { id, index, row, columns, picked, focus, zooms }) {
  line.id = `${id}-r${index}`;
  line.dataset.index = index;
  line.setAttribute("aria-rowindex", index + 2);
  line.setAttribute("aria-selected", picked);
  line.classList.toggle("line-wait", !row);
  line.classList.toggle("line-focus", focus);
  [...line.children].forEach((cell, i) => (cell.id = `${line.id}-c${i}`));
  line.firstChild.setAttribute("aria-label", picked ? gettext("picked") : gettext("not picked"));
  if (line.row === row && line.columns === columns) return;
  [line.row, line.columns] = [row, columns];
  columns.forEach((column, i) => fillCell(line.children[i + 1], column, row));
  if (!zooms) return;
  const button = line.lastChild.firstChild;
  button.hidden = !row || !zooms(row);
  button.setAttribute("aria-label", fill(gettext("Zoom to %(name)s"), { name: row ? columns[0].text(row) : "" }));
}

function fillCell(cell, column, row) {
  const text = row ? column.text(row) : "";
  const gone = Boolean(row) && text === "" && !column.blank;
  cell.lastChild.textContent = gone ? "–" : text;
  cell.classList.toggle("cell-none", gone || Boolean(row && column.muted?.(row)));
  if (gone) cell.setAttribute("aria-label", missing());
  else cell.removeAttribute("aria-label");
  cell.title = text.length > 24 ? text : "";
  if (!column.swatch) return;
  const colour = row ? column.swatch(row) : null;
  cell.firstChild.hidden = !colour;
  cell.firstChild.style.background = colour ?? "";
}
