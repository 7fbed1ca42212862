// A number kept encrypted, on a page: masked until a person says why; then shown for a minute.
import { button, clear, h } from "./dom.js";
import { fill, gettext } from "./i18n.js";
import { json, sentence } from "./net.js";

export const MASK = "••••";
const SHOWN_MS = 60_000;

/** The digits of what may be a number of a person (NIK, KK, phone): {digits, whole}. whole: all of them are there, and it is
 * sought. Null for anything else: words, coordinates, codes of areas. Such texts never go into an address, not even begun. */
export function numberIn(text) {
  const digits = text.replace(/[\s-]/g, "");
  const dots = digits.split(".").length - 1;
  if (!/^[\d.]+$/.test(digits) || dots === 1 || dots === 2) return null; // a decimal point or two: coordinates
  const bare = digits.replaceAll(".", "");
  const pairs = text.trim().split(/\s+/);
  if (bare.length < 11 || (bare.length < 14 && pairs.length === 2 && pairs.every((part) => part.length >= 6))) return null; // metres, east and north
  return { digits: bare, whole: bare.length >= 14 && bare.length <= 17 };
}

/** The records with exactly this number that the person may see: results as /search gives them. */
export async function find(digits, signal) {
  return (await json("/search/number", { body: { q: digits }, signal })).results;
}

export const unknown = () => gettext("No number like this is within what you may see.");

/** An element in place of a masked number: mask, button, and the question why. `at`: {layer, uid, name, label}. */
export function number({ layer, uid, name, label }) {
  const box = h("div", { class: "number" });
  let timer;

  function masked(focus = false) {
    clearTimeout(timer);
    const show = button({ text: gettext("Show"), class: "btn", label: fill(gettext("Show: %(label)s"), { label }), onclick: ask });
    clear(box).append(h("span", { "aria-label": gettext("hidden"), role: "img" }, MASK), show);
    if (focus) show.focus();
  }

  async function ask() {
    const fault = h("p", { class: "field-error", role: "alert", hidden: true });
    const reason = h("select", { id: `why-${name}`, required: true }, h("option", { value: "" }, gettext("Choose…")));
    const note = h("input", { type: "text", id: `note-${name}`, maxlength: 200, autocomplete: "off" });
    const form = h("form", { class: "number-why stack", novalidate: true, onsubmit: (event) => { event.preventDefault(); show(); } },
      h("p", { class: "note" }, gettext("Say why you look. It is kept with your name.")),
      h("div", { class: "field" }, h("label", { for: reason.id }, gettext("Reason")), reason),
      h("div", { class: "field" }, h("label", { for: note.id }, gettext("In your own words")), note),
      fault,
      h("div", { class: "actions" }, h("button", { class: "btn btn-primary", type: "submit" }, gettext("Show")), button({ text: gettext("Cancel"), onclick: () => masked(true) })));
    const tell = (error) => { fault.textContent = sentence(error); fault.hidden = false; };

    async function show() {
      try {
        const told = await json(`/feature/${layer}/${encodeURIComponent(uid)}/number`, { body: { name, reason: reason.value, note: note.value } });
        clear(box).append(h("output", { class: "tnum" }, told.value), button({ text: gettext("Hide"), class: "btn", onclick: () => masked(true) }));
        box.querySelector("button").focus();
        timer = setTimeout(masked, SHOWN_MS);
      } catch (error) {
        tell(error);
      }
    }

    clear(box).append(form);
    reason.focus();
    try {
      const feature = await json(`/feature/${layer}/${encodeURIComponent(uid)}.json`);
      const { reasons } = feature.fields.find((field) => field.name === name);
      reason.append(...reasons.map((one) => h("option", { value: one.value }, one.label)));
    } catch (error) {
      tell(error);
    }
  }

  masked();
  addEventListener("pagehide", () => masked(), { once: true }); // what is kept to go back to holds no number
  return box;
}

/** Every [data-number] of a page gets its button. */
export function mount(root = document) {
  for (const place of root.querySelectorAll("[data-number]")) {
    const { number: name, layer, uid, label } = place.dataset;
    clear(place).append(number({ layer, uid, name, label }));
  }
}
