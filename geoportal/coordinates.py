"""Typed coordinates, read as people write them. Pure Python; degrees in WGS 84, longitude first as everywhere else.

Read are decimal degrees with point or comma, degrees with minutes and seconds, hemispheres in Indonesian (LU, LS, BT,
BB) and English, UTM with or without its zone, and links shared from a map application.
"""

import math
import re

from geoportal import utm

KILOMETRES_PER_DEGREE = 111.195

_MARKS = str.maketrans(
    {"º": "°", "˚": "°", "−": "-", "–": "-"} | dict.fromkeys("′’‘`´", "'") | dict.fromkeys("″”“", '"')
)
_WORDS = [
    (
        r"\b(?:latitude|lat|longitude|lon|lng|long|lintang(?=\s*[:=])|bujur(?=\s*[:=]))\s*[:=]?",
        " ",
    ),
    (r"\b(?:LU|LINTANG UTARA|UTARA|NORTH|U)\b", "N"),
    (r"\b(?:LS|LINTANG SELATAN|SELATAN|SOUTH)\b", "S"),
    (r"\b(?:BT|BUJUR TIMUR|TIMUR|EAST|T)\b", "E"),
    (r"\b(?:BB|BUJUR BARAT|BARAT|WEST|B)\b", "W"),
]
_LINK = re.compile(r"(-?\d{1,3}\.\d+)(?:,|%2C)\s*(-?\d{1,3}\.\d+)", re.IGNORECASE)
_TOKEN = re.compile(r"""([+-]?\d+(?:\.\d+)?)\s*(°|''|'|")?|([NSEW])|([\s/|]+)""")
_AXIS = {"N": "lat", "S": "lat", "E": "lon", "W": "lon"}


def read(text, bbox):
    """(lon, lat) in degrees, or None where the text is no coordinate.

    `bbox` is the city's (west, south, east, north): it settles which number is the longitude where the text does not
    say, and the zone of UTM numbers written without one. The answer may lie outside it: ask `kilometres_outside`.
    """
    west, south, east, north = bbox
    text = text.strip().translate(_MARKS)
    if len(text) > 300:
        return None
    if text.lower().startswith(("http:", "https:", "geo:")):
        found = _LINK.search(text)
        return found and _ordered(*map(float, found.groups()), None, None, bbox)
    grid = utm.read(text, (west + east) / 2, (south + north) / 2)
    return min(grid, key=lambda place: kilometres_outside(*place, bbox), default=None) or _degrees(text, bbox)


def kilometres_outside(lon, lat, bbox):
    """How far a place is from the box, in km, 0 inside; on a sphere flat near the box, good to 1 % for a city."""
    west, south, east, north = bbox
    across = max(west - lon, 0, lon - east) * math.cos(math.radians((south + north) / 2))
    along = max(south - lat, 0, lat - north)
    return math.hypot(across, along) * KILOMETRES_PER_DEGREE


def written(lon, lat):
    """The place in decimal degrees as it can be typed again: latitude, longitude, five digits (about a metre)."""
    return f"{lat:.5f}, {lon:.5f}"


def angle(text):
    """(degrees, "lon", "lat" or None) of a text that holds one angle, by its hemisphere; None where it is no angle."""
    found = _parts(text.strip().translate(_MARKS))
    if not found or len(found[0]) > 3 or len(found[2]) > 1:
        return None
    numbers, marks, letters = found
    degrees = _angle(numbers, marks)
    if degrees is None or any(0 < at < len(numbers) for at, _letter in letters):
        return None
    letter = letters[0][1] if letters else ""
    if degrees < 0 and letter in ("S", "W"):
        return None
    return (-degrees if letter in ("S", "W") else degrees), _AXIS.get(letter)


def _parts(text):
    """(numbers, the mark behind each, [(before which number, hemisphere)]) of a text, None where it holds anything else."""
    if len(text) > 300:
        return None
    for pattern, letter in _WORDS:
        text = re.sub(pattern, letter, text, flags=re.IGNORECASE)
    text = _points(text.upper())
    numbers, marks, letters, end = [], [], [], 0
    for token in _TOKEN.finditer(text):
        if token.start() != end:
            return None
        end = token.end()
        number, mark, letter, _ = token.groups()
        if number:
            numbers.append(number)
            marks.append('"' if mark == "''" else mark)
        elif letter:
            letters.append((len(numbers), letter))
    return (numbers, marks, letters) if end == len(text) else None


def _degrees(text, bbox):
    found = _parts(text)
    if not found or len(found[2]) > 2 or not 2 <= len(found[0]) <= 6:
        return None
    numbers, marks, letters = found
    split = _split(marks, letters)
    angles = [_angle(numbers[part], marks[part]) for part in (slice(0, split), slice(split, None))]
    if None in angles:
        return None
    return _with_hemispheres(angles, letters, split, bbox)


def _points(text):
    """The text with decimal points, and no comma left: a comma is decimal between digits unless points are there."""
    text = text.replace(";", " ; ")
    if not re.search(r"\d\.\d", text):
        whole = re.fullmatch(r"\s*(-?\d+),(\d+),\s*(-?\d+),(\d+)\s*", text)
        if whole:
            return "{}.{} {}.{}".format(*whole.groups())
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    return text.replace(",", " ").replace(";", " ").strip()


def _split(marks, letters):
    """How many numbers belong to the first angle: by degree signs, else by hemisphere letters, else half of them."""
    signs = [at for at, mark in enumerate(marks) if mark == "°"]
    if len(signs) == 2 and signs[0] == 0:
        return signs[1]
    if letters and letters[0][0] > 0:
        return letters[0][0]
    if len(letters) == 2:
        return letters[1][0]
    return len(marks) // 2 if len(marks) % 2 == 0 else 0


def _angle(numbers, marks):
    """Degrees of one to three numbers, None where they are no angle (61 minutes, a fraction before the last)."""
    if not 1 <= len(numbers) <= 3:
        return None
    if any(mark not in (None, wanted) for mark, wanted in zip(marks, "°'\"", strict=False)):
        return None
    if any("." in number for number in numbers[:-1]) or any(number[0] in "+-" for number in numbers[1:]):
        return None
    degrees, *rest = (abs(float(number)) for number in numbers)
    if any(part >= 60 for part in rest):
        return None
    size = degrees + sum(part / 60**power for power, part in enumerate(rest, 1))
    return -size if numbers[0].startswith("-") else size


def _with_hemispheres(angles, letters, split, bbox):
    axes = [None, None]
    prefixed = bool(letters) and letters[0][0] == 0
    for at, letter in letters:
        which = int(at > split or (at == split and prefixed))
        if axes[which] or (angles[which] < 0 and letter in "SW"):
            return None
        axes[which] = _AXIS[letter]
        angles[which] *= -1 if letter in "SW" else 1
    return _ordered(*angles, *axes, bbox)


def _ordered(first, second, first_axis, second_axis, bbox):
    """(lon, lat) of two angles: by the axes written, else the order nearer the city, else latitude first."""
    orders = [("lat", "lon", second, first), ("lon", "lat", first, second)]
    possible = [
        (lon, lat)
        for one, two, lon, lat in orders
        if first_axis in (None, one) and second_axis in (None, two) and abs(lat) <= 90 and abs(lon) <= 180
    ]
    return min(possible, key=lambda place: kilometres_outside(*place, bbox), default=None)
