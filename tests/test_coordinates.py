"""Coordinates as people type them: each notation names the same place."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geoportal import utm
from geoportal.coordinates import kilometres_outside, read, written

LHOKSEUMAWE = (96.99, 5.03, 97.24, 5.26)
SOUTHERN = (107.2, -6.6, 107.7, -6.2)


@pytest.mark.parametrize(
    "text",
    [
        "5.18, 97.14",
        "5.18,97.14",
        "5.18 97.14",
        "5.18;97.14",
        "5,18; 97,14",
        "5,18;97,14",
        "5,18 97,14",
        "5,18, 97,14",
        "5,18,97,14",
        "97.14 5.18",
        "97,14; 5,18",
        "  97.14 / 5.18 ",
        "+5.18 +97.14",
        "5.18° N, 97.14° E",
        "5,18° LU 97,14° BT",
        "97,14 BT; 5,18 LU",
        "LU 5,18 BT 97,14",
        "N5.18 E97.14",
        "5.18 lintang utara, 97.14 bujur timur",
        "lat: 5.18, lon: 97.14",
        "Lintang: 5.18 Bujur: 97.14",
        "5°10'48\"N 97°8'24\"E",
        "5°10'48\" LU, 97°8'24\" BT",
        "5° 10′ 48″ LU 97° 08′ 24″ BT",
        "5º10’48,0” LU; 97º8’24,0” BT",
        "5°10'48'' N 97°8'24'' E",
        "LU 5 10 48 BT 97 8 24",
        "5 10 48 97 8 24",
        "5°10.8' N 97°8.4' E",
        "5 10,8 97 8,4",
        "5.18 N 97°8'24\"E",
        "https://maps.google.com/?q=5.18,97.14",
        "https://www.google.com/maps/@5.18,97.14,15z",
        "geo:5.18,97.14?z=15",
    ],
)
def test_each_notation_names_the_same_place(text):
    assert read(text, LHOKSEUMAWE) == pytest.approx((97.14, 5.18), abs=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "-6,4; 107,5",
        "107.5 -6.4",
        "−6.4, 107.5",
        "6.4 S 107.5 E",
        "6,4° LS 107,5° BT",
        "107°30' BT 6°24' LS",
        "LS 6 24 00 BT 107 30 00",
        "-6°24'0\" 107°30'0\"",
    ],
)
def test_south_of_the_equator_too(text):
    assert read(text, SOUTHERN) == pytest.approx((107.5, -6.4), abs=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "47N 294000 572000",
        "47 N 294000 572000",
        "UTM 47N 294000 572000",
        "294000 572000 47N",
        "294000 572000 zona 47N",
        "47N 294000,0 572000,0",
        "47N 294.000 572.000",
        "47N 294000mE 572000mN",
        "294000, 572000",
        "x: 294000 y: 572000",
        "47N E 294000 N 572000",
    ],
)
def test_utm_with_and_without_its_zone(text):
    # PROJ 9: EPSG:32647 (294000, 572000) -> 97.14153470, 5.17219695
    assert read(text, LHOKSEUMAWE) == pytest.approx((97.14153470, 5.17219695), abs=1e-8)


def test_the_southern_half_is_meant_by_48s():
    lon, lat = Transformer.from_crs(32748, 4326, always_xy=True).transform(775_000, 9_292_000)
    for text in ("48S 775000 9292000", "48M 775000 9292000", "775.000 9.292.000"):
        assert read(text, SOUTHERN) == pytest.approx((lon, lat), abs=1e-8)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Pusong Lhokseumawe",
        "5",
        "5,18",
        "5.18, 97.14, 12",
        "11.73.02.2003",
        "5°61'00\" N 97°8'24\" E",
        "5.5°10' N 97° E",
        "95.18, 197.14",
        "5.18 N 97.14 S",
        "Jalan Merdeka 5 97",
        "0812 3456 7890",
        "47N",
        "61N 294000 572000",
        "-5.18 S 97.14 E",
        "9" * 400,
    ],
)
def test_other_texts_are_no_coordinates(text):
    assert read(text, LHOKSEUMAWE) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    place = read(text, LHOKSEUMAWE)
    assert place is None or (abs(place[0]) <= 180 and abs(place[1]) <= 90)


cities = st.tuples(st.floats(95, 141), st.floats(-11, 6))


def around(lon, lat):
    return (lon - 0.2, lat - 0.2, lon + 0.2, lat + 0.2)


def sexagesimal(degrees, digits):
    seconds = round(abs(degrees) * 3600, digits)
    return int(seconds // 3600), int(seconds // 60 % 60), round(seconds % 60, digits)


@given(
    cities,
    st.sampled_from(["{lat}, {lon}", "{lon} {lat}", "{lat};{lon}", "{lon}/{lat}"]),
    st.booleans(),
)
def test_decimal_degrees_come_back_whatever_the_order_and_comma(city, form, comma):
    lon, lat = city
    text = form.format(lon=f"{lon:.6f}", lat=f"{lat:.6f}")
    if comma:
        text = form.replace(", ", "; ").format(lon=f"{lon:.6f}".replace(".", ","), lat=f"{lat:.6f}".replace(".", ","))
    assert read(text, around(lon, lat)) == pytest.approx((lon, lat), abs=1e-6)


@given(
    cities,
    st.sampled_from([("LU", "LS", "BT"), ("N", "S", "E"), ("U", "S", "T")]),
    st.booleans(),
    st.booleans(),
)
def test_degrees_minutes_seconds_come_back(city, names, before, marks):
    lon, lat = city
    north, south, east = names
    pattern = "{}°{}'{}\"" if marks else "{} {} {}"
    angles = [(pattern.format(*sexagesimal(lat, 2)), north if lat >= 0 else south)]
    angles.append((pattern.format(*sexagesimal(lon, 2)), east))
    text = " ".join(f"{name} {angle}" if before else f"{angle} {name}" for angle, name in angles)
    # half of a hundredth of a second, in degrees, and then some
    assert read(text, around(lon, lat)) == pytest.approx((lon, lat), abs=2e-6)


@given(cities)
def test_utm_agrees_with_proj(city):
    lon, lat = city
    zone = int((lon + 180) // 6) + 1
    code = (32600 if lat >= 0 else 32700) + zone
    easting, northing = Transformer.from_crs(4326, code, always_xy=True).transform(lon, lat)
    assert utm.degrees(easting, northing, zone, north=lat >= 0) == pytest.approx((lon, lat), abs=1e-8)
    text = f"{zone}{'N' if lat >= 0 else 'S'} {easting:.2f} {northing:.2f}"
    assert read(text, around(lon, lat)) == pytest.approx((lon, lat), abs=2e-7)


@given(cities)
def test_what_is_written_is_read_again(city):
    lon, lat = city
    assert read(written(lon, lat), around(lon, lat)) == pytest.approx((lon, lat), abs=6e-6)


def test_distance_outside_the_city():
    assert kilometres_outside(97.1, 5.1, LHOKSEUMAWE) == 0
    assert kilometres_outside(97.1, 6.26, LHOKSEUMAWE) == pytest.approx(111.2, abs=0.1)
    # one degree east at 5.145 N: 111.195 x cos(5.145°)
    assert kilometres_outside(98.24, 5.1, LHOKSEUMAWE) == pytest.approx(
        111.195 * math.cos(math.radians(5.145)), abs=0.01
    )
