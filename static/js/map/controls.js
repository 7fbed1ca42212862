// One control for each type of field: {element, show(text)}; text is the filter as it stands in the query string.
import { h } from "../lib/dom.js";
import { fill, gettext } from "../lib/i18n.js";
import { entries, sign } from "./sign.js";

let serial = 0;
const next = () => `filter-${++serial}`;

export function control(page, layer, field, set) {
  if (!field) return null;
  return { choice, number: range, date: range, boolean, text, area }[field.type]?.(page, layer, field, set) ?? null;
}

const labelled = (field, ...children) => h("fieldset", { class: "field" }, h("legend", { class: "label" }, field.unit ? `${field.label}, ${field.unit}` : field.label), ...children);

function choice(page, layer, field, set) {
  const coloured = layer.style.field === field.name;
  const boxes = field.choices.map(({ value, label }) => {
    const entry = coloured && entries(layer.style).find((e) => String(e.value) === String(value));
    const input = h("input", { type: "checkbox", value, onchange: () => set(boxes.filter((b) => b.input.checked).map((b) => b.input.value).join(",")) });
    return { input, element: h("label", { class: "option" }, input, entry && sign(layer, entry), h("span", {}, label)) };
  });
  return { element: labelled(field, h("div", { class: "options" }, boxes.map((b) => b.element))), show: (now) => { const on = now.split(","); for (const { input } of boxes) input.checked = on.includes(input.value); } };
}

function range(page, layer, field, set) {
  const type = field.type;
  const hint = field.min !== undefined && field.max !== undefined ? [field.min, field.max] : ["", ""];
  const changed = () => {
    const [a, b] = [low.value, high.value];
    const turned = a && b && (type === "number" ? Number(a) > Number(b) : a > b);
    for (const input of [low, high]) input.setAttribute("aria-invalid", String(Boolean(turned)));
    fault.textContent = turned ? fill(gettext("“%(from)s” is above “%(to)s”: swap them."), { from: a, to: b }) : "";
    if (!turned && low.validity.valid && high.validity.valid) set(a || b ? `${a}..${b}` : "");
  };
  const input = (label, placeholder) => h("input", { type, id: next(), "aria-label": `${field.label}: ${label}`, placeholder: String(placeholder), min: field.min ?? null, max: field.max ?? null, step: type === "number" ? "any" : null, inputmode: type === "number" ? "decimal" : null, oninput: changed });
  const low = input(gettext("from"), hint[0]);
  const high = input(gettext("to"), hint[1]);
  const fault = h("p", { class: "field-error", role: "alert" });
  return {
    element: labelled(field, h("div", { class: "pair" }, low, h("span", { "aria-hidden": "true" }, "–"), high), fault),
    show(now) {
      const [a, b] = now.includes("..") ? now.split("..") : [now, now];
      for (const [box, text] of [[low, a], [high, b]]) if (document.activeElement !== box) box.value = text ?? "";
    },
  };
}

function boolean(page, layer, field, set) {
  const options = [["", gettext("all")], ["true", gettext("yes")], ["false", gettext("no")]];
  const buttons = options.map(([value, label]) => h("button", { type: "button", dataset: { value }, onclick: () => { show(value); set(value); } }, label));
  const show = (now) => { for (const part of buttons) part.setAttribute("aria-pressed", String(part.dataset.value === now)); };
  return { element: labelled(field, h("div", { class: "segments", role: "group", "aria-label": field.label }, buttons)), show };
}

function text(page, layer, field, set) {
  const input = h("input", { type: "search", id: next(), autocomplete: "off", placeholder: gettext("contains…"), oninput: () => set(input.value.trim()) });
  return { element: h("div", { class: "field" }, h("label", { for: input.id }, field.label), input), show: (now) => { if (document.activeElement !== input) input.value = now; } };
}

// An area of any level: districts, each followed by its villages.
function area(page, layer, field, set) {
  const input = h("select", { id: next(), onchange: () => set(input.value) }, h("option", { value: "" }, gettext("all")));
  let wanted = "";
  Promise.all([page.catalogue.areas("district"), page.catalogue.areas("village")]).then(([districts, villages]) => {
    for (const district of districts) {
      input.append(h("option", { value: district.code }, district.name), ...villages.filter((v) => v.code.startsWith(`${district.code}.`)).map((v) => h("option", { value: v.code }, `\u2003${v.name}`)));
    }
    input.value = wanted;
  }, () => input.append(h("option", { disabled: true }, gettext("The list of areas could not be loaded."))));
  return { element: h("div", { class: "field" }, h("label", { for: input.id }, field.label), input), show: (now) => { wanted = now; input.value = now; } };
}
