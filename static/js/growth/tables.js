// WHO's growth tables as arrays, from the file the server reads as well (static/who/tables.json, already parsed).

/** Each number what the differences of differences add up to: the whole numbers of one column. */
export function figures(twice) {
  const found = new Int32Array(twice.length);
  let step = 0;
  let figure = 0;
  twice.forEach((difference, row) => {
    step += difference;
    figure += step;
    found[row] = figure;
  });
  return found;
}

/**
 * {name: {unit, first, rows, male: {l, m, s}, female: {l, m, s}}} of lfa, wfa, bmifa, hcfa, acfa, wfl, wfh; row 0 stands for
 * `first`: an age in days, or a length in millimetres. l, m and s are the same doubles that numpy makes of them.
 */
export function tables(file) {
  const decimals = Object.entries(file.decimals).map(([part, places]) => [part, 10 ** places]);
  const columns = (sex) =>
    Object.fromEntries(decimals.map(([part, unit]) => [part, Float64Array.from(figures(sex[part]), (n) => n / unit)]));
  return Object.fromEntries(
    Object.entries(file.tables).map(([name, { unit, first, rows, male, female }]) => [
      name,
      { unit, first, rows, male: columns(male), female: columns(female) },
    ]),
  );
}
