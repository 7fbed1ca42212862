// Picking features one by one, on the map (Shift or Ctrl with a click or Enter) and in lists: they become the selection.
import { button } from "../lib/dom.js";
import { fill, gettext } from "../lib/i18n.js";
import { asked, MOST, picks, toggled } from "../table/picked.js";

/** Adds page.pick(layer, uid): in or out of the selection; and page.picked(layer, uid). */
export function mount(page) {
  const { state } = page;
  page.picked = (layer, uid) => picks(state.value.selection, layer).includes(uid);
  page.pick = (layer, uid) => {
    const before = state.value.selection;
    if (!page.picked(layer, uid) && picks(before, layer).length >= MOST) {
      page.notices.say(fill(gettext("At most %(n)s rows can be picked by hand. For more, use a filter or an area query."), { n: MOST }), { kind: "warn" });
      return;
    }
    state.set({ selection: toggled(before, layer, uid, { keepQuery: false }) });
    if (before && (before.layer !== layer || asked(before, layer))) {
      page.notices.say(gettext("The picked features took the place of the selection before."), { action: { label: gettext("Undo"), onclick: () => state.set({ selection: before }) }, seconds: 8 });
    }
  };
}

/** Does this mouse or key event ask to pick rather than to open? */
export const asksToPick = (event) => Boolean(event?.shiftKey || event?.ctrlKey || event?.metaKey);

/** The button beside a feature in a list that picks it or lets it go. */
export function pickButton(page, layer, uid, name) {
  const made = button({
    icon: "check", label: fill(gettext("Pick %(name)s"), { name }), class: "icon-btn pick-btn", size: 16, "aria-pressed": String(page.picked(layer, uid)),
    onclick: () => { page.pick(layer, uid); made.setAttribute("aria-pressed", String(page.picked(layer, uid))); },
  });
  return made;
}
