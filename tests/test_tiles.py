"""Tiles, decoded: what they hold, whose rows, by which statement and index; nothing is lost in cells."""

import itertools
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geoportal import catalogue, mercator, tiles

from .decoded import ANYONE, LAT, LON, features, lattice, made, place_in, points, scheme, settle, tile_of

pytestmark = pytest.mark.django_db
AREAS, POSYANDU, HOUSES = (catalogue.layer(name) for name in ("areas", "posyandu", "households"))


@pytest.fixture
def validator(person):
    """Who may know every household of the city exactly."""
    return person("validator", "health", "11.73")


# --- What a tile holds


def test_below_the_detail_zoom_rows_become_cells_of_a_32nd_with_count_and_sums(row, validator, acting):
    for column, down, members in [(3, 9, 4), (3, 9, 5), (3, 9, 2), (20, 11, 1)]:
        row(HOUSES, *place_in(14, *tile_of(14), (column + 0.5) / 32, (down + 0.5) / 32), members=members)
    with acting(validator):
        found = made(HOUSES, validator, 14)
    assert {(f["id"], f["properties"]["count"], f["properties"]["members"]) for f in found} == {
        (9 * 32 + 3, 3, 11),
        (11 * 32 + 20, 1, 1),
    }
    cell = next(f for f in found if f["id"] == 9 * 32 + 3)
    (ring,) = cell["geometry"]["coordinates"]
    assert {tuple(corner) for corner in ring} == {(384, 1152), (512, 1152), (512, 1280), (384, 1280)}
    assert "uid" not in cell["properties"]


def test_at_the_detail_zoom_each_row_is_a_point_with_its_id_its_uid_and_what_one_may_know(row, validator, acting):
    house = row(HOUSES, *place_in(15, *tile_of(15), 0.25, 0.75), members=4, latrine="pit", desil=3)
    with acting(validator):
        (found,) = made(HOUSES, validator, 15)
    assert (found["id"], found["properties"]["uid"]) == (house.pk, str(house.uid))
    assert found["geometry"] == {"type": "Point", "coordinates": [1024, 3072]}
    assert {"members": 4, "latrine": "pit", "desil": 3, "names__head": "Contoh"}.items() <= found["properties"].items()


def test_a_row_near_an_edge_is_in_both_tiles_and_in_no_third(row):
    x, y = tile_of(16)
    row(POSYANDU, *place_in(16, x, y, 1 - 50 / 4096, 0.5))

    def held(column):
        found = features(tiles.tile(POSYANDU, ANYONE, 16, column, y, {}).data, "posyandu")
        return [f["geometry"]["coordinates"] for f in found]

    assert [held(column) for column in (x - 1, x, x + 1, x + 2)] == [[], [[4046, 2048]], [[-50, 2048]], []]


def test_an_area_is_a_polygon_with_its_code_at_the_level_asked_for(areas):
    def codes(level):
        return {f["properties"]["code"] for f in made(AREAS, ANYONE, 8, level=level)}

    assert codes("gampong") == {"11.73.01.2001", "11.73.01.2002", "11.73.02.2001", "11.73.02.2002"}
    assert codes("district") == {"11.73.01", "11.73.02"}


def test_four_thousand_rows_are_points_and_one_more_makes_cells_that_add_up(owner, areas, row):
    lattice(owner, 4000, 16)
    found = made(POSYANDU, ANYONE, 16)
    assert len(found) == 4000 and all(f["geometry"]["type"] == "Point" for f in found)
    row(POSYANDU, *place_in(16, *tile_of(16), 0.5, 0.5))
    found = made(POSYANDU, ANYONE, 16)
    assert points(found) == 4001 and len(found) <= 32 * 32 and all("uid" not in f["properties"] for f in found)


def test_no_row_is_lost_or_told_twice_at_any_zoom(owner, areas):
    lattice(owner, 500, 14)
    assert [points(made(POSYANDU, ANYONE, z)) for z in range(4, 15)] == [500] * 11


def test_a_tile_without_rows_is_empty(areas):
    assert tiles.tile(POSYANDU, ANYONE, 15, 0, 0, {}).data == b""


# --- Whose rows


def test_people_of_one_role_get_each_their_own_rows(row, person, acting):
    houses = {lon: str(row(HOUSES, lon, 5.01).uid) for lon in (97.01, 97.03)}
    west, east = (person("validator", "health", code) for code in ("11.73.01.2001", "11.73.01.2002"))
    for user, own, other in [(west, 97.01, 97.03), (east, 97.03, 97.01), (west, 97.01, 97.03)]:
        with acting(user):
            assert [f["properties"]["uid"] for f in made(HOUSES, user, 15, own)] == [houses[own]]
            assert made(HOUSES, user, 17, other) == [] and points(made(HOUSES, user, 10)) == 1


def test_without_identity_a_house_stands_in_the_middle_of_its_grid_cell_whatever_tile_that_is_in(row, person, acting):
    camat = person("district", "health", "11.73")
    house, middle = (97.0301, 5.0101), (97.0305, 5.0105)
    row(HOUSES, *house)
    x, y = tile_of(18, *middle)
    assert tile_of(18, *house) != (x, y)
    around = [(x + i, y + j) for i, j in itertools.product((-1, 0, 1), repeat=2) if i or j]
    with acting(camat):
        (found,) = made(HOUSES, camat, 18, *middle)
        assert not any(tiles.tile(HOUSES, camat, 18, *other, {}).data for other in around)
    place = [(part - whole) * 4096 for part, whole in zip(scheme(18, *middle), (x, y), strict=True)]
    assert found["geometry"]["coordinates"] == pytest.approx(place, abs=1) and "names__head" not in found["properties"]


def test_who_works_nowhere_gets_an_empty_tile_of_the_present_revision(row, person, acting):
    row(HOUSES)
    revision, nobody = settle("households"), person("validator", "health")
    with acting(nobody):
        tile = tiles.tile(HOUSES, nobody, 15, *tile_of(15, 97.01), {})
    assert (tile.data, tile.revision) == (b"", revision) and revision > 0


# --- Filters, and one snapshot


@pytest.mark.parametrize(
    ("query", "uids"),
    [
        ({}, "abc"),
        ({"latrine": "none"}, "a"),
        ({"latrine": "none,pit"}, "ab"),
        ({"desil": "..4"}, "ac"),
        ({"datetime": "2026-02"}, "b"),
        ({"datetime": "2026-02/2026-03"}, "bc"),
        ({"datetime": "2026-02/..", "desil": "..4"}, "c"),
    ],
)
def test_filters_and_time_narrow_points_and_cells_alike(row, validator, acting, query, uids):
    rows = {
        "a": row(HOUSES, 97.0300, 5.01, latrine="none", desil=1, surveyed="2026-01-31"),
        "b": row(HOUSES, 97.0302, 5.01, latrine="pit", desil=7, surveyed="2026-02-01"),
        "c": row(HOUSES, 97.0304, 5.01, latrine="own", desil=4, surveyed="2026-03-31"),
    }
    with acting(validator):
        assert {f["properties"]["uid"] for f in made(HOUSES, validator, 15, **query)} == {
            str(rows[word].uid) for word in uids
        }
        assert points(made(HOUSES, validator, 14, **query)) == len(uids)


def test_rows_filters_and_revision_are_read_in_one_statement(row, validator, acting):
    row(HOUSES, LON, LAT, latrine="none", surveyed="2026-02-01")
    with acting(validator), CaptureQueriesContext(connection) as captured:
        assert points(made(HOUSES, validator, 15, latrine="none", datetime="2026")) == 1
    (one,) = [query["sql"] for query in captured]
    for part in ("geoportal_revision", '"latrine" IN', '"surveyed" >=', "ST_AsMVT"):
        assert part in one


def test_an_unfiltered_tile_is_one_statement_with_its_numbers_apart_from_its_text(row, monkeypatch):
    row(POSYANDU, LON, LAT)
    sent, planned = [], connection.planned
    monkeypatch.setattr(
        connection, "planned", lambda sql, *rest, **words: sent.append(sql) or planned(sql, *rest, **words)
    )
    for lon in (97.01, LON, 97.05):
        made(POSYANDU, ANYONE, 15, lon)
    assert len(sent) == 3 and len(set(sent)) == 1 and "geoportal_revision" in sent[0] and "layers_posyandu" in sent[0]


@pytest.mark.parametrize("threshold", [None, 1])
def test_a_planned_statement_gives_the_same_whether_the_session_may_keep_its_plan(row, threshold):
    row(POSYANDU, LON, LAT)
    before, connection.connection.prepare_threshold = connection.connection.prepare_threshold, threshold
    try:
        assert [points(made(POSYANDU, ANYONE, z)) for z in (8, 15, 16, 17, 15, 8)] == [1] * 6
    finally:
        connection.connection.prepare_threshold = before


# --- The index


PLANS = itertools.count(1)


def plan(user, acting, once: bool) -> str:
    """How PostgreSQL would find the features of a tile of households for this person; once: for any numbers."""
    sql, words = tiles.features(HOUSES, user, {})
    slots = tiles.numbers(HOUSES, user, 17, *tile_of(17))
    params = [slots[w.name] if isinstance(w, tiles.Slot) else w for w in words]
    with acting(user), connection.cursor() as cursor:
        if once:
            order, name = itertools.count(1), f"tile_{next(PLANS)}"
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            cursor.execute(f"PREPARE {name} AS {re.sub('%s', lambda _: f'${next(order)}', sql)}")
            sql = f"EXECUTE {name} ({', '.join(['%s'] * len(params))})"
        cursor.execute("EXPLAIN " + sql, params)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_a_tile_uses_the_index_of_places_under_the_policy(owner, person, acting):
    people = [
        person("validator", "health", "11.73"),
        person("validator", "health", "11.73.01"),
        person("district", "social", "11.73.02"),
    ]
    with owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE layers_household DISABLE TRIGGER USER")
        cursor.execute(
            "INSERT INTO layers_household (place, place_source, declared_code, area_code, place_state, unit, dusun, members,"
            " under5, water, latrine, pkh, bpnt, pbi, too_young, too_old, too_close, too_many)"
            " SELECT ST_SetSRID(ST_MakePoint(97 + (i % 200) * 0.0004, 5 + (i / 200) * 0.0001), 4326), '', '',"
            " '11.73.0' || (1 + i / 20000) || '.200' || (1 + i % 2), 'inside', '', '', 3, 0, 'piped', 'own', false, false, false,"
            " false, false, false, false FROM generate_series(0, 39999) i"
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE layers_household ENABLE TRIGGER USER")
        cursor.execute("ANALYZE layers_household")
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'layers_household' AND indexdef LIKE '% USING gist (place)'"
        )
        (index,) = cursor.fetchone()
    for user, once in itertools.product(people, (False, True)):
        found = plan(user, acting, once)
        assert index in found and "Seq Scan on layers_household " not in found, found
        assert "area_code)::text = ANY ($" in found  # the policy, with the person's areas


# --- The scheme


@pytest.mark.parametrize(("z", "x", "y"), [(0, 0, 0), (1, 1, 0), (10, 788, 497), (18, 201748, 127443)])
def test_a_tiles_box_in_degrees_is_its_square_in_metres(z, x, y):
    with connection.cursor() as cursor:
        box = "SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM ST_Transform(ST_TileEnvelope(%s, %s, %s), 4326) b"
        cursor.execute(box, [z, x, y])
        assert mercator.box(z, x, y) == pytest.approx(cursor.fetchone(), abs=1e-9)
