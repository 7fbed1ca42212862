// What stands where a result would stand when the reader may not see a layer's rows: why, and the way to sign in.
import { h } from "../lib/dom.js";
import { fill, gettext } from "../lib/i18n.js";
import { signIn } from "../lib/signin.js";

/** The names of the layers that the address narrows or asks about though their rows are closed to this person. */
export function closedNames(catalogue, { selection, filters }) {
  const names = new Set([...(selection ? [selection.layer] : []), ...Object.keys(filters)]);
  return [...names].filter((name) => catalogue.closed(name));
}

/** One sentence: why nothing of this layer is shown. */
export function reason(catalogue, name) {
  const layer = catalogue.layer(name)?.title ?? name;
  return catalogue.person
    ? fill(gettext("With your account “%(layer)s” can be seen as counts by area only."), { layer })
    : fill(gettext("Single records of “%(layer)s” are shown after signing in."), { layer });
}

/** The sentence and, for those who are not signed in, the link that comes back to this result. */
export function closedNote(catalogue, name) {
  return h("div", { class: "closed", role: "note" }, h("p", {}, reason(catalogue, name)),
    catalogue.person ? null : signIn({ text: gettext("Sign in to see this result"), css: "btn btn-primary" }));
}
