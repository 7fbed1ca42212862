// The way to the sign-in page and back to the address as it is at the moment of the click: the map changes its address all the time.
import { h, icon } from "./dom.js";
import { gettext } from "./i18n.js";

const PAGE = "/accounts/login/";

/** The sign-in page's address that leads back to `place` (path and query). */
export const back = (place) => `${PAGE}?next=${encodeURIComponent(place)}`;

const here = () => back(location.pathname + location.search);

/** A link that leads to the sign-in page and back. */
export function signIn({ text = gettext("Sign in"), css = "btn" } = {}) {
  return h("a", { class: css, href: here(), dataset: { signin: "" } }, icon("log-in", 16), h("span", {}, text));
}

/** Every sign-in link of the page, those of the server too, takes the address along when it is pressed. The sign-in page's own
 * links already carry where to go. */
export function follow(root = document) {
  const renew = (event) => {
    const link = event.target.closest?.("a.signin, a[data-signin]");
    if (link && !location.pathname.startsWith("/accounts/")) link.href = here();
  };
  for (const press of ["pointerdown", "click"]) root.addEventListener(press, renew, true);
}
