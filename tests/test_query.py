"""The query string: what each kind of filter finds, each spatial question with metres a pencil can check, the window it opens.

At 5° north one degree of longitude is 110,899 m and one of latitude 110,583 m (WGS 84): 0.01° are 1,109 m and 1,106 m.
"""

import dataclasses

import pytest
from django.contrib.gis.geos import Point
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geoportal import catalogue, rows
from geoportal.places import Area
from tests.asked import HOUSES, POSYANDU, STRANGER, few, found, households, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def surveyor(person):
    return person("surveyor", "health", "11.73")


@pytest.fixture
def houses(row):
    return households(row)


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("latrine=own", [0]),
        ("latrine=own,none", [0, 2]),
        ("desil=4", [1]),
        ("desil=1..4", [0, 1]),
        ("desil=2..", [1]),
        ("desil=..3", [0]),
        ("desil=1.5..3.9", []),
        ("desil=99999999", []),
        ("pkh=true", [0]),
        ("pkh=false", [1, 2]),
        ("surveyed=2026-01-31", [0]),
        ("surveyed=2026-02-01..", [1]),
        ("surveyed=..2026-01-31", [0]),
        ("latrine=own,shared&desil=2..4", [1]),
        ("latrine=", [0, 1, 2]),
        ("datetime=2026", [0, 1]),
        ("datetime=2026-01", [0]),
        ("datetime=2026-01-31", [0]),
        ("datetime=2026-02", []),
        ("datetime=2026-01/2026-03", [0, 1]),
        ("datetime=2026-01-31/2026-02-28", [0]),
        ("datetime=2026-02-01/..", [1]),
        ("datetime=../2026-02-28", [0]),
    ],
)
def test_each_kind_of_filter_finds_what_it_says(houses, surveyor, acting, text, which):
    with acting(surveyor):
        assert found(HOUSES, text, surveyor) == {houses[n] for n in which}


def test_a_text_filter_finds_the_letters_anywhere_whatever_their_case_and_never_as_a_pattern(row):
    first, second = row(POSYANDU, name="Melati 100%"), row(POSYANDU, name="Mawar")
    assert found(POSYANDU, "name=LATI") == {first.pk}
    assert found(POSYANDU, "name=ma") == {second.pk}
    assert found(POSYANDU, "name=0%25") == {first.pk}
    assert found(POSYANDU, "name=M%25r") == set()


def test_an_area_filter_takes_the_areas_inside(row):
    layer = dataclasses.replace(POSYANDU, filters=["area_code"])
    west, east = row(POSYANDU, lon=97.01), row(POSYANDU, lon=97.05)
    assert found(layer, "area_code=11.73.01") == {west.pk}
    assert found(layer, "area_code=11.73.02.2001") == {east.pk}


def test_inside_takes_an_area_of_any_level_and_what_declares_no_more_than_a_kecamatan(row):
    west, east = row(POSYANDU, lon=97.01), row(POSYANDU, lon=97.05)
    unplaced = row(POSYANDU, lon=None, declared_code="11.73.02")
    assert found(POSYANDU, "inside=11.73") == {west.pk, east.pk, unplaced.pk}
    assert found(POSYANDU, "inside=11.73.02") == {east.pk, unplaced.pk}
    assert found(POSYANDU, "inside=11.73.02.2001") == {east.pk}
    assert found(POSYANDU, "inside=11.73.01,11.73.02.2001") == {west.pk, east.pk}
    areas = catalogue.layer("areas")
    assert {Area.objects.get(pk=pk).code for pk in found(areas, "inside=11.73.01")} == {
        "11.73.01", "11.73.01.2001", "11.73.01.2002",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "in_it"),
    [
        ("bbox=97,5,97.02,5.02", True),
        ("bbox=97.0101,5,97.02,5.02", False),
        ("bbox=97.01,5.01,97.02,5.02", True),  # its corner
        ("polygon=97,5 97.02,5 97.02,5.02 97,5.02", True),
        ("polygon=97,5 97.02,5 97.02,5.02", True),  # on the diagonal
        ("polygon=97,5 97.02,5 97.02,5.019", False),  # just above the diagonal
        ("polygon=97.0101,5 97.02,5 97.02,5.02 97.0101,5.02", False),
    ],
)
def test_box_and_polygon_hold_what_lies_in_them(row, text, in_it):
    stored = row(POSYANDU, lon=97.01, lat=5.01).pk
    assert found(POSYANDU, text) == ({stored} if in_it else set())


def test_a_circle_counts_metres_on_the_ground(row):
    row(POSYANDU, lon=97.01, lat=5.00)
    for text in ("circle=97.02,5.00,1108", "circle=97.01,5.01,1105"):
        assert len(found(POSYANDU, text)) == 0, text
    for text in ("circle=97.02,5.00,1110", "circle=97.01,5.01,1107"):
        assert len(found(POSYANDU, text)) == 1, text


def test_within_and_beyond_part_the_placed_rows(row, houses, surveyor, acting):
    row(POSYANDU, lon=97.02, lat=5.01)  # 1,109 m east of the houses
    unplaced = row(HOUSES, lon=None, declared_code="11.73.01.2001").pk
    with acting(surveyor):
        assert found(HOUSES, "within=posyandu:1108", surveyor) == set()
        assert found(HOUSES, "within=posyandu:1110", surveyor) == set(houses)
        assert found(HOUSES, "beyond=posyandu:1108", surveyor) == set(houses)
        assert found(HOUSES, "beyond=posyandu:1110", surveyor) == set()
        assert unplaced in found(HOUSES, "", surveyor)
        assert found(HOUSES, "beyond=posyandu:1108&latrine=none", surveyor) == {houses[2]}


def test_no_feature_is_its_own_neighbour(row):
    alone, one, two = (row(POSYANDU, lon=lon).pk for lon in (97.001, 97.05, 97.051))  # the last two 111 m apart
    assert found(POSYANDU, "within=posyandu:200") == {one, two}
    assert found(POSYANDU, "beyond=posyandu:200") == {alone}


def test_a_deleted_neighbour_is_no_neighbour(row, owner):
    mine, gone = row(POSYANDU, lon=97.01), row(POSYANDU, lon=97.011)
    with owner():
        POSYANDU.model.objects.filter(pk=gone.pk).update(deleted_at="2026-01-01T00:00Z")
    assert found(POSYANDU, "within=posyandu:500") == set()
    assert found(POSYANDU, "") == {mine.pk}


def test_nearest_asks_among_those_that_meet_all_else_in_whatever_order(row):
    near, far = row(POSYANDU, lon=97.01, strata="pratama"), row(POSYANDU, lon=97.05, strata="madya")
    assert found(POSYANDU, "nearest=97.01,5.01,1") == {near.pk}
    assert found(POSYANDU, "nearest=97.01,5.01,1&strata=madya") == {far.pk}
    assert found(POSYANDU, "strata=madya&nearest=97.01,5.01,1") == {far.pk}
    assert found(POSYANDU, "nearest=97.01,5.01,5") == {near.pk, far.pk}


GEOD = Geod(ellps="WGS84")
LON, LAT = st.floats(97.0, 97.0799), st.floats(5.0, 5.0199)


@pytest.fixture
def crowd(areas, owner):
    """pk -> (lon, lat) of 300 posyandu on a lattice with many equal distances."""
    with owner():
        places = [(97.0005 + 0.004 * (n % 20), 5.0005 + 0.0012 * (n // 20)) for n in range(300)]
        stored = POSYANDU.model.objects.bulk_create(
            POSYANDU.model(code=f"C{n}", name="C", place=Point(*place, srid=4326)) for n, place in enumerate(places)
        )
    return {made.pk: place for made, place in zip(stored, places, strict=True)}


@pytest.mark.parametrize("away", [0.0, 3.0])
def test_the_nearest_are_those_a_ruler_finds(crowd, away):
    @few
    @given(lon=LON, lat=LAT, k=st.integers(1, 40))
    def holds(lon, lat, k):
        lat += away  # 3 degrees north nothing is near
        metres = {pk: GEOD.inv(lon, lat, *place)[2] for pk, place in crowd.items()}
        got = found(POSYANDU, f"nearest={lon:.12f},{lat:.12f},{k}")
        assert len(got) == k
        assert sorted(metres[pk] for pk in got) == pytest.approx(sorted(metres.values())[:k], abs=1e-3)

    holds()


@few
@given(lon=LON, lat=LAT, metres=st.integers(1, 3000))
def test_a_circle_holds_those_a_ruler_finds(crowd, lon, lat, metres):
    ruler = {pk: GEOD.inv(lon, lat, *place)[2] for pk, place in crowd.items()}
    got = found(POSYANDU, f"circle={lon:.12f},{lat:.12f},{metres}")
    assert {pk for pk, away in ruler.items() if away < metres - 0.001} <= got
    assert got <= {pk for pk, away in ruler.items() if away < metres + 0.001}


def test_uids_name_rows(row):
    one, two = row(POSYANDU), row(POSYANDU)
    assert found(POSYANDU, f"uid={one.uid}") == {one.pk}
    assert found(POSYANDU, f"uid={one.uid},{two.uid}") == {one.pk, two.pk}


def test_a_table_gives_the_columns_asked_for(row):
    row(POSYANDU, code="P1", name="Melati")
    answer = rows.window(POSYANDU, STRANGER, QueryDict("fields=code,name"))
    assert [set(line) for line in answer["rows"]] == [{"uid", "lon", "lat", "code", "name"}]


def test_a_window_tells_where_a_row_stands(row):
    made = {
        name: row(POSYANDU, code=code, name=name)
        for code, name in (("P1", "Mawar"), ("P2", "Anggrek"), ("P3", "Melur"))
    }

    def index(text, name="Mawar"):
        return rows.window(POSYANDU, STRANGER, QueryDict(f"{text}&around={made[name].uid}"))["index"]

    assert [index("sort=name", name) for name in ("Anggrek", "Mawar", "Melur")] == [0, 1, 2]
    assert [index("sort=-name", name) for name in ("Anggrek", "Mawar", "Melur")] == [2, 1, 0]
    assert index("") == 0
    assert index("name=el", "Melur") == 0
    assert index("name=el") is None
    assert "index" not in rows.window(POSYANDU, STRANGER, QueryDict("sort=name"))


def test_areas_are_named_by_their_codes_too(areas):
    layer = catalogue.layer("areas")
    assert found(layer, "uid=11.73.01.2001,11.73.02.2002") == {areas["11.73.01.2001"].pk, areas["11.73.02.2002"].pk}
    assert found(layer, f"uid={areas['11.73.01'].uid}") == {areas["11.73.01"].pk}
    answer = rows.window(layer, STRANGER, QueryDict("level=village&sort=code&around=11.73.02.2001"))
    assert (answer["total"], answer["index"]) == (4, 2)
    assert refused(POSYANDU, "uid=11.73.01.2001").errors.keys() == {"uid"}


def test_a_value_no_row_can_have_gives_an_empty_tile(row, client):
    row(POSYANDU)
    assert client.get("/tiles/posyandu/6/49/31.mvt?day=99999999").status_code == 204


def test_a_count_by_place_tells_how_many_rows_have_none(row, client, person):
    near, far = row(POSYANDU, strata="mandiri"), row(POSYANDU, lon=97.03, strata="mandiri")
    row(POSYANDU, lon=None, strata="mandiri")
    row(POSYANDU, lon=None, strata="pratama")
    assert near.place and far.place

    def told(text):
        body = client.get(f"/legend/posyandu.json?{text}").json()
        return body["total"], body["placeless"]

    assert told("circle=97.01,5.01,500&placeless=1") == (1, 2)
    assert told("circle=97.01,5.01,500&strata=mandiri&placeless=1") == (1, 1), "those that meet everything else"
    assert told("strata=mandiri&placeless=1") == (3, 0), "a query that asks of no place leaves none out"
    assert "placeless" not in client.get("/legend/posyandu.json?circle=97.01,5.01,500").json()
