"""UTM coordinates as people type them, to degrees. Pure Python, WGS 84."""

import math
import re

_ZONE = r"(?P<zone>\d{1,2})\s*(?P<band>[C-HJ-NP-X])"
_PAIR = r"(?P<one>[\d.,]+)\s*(?:M?[ENTU]|M)?\s*[,;/]?\s+(?:[ENTUXY]\s*[:=]?\s*)?(?P<two>[\d.,]+)\s*(?:M?[ENTU]|M)?"
_WRITTEN = re.compile(
    rf"(?:UTM\s*)?(?:(?:ZONE|ZONA)?\s*{_ZONE}[\s,;]+)?(?:[ENTUXY]\s*[:=]?\s*)?{_PAIR}"
    rf"(?:[\s,;]+(?:UTM\s*)?(?:ZONE|ZONA)?\s*{_ZONE.replace('zone', 'zone2').replace('band', 'band2')})?",
    re.IGNORECASE,
)


def read(text, near_lon, near_lat):
    """The possible places [(lon, lat)] of "47N 294000 572000", or [] where the text is no UTM.

    Two where either number could be the easting. A zone or half of the globe the text leaves out is that of the place near by.
    """
    found = _WRITTEN.fullmatch(text)
    if not found:
        return []
    one, two = _metres(found["one"]), _metres(found["two"])
    if one is None or two is None or max(one, two) < 1000:
        return []
    zone = int(found["zone"] or found["zone2"] or (near_lon + 180) // 6 + 1)
    band = (found["band"] or found["band2"] or ("N" if near_lat >= 0 else "S")).upper()
    if not 1 <= zone <= 60:
        return []
    # In Indonesia "48S" means the southern half, not the latitude band S of the Mediterranean.
    north = band >= "N" and band != "S"
    pairs = [(one, two), (two, one)]
    return [degrees(e, n, zone, north=north) for e, n in pairs if 100_000 <= e < 900_000 and 0 <= n <= 10_000_000]


def _metres(text):
    """A number of metres; "294.000" and "9.312.500" are thousands, as Indonesian offices write them."""
    text = text.strip(".,")
    if re.fullmatch(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})?(?:(?!\1)[.,]\d+)?", text):
        mark = re.search(r"[.,]", text)[0]
        text = text.replace(mark, "")
    text = text.replace(",", ".")
    return float(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None


def degrees(easting, northing, zone, *, north):
    """(lon, lat) of WGS 84 / UTM metres, to a millimetre inside the zone.

    Krüger's series to the fourth order: C. F. F. Karney, "Transverse Mercator with an accuracy of a few nanometers",
    Journal of Geodesy 85 (2011), eq. 36 (beta) and 19-21.
    """
    flattening = 1 / 298.257223563
    n = flattening / (2 - flattening)
    radius = 6_378_137 / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    beta = (
        n / 2 - 2 / 3 * n**2 + 37 / 96 * n**3 - n**4 / 360,
        n**2 / 48 + n**3 / 15 - 437 / 1440 * n**4,
        17 / 480 * n**3 - 37 / 840 * n**4,
        4397 / 161280 * n**4,
    )
    xi = (northing - (0 if north else 10_000_000)) / (0.9996 * radius)
    eta = (easting - 500_000) / (0.9996 * radius)
    along, across = xi, eta
    for order, factor in enumerate(beta, 1):
        along -= factor * math.sin(2 * order * xi) * math.cosh(2 * order * eta)
        across -= factor * math.cos(2 * order * xi) * math.sinh(2 * order * eta)
    lon = zone * 6 - 183 + math.degrees(math.atan2(math.sinh(across), math.cos(along)))
    conformal = math.sin(along) / math.hypot(math.sinh(across), math.cos(along))
    return lon, math.degrees(_latitude(conformal, math.sqrt(flattening * (2 - flattening))))


def _latitude(conformal, eccentricity):
    """Geographic latitude in radians from the tangent of the conformal one: Newton's method, Karney (2011) eq. 19-21."""
    tangent = conformal
    for _ in range(4):
        root = math.hypot(1, tangent)
        sigma = math.sinh(eccentricity * math.atanh(eccentricity * tangent / root))
        guess = tangent * math.hypot(1, sigma) - sigma * root
        step = (conformal - guess) / math.hypot(1, guess)
        tangent += step * (1 + (1 - eccentricity**2) * tangent**2) / ((1 - eccentricity**2) * root)
    return math.atan(tangent)
