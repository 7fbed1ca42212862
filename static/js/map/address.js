// The address bar holds the permalink of what is seen; Back and Forward go from one step of the reader to the other.
import { asked } from "../table/picked.js";
import { format, parse } from "./state.js";

const SOON = 150; // ms after which small changes are written, many at once
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const question = ({ selection }) => selection && { layer: selection.layer, query: asked(selection, selection.layer) };

/** Is this change a step to come back from? Opening a feature, a table, asking or clearing a query, choosing an indicator:
 * yes. Moving, opacity, typed filters, rows picked one by one, closing: they only rewrite where one stands. Pure. */
export function step(value, previous) {
  const [now, before] = [question(value), question(previous)];
  return (
    (value.focus !== null && !same(value.focus, previous.focus)) ||
    (value.table !== null && value.table !== previous.table) ||
    value.areas.indicator !== previous.areas.indicator ||
    !same(now?.query ? now : null, before?.query ? before : null)
  );
}

/** Adds page.permalink(), page.moving and page.restoring (the state comes from the history just now). */
export function mount(page) {
  const { state, map, defaults } = page;
  let timer;
  const addressOf = (value) => {
    const query = format(value, defaults);
    return query ? `?${query}` : location.pathname;
  };
  const replace = (value) => {
    clearTimeout(timer);
    history.replaceState(null, "", addressOf(value));
  };
  page.permalink = () => `${location.origin}${location.pathname}?${format(state.value, defaults)}`;
  map.on("movestart", () => { page.moving = true; });
  map.on("moveend", () => {
    page.moving = false;
    const centre = map.getCenter();
    state.set({ view: { lat: Number(centre.lat.toFixed(5)), lon: Number(centre.lng.toFixed(5)), zoom: map.getZoom() } });
  });
  state.on("*", (value, previous) => {
    if (!page.restoring && step(value, previous)) {
      replace(previous); // what had not been written yet belongs to the entry that is left
      history.pushState(null, "", addressOf(value));
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(() => replace(state.value), SOON);
  });
  addEventListener("popstate", () => {
    clearTimeout(timer);
    const value = parse(location.search, defaults);
    page.restoring = true;
    map.stop();
    if (value.view) map.setView([value.view.lat, value.view.lon], value.view.zoom, { animate: false });
    else page.first();
    state.set({ ...value, view: value.view && state.value.view });
    page.restoring = false;
  });
}
