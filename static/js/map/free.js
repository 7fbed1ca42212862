// What chips, drawer, tools and the bar at the foot leave free of a map: the padding of whatever comes into view. Pure.
import { phone } from "../lib/dom.js";

const MOST = 0.7; // of the map, in each direction: something of it always stays

/** {paddingTopLeft, paddingBottomRight} for a map of this size; `drawer`: one is open or about to be; `chips`: their height. */
export function free({ x, y }, { drawer, chips, small = phone() }) {
  const left = 24;
  const right = small ? left : drawer ? 430 : 70;
  const top = chips ? chips + 32 : 24;
  const bottom = !small ? 84 : drawer ? Math.round(y * 0.56) : 130;
  const across = Math.min(1, (MOST * x) / (left + right));
  const down = Math.min(1, (MOST * y) / (top + bottom));
  return { paddingTopLeft: [left * across, top * down], paddingBottomRight: [right * across, bottom * down] };
}
