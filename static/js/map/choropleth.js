// The areas' colours: figures, classes and symbols for what the state says. `current` is null while areas are plain ground.
import { mix, ramp, token } from "../lib/ramps.js";
import { figures } from "./figures.js";
import { bounds, scheme } from "./scheme.js";

export class Choropleth {
  constructor(page, changed) {
    Object.assign(this, { page, changed, current: null, loading: false, error: null, turn: 0, symbols: new Map() });
    page.state.on(["areas", "period"], () => this.load());
  }

  async load() {
    const { indicator: key, level, method, classes } = this.page.state.value.areas;
    const turn = ++this.turn;
    const indicator = key && this.page.catalogue.indicator(key);
    Object.assign(this, { loading: Boolean(indicator), error: null });
    if (!indicator) this.current = null;
    this.changed();
    if (!indicator) return;
    try {
      const answer = await figures(this.page.catalogue, key, level, this.period(indicator));
      // Classes are cut from the latest period whichever is shown: a colour means the same all along the slider.
      const latest = answer.period && answer.period !== answer.periods.at(-1) ? await figures(this.page.catalogue, key, level, answer.periods.at(-1)) : answer;
      if (turn !== this.turn) return;
      if (answer.counting) this.page.recount(indicator.layer);
      const inner = bounds(latest.areas, { method, classes }, indicator.breaks);
      this.current = { indicator, answer, level, method, ...scheme(answer.areas, inner, ramp(indicator.ramp, inner.length + 1), token("--nodata")) };
      this.symbols.clear();
    } catch (error) {
      if (turn !== this.turn) return;
      Object.assign(this, { current: null, error });
    }
    this.loading = false;
    this.changed();
  }

  /** The period to ask an indicator for: what is chosen, when it is one month the indicator may have. */
  period(indicator) {
    const period = this.page.state.value.period;
    return indicator.periodic && period && !period.includes("/") ? period : null;
  }

  /** The symbol of an area; plain ground without figures. */
  symbol(properties, over) {
    const area = this.current?.areas.get(properties.code);
    const id = area ? `${area.class}|${area.state}|${over}` : `ground|${over}`;
    if (!this.symbols.has(id)) this.symbols.set(id, Object.freeze(area ? this.filled(area, over) : this.ground(over)));
    return this.symbols.get(id);
  }

  filled(area, over) {
    const hatch = area.state === "unreliable" ? "lines" : area.state === "small" ? "dots" : null;
    return { fill: area.color, hatch, stroke: token("--mark-line"), width: 1, alpha: over ? 0.78 : 1 };
  }

  // Over a basemap the ground is only a border; without one it is the land itself.
  ground(over) {
    return over ? { fill: null, stroke: token("--border"), width: 1 } : { fill: token("--land"), stroke: token("--land-line"), width: 1 };
  }
}

/** A CSS gradient of an indicator's ramp, for swatches. */
export function swatch(name) {
  const colors = mix(ramp(name, 5), 5);
  return `linear-gradient(90deg, ${colors[1]}, ${colors[3]}, ${colors[4]})`;
}
