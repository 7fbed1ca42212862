// What every page does: language switch and sign-in links keep the address as it is now, menus close by Escape and a click outside.
import { follow } from "./lib/signin.js";

follow();
for (const form of document.querySelectorAll("[data-language]")) {
  form.addEventListener("submit", () => { form.elements.next.value = location.pathname + location.search; });
}

const menus = [...document.querySelectorAll("details.who")];
addEventListener("keydown", (event) => {
  const open = menus.find((menu) => menu.open);
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
  event.stopImmediatePropagation();
}, { capture: true });
addEventListener("pointerdown", (event) => { for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false; });

// A view as another person ends by itself; the page then is the own again.
const view = document.querySelector("[data-left]");
if (view) setTimeout(() => location.reload(), (Number(view.dataset.left) + 1) * 1000);

// The search goes to the map; on the map page itself it is mounted with the map.
if (!document.getElementById("map")) import("./map/search.js").then(({ mount }) => mount());

// A notice that came with the page goes when it was read.
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.parentElement.remove());

// A demo account fills the sign-in form.
for (const account of document.querySelectorAll("[data-account]")) {
  account.addEventListener("click", () => {
    const form = document.querySelector("form[action*=login]");
    form.elements.login.value = account.dataset.account;
    form.elements.password.value = account.dataset.password;
    form.querySelector("[type=submit].btn-primary").focus();
  });
}
