"""z-scores of many children at once.

Source: WHO Multicentre Growth Reference Study Group, WHO Child Growth Standards: Methods and development (Geneva 2006),
chapter 7; rules at the edges as in WHO's R package anthro 1.1.0.
"""

from dataclasses import dataclass

import numpy as np

from . import stature
from .age import in_range
from .tables import tables

# index -> its standard; whz has two of its own
INDICES = {"haz": "lfa", "waz": "wfa", "whz": "wfl", "baz": "bmifa", "hcz": "hcfa", "acz": "acfa"}
# z below or above which WHO calls a value implausible
LIMITS = {"haz": (-6, 6), "waz": (-6, 5), "whz": (-5, 5), "baz": (-5, 5), "hcz": (-5, 5), "acz": (-5, 5)}
# beyond 3 standard deviations these go on in steps of the last one: their distributions are skewed
EXTENDED = {"waz", "whz", "baz", "acz"}
BLOCK = 8192  # children at a time: what is worked on stays in the processor's cache


@dataclass(frozen=True)
class Growth:
    """What came of it; every array has the shape of the input."""

    z: dict[str, np.ndarray]  # by index, nan = no z
    flagged: dict[str, np.ndarray]  # by index, True where the rounded z is implausible
    length: np.ndarray  # cm, after the correction for position
    disbelieved: np.ndarray  # True where standing below 9 months was not believed


def zscores(
    sex, days, weight=np.nan, length=np.nan, position=stature.UNKNOWN, oedema=False, head=np.nan, arm=np.nan, digits=2
) -> Growth:
    """z of length/height, weight and BMI for age, weight for length/height, head and arm circumference for age.

    sex 1 boy, 2 girl; days of age (nan: not known); weight in kg, length, head and arm in cm (nan: not measured); position
    LYING, STANDING or UNKNOWN; oedema True: waz, whz and baz stay empty. Numbers or arrays that broadcast together.
    No z where age is out of range or the figure missing, not finite, or not above 0. digits=None: not rounded.
    """
    given = (sex, days, weight, length, position, oedema, head, arm)
    types = (float, float, float, float, np.int8, bool, float, float)
    arrays = np.broadcast_arrays(*(np.asarray(one, kind) for one, kind in zip(given, types, strict=True)))
    shape = arrays[0].shape
    flat = [one.ravel() for one in arrays]
    count = flat[0].size
    z = {index: np.empty(count) for index in INDICES}
    flags = {index: np.empty(count, bool) for index in INDICES}
    cm, disbelieved = np.empty(count), np.empty(count, bool)
    with np.errstate(all="ignore"):
        for start in range(0, count, BLOCK):
            part = slice(start, start + BLOCK)
            cm[part], disbelieved[part], found = block(*(one[part] for one in flat))
            for index, values in found.items():
                short = rounded(values)
                z[index][part] = short if digits == 2 else values if digits is None else np.round(values, digits)
                flags[index][part] = flagged(index, short)
    every = {index: values.reshape(shape) for index, values in z.items()}
    doubted = {index: values.reshape(shape) for index, values in flags.items()}
    return Growth(every, doubted, cm.reshape(shape), disbelieved.reshape(shape))


def block(sex, days, weight, length, position, oedema, head, arm):
    """(corrected length, disbelieved, unrounded z by index) of flat arrays of one length."""
    days = np.floor(days + 0.5)
    shift, disbelieved = stature.shifted(days, position)
    cm = length + shift / 100
    girl = sex == 2
    known = girl | (sex == 1)
    aged = known & in_range(days)
    day = np.where(aged, days, 0).astype(np.intp)
    lean = np.where(oedema, np.nan, weight)
    measures = {"haz": cm, "waz": lean, "baz": lean / (cm / 100) ** 2, "hcz": head, "acz": arm}
    found = {}
    for index, y in measures.items():
        table = tables()[INDICES[index]]
        row = np.maximum(day - table.first, 0) + table.rows * girl
        found[index] = scored(y, aged & (day >= table.first), table.at(row), index in EXTENDED)
    # No age is no hindrance here; an age out of range is.
    allowed = known & (aged | np.isnan(days))
    found["whz"] = by_stature(lean, length, shift, girl, stature.by_length(days, length, position), allowed)
    return cm, disbelieved, found


def by_stature(weight, length, shift, girl, lying, allowed):
    """z of weight for length where `lying`, for height elsewhere; `shift` in hundredths of a cm is added to the length.

    Lengths are looked up as whole hundredths: as floats, 103.1 - 0.7 falls one row too low, and 0.02 z with it.
    """
    believable = np.where((length > 0) & (length < 1000), length, 0)
    tenths, rest = np.divmod(np.rint(believable * 100).astype(np.intp) + shift, 10)
    z = np.full(weight.shape, np.nan)
    for name, chosen in (("wfl", lying), ("wfh", ~lying)):
        table = tables()[name]
        row = tenths - table.first
        here = np.flatnonzero(chosen & allowed & (row >= 0) & (row * 10 + rest <= (table.rows - 1) * 10))
        below, share = row[here] + table.rows * girl[here], rest[here] / 10
        pairs = zip(table.at(below), table.at(below + (rest[here] > 0)), strict=True)
        z[here] = scored(weight[here], True, [low + (high - low) * share for low, high in pairs], True)
    return z


def scored(y, allowed, row, extended: bool):
    """z of measures y against their rows (power, median, spread), nan where not allowed or no measure."""
    power, median, spread = row
    y = np.where(allowed & (y > 0) & (y < np.inf), y, np.nan)
    z = (y / median - 1) / spread if power is None else (np.exp(power * np.log(y / median)) - 1) / (power * spread)
    if extended:
        for side, far in ((3, np.flatnonzero(z > 3)), (-3, np.flatnonzero(z < -3))):
            third, step = tail(side, power[far], median[far], spread[far])
            z[far] = side + (y[far] - third) / step
    return np.where(np.isfinite(z), z, np.nan)


def tail(side, power, median, spread):
    """(the measure at 3 or -3 standard deviations, how much lies between it and the second)."""
    third, second = (measure(k, power, median, spread) for k in (side, side - side // 3))
    return third, np.abs(third - second)


def measure(z, power, median, spread):
    """The measure that stands z standard deviations from the median, |z| up to 3."""
    return median * (1 + spread * z) if power is None else median * (1 + power * spread * z) ** (1 / power)


def curve(name: str, sex: int, z: float):
    """(x, y) of a standard's line at z, for charts: days of age, or cm of length, against the measure.

    name is that of a table (lfa, wfa, bmifa, hcfa, acfa, wfl, wfh), sex 1 boy, 2 girl.
    """
    table = tables()[name]
    rows = np.arange(table.rows)
    row = table.at(rows + table.rows * (sex == 2))
    x = (table.first + rows) / (10 if name in ("wfl", "wfh") else 1)
    if abs(z) <= 3 or row[0] is None:
        return x, measure(z, *row)
    side = 3 if z > 0 else -3
    third, step = tail(side, *row)
    return x, third + (z - side) * step


def rounded(z):
    """z to two decimals, exact halves to the even one; never -0.00, and nan where it is too large to have decimals."""
    with np.errstate(over="ignore"):
        z = np.round(z, 2) + 0.0
    return np.where(np.isfinite(z), z, np.nan)


def flagged(index: str, z):
    """True where a rounded z is beyond what WHO holds for possible."""
    low, high = LIMITS[index]
    return (z < low) | (z > high)
