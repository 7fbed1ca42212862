"""How children grow, by the WHO Child Growth Standards: pure numpy, no Django, nothing of this product. A package of its own.

    found = zscores(sex, days, weight, length, position)       # arrays, as long as you like
    found.z["haz"], found.flagged["haz"]                       # two decimals; True where WHO calls it implausible
    classified("haz", found.z["haz"])                          # "pendek", …: Permenkes 2/2020
    gains(child, sex, days, weight)                            # N, T, O, B from one weighing to the next

The rules and their sources: docs/growth.md. The tables: static/who/tables.json, written by bin/who-tables.
"""

from .age import completed_months, days_between, days_of_months, in_range
from .classes import CLASSES, classified, counted, level
from .gain import below_red_line, gains, judged, minimum, twice
from .scores import INDICES, LIMITS, Growth, curve, flagged, rounded, zscores
from .stature import LYING, STANDING, UNKNOWN, corrected, position
from .tables import tables

__all__ = [
    "CLASSES",
    "INDICES",
    "LIMITS",
    "LYING",
    "STANDING",
    "UNKNOWN",
    "Growth",
    "below_red_line",
    "classified",
    "completed_months",
    "corrected",
    "counted",
    "curve",
    "days_between",
    "days_of_months",
    "flagged",
    "gains",
    "in_range",
    "judged",
    "level",
    "minimum",
    "position",
    "rounded",
    "tables",
    "twice",
    "zscores",
]
