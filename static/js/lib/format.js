// Numbers, dates, units in the reader's language (Indonesian by default): 21,3 % · Rp 34.000 · 24 Nov 2026.
import { fill, gettext, language } from "./i18n.js";

const locale = (lang = language) => (lang.startsWith("id") ? "id-ID" : "en-GB");
const cache = new Map();
const formatter = (Kind, options, lang) => {
  const key = Kind.name + locale(lang) + JSON.stringify(options);
  if (!cache.has(key)) cache.set(key, new Kind(locale(lang), options));
  return cache.get(key);
};
const given = (value) => value !== null && value !== undefined && value !== "" && !Number.isNaN(value);
const NARROW = "\u202f"; // a thin space that does not break, between a number and its unit

// 12345.678 -> "12.346"; `digits` decimals at most (default: 1 below 1000, else 0), `least` always. "" for nothing.
export function number(value, digits = Math.abs(value) < 1000 ? 1 : 0, lang = language, least = 0) {
  return given(value) ? formatter(Intl.NumberFormat, { minimumFractionDigits: least, maximumFractionDigits: digits }, lang).format(value) : "";
}
export const count = (value, lang = language) => number(value, 0, lang);

// 21.05 -> "21,1 %": one decimal always, so that columns line up.
export function percent(value, lang = language) {
  if (!given(value)) return "";
  return formatter(Intl.NumberFormat, { minimumFractionDigits: 1, maximumFractionDigits: 1 }, lang).format(value) + NARROW + "%";
}
export const money = (value, lang = language) => (given(value) ? "Rp\u00a0" + count(value, lang) : "");

// A value with its unit: "%" and "Rp…" have forms of their own.
export function quantity(value, unit = "", lang = language) {
  if (!given(value)) return "";
  if (unit === "%") return percent(value, lang);
  if (unit === "Rp") return money(value, lang);
  if (unit.startsWith("Rp/")) return money(value, lang) + "/" + unit.slice(3);
  // Areas may be smaller than a tenth of a square kilometre.
  return number(value, unit === "km²" && Math.abs(value) < 100 ? 2 : undefined, lang) + (unit ? "\u00a0" + unit : "");
}

// 12.5, 33.3, "%" -> "12,5–33,3 %"
export function interval(low, high, unit = "", lang = language) {
  if (!given(low) || !given(high)) return "";
  const broken = unit === "%" || [low, high].some((v) => !Number.isInteger(v) && Math.abs(v) < 1000);
  const digits = { minimumFractionDigits: broken ? 1 : 0, maximumFractionDigits: broken ? 1 : 0 };
  const text = [low, high].map((v) => formatter(Intl.NumberFormat, digits, lang).format(v)).join("–");
  return unit === "%" ? text + NARROW + "%" : unit ? text + "\u00a0" + unit : text;
}

const localDay = (iso) => new Date(`${iso.slice(0, 10)}T12:00:00`);
const DAY = { day: "numeric", month: "short", year: "numeric" };
// "2026-11-24" or a timestamp -> "24 Nov 2026"
export const date = (iso, lang = language) => (given(iso) ? formatter(Intl.DateTimeFormat, DAY, lang).format(localDay(iso)) : "");
// "2026-08" -> "Agustus 2026", short: "Agu 2026"
export function month(text, { short = false } = {}, lang = language) {
  if (!given(text)) return "";
  return formatter(Intl.DateTimeFormat, { month: short ? "short" : "long", year: "numeric" }, lang).format(localDay(`${text.slice(0, 7)}-15`));
}
// A period as it stands in the address: a year, a month, a day, or from/to.
export function period(text, lang = language) {
  if (!given(text)) return gettext("All time");
  const one = (part) => (part.length === 7 ? month(part, {}, lang) : part.length === 4 ? part : date(part, lang));
  return text.includes("/") ? text.split("/").map((part) => (part && part !== ".." ? one(part) : "…")).join(" – ") : one(text);
}

// 5.18012, 97.14034 -> "5,18012° LU 97,14034° BT" / "5.18012° N 97.14034° E"
export function coordinates(lon, lat, lang = language) {
  const id = locale(lang) === "id-ID";
  const part = (value, positive, negative) => `${formatter(Intl.NumberFormat, { minimumFractionDigits: 5, maximumFractionDigits: 5 }, lang).format(Math.abs(value))}° ${value < 0 ? negative : positive}`;
  return `${part(lat, id ? "LU" : "N", id ? "LS" : "S")} ${part(lon, id ? "BT" : "E", id ? "BB" : "W")}`;
}

// Metres -> "430 m", "1,2 km"
export function distance(metres, lang = language) {
  return metres < 1000 ? `${number(metres, metres < 10 ? 1 : 0, lang)}\u00a0m` : `${number(metres / 1000, metres < 10000 ? 2 : 1, lang)}\u00a0km`;
}
// Square metres -> "850 m²", "2,4 ha", "12,3 km²"
export function area(m2, lang = language) {
  if (m2 < 10_000) return `${number(m2, 0, lang)}\u00a0m²`;
  return m2 < 1_000_000 ? `${number(m2 / 10_000, 1, lang)}\u00a0ha` : `${number(m2 / 1_000_000, 2, lang)}\u00a0km²`;
}

// The text of a field's raw value, by the catalogue's description of the field; a missing value says so.
export function value(field, raw, lang = language) {
  if (!given(raw)) return gettext("no data");
  const choice = field?.choices?.find((entry) => String(entry.value) === String(raw));
  if (choice) return choice.label;
  switch (field?.type) {
    case "number": return quantity(Number(raw), field.unit, lang);
    case "date": return date(String(raw), lang);
    case "boolean": return raw === true || raw === "true" ? gettext("yes") : gettext("no");
    default: return String(raw);
  }
}

// "12 of 57" as one phrase
export const outOf = (cases, n) => fill(gettext("%(cases)s of %(n)s"), { cases: count(cases), n: count(n) });
