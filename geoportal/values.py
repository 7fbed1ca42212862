"""The words of a query string -> numbers, days, places. Every refusal names the parameter, the value and the remedy."""

import datetime
import re
import uuid

from django.contrib.gis.geos import Point, Polygon
from django.utils.translation import gettext as _

from .errors import BadRequest

NUMBER = r"-?\d+(?:\.\d+)?"
MAX_VERTICES, MAX_UIDS, MAX_METRES = 500, 1000, 100_000


def wrong(name: str, value: str, wanted) -> BadRequest:
    """The sentence for a value that means nothing."""
    return BadRequest(
        _("“%(value)s” is not a value for %(name)s: write %(wanted)s.")
        % {"value": value[:60], "name": name, "wanted": wanted}
    )


def number(text: str) -> float:
    """The number of a text; ValueError for none, or one beyond belief."""
    if not re.fullmatch(NUMBER, text) or abs(float(text)) > 1e15:
        raise ValueError
    return float(text)


def day(text: str) -> datetime.date:
    """The day of a text such as 2026-08-31; ValueError for none."""
    return datetime.date.fromisoformat(text)


def day_range(text: str) -> tuple[datetime.date, datetime.date]:
    """First day of a year, month or day, and the day after its last."""
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T.*)?", text)
    try:
        if not match:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        start = datetime.date(year, month or 1, day or 1)
        if day:
            return start, start + datetime.timedelta(days=1)
        return start, datetime.date(year + 1, 1, 1) if not month or month == 12 else datetime.date(year, month + 1, 1)
    except (ValueError, OverflowError):
        raise wrong("datetime", text, _("a month such as 2026-08 or an interval 2026-01-01/2026-03-31")) from None


def numbers(name: str, value: str, n: int) -> list[float]:
    """n numbers separated by commas."""
    parts = value.split(",")
    if len(parts) != n or not all(re.fullmatch(NUMBER, part.strip()) for part in parts):
        raise wrong(name, value, _("%(n)s numbers separated by commas") % {"n": n})
    return [float(part) for part in parts]


def positive(name: str, metres: float) -> float:
    if not 1 <= metres <= MAX_METRES:
        raise wrong(name, f"{metres:g}", _("metres from 1 to 100,000"))
    return metres


def point(name: str, lon: float, lat: float) -> Point:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise wrong(name, f"{lon:g},{lat:g}", _("longitude, then latitude, in degrees"))
    return Point(lon, lat, srid=4326)


def box(value: str) -> Polygon:
    """bbox=west,south,east,north in EPSG:4326."""
    west, south, east, north = numbers("bbox", value, 4)
    point("bbox", west, south), point("bbox", east, north)
    if west >= east or south >= north:
        raise wrong("bbox", value, _("west, south, east, north"))
    area = Polygon.from_bbox((west, south, east, north))
    area.srid = 4326
    return area


def polygon(value: str) -> Polygon:
    """polygon=lon,lat lon,lat … in EPSG:4326, closed by itself; a shape that crosses itself is refused with that word."""
    corners = [tuple(numbers("polygon", pair, 2)) for pair in value.split()]
    if not 3 <= len(corners) <= MAX_VERTICES:
        raise wrong("polygon", f"{len(corners)}", _("3 to %(n)s corners as lon,lat lon,lat …") % {"n": MAX_VERTICES})
    for lon, lat in corners:
        point("polygon", lon, lat)
    area = Polygon([*corners, corners[0]], srid=4326)
    if not area.valid:
        raise BadRequest(_("The drawn polygon crosses itself: move the corners apart."))
    return area


def uids(value: str) -> list[uuid.UUID]:
    words = value.split(",")
    try:
        if len(words) > MAX_UIDS:
            raise ValueError
        return [uuid.UUID(word) for word in words]
    except ValueError:
        raise wrong("uid", value, _("at most %(n)s identifiers separated by commas") % {"n": MAX_UIDS}) from None
