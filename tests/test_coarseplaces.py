"""What a query tells those who may not see all: neither names nor exact places nor rows are found out by asking."""

import dataclasses
import math

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import Point
from django.http import QueryDict
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from geoportal import rows, tiles
from geoportal.errors import BadRequest
from tests.asked import HOUSES, POSYANDU, few, found, households, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def surveyor(person):
    return person("surveyor", "health", "11.73")


@pytest.fixture
def camat(person):
    """Sees households without names and exact places."""
    return person("district", "health", "11.73")


@pytest.fixture
def houses(row):
    return households(row)


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """The tile z/x/y that holds a place."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * 2**z), int(y * 2**z)


def test_a_layer_one_may_not_see_is_no_neighbour(row):
    row(POSYANDU), row(HOUSES)
    assert "households:500" in refused(POSYANDU, "within=households:500").sentence


def test_nobody_without_identity_filters_or_sorts_by_a_name(houses, camat, surveyor, acting):
    layer = dataclasses.replace(HOUSES, filters=[*HOUSES.filters, "names__head"])
    with acting(surveyor):
        assert found(layer, "names__head=contoh", surveyor) == set(houses)
        assert rows.window(layer, surveyor, QueryDict("sort=names__head"))["total"] == 3
    with acting(camat):
        assert "names__head" not in refused(layer, "names__head=contoh", camat).sentence.split("Use one of")[1]
        for text in ("sort=names__head", "sort=-names__head", "fields=names__head"):
            with pytest.raises(BadRequest):
                rows.window(layer, camat, QueryDict(text))
        assert all("names__head" not in line for line in rows.window(layer, camat, QueryDict(""))["rows"])


CELL = st.tuples(st.integers(3, 17), st.integers(3, 17))  # a cell of 0.001 degrees inside one gampong
SPOT = st.tuples(st.floats(0.02, 0.98), st.floats(0.02, 0.98))  # where in its cell a house stands


@st.composite
def questions(draw):
    """A query string about places near the houses."""
    lon, lat = draw(st.floats(97.001, 97.019)), draw(st.floats(5.001, 5.019))
    side = draw(st.floats(0.0001, 0.01))
    return draw(
        st.sampled_from(
            [
                f"circle={lon:.7f},{lat:.7f},{draw(st.floats(1, 800)):.2f}",
                f"bbox={lon:.7f},{lat:.7f},{lon + side:.7f},{lat + side:.7f}",
                f"polygon={lon:.7f},{lat:.7f} {lon + side:.7f},{lat:.7f} {lon:.7f},{lat + side:.7f}",
                f"nearest={lon:.7f},{lat:.7f},{draw(st.integers(1, 5))}",
                f"within=posyandu:{draw(st.integers(20, 900))}",
                f"beyond=posyandu:{draw(st.integers(20, 900))}",
                f"within=households:{draw(st.integers(20, 900))}",
            ]
        )
    )


@pytest.mark.parametrize("examples", [20, pytest.param(400, marks=pytest.mark.soak)])
def test_without_identity_no_answer_depends_on_where_in_its_cell_a_house_stands(row, camat, acting, owner, examples):
    """So no number of circles, boxes or neighbours finds the house: what is asked are the middles of cells."""
    for lon in (97.005, 97.015):
        row(POSYANDU, lon=lon)
    made = [row(HOUSES) for _n in range(8)]

    def stand(cells, spots):
        """Put each house at its spot of its cell."""
        with owner():
            for house, (column, line), (x, y) in zip(made, cells, spots, strict=True):
                place = Point(97 + (column + x) / 1000, 5 + (line + y) / 1000, srid=4326)
                HOUSES.model.objects.filter(pk=house.pk).update(place=place)

    def answers(texts):
        with acting(camat):
            asked = [found(HOUSES, text, camat) for text in texts]
            listed = rows.window(HOUSES, camat, QueryDict(""))["rows"]
            drawn = tiles.tile(HOUSES, camat, *tile_of(97.01, 5.01, 15), QueryDict(""))
        shapes = mapbox_vector_tile.decode(drawn.data)["households"]["features"] if drawn.data else []
        return asked, listed, sorted((str(f["properties"]), str(f["geometry"])) for f in shapes)

    eight = {"min_size": 8, "max_size": 8}

    @settings(few, max_examples=examples)
    @given(
        cells=st.lists(CELL, **eight),
        before=st.lists(SPOT, **eight),
        after=st.lists(SPOT, **eight),
        texts=st.lists(questions(), min_size=6, max_size=6),
    )
    def holds(cells, before, after, texts):
        stand(cells, before)
        first = answers(texts)
        stand(cells, after)
        assert answers(texts) == first

    holds()


def test_with_identity_the_exact_house_is_found(row, surveyor, camat, acting):
    house = row(HOUSES, lon=97.0101, lat=5.0101)
    with acting(surveyor):
        assert found(HOUSES, "circle=97.0101,5.0101,1", surveyor) == {house.pk}
    with acting(camat):
        assert found(HOUSES, "circle=97.0101,5.0101,1", camat) == set()
        assert found(HOUSES, "circle=97.0105,5.0105,1", camat) == {house.pk}  # the middle of its cell


def test_a_person_without_any_area_gets_an_empty_tile_and_table(row, person, client):
    row(HOUSES)
    client.force_login(person("surveyor", "health"))
    assert client.get("/tiles/households/6/49/31.mvt").status_code == 204
    assert client.get("/tiles/households/15/25214/15929.mvt").status_code == 204
    assert client.get("/table/households.json").json()["total"] == 0
    assert client.get("/legend/households.json").json()["total"] == 0


def test_rows_without_a_place_are_told_of_those_one_may_see(row, client, person):
    """A surveyor of one gampong hears of the house there that has no place, not of the one elsewhere."""
    for code in ("11.73.01.2001", "11.73.02.2001"):
        row(HOUSES, lon=None, declared_code=code)
    asked = "/legend/households.json?circle=97.01,5.01,500&placeless=1"
    assert client.get(asked).status_code == 401
    client.force_login(person("surveyor", "social", "11.73.01.2001"))
    assert client.get(asked).json()["placeless"] == 1
