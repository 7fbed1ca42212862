// What a key does in the grid. Pure: the active cell before, the active cell after. Row -1 is the header.

/** {row, col} after the key, or null where the key does not move. `page`: rows in a view. */
export function moved(key, ctrl, { row, col, rows, cols, page }) {
  const last = rows - 1;
  const row0 = Math.max(row, 0);
  switch (key) {
    case "ArrowDown": return { row: Math.min(row + 1, last), col };
    case "ArrowUp": return { row: Math.max(row - 1, -1), col };
    case "ArrowRight": return { row, col: Math.min(col + 1, cols - 1) };
    case "ArrowLeft": return { row, col: Math.max(col - 1, 0) };
    case "PageDown": return { row: Math.min(row0 + page, last), col };
    case "PageUp": return { row: Math.max(row0 - page, Math.min(0, last)), col };
    // Rows are what a reader walks through, so Home and End go to the first and last of them; with Ctrl to the corners.
    case "Home": return { row: Math.min(0, last), col: ctrl ? 0 : col };
    case "End": return { row: last, col: ctrl ? cols - 1 : col };
    default: return null;
  }
}
