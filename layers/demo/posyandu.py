"""The demo city's posyandu: about one for 660 people, more in town and fewer in the country, where its people live, with made-up names."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from layers.demo.city import gampong
from layers.demo.frame import degrees
from layers.demo.people import stood

PEOPLE = {True: 880, False: 540}  # served by one posyandu, in town and country
REACH = {True: 0.6, False: 0.5}  # share of the houses, in town and country, in a hamlet that may have one
NAMES = """Melati|Mawar|Anggrek|Dahlia|Kenanga|Cempaka|Flamboyan|Seulanga|Jeumpa|Seroja|Teratai|Tulip|Matahari|Kamboja|Bougenville
Nusa Indah|Kasih Ibu|Harapan Bunda|Aneuk Meutuah|Bina Sejahtera|Mutiara|Permata Hati|Tunas Bangsa|Sehat Bersama|Kasih Bunda
Meurah|Rahmat|Sejahtera|Pelangi|Cahaya|Bintang|Edelweis|Aster|Lavender|Asoka|Sakura""".replace("\n", "|").split("|")
STRATA, SHARES = np.array(["pratama", "madya", "purnama", "mandiri"]), (0.12, 0.38, 0.36, 0.14)


@dataclass(frozen=True)
class Post:
    """One posyandu; `area` indexes city.gampong(), lon and lat are degrees."""

    code: str
    name: str
    area: int
    lon: float
    lat: float
    strata: str
    day: int
    cadres: int


@cache
def posyandu(seed=1):
    """All posts, gampong by gampong; the same at every scale."""
    rng = np.random.default_rng([seed, 7])
    posts = []
    for index, area in enumerate(gampong()):
        count = max(1, round(area.people / PEOPLE[area.urban]))
        # Along the lanes means among the people, hamlet by hamlet; in the country from the main one to the least.
        _, xy = stood(rng, index + np.sort(rng.random(count)) * REACH[area.urban])
        names = rng.choice(NAMES, count, replace=False)
        for number, (name, (lon, lat)) in enumerate(zip(names, degrees(xy), strict=True), start=1):
            strata = str(rng.choice(STRATA, p=SHARES))
            day, cadres = int(rng.integers(3, 26)), int(rng.integers(4, 8))
            code = f"PSY-{area.code}-{number}"
            posts.append(Post(code, f"Posyandu {name}", index, float(lon), float(lat), strata, day, cadres))
    return tuple(posts)


def nearest(area, lon, lat, posts):
    """(n,) index of the nearest post of the same gampong; the gampong's first for a household without a point."""
    of = np.array([post.area for post in posts])
    at = np.array([(post.lon, post.lat) for post in posts])
    found = np.searchsorted(of, area)
    for index in np.unique(area):
        rows = np.flatnonzero((area == index) & ~np.isnan(lon))
        mine = np.flatnonzero(of == index)
        gap = np.hypot(lon[rows, None] - at[mine, 0], lat[rows, None] - at[mine, 1])
        found[rows] = mine[gap.argmin(1)] if len(rows) else []
    return found
