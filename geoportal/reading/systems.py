"""Coordinate reference systems: which one a file names, and which one its coordinates could be in, judged by where they fall.

Boxes are (west, south, east, north) in degrees, EPSG:4326; coordinates always east first.
"""

import numpy as np
import pyproj

from .found import Guess, Refused

INDONESIA = (94.5, -11.5, 141.5, 6.5)
MARGIN = 0.01  # degrees, about a kilometre: as far outside a city as a point may lie
GROUND = "EPSG:4326"
# What Indonesian offices use: degrees; UTM 46 to 54, north and south; DGN95 TM-3 46.2 to 54.1 (the land office's); web maps.
USUAL = [
    GROUND, *(f"EPSG:326{zone}" for zone in range(46, 55)), *(f"EPSG:327{zone}" for zone in range(46, 55)),
    *(f"EPSG:238{number}" for number in range(30, 46)), "EPSG:3857",
]  # fmt: skip
SAMPLE = 2000


def known(text: str) -> pyproj.CRS:
    """The system of a code or definition. Refused when there is none of it."""
    try:
        return pyproj.CRS.from_user_input(text)
    except (pyproj.exceptions.CRSError, ValueError):
        raise Refused("crs", crs=text[:60]) from None


def code(crs: pyproj.CRS) -> str:
    """EPSG:… of a system, else its name."""
    number = crs.to_epsg()
    return f"EPSG:{number}" if number else crs.name


def degrees(crs: pyproj.CRS, xy: np.ndarray, swapped: bool = False) -> np.ndarray:
    """Coordinates (n, 2) in that system, in degrees; infinite where they lie outside what the system can say."""
    xy = xy[:, ::-1] if swapped else xy
    if crs.equals(pyproj.CRS(GROUND), ignore_axis_order=True):
        return xy
    project = pyproj.Transformer.from_crs(crs, GROUND, always_xy=True)
    return np.column_stack(project.transform(xy[:, 0], xy[:, 1]))


def inside(lonlat: np.ndarray, box) -> float:
    """The share (0..1) of coordinates that lie in the box or just outside it."""
    west, south, east, north = box
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    at = (lon >= west - MARGIN) & (lon <= east + MARGIN) & (lat >= south - MARGIN) & (lat <= north + MARGIN)
    return float(at.mean()) if len(at) else 0.0


def guesses(xy: np.ndarray, box, first: str = "") -> list[Guess]:
    """The readings of coordinates (n, 2) by which some of them lie in the box, those with most of them first; of equals the
    one that `first` names, then the axes as given, then the usual order. Numbers up to 180 are degrees, larger ones metres."""
    xy = xy[np.isfinite(xy).all(axis=1)][:: max(1, len(xy) // SAMPLE)]
    small, found = len(xy) > 0 and np.abs(xy).max() <= 180, []
    for name in dict.fromkeys([first, *USUAL] if first else USUAL):
        crs = known(name)
        if crs.is_geographic != small:
            continue
        for swapped in (False, True):
            share = inside(degrees(crs, xy, swapped), box)
            if share > 0:
                found.append(Guess(name, crs.name, swapped, round(share, 4)))
    return sorted(found, key=lambda guess: (-guess.share, guess.crs != first, guess.swapped))
