// Choosing areas among many: a field that narrows the tree, and what is chosen above it; the copy button of a link.
import { clear, h, icon } from "./lib/dom.js";
import { fill, gettext } from "./lib/i18n.js";

for (const box of document.querySelectorAll("[data-areas]")) mount(box);

function mount(box) {
  const find = box.querySelector("[data-find]");
  const chosen = box.querySelector("[data-chosen]");
  const none = box.querySelector("[data-none]");
  const options = [...box.querySelectorAll("input[name=areas]")];
  const branches = [...box.querySelectorAll("details")];
  const opened = new Set(branches.filter((branch) => branch.open));

  function narrow() {
    const words = plain(find.value).split(" ").filter(Boolean);
    for (const option of options) {
      const said = plain(`${option.dataset.title} ${option.value}`);
      option.closest("label").hidden = !words.every((word) => said.includes(word));
    }
    for (const branch of branches) {
      branch.hidden = !branch.querySelector("label:not([hidden])");
      branch.open = words.length > 0 ? !branch.hidden : opened.has(branch);
    }
    none.hidden = options.some((option) => !option.closest("label").hidden);
  }

  function tell() {
    const on = options.filter((option) => option.checked);
    chosen.hidden = on.length === 0;
    clear(chosen).append(...on.map((option) => h("li", {}, h("button", { type: "button", class: "chip chip-x", "aria-label": fill(gettext("Take out %(area)s"), { area: option.dataset.title }), onclick: () => drop(option) }, option.dataset.title, icon("x", 14)))));
  }

  function drop(option) {
    option.checked = false;
    tell();
    (chosen.querySelector("button") ?? find).focus();
  }

  find.hidden = false;
  find.addEventListener("input", narrow);
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  for (const option of options) option.addEventListener("change", tell);
  tell();
}

// As names are compared: small letters, no accents.
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector("[data-link]").textContent);
    button.lastChild.textContent = gettext("Copied");
  });
}
