// Figures that are being counted anew (rows or borders have changed): said where they stand, looked after until they are new.
import { h } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { json } from "../lib/net.js";
import { forget } from "./figures.js";

const AGAIN = 5000; // ms between two looks

/** The words beside a figure of this layer while it is counted anew, else null. */
export const recounting = (layer) => (layer?.counting ? h("p", { class: "recounting" }, h("span", { class: "spinner", "aria-hidden": "true" }), gettext("being counted anew")) : null);

/** Adds page.recount(layer): its figures are being counted; and page.onFresh(fn), called when that begins or ends. */
export function mount(page) {
  const { catalogue } = page;
  const told = new Set();
  let timer = null;
  page.onFresh = (fn) => { told.add(fn); return () => told.delete(fn); };
  const tell = () => { for (const fn of [...told]) fn(); };
  const wait = () => {
    clearTimeout(timer);
    timer = catalogue.layers.some((layer) => layer.counting) ? setTimeout(look, AGAIN) : null;
  };

  page.recount = (layer) => {
    if (layer.counting) return;
    layer.counting = true;
    wait();
    tell();
  };

  async function look() {
    try {
      const described = await json("/layers.json");
      const changed = described.layers.filter((now) => take(catalogue.layer(now.name), now));
      catalogue.boundary = described.boundary;
      if (changed.length) {
        for (const { name } of changed) forget(name);
        page.stack.renew(changed.map(({ name }) => name));
        tell();
      }
    } catch (error) {
      if (error.status === undefined) throw error; // no answer this time: the next look tells
    }
    wait();
  }
  wait();
}

/** What has changed of a layer is taken over; true when its figures or rows are others than before. */
function take(layer, now) {
  if (!layer || (layer.counting === now.counting && layer.revision === now.revision)) return false;
  const { counting, revision, updated, indicators } = now;
  Object.assign(layer, { counting, revision, updated, indicators });
  return true;
}
