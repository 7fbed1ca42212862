// The first message on an opened map: what is shown, from when, from what source. Closed once, it stays closed for that browser.
import { button, h, icon, phone } from "../lib/dom.js";
import { count, date, month } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";

const SEEN = "geoportal.message";

/** Is the message shown on this page as it opens? An address of its own says that its reader knows the map. */
export const expected = () => !remembered() && !location.search;

export function mount(page) {
  const element = document.getElementById("message");
  const { catalogue, stack } = page;
  if (!catalogue.place.bbox) {
    element.append(h("h2", {}, catalogue.place.name), h("p", {}, gettext("There are no areas yet, so there is nothing to draw. Whoever runs this portal loads their borders from a file:")), h("code", {}, "python manage.py load areas FILE"));
    element.hidden = false;
    return;
  }
  if (!expected()) return;
  let gone = false, told = "";
  const leave = () => { gone = element.hidden = true; };
  const close = () => { leave(); remember(); };

  function draw() {
    const { current, loading } = stack.choropleth;
    if (loading || page.areaCount === undefined || gone) return;
    const level = catalogue.levelLabel(page.state.value.areas.level).toLowerCase();
    const { boundary, place } = catalogue;
    const shown = current
      ? fill(gettext("You see the %(n)s %(level)s of %(place)s, coloured by %(indicator)s."), { n: count(page.areaCount), level, place: place.name, indicator: `“${current.indicator.title}”` })
      : fill(gettext("You see the %(n)s %(level)s of %(place)s."), { n: count(page.areaCount), level, place: place.name });
    const none = catalogue.indicators.length > 0 && !catalogue.indicators.some((indicator) => indicator.figures);
    const when = current && (current.answer.period ? month(current.answer.period) : date(current.answer.updated));
    const facts = [
      when && [gettext("Figures"), [when, current.answer.source].filter(Boolean).join(" · ")],
      boundary && [gettext("Borders"), [boundary.source, boundary.valid_from && fill(gettext("valid from %(day)s"), { day: date(boundary.valid_from) })].filter(Boolean).join(" · ")],
    ].filter(Boolean);
    // What stands there is true of the map as it is now: another colouring, period or level is told anew.
    const own = catalogue.person?.areas ?? [];
    const text = JSON.stringify([shown, facts]);
    if (text === told) return;
    told = text;
    const dl = h("dl", {}, facts.map(([label, text]) => [h("dt", {}, label), h("dd", {}, text)]));
    element.replaceChildren(
      h("header", {}, h("h2", {}, place.name), button({ icon: "x", label: gettext("Close"), class: "icon-btn", size: 16, onclick: close })),
      h("p", {}, shown),
      own.length ? h("p", {}, fill(gettext("It opens at your area of work: %(areas)s."), { areas: own.join(", ") })) : "",
      none ? h("p", {}, gettext("There are no figures yet. They are counted from records: these come by upload, from the forms of field officers, or from the administrator."), " ", h("a", { href: "/data" }, gettext("Data of this portal"))) : "",
      phone() ? h("details", {}, h("summary", {}, gettext("As of when, from what source")), dl) : dl,
      h("p", { class: "muted" }, icon("mouse-pointer-2", 14), " ", gettext("Choose an area or a symbol on the map to read more.")));
    element.hidden = false;
  }
  stack.onstatus(draw);
  page.onAreaCount(draw);
  page.state.on(["focus", "selection"], leave);
  draw();
}

// A browser that keeps nothing (private mode) may throw: then the message comes again, which does no harm.
function remembered() { try { return localStorage.getItem(SEEN) === "closed"; } catch { return false; } }
function remember() { try { localStorage.setItem(SEEN, "closed"); } catch { /* see above */ } }
