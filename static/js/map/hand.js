// Who holds the map's clicks: one tool at a time (a drawing, the ruler); without one they open features.

/** Adds page.taken (the holder's name, or null) and page.take(name, stop) -> release(). A new holder stops the one before. */
export function mount(page) {
  let holder = null;
  page.taken = null;
  page.take = (name, stop) => {
    holder?.stop();
    const mine = (holder = { stop });
    page.taken = name;
    return () => {
      if (holder !== mine) return;
      holder = page.taken = null;
    };
  };
}
