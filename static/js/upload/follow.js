// Follows a step that a worker does, and opens the page anew when it is done.
import { count } from "../lib/format.js";
import { fill, gettext } from "../lib/i18n.js";
import { json } from "../lib/net.js";

const box = document.querySelector("[data-follow]");
const [bar, far, silent] = ["bar", "far", "silent"].map((name) => box.querySelector(`[data-${name}]`));
let wait = 700;

async function look() {
  try {
    const now = await json(box.dataset.follow);
    if (now.state !== box.dataset.state) { location.replace(location.pathname); return; }
    if (now.share === null) bar.removeAttribute("value"); else bar.value = now.share;
    far.textContent = now.total ? fill(gettext("%(done)s of %(total)s rows"), { done: count(now.done), total: count(now.total) }) : now.waits ? gettext("Waiting for its turn: other work is being done first.") : "";
    silent.hidden = !now.silent;
  } catch {
    far.textContent = gettext("No connection to the server. The work goes on there; this page asks again.");
  }
  wait = Math.min(wait * 1.25, 4000);
  setTimeout(look, wait);
}

setTimeout(look, 500);
