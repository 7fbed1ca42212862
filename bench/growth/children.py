"""Made-up children whose figures lie as a population's do: what the product and its peers judge."""

import numpy as np

from layers.children.growth import LYING, STANDING
from layers.children.growth.scores import measure
from layers.children.growth.tables import tables

SHORTER = -1.1  # standard deviations by which the children are shorter and lighter than WHO's


def children(count: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Columns by the names of `zscores`: ages 1 to 1826 days, lengths to a millimetre, weights to 10 g, and one child in
    twenty lying or standing against its age; no arm before day 91."""
    draw = np.random.default_rng(seed)
    sex, days = draw.integers(1, 3, count), draw.integers(1, 1827, count)

    def standing_at(name, z):
        table = tables()[name]
        return measure(np.clip(z, -3, 3), *table.at(np.maximum(days - table.first, 0) + table.rows * (sex == 2)))

    z = draw.normal(SHORTER, 1.1, count)
    against = draw.random(count) < 0.05
    return {
        "sex": sex,
        "days": days,
        "weight": np.round(standing_at("wfa", 0.7 * z + draw.normal(0, 0.8, count)), 2),
        "length": np.round(standing_at("lfa", z), 1),
        "position": np.where((days < 731) != against, LYING, STANDING).astype(np.int8),
        "head": np.round(standing_at("hcfa", draw.normal(-0.5, 1, count)), 1),
        "arm": np.where(days < 91, np.nan, np.round(standing_at("acfa", draw.normal(-0.5, 1, count)), 1)),
    }


def listed(columns: dict[str, np.ndarray], count: int) -> list[dict]:
    """The first children as a library takes them, one by one; None where there is no figure."""
    rows = zip(*(columns[name][:count].tolist() for name in columns), strict=True)
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    return [
        {**child, "lying": child["position"] == LYING, "arm": child["arm"] if child["arm"] == child["arm"] else None}
        for child in found
    ]
