// Texts in the reader's language: Django's JavaScript catalogue when the page has loaded it, the English msgid otherwise.
// Its functions are taken from the window: the administration's jQuery wipes `django`.
export const language = globalThis.document?.documentElement.lang || "en";

export const gettext = (msgid) => globalThis.gettext?.(msgid) ?? msgid;
export const ngettext = (one, many, n) => globalThis.ngettext?.(one, many, n) ?? (n === 1 ? one : many);

// A title as it stands inside a sentence: "Households" -> "households", "PKH" stays.
export const lower = (text) => (/^\p{Lu}\p{Ll}/u.test(text) ? text[0].toLocaleLowerCase() + text.slice(1) : text);

// "%(n)s of %(all)s" with {n, all}; a name that is not given stays visible rather than becoming "undefined".
export const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);
