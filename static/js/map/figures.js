// Figures of an indicator by area (/indicators/…), asked once for each level and period; what choropleth, drawer and list read.
import { json } from "../lib/net.js";
import { search } from "./state.js";

const asked = new Map();

/** The answer of /indicators for "layer.name". `period` null: the latest. The revision keeps answers of older data apart. */
export function figures(catalogue, key, level, period = null) {
  const indicator = catalogue.indicator(key);
  if (!indicator) return Promise.reject(new Error(`no indicator ${key}`));
  const query = search({ level, period: indicator.periodic ? period : null });
  const url = `/indicators/${indicator.layer.name}/${indicator.name}.json${query ? `?${query}` : ""}`;
  const id = `${key} ${url} ${indicator.layer.revision}`;
  if (!asked.has(id)) {
    const answer = json(url);
    answer.catch(() => asked.delete(id)); // a failure is not kept: the next one who asks tries again
    asked.set(id, answer);
  }
  return asked.get(id);
}

/** Figures of a layer that were told are asked for anew. */
export function forget(name) {
  for (const id of [...asked.keys()]) if (id.startsWith(`${name}.`)) asked.delete(id);
}
