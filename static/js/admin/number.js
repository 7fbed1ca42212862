// The search of a list in the administration: a whole number of a person is asked for by POST, never put into the address.
import { h } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { sentence } from "../lib/net.js";
import { find, numberIn, unknown } from "../lib/number.js";

const form = document.getElementById("changelist-search");
const bar = document.getElementById("searchbar");
const said = h("p", { class: "quiet number-found", role: "status" });

form?.addEventListener("submit", async (event) => {
  const typed = numberIn(bar.value);
  if (!typed) return;
  event.preventDefault();
  form.after(said);
  if (!typed.whole) return said.replaceChildren(gettext("A number has 16 digits. Write all of them."));
  try {
    const found = await find(typed.digits);
    bar.value = "";
    said.replaceChildren(...(found.length ? found.flatMap((hit) => [h("a", { href: hit.edit ?? `/feature/${hit.layer}/${hit.uid}` }, `${hit.title} · ${hit.subtitle}`), " "]) : [unknown()]));
  } catch (error) {
    said.replaceChildren(sentence(error));
  }
});
