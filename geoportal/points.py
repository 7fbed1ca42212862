"""Coordinates in the cells of a table, as people write them, in degrees: one column or two, DMS or decimal, or metres of a CRS."""

import re

import numpy as np
from django.utils.translation import gettext as _

from . import coordinates, places
from .frame import Frame
from .reading import systems
from .reading.found import Choices

BOTH = "coordinates"  # what a column is that holds both
PLAIN = re.compile(r"\s*[+-]?\d+(?:[.,]\d+)?\s*")
GROUPED = re.compile(r"\s*-?\d{1,3}(?:\.\d{3}){1,2}(?:,\d+)?\s*")


def located(frame: Frame, choices: Choices, decimal: str) -> None:
    """Writes longitude and latitude in degrees into the columns `lon` and `lat` wherever the cells can be read; the others stay
    as they are, for the form to judge. Of the whole it notes in `frame.found` which other reading would lie in the city."""
    city = places.root()
    box = city.geom.extent if city and city.geom else systems.INDONESIA
    if BOTH in frame.columns:
        apart(frame, box)
    if not {"lon", "lat"} <= frame.columns.keys():
        return
    pairs = [read(lon, lat, decimal) for lon, lat in zip(frame.columns["lon"], frame.columns["lat"], strict=True)]
    rows = [row for row, pair in enumerate(pairs) if pair]
    if not rows:
        return
    given = np.array([pairs[row] for row in rows])
    found = frame.found
    found.crs, found.swapped = choices.crs or systems.GROUND, choices.axes == "swapped"
    crs = systems.known(found.crs)
    found.crs_name = crs.name
    xy = systems.degrees(crs, given, found.swapped)
    if systems.inside(xy, box) < 0.5:
        found.guesses = systems.guesses(given, box, found.crs)
    for row, (x, y) in zip(rows, xy.tolist(), strict=True):
        frame.columns["lon"][row], frame.columns["lat"][row] = x, y


def apart(frame: Frame, box) -> None:
    """The one column as two; a cell that is no coordinate is noted as spoilt."""
    cells = frame.columns.pop(BOTH)
    lons, lats = frame.columns.setdefault("lon", [""] * len(cells)), frame.columns.setdefault("lat", [""] * len(cells))
    west, south, east, north = box
    example = coordinates.written((west + east) / 2, (south + north) / 2)
    for row, cell in enumerate(cells):
        text = str(cell if cell is not None else "").strip()
        place = coordinates.read(text, box) if text else None
        if place:
            lons[row], lats[row] = place
        elif text:
            sentence = _("“%(value)s” is no coordinate. Write it as %(example)s.")
            frame.spoilt.setdefault(row, []).append(("lon", sentence % {"value": text[:60], "example": example}))


def read(lon, lat, decimal: str) -> tuple[float, float] | None:
    """The two numbers of two cells, None where one is none. Cells that name the other's hemisphere are exchanged."""
    one, other = number(lon, decimal), number(lat, decimal)
    if one is None or other is None:
        return None
    (x, x_axis), (y, y_axis) = one, other
    return (y, x) if x_axis == "lat" and y_axis == "lon" else (x, y)


def number(cell, decimal: str) -> tuple[float, str | None] | None:
    """(value, axis its hemisphere names) of a cell with degrees or metres; None where it is neither."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return (float(cell), None) if np.isfinite(cell) else None
    if not isinstance(cell, str):
        return None
    if decimal == "," and GROUPED.fullmatch(cell):
        cell = cell.replace(".", "")
    if PLAIN.fullmatch(cell):
        return float(cell.replace(",", ".")), None
    return coordinates.angle(cell)
