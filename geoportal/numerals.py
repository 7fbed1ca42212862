"""Quantities, months and coordinates as pages write them in the reader's language: the same as static/js/lib/format.js."""

import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import formats
from django.utils.translation import get_language

NARROW, FIXED = "\u202f", "\u00a0"  # spaces that do not break, between a number and its unit
DIRECTIONS = {"id": ("LU", "LS", "BT", "BB"), "en": ("N", "S", "E", "W")}


def decimals(value: float, unit: str = "") -> int:
    """How many decimals a value has at most: one below 1,000, none above; of square kilometres two below 100."""
    if unit == "km²" and abs(value) < 100:
        return 2
    return 1 if abs(value) < 1000 else 0


def quantity(value: float | int, unit: str = "") -> str:
    """The value with its unit: 0,65 km², 21,0 %, 1.234 orang."""
    space = NARROW if unit == "%" else FIXED
    return f"{number(value, unit)}{space}{unit}" if unit else number(value)


def number(value: float | int, unit: str = "") -> str:
    """The value without its unit; a share always with one decimal, so that shares line up."""
    if unit == "%":
        return formats.number_format(rounded(value, 1), 1, force_grouping=True)
    short = rounded(value, decimals(value, unit)).normalize()
    return formats.number_format(short if short % 1 else int(short), force_grouping=True)


def rounded(value: float | int, digits: int) -> Decimal:
    """The value with so many decimals, halves away from 0 as browsers round them."""
    return Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def coordinates(lon: float, lat: float) -> str:
    """5,18012° LU 97,14034° BT."""
    north, south, east, west = DIRECTIONS.get((get_language() or "id")[:2], DIRECTIONS["en"])
    halves = ((lat, north, south), (lon, east, west))
    return " ".join(
        f"{formats.number_format(rounded(abs(v), 5), 5)}° {low if v < 0 else high}" for v, high, low in halves
    )


def month(text: str) -> str:
    """Agustus 2026 of 2026-08."""
    return formats.date_format(datetime.date.fromisoformat(f"{text}-01"), "F Y")
