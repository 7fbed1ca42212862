// /layers.json with what the page asks of it. One request for the whole page.
import { json } from "../lib/net.js";

const LEVELS = ["province", "regency", "district", "village"];

export class Catalogue {
  constructor(described) {
    Object.assign(this, described);
    this.byName = new Map(this.layers.map((layer) => [layer.name, layer]));
    this.lists = new Map();
  }

  layer(name) { return this.byName.get(name) ?? null; }
  field(layer, name) { return this.layer(layer)?.fields.find((field) => field.name === name) ?? null; }
  levelLabel(level) { return this.place.levels.find((entry) => entry.value === level)?.label ?? level; }
  /** Rows, and not only counts: may this layer be drawn as features? */
  hasRows(layer) { return layer?.kind === "vector" && Boolean(layer.tiles); }
  /** May a query or a table of this layer's rows not be asked for? So with layers of counts and those hidden from this person. */
  closed(name) { return !this.hasRows(this.layer(name)); }
  /** Whether one of these layers has times that this person may see: only then a period narrows anything. */
  timed(names) { return names.some((name) => this.layer(name)?.when && !this.closed(name)); }
  get tree() { return this.groups.map(({ title, layers }) => ({ title, layers: layers.map((name) => this.layer(name)).filter(Boolean) })); }

  /** All indicators: [{key: "layer.name", layer, title, unit, kind, periodic, ramp, breaks}] in the order of the layers. */
  get indicators() {
    return this.layers.flatMap((layer) => (layer.indicators ?? []).map((indicator) => ({ ...indicator, key: `${layer.name}.${indicator.name}`, layer })));
  }
  indicator(key) { return this.indicators.find((indicator) => indicator.key === key) ?? null; }

  /** Areas of a level, asked once: [{code, name, lon, lat, …}]. */
  areas(level) {
    if (!this.lists.has(level)) {
      const asked = json(`/table/areas.json?level=${level}&limit=1000&sort=code`).then(({ rows }) => rows);
      asked.catch(() => this.lists.delete(level));
      this.lists.set(level, asked);
    }
    return this.lists.get(level);
  }
  /** The area with this code; null when it is not of this place. */
  async area(code) {
    const level = LEVELS[code.split(".").length - 1];
    return (await this.areas(level)).find((area) => area.code === code) ?? null;
  }

  /** What the page shows when the address says nothing: the layers shown by declaration, areas coloured by the first rate that
   *  has figures, else by the first indicator that has; by none in a city without any. */
  get defaults() {
    const layers = this.layers.filter((layer) => layer.shown && layer.name !== "areas").map((layer) => layer.name);
    const counted = this.indicators.filter((indicator) => indicator.figures);
    const first = counted.find((indicator) => indicator.kind === "rate") ?? counted[0];
    const levels = this.place.levels.map((entry) => entry.value);
    return {
      view: null, layers: this.layer("areas") ? [...layers, "areas"] : layers, opacity: {}, filters: {}, period: null,
      areas: { level: levels.at(-1) ?? "village", indicator: first?.key ?? null, method: first?.breaks ? "fixed" : "quantile", classes: 5 },
      selection: null, focus: null, table: null,
    };
  }
}

export const catalogue = async () => new Catalogue(await json("/layers.json"));
/** "11.73.02.2003" -> "11.73.02"; "" at the top. */
export const parentOf = (code) => code.split(".").slice(0, -1).join(".");
export const levelOf = (code) => LEVELS[code.split(".").length - 1];
