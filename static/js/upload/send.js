// Sending a file: dropped or chosen, its size told before, its progress while, stopped when asked.
import { fill, gettext } from "../lib/i18n.js";
import { number } from "../lib/format.js";
import { send, sentence } from "../lib/net.js";

const MEGABYTE = 2 ** 20;
const form = document.querySelector("[data-send]");
const part = (name) => form.querySelector(`[data-${name}]`);
const [said, drop, sending, bar, share] = ["said", "drop", "sending", "bar", "share"].map(part);
const input = form.elements.file;
const button = form.querySelector("[type=submit]");
let stop = null;

const size = (bytes) => `${number(bytes / MEGABYTE, bytes < 10 * MEGABYTE ? 1 : 0)} MB`;

function say(text) {
  said.hidden = !text;
  said.textContent = text;
}

// Why the chosen file cannot be sent, or "".
function fault(file) {
  const limit = Number(form.dataset.limit);
  if (!file) return gettext("Choose a file first.");
  if (!file.size) return gettext("The file is empty.");
  if (file.size > limit * MEGABYTE) return fill(gettext("%(file)s has %(size)s, at most %(limit)s MB can be sent. Split it."), { file: file.name, size: size(file.size), limit: number(limit) });
  return "";
}

function busy(file) {
  sending.hidden = !file;
  drop.hidden = Boolean(file);
  button.hidden = Boolean(file);
  if (file) part("name").textContent = file.name;
}

let last = 0;
function progress(done, total) {
  bar.value = (100 * done) / total;
  const sent = done < total ? fill(gettext("%(done)s of %(total)s"), { done: size(done), total: size(total) }) : gettext("Sent. The server takes it in…");
  if (done < total && Date.now() - last < 1000) return; // a screen reader need not hear each step
  last = Date.now();
  share.textContent = sent;
}

async function go(file) {
  const wrong = fault(file);
  say(wrong);
  if (wrong) return;
  stop = new AbortController();
  const body = new FormData();
  body.append("file", file);
  busy(file);
  progress(0, file.size);
  try {
    const { url } = await send(location.pathname, body, { progress, signal: stop.signal });
    location.assign(url);
  } catch (error) {
    busy(null);
    say(error.name === "AbortError" ? gettext("Stopped. Nothing was kept.") : sentence(error));
    input.focus();
  }
}

part("hint").hidden = false;
form.addEventListener("submit", (event) => { event.preventDefault(); go(input.files[0]); });
input.addEventListener("change", () => say(input.files.length ? fault(input.files[0]) : ""));
part("stop").addEventListener("click", () => stop?.abort());
for (const type of ["dragenter", "dragover"]) drop.addEventListener(type, (event) => { event.preventDefault(); drop.classList.add("over"); });
for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (!file) return;
  input.files = event.dataTransfer.files;
  go(file);
});
// Beside the frame a dropped file would open in place of the page.
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
