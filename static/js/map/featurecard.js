// The drawer of a feature: its fields with labels and units, where it is, its page; and the list when several lie together.
import { button, clear, h, icon } from "../lib/dom.js";
import { coordinates, date, value as textOf } from "../lib/format.js";
import { fill, gettext, ngettext } from "../lib/i18n.js";
import { json, sentence } from "../lib/net.js";
import { number } from "../lib/number.js";
import { areaNames } from "./areanames.js";
import { pickButton } from "./pick.js";
import { sign } from "./sign.js";

/** What a feature is called in a list: its label, else its layer and the start of its uid. */
export function title(layer, properties) {
  const own = layer.label ? properties[layer.label] : null;
  return own || `${layer.title} ${String(properties.uid ?? "").slice(0, 8)}`;
}

export async function openFeature(page, layer, uid) {
  const body = h("div", { class: "stack" }, h("p", { class: "layer-loading" }, h("span", { class: "spinner" }), gettext("Loading…")));
  const show = (extra) => page.drawer.open({ kicker: layer.title, title: layer.title, body, onclose: () => page.state.value.focus && page.state.set({ focus: null }), ...extra });
  show({});
  try {
    const feature = await json(`/feature/${layer.name}/${encodeURIComponent(uid)}.json`);
    if (page.state.value.focus?.uid !== uid) return;
    clear(body).append(...content(page, layer, feature));
    show({
      title: feature.title, focus: false,
      kicker: [layer.title, feature.area && [feature.area.name, feature.area.within].filter(Boolean).join(", ")].filter(Boolean).join(" · "),
      actions: [
        h("a", { class: "btn btn-primary", href: `/feature/${layer.name}/${uid}` }, icon("external-link", 16), gettext("Open its page")),
        Number.isFinite(feature.lon) ? button({ icon: "scan", text: gettext("Zoom to it"), size: 16, onclick: () => page.zoomTo({ lon: feature.lon, lat: feature.lat, zoom: 17 }) }) : null,
      ].filter(Boolean),
    });
    return feature;
  } catch (error) {
    clear(body).append(h("div", { class: "error-state" }, h("p", {}, sentence(error)), button({ icon: "refresh-cw", text: gettext("Try again"), size: 15, onclick: () => openFeature(page, layer, uid) })));
    return null;
  }
}

function content(page, layer, feature) {
  const rows = feature.fields.filter((field) => field.name !== layer.label).map((field) => {
    const described = page.catalogue.field(layer.name, field.name);
    const missing = field.value === null || field.value === "";
    if (field.secret && !missing) return [h("dt", {}, field.label), h("dd", {}, number({ layer: layer.name, uid: feature.uid, name: field.name, label: field.label }))];
    const text = missing ? gettext("no data") : described?.type === "area" ? field.text : textOf(described, field.value);
    return [h("dt", {}, field.label), h("dd", { class: missing ? "muted" : null }, text)];
  });
  const where = Number.isFinite(feature.lon) ? coordinates(feature.lon, feature.lat) : gettext("no point yet");
  return [
    h("dl", { class: "facts" }, rows, h("dt", {}, feature.exact === false ? gettext("Approximate place") : gettext("Place")), h("dd", { class: "tnum" }, where)),
    h("p", { class: "note" }, [layer.source && fill(gettext("Source: %(source)s"), { source: layer.source }), feature.changed && fill(gettext("changed %(day)s"), { day: date(feature.changed) }), feature.noted && gettext("That you opened this is in the access log.")].filter(Boolean).join(" · ")),
  ];
}

/** Several features under one place: a list to choose from. `found`: [{layer, feature}]. */
export function openList(page, found) {
  const shown = found.slice(0, 60);
  const text = fill(ngettext("%(n)s thing lies here", "%(n)s things lie here", found.length), { n: found.length });
  page.drawer.open({
    kicker: gettext("Choose one"), title: text,
    body: h("ul", { class: "choices" }, shown.map((one) => line(page, one))),
    onclose: () => page.hover(null),
  });
}

function line(page, { layer, feature }) {
  const area = layer.name === "areas";
  const key = area ? feature.properties.code : feature.properties.uid;
  const name = title(layer, feature.properties);
  const what = h("small", {}, area ? page.catalogue.levelLabel(feature.properties.level) : layer.title);
  areaNames(page.catalogue, layer, [key]).then((names) => names.has(key) && what.append(` · ${names.get(key)}`), () => {}); // a comfort: the name stands without it
  const [look, away] = [() => page.hover(layer, feature), () => page.hover(null)];
  return h("li", {},
    h("button", { type: "button", class: "choice", onclick: () => page.open(layer.name, key), onmouseenter: look, onfocus: look, onmouseleave: away, onblur: away },
      area ? icon("map", 16) : sign(layer), h("span", {}, name, what), icon("chevron-right", 16)),
    pickButton(page, layer.name, key, name));
}
