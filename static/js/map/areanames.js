// In which area features lie, by name: what tells eight posyandu of the same name apart in a list.
import { json } from "../lib/net.js";
import { search } from "./state.js";

const known = new Map(); // "layer revision uid" -> name, "" where the row has no area

/** Promise of Map uid -> area's name, as the server has placed them; empty where the layer does not tell. */
export async function areaNames(catalogue, layer, uids) {
  if (layer.name === "areas" || !layer.columns.includes("area_code")) return new Map();
  const key = (uid) => `${layer.name} ${layer.revision} ${uid}`;
  const wanted = uids.filter((uid) => !known.has(key(uid)));
  if (wanted.length) {
    const { rows } = await json(`/table/${layer.name}.json?${search({ uid: wanted.join(","), fields: "area_code", limit: wanted.length })}`);
    const names = await Promise.all(rows.map(({ area_code: code }) => code && catalogue.area(code)));
    rows.forEach(({ uid }, i) => known.set(key(uid), names[i]?.name ?? ""));
  }
  return new Map(uids.filter((uid) => known.get(key(uid))).map((uid) => [uid, known.get(key(uid))]));
}
