// Months as they stand in the address. Pure.

/** "2026-08" and the `n - 1` months before it, oldest first. */
export function monthsUntil(last, n) {
  const [year, m] = last.split("-").map(Number);
  return Array.from({ length: n }, (_, i) => {
    const index = year * 12 + (m - 1) - (n - 1 - i);
    return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
  });
}
