"""Numbers on pages read as they read on the map."""

import pytest
from django.utils import translation

from geoportal import numerals


@pytest.mark.parametrize(
    ("value", "unit", "indonesian", "english"),
    [
        (0.6483, "km²", "0,65 km²", "0.65 km²"),
        (12.5, "km²", "12,5 km²", "12.5 km²"),
        (181.06, "km²", "181,1 km²", "181.1 km²"),
        (21, "%", "21,0 %", "21.0 %"),
        (0.125, "km²", "0,13 km²", "0.13 km²"),
        (45105, "", "45.105", "45,105"),
        (300, "", "300", "300"),
        (1234.56, "jiwa", "1.235 jiwa", "1,235 jiwa"),
    ],
)
def test_a_quantity_in_both_languages(value, unit, indonesian, english):
    for language, text in (("id", indonesian), ("en", english)):
        with translation.override(language):
            assert numerals.quantity(value, unit).replace("\u202f", " ").replace("\u00a0", " ") == text


def test_a_place_and_a_month_in_both_languages():
    with translation.override("id"):
        assert numerals.coordinates(97.151559, 5.168739) == "5,16874° LU 97,15156° BT"
        assert numerals.coordinates(107.92, -6.85) == "6,85000° LS 107,92000° BT"
        assert numerals.month("2026-08") == "Agustus 2026"
    with translation.override("en"):
        assert numerals.coordinates(-97.151559, 5.168739) == "5.16874° N 97.15156° W"
