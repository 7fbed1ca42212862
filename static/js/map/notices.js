// Short messages at the foot of the page, read out by screen readers (#notices is a live region).
import { button, h, icon } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";

const SIGNS = { info: "info", warn: "triangle-alert", bad: "circle-alert", done: "circle-check" };

/** Shows `text`; stays `seconds` (0: until closed). Returns a function that closes it. */
export function say(text, { kind = "info", action = null, seconds = kind === "bad" || action ? 0 : 6 } = {}) {
  const close = () => { clearTimeout(timer); notice.remove(); };
  const notice = h("div", { class: `toast toast-${kind}` }, icon(SIGNS[kind], 18), h("p", {}, text),
    action && button({ text: action.label, class: "btn", onclick: () => { close(); action.onclick(); } }),
    button({ icon: "x", label: gettext("Close"), class: "icon-btn", size: 16, onclick: close }));
  const timer = seconds ? setTimeout(close, seconds * 1000) : 0;
  document.getElementById("notices").append(notice);
  return close;
}

const KINDS = { error: "bad", warning: "warn", success: "done" };

/** What the server has to say on this page (such as who signed in), written into `element` if there is anything. */
export function sayAll(element) {
  for (const one of element?.children ?? []) say(one.textContent, { kind: KINDS[one.dataset.kind] ?? "info" });
}
