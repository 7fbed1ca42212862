// The drawer of an area: the chosen figure large, with its n and interval and what it means; the other figures below.
import { button, clear, h, icon, svg } from "../lib/dom.js";
import { count, date, interval, outOf, percent, period, quantity } from "../lib/format.js";
import { fill, gettext, ngettext } from "../lib/i18n.js";
import { sentence } from "../lib/net.js";
import { ramp } from "../lib/ramps.js";
import { levelOf, parentOf } from "./catalogue.js";
import { recounting } from "./fresh.js";
import { figures } from "./figures.js";
import { hasValue, rank } from "./scheme.js";

/** Why an area has no figure, in words. */
export const STATES = {
  small: () => gettext("hidden to protect people: fewer than 5, or a figure that would tell of fewer than 5"),
  none: () => gettext("no data"),
  unreliable: () => gettext("not reliable: n under 20"),
};

/** The text of a figure: its value with unit, or why there is none. */
export const figureText = (area, unit) => (hasValue(area) ? quantity(area.value, unit) : STATES[area?.state ?? "none"]?.() ?? STATES.none());

export async function openArea(page, code) {
  const { catalogue, drawer, state } = page;
  const level = levelOf(code);
  const [area, above] = await Promise.all([catalogue.area(code), parentOf(code) ? catalogue.area(parentOf(code)).catch(() => null) : null]);
  if (!area) throw new Error(fill(gettext("There is no area with the code %(code)s here."), { code }));
  const big = h("div", { class: "figure" });
  const others = h("dl", { class: "facts" });
  const body = h("div", { class: "stack" }, big, others, h("p", { class: "note" }, sourceLine(catalogue)));
  const draw = () => Promise.all([main(page, big, code, level), list(page, others, code, level)]);
  drawer.open({
    kicker: [catalogue.levelLabel(level), above && `${catalogue.levelLabel(levelOf(above.code))} ${above.name}`].filter(Boolean).join(" · "),
    title: area.name,
    body,
    actions: [
      button({ icon: "scan", text: gettext("Zoom to it"), class: "btn btn-primary", size: 16, onclick: () => page.zoomTo({ area: code }) }),
      button({ icon: "list-filter", text: gettext("Only inside it"), size: 16, onclick: () => narrow(page, code) }),
      h("a", { class: "btn btn-icon", href: `/feature/areas/${code}`, "aria-label": gettext("Open its page"), title: gettext("Open its page") }, icon("external-link", 16)),
    ],
    onclose: () => { off(); page.state.value.focus && page.state.set({ focus: null }); },
  });
  const offs = [state.on(["areas", "period"], draw), page.onFresh(draw)];
  const off = () => offs.forEach((stop) => stop());
  draw();
  return area;
}

function sourceLine(catalogue) {
  const { boundary } = catalogue;
  return boundary ? fill(gettext("Borders: %(source)s"), { source: [boundary.source, boundary.valid_from && date(boundary.valid_from)].filter(Boolean).join(", ") }) : "";
}

// Show only what lies inside this area, on all layers with records that are on the map.
function narrow(page, code) {
  const { state, catalogue } = page;
  const filters = { ...state.value.filters };
  const names = state.value.layers.filter((name) => name !== "areas" && catalogue.hasRows(catalogue.layer(name)));
  for (const name of names) filters[name] = { ...filters[name], inside: code };
  if (names.length) state.set({ filters });
  else page.notices.say(gettext("No layer with single records is on the map. Switch one on, then try again."), { kind: "warn" });
}

async function main(page, element, code, level) {
  const { state, catalogue, stack } = page;
  const indicator = catalogue.indicator(state.value.areas.indicator);
  element.hidden = !indicator;
  if (!indicator) return;
  const when = stack.choropleth.period(indicator);
  try {
    const [answer, whole] = await Promise.all([figures(catalogue, indicator.key, level, when), figures(catalogue, indicator.key, "regency", when).catch(() => null)]);
    const area = answer.areas.find((one) => one.code === code) ?? { state: "none", value: null };
    const city = whole?.areas.find(hasValue);
    clear(element).append(recounting(indicator.layer) ?? "", ...figure(area, answer, indicator, city, catalogue));
  } catch (error) {
    clear(element).append(h("p", { class: "error-state" }, sentence(error), button({ text: gettext("Try again"), class: "btn btn-small", onclick: () => main(page, element, code, level) })));
  }
}

function figure(area, answer, indicator, city, catalogue) {
  const place = rank(answer.areas, area.code);
  const when = answer.period ? period(answer.period) : answer.updated ? fill(gettext("as of %(day)s"), { day: date(answer.updated) }) : "";
  if (!hasValue(area)) return [h("div", { class: "big missing" }, h("strong", {}, "–"), h("span", {}, indicator.title), h("small", {}, `${STATES[area.state]?.() ?? STATES.none()}${when ? ` · ${when}` : ""}`))];
  const n = indicator.kind === "rate" && area.n !== null
    ? [area.cases !== null ? outOf(area.cases, area.n) : `n = ${count(area.n)}`, area.low !== null && fill(gettext("95 % interval: %(interval)s"), { interval: interval(area.low, area.high) })].filter(Boolean).join(" · ")
    : area.n !== null && area.n !== area.value ? fill(ngettext("from %(n)s record", "from %(n)s records", area.n), { n: count(area.n) }) : "";
  const colors = ramp(indicator.ramp, 5);
  return [
    h("div", { class: "big" },
      h("div", { class: "big-line" }, h("strong", {}, quantity(area.value, indicator.unit)),
        h("div", { class: "big-side" }, area.state === "unreliable" ? h("span", { class: "pill pill-warn" }, gettext("not reliable")) : null,
          place && place.of > 1 ? h("span", { class: "pill" }, fill(gettext("%(place)s of %(of)s"), { place: `#${place.place}`, of: place.of })) : null)),
      h("span", {}, indicator.title), h("small", {}, n), h("small", {}, when)),
    indicator.kind === "rate" && area.low !== null ? intervalBar(area, answer, city, colors, catalogue) : null,
    area.state === "unreliable" ? h("p", { class: "note" }, gettext("n is under 20: this share may change much by chance.")) : null,
  ].filter(Boolean);
}

// The value and its interval on a common scale, with the whole place as the mark to compare with.
function intervalBar(area, answer, city, colors, catalogue) {
  const most = Math.max(...answer.areas.filter(hasValue).map((one) => one.high ?? one.value), 1);
  const x = (value) => 8 + (284 * value) / most;
  const label = city ? `${catalogue.place.name} ${percent(city.value)}` : "";
  const text = fill(gettext("%(value)s, interval %(interval)s; %(city)s"), { value: quantity(area.value, "%"), interval: interval(area.low, area.high, "%"), city: label });
  const right = city && x(city.value) > 170; // the words stand on the side that has room for them
  return svg("svg", { class: "interval", viewBox: "0 0 300 40", role: "img", "aria-label": text },
    svg("line", { x1: 8, x2: 292, y1: 16, y2: 16, class: "interval-axis" }),
    svg("line", { x1: x(area.low), x2: x(area.high), y1: 16, y2: 16, class: "interval-range", stroke: colors[3] }),
    city && svg("line", { x1: x(city.value), x2: x(city.value), y1: 4, y2: 28, class: "interval-city" }),
    svg("circle", { cx: x(area.value), cy: 16, r: 6.5, fill: colors[4], class: "interval-dot" }),
    city && svg("text", { x: x(city.value) + (right ? -4 : 4), y: 38, class: "interval-text", "text-anchor": right ? "end" : "start" }, label));
}

async function list(page, element, code, level) {
  const { catalogue, state, stack } = page;
  const others = catalogue.indicators.filter((indicator) => indicator.key !== state.value.areas.indicator);
  const rows = others.map((indicator) => {
    const cell = h("dd", {}, h("span", { class: "spinner" }));
    return { indicator, cell, term: h("dt", {}, h("button", { type: "button", class: "link", title: gettext("Colour the map with it"), onclick: () => page.colour(indicator.key) }, indicator.title)) };
  });
  clear(element).append(...rows.flatMap(({ term, cell }) => [term, cell]));
  await Promise.all(rows.map(async ({ indicator, cell }) => {
    try {
      const answer = await figures(catalogue, indicator.key, level, stack.choropleth.period(indicator));
      const area = answer.areas.find((one) => one.code === code);
      const sure = indicator.kind === "rate" && hasValue(area) && area.n !== null ? h("em", {}, ` n = ${count(area.n)}`) : null;
      clear(cell).append(h("span", { class: hasValue(area) ? null : "muted" }, hasValue(area) ? figureText(area, indicator.unit) : area?.state === "small" ? gettext("hidden") : gettext("no data")), sure ?? "");
      if (area?.state === "small") cell.title = STATES.small();
    } catch (error) {
      clear(cell).append(h("span", { class: "muted", title: sentence(error) }, gettext("not loaded")));
    }
  }));
}
