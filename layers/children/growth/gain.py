"""Weight from one weighing to the next: N gained enough, T not, O nothing to compare with last month, B for the first time.

Source: minimum gains (KBM) of the Indonesian growth card (KMS). Boys' months 7 and 11 await confirmation.
"""

import numpy as np

from .age import MONTH, completed_months, in_range

# grams a month, for the age in completed months at the later weighing: 1, 2, … 11, and 12 or more
LEAST = np.array(
    [
        [800, 900, 800, 600, 500, 400, 400, 300, 300, 300, 300, 200],  # boys
        [800, 900, 800, 600, 500, 400, 300, 300, 300, 300, 200, 200],  # girls
    ]
)
SHORTEST, LONGEST = 20, 45  # days between two weighings that still tell
ONE_MONTH = (28, 31)  # days: any calendar month; the card's figure holds as printed


def minimum(sex, days, interval):
    """Grams a child must have gained: for its age in days at the later weighing, over so many days; nan without an age."""
    sex, days, interval = np.broadcast_arrays(*(np.asarray(one, float) for one in (sex, days, interval)))
    month = np.where(np.isnan(days), 1, np.clip(completed_months(days), 1, 12)).astype(np.intp)
    monthly = LEAST[(sex == 2).astype(np.intp), month - 1]
    share = np.where((interval >= ONE_MONTH[0]) & (interval <= ONE_MONTH[1]), 1.0, interval / MONTH)
    return np.where(np.isnan(days) | ~((sex == 1) | (sex == 2)), np.nan, monthly * share)


def judged(sex, days, weight, earlier_days, earlier_weight):
    """N, T, O or B for each weighing and the one before it; "" where the child was not weighed or is out of range.

    days are ages, weights kg; an earlier weight of nan makes it the first weighing. Gains are compared in whole grams.
    """
    given = np.broadcast_arrays(*(np.asarray(one, float) for one in (sex, days, weight, earlier_days, earlier_weight)))
    sex, days, weight, earlier_days, earlier_weight = given
    interval = days - earlier_days
    least = minimum(sex, days, interval)
    gained = np.rint((weight - earlier_weight) * 1000)
    told = np.where(gained >= least, "N", "T")
    told = np.where((interval >= SHORTEST) & (interval <= LONGEST) & ~np.isnan(least), told, "O")
    told = np.where(np.isnan(earlier_weight), "B", told)
    return np.where((weight > 0) & in_range(days), told, "")


def gains(child, sex, days, weight):
    """(N, T, O, B or "", True at the second T in a row) for every row of measurements, in any order.

    child is a number that tells the children apart. A row without weight or age is judged "" and is nobody's earlier one.
    """
    child = np.asarray(child)
    sex, days, weight = (np.asarray(one, float) for one in (sex, days, weight))
    order = np.lexsort((days, child))
    order = order[(weight > 0)[order] & in_range(days)[order]]
    same = np.zeros(order.size, bool)
    same[1:] = child[order][1:] == child[order][:-1]
    before = np.where(same, np.roll(order, 1), -1)
    earlier = [np.where(same, one[before], np.nan) for one in (days, weight)]
    told, second = np.full(child.shape, "", "<U1"), np.zeros(child.shape, bool)
    told[order] = judged(sex[order], days[order], weight[order], *earlier)
    second[order] = twice(told[order], np.where(same, told[before], ""))
    return told, second


def twice(told, earlier):
    """True where this and the weighing before are both T (2T): refer the child."""
    return (np.asarray(told) == "T") & (np.asarray(earlier) == "T")


def below_red_line(waz):
    """True where weight for age lies below -3 (BGM, under the card's red line)."""
    return np.asarray(waz, float) < -3
