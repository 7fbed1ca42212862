// How many canvas pixels a CSS pixel gets: the screen's own, or more while something is made for paper.
let least = 1;

export const ratio = () => Math.max(least, window.devicePixelRatio || 1);

/** From now on at least `n` (1: the screen's own). What is drawn already must be drawn again. */
export function drawFiner(n) {
  least = n;
}
