// What the search found: in groups, with the matching letters marked, the recent ones remembered. Pure but for the memory.
import { gettext } from "../lib/i18n.js";

const KEPT = 6;

/** [{title, results}]: areas, then each layer, coordinates; groups in the order of their best result. */
export function grouped(results, titleOf = () => null) {
  const groups = new Map();
  for (const result of results) {
    const title = result.kind === "area" ? gettext("Areas") : result.kind === "coordinate" ? gettext("Coordinates") : (titleOf(result.layer) ?? result.layer);
    if (!groups.has(title)) groups.set(title, { title, results: [] });
    groups.get(title).results.push(result);
  }
  return [...groups.values()];
}

const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** [[part, hit], …]: the title cut where words of the search begin a word of it; accents and case do not matter. */
export function matched(title, text) {
  const words = bare(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return title.split(/(?<=[^\p{L}\p{N}])|(?=[^\p{L}\p{N}])/u).flatMap((part) => {
    const word = words.filter((w) => bare(part).startsWith(w)).sort((a, b) => b.length - a.length)[0];
    return word ? [[part.slice(0, word.length), true], [part.slice(word.length), false]].filter(([piece]) => piece) : [[part, false]];
  });
}

/** The last places opened, in this browser only. A browser that keeps nothing has none. */
export const remembered = {
  read(store) {
    try {
      return JSON.parse(localStorage.getItem(store) ?? "[]");
    } catch {
      return []; // storage closed, or not ours
    }
  },
  add(store, result) {
    try {
      const others = this.read(store).filter((other) => other.title !== result.title || other.subtitle !== result.subtitle);
      localStorage.setItem(store, JSON.stringify([result, ...others].slice(0, KEPT)));
    } catch {
      return; // nothing kept: the search itself goes on
    }
  },
};
