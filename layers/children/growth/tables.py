"""WHO's tables as arrays, read once."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "static" / "who" / "tables.json"
SEXES = ("male", "female")


@dataclass(frozen=True)
class Table:
    """WHO's L (power), M (median) and S (spread) of one standard, the rows of the boys and then those of the girls.

    Row 0 stands for `first`: an age in days, or a length in millimetres. The power is None where it is 1 in every row.
    """

    first: int
    rows: int
    power: np.ndarray | None
    median: np.ndarray
    spread: np.ndarray

    def at(self, rows):
        """(power, median, spread) of these rows."""
        return (None if self.power is None else self.power[rows]), self.median[rows], self.spread[rows]


@cache
def tables() -> dict[str, Table]:
    """The standards by name: lfa, wfa, bmifa, hcfa, acfa by day of age; wfl, wfh by millimetre."""
    held = json.loads(FILE.read_text())
    found = {}
    for name, table in held["tables"].items():
        power, median, spread = (figures(table, part) / 10 ** held["decimals"][part] for part in "lms")
        found[name] = Table(table["first"], table["rows"], None if (power == 1).all() else power, median, spread)
    return found


def figures(table: dict, part: str) -> np.ndarray:
    """The whole numbers of one column, boys then girls: what the file holds, added up twice."""
    return np.concatenate([np.cumsum(np.cumsum(np.array(table[sex][part], np.int64))) for sex in SEXES])
