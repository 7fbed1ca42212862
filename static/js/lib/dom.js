// Elements made in one expression; no HTML strings anywhere, so nothing that comes from data can become markup.

// h("button", {class: "btn", onclick, "aria-label": "…", dataset: {id: 3}}, "text", child, [more], null)
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string" && !name.includes("-")) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(name, value);
  element.append(...children.flat(Infinity).filter(Boolean));
  return element;
}

// An icon of the sprite, hidden from screen readers: the label beside it speaks.
export function icon(name, size = 18) {
  return svg("svg", { class: "icon", width: size, height: size, "aria-hidden": "true" }, svg("use", { href: `${document.body.dataset.icons}#${name}` }));
}

// A button with an icon, a visible text, or both; without text the label becomes its accessible name and its tooltip.
export function button({ icon: name, text, label, onclick, class: css = "btn", size, ...rest }) {
  return h("button", { type: "button", class: css, "aria-label": text ? (label ?? null) : label, title: text ? null : label, onclick, ...rest }, name && icon(name, size), text && h("span", {}, text));
}

export function clear(element) {
  element.replaceChildren();
  return element;
}

export function debounce(fn, ms) {
  let timer;
  return (...args) => { clearTimeout(timer); timer = setTimeout(() => fn(...args), ms); };
}
// Runs at most once a frame, with the last arguments.
export function onFrame(fn) {
  let frame, last;
  return (...args) => {
    last = args;
    frame ??= requestAnimationFrame(() => { frame = undefined; fn(...last); });
  };
}

export const phone = () => matchMedia("(max-width: 719px)").matches;
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
