"""The query string: each filter kind, each spatial question with metres a pencil can check, each refusal with its sentence.

At 5° north one degree of longitude is 110,899 m and one of latitude 110,583 m (WGS 84): 0.01° are 1,109 m and 1,106 m.
"""

import dataclasses
import datetime
import math

import mapbox_vector_tile
import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.http import QueryDict
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geoportal import catalogue, query, rows, tiles
from geoportal.errors import BadRequest
from geoportal.places import Area

pytestmark = pytest.mark.django_db
HOUSES, POSYANDU = catalogue.layer("households"), catalogue.layer("posyandu")
STRANGER = AnonymousUser()
few = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def found(layer, text: str, user=STRANGER) -> set:
    """Primary keys that answer a query string."""
    return set(query.narrowed(layer, user, QueryDict(text)).values_list("pk", flat=True))


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """The tile z/x/y that holds a place."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * 2**z), int(y * 2**z)


def refused(layer, text: str, user=STRANGER) -> BadRequest:
    with pytest.raises(BadRequest) as problem:
        found(layer, text, user)
    return problem.value


@pytest.fixture
def surveyor(person):
    return person("surveyor", "health", "11.73")


@pytest.fixture
def camat(person):
    """Sees households without names and exact places."""
    return person("district", "health", "11.73")


@pytest.fixture
def houses(row):
    """Three households: own latrine, desil 1, January; shared, desil 4, March; none, no desil, not surveyed."""
    return [
        row(HOUSES, latrine="own", desil=1, pkh=True, surveyed=datetime.date(2026, 1, 31)).pk,
        row(HOUSES, latrine="shared", desil=4, surveyed=datetime.date(2026, 3, 1)).pk,
        row(HOUSES, latrine="none", desil=None).pk,
    ]


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


def test_a_layer_one_may_not_see_is_no_neighbour(row):
    row(POSYANDU), row(HOUSES)
    assert "households:500" in refused(POSYANDU, "within=households:500").sentence


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


@pytest.mark.parametrize(
    ("text", "name", "value", "remedy"),
    [
        ("nonsense=1", "nonsense", "nonsense", "name (Name), strata (Stage), day (Day of the month)"),
        (
            "strata=best",
            "strata",
            "best",
            "for Stage: write one of Pratama (pratama), Madya (madya), Purnama (purnama)",
        ),
        ("day=first", "day", "first", "for Day of the month: write a number"),
        ("day=1e3", "day", "1e3", "a number"),
        ("day=1.5", "day", "1.5", "a whole number"),
        ("day=..", "day", "..", "1..4"),
        ("name=a%00b", "name", "ab", "plain text"),
        ("datetime=2026-01", "datetime", "datetime", "name (Name), strata (Stage)"),  # posyandu have no date
        ("bbox=1,2,3", "bbox", "1,2,3", "4 numbers"),
        ("bbox=97.02,5,97,5.02", "bbox", "97.02,5,97,5.02", "west, south, east, north"),
        ("bbox=97,5,197,5.02", "bbox", "197", "longitude, then latitude"),
        ("inside=Banda", "inside", "Banda", "11.73.02"),
        ("inside=11.73.09", "inside", "11.73.09", "of this place"),
        ("polygon=97,5 98,5", "polygon", "2", "3 to 500 corners"),
        ("polygon=" + " ".join(["97,5"] * 501), "polygon", "501", "3 to 500 corners"),
        ("polygon=97,5 97.1,5.1 97.1,5 97,5.1", "polygon", "crosses itself", "move the corners apart"),
        ("circle=97,5", "circle", "97,5", "3 numbers"),
        ("circle=97,5,0", "circle", "0", "from 1 to 100,000"),
        ("circle=97,5,100001", "circle", "100001", "from 1 to 100,000"),
        ("circle=5,97,100", "circle", "5,97", "longitude, then latitude"),
        ("within=posyandu", "within", "", "1 numbers"),
        ("within=sea:100", "within", "sea:100", "markets:1000"),
        ("nearest=97,5,0", "nearest", "0", "1 to 1000"),
        ("nearest=97,5,1001", "nearest", "1001", "1 to 1000"),
        ("nearest=97,5,2.5", "nearest", "2.5", "1 to 1000"),
        (f"nearest=97,5,{'9' * 400}", "nearest", "inf", "1 to 1000"),
        ("uid=1,2", "uid", "1,2", "at most 1000 identifiers"),
    ],
)
def test_a_bad_value_is_named_with_its_remedy(areas, text, name, value, remedy):
    problem = refused(POSYANDU, text)
    assert set(problem.errors) == {name}
    assert value in problem.sentence and remedy in problem.sentence


@pytest.mark.parametrize("value", ["2026-13", "yesterday", "2026-02-30", "9999-12-31", "2026-03-01/2026-01-31"])
def test_a_bad_date_is_named_with_its_remedy(surveyor, acting, value):
    with acting(surveyor):
        assert value.split("/")[0] in refused(HOUSES, f"datetime={value}", surveyor).sentence


def test_all_mistakes_of_a_query_are_told_at_once(areas):
    problem = refused(POSYANDU, "strata=best&day=x&nearest=97,5,1")
    assert set(problem.errors) == {"strata", "day"}


def test_a_thousand_uids_are_taken_and_one_more_is_not(areas):
    uid = "00000000-0000-4000-8000-000000000000"
    assert found(POSYANDU, "uid=" + ",".join([uid] * 1000)) == set()
    refused(POSYANDU, "uid=" + ",".join([uid] * 1001))


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


@pytest.mark.parametrize("text", ["limit=1001", "limit=-1", "limit=%C2%B2", "offset=1e3", f"offset={'9' * 5000}"])
def test_a_window_out_of_bounds_is_named(areas, text):
    name = text.partition("=")[0]
    with pytest.raises(BadRequest) as problem:
        rows.window(POSYANDU, STRANGER, QueryDict(text))
    assert set(problem.value.errors) == {name} and "whole number" in problem.value.sentence


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


def test_rows_without_a_place_are_told_of_those_one_may_see(row, client, person):
    """A surveyor of one gampong hears of the house there that has no place, not of the one elsewhere."""
    for code in ("11.73.01.2001", "11.73.02.2001"):
        row(HOUSES, lon=None, declared_code=code)
    asked = "/legend/households.json?circle=97.01,5.01,500&placeless=1"
    assert client.get(asked).status_code == 401
    client.force_login(person("surveyor", "social", "11.73.01.2001"))
    assert client.get(asked).json()["placeless"] == 1
