// Which rows of a long list are in the DOM, and where. Pure arithmetic on pixels.
//
// Browsers give up on boxes above some 33 million pixels, a million rows of 36. Above `cap` the box stays `cap` high and
// scrolling moves through it proportionally.

export const CAP = 8_000_000;

/** {height, first, last, top}: the height of the box, the rows [first, last) to draw, and the place of a row's top in the box. */
export function drawn({ total, rowHeight, viewport, scrollTop, around = 6, cap = CAP }) {
  const height = Math.min(total * rowHeight, cap);
  const offset = shown({ total, rowHeight, viewport, scrollTop, cap });
  const first = Math.max(0, Math.floor(offset / rowHeight) - around);
  const last = Math.min(total, Math.ceil((offset + viewport) / rowHeight) + around);
  const at = Math.max(0, Math.min(scrollTop, height - viewport));
  return { height, first, last, top: (index) => index * rowHeight - offset + at };
}

/** The scrollTop that brings a row fully into view, or the present one where it is in view already. */
export function scrolledTo(index, { total, rowHeight, viewport, scrollTop, cap = CAP }) {
  const offset = shown({ total, rowHeight, viewport, scrollTop, cap });
  const top = index * rowHeight;
  if (top >= offset && top + rowHeight <= offset + viewport) return scrollTop;
  const wanted = top < offset ? top : top + rowHeight - viewport;
  return wanted / stretch(total * rowHeight, viewport, cap);
}

/** The pixel of the whole list that stands at the upper edge of the view. */
function shown({ total, rowHeight, viewport, scrollTop, cap }) {
  const whole = total * rowHeight;
  const most = Math.max(0, whole - viewport);
  return Math.max(0, Math.min(scrollTop * stretch(whole, viewport, cap), most));
}

const stretch = (whole, viewport, cap) => (whole <= cap ? 1 : (whole - viewport) / (cap - viewport));
