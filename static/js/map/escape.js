// Escape closes what was opened last. One list for the whole page.
const open = [];

/** Put what Escape closes on top; returns a function that takes it off again without calling it. */
export function escape(close) {
  open.push(close);
  return () => { const i = open.lastIndexOf(close); if (i >= 0) open.splice(i, 1); };
}

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || !open.length) return;
  event.preventDefault();
  open.pop()();
});
