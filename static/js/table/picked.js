// Rows picked by hand. They live in the map's selection, {layer, query}, as query.uid = "a,b,c", so that map, table and
// address agree. What an area query found stays in the other parameters of the same query. Pure.

export const MOST = 100; // picked rows travel in the address, and addresses have an end

/** The uids picked in this layer, in the order of picking. */
export function picks(selection, layer) {
  return selection?.layer === layer && selection.query.uid ? selection.query.uid.split(",") : [];
}

/** The parameters an area query set for this layer, without picked rows; null where there are none. */
export function asked(selection, layer) {
  if (selection?.layer !== layer) return null;
  const { uid, ...query } = selection.query;
  return Object.keys(query).length ? query : null;
}

/** The selection with these rows picked instead; null when nothing is left of it. More than MOST are cut off. */
export function picking(selection, layer, uids, { keepQuery = true } = {}) {
  const query = (keepQuery && asked(selection, layer)) || {};
  const cut = [...new Set(uids)].slice(0, MOST);
  if (cut.length) return { layer, query: { ...query, uid: cut.join(",") } };
  return Object.keys(query).length ? { layer, query } : null;
}

/** The selection with one row added, or taken out where it was in. */
export function toggled(selection, layer, uid, options) {
  const now = picks(selection, layer);
  return picking(selection, layer, now.includes(uid) ? now.filter((u) => u !== uid) : [...now, uid], options);
}

/** The selection after a click: alone, toggled (Ctrl, Cmd), or from the last clicked row to this one (Shift; `between` in order). */
export function clicked(selection, layer, uid, { ctrl = false, between = null } = {}, options) {
  if (between) return picking(selection, layer, ctrl ? [...picks(selection, layer), ...between] : between, options);
  if (ctrl) return toggled(selection, layer, uid, options);
  return picking(selection, layer, [uid], options);
}
