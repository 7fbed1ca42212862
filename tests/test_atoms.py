"""Atoms: how the ground is cut, what a drawn shape becomes, and that no union of atoms tells of a person.

The little city (conftest): squares of 0.02 degrees; a quarter of one is 0.01 wide. Children under five by quarter of Barat Laut:
NW 25, NE 30, SE 22, SW 8; all of Barat 12; of Timur 80, all in one quarter; of Timur Jauh none.
"""

import itertools

import numpy as np
import psycopg
import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.db import ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from geoportal import atoms, catalogue, jobs, privacy, stats, values
from geoportal.models import Atom, AtomCount, NoiseKey, Taken
from geoportal.privacy import unions

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
WEST, MIDDLE = "11.73.01.2001", "11.73.01.2002"
WHOLE_WEST = "97.00,5.00 97.02,5.00 97.02,5.02 97.00,5.02"
NW, NE, SE, SW = (97.005, 5.015), (97.015, 5.015), (97.015, 5.005), (97.005, 5.005)


@pytest.fixture
def families(areas, owner):
    """Households of one child each at the places of the first lines; every fifth without a decent latrine."""
    held = [(NW, 25), (NE, 30), (SE, 22), (SW, 8), ((97.03, 5.01), 12), ((97.045, 5.005), 80)]
    with owner():
        for (lon, lat), n in held:
            HOUSES.model.objects.bulk_create(
                HOUSES.model(
                    members=3, under5=1, water="piped", latrine="none" if k % 5 == 0 else "own",
                    place=Point(lon + k * 1e-5, lat, srid=4326),
                )
                for k in range(n)
            )  # fmt: skip


@pytest.fixture
def cut(families):
    assert atoms.write(HOUSES) == 4
    cache.clear()


def asked(client, polygon=WHOLE_WEST, indicator="households", layer="households"):
    return client.get("/areas/estimate.json", {"layer": layer, "indicator": indicator, "polygon": polygon})


def test_quarters_with_too_few_join_their_neighbours(cut):
    """SW (8) joins a neighbour of the same gampong, Barat (12 in all) one of the same kecamatan; so does empty Timur Jauh."""
    found = list(Atom.objects.order_by("area_code").values_list("area_code", flat=True))
    assert found == ["11.73.01", WEST, WEST, "11.73.02"]
    with stats.counting():
        n = sorted(AtomCount.objects.filter(indicator="under5").values_list("value", flat=True))
    assert sum(n) == 177 and n[0] >= 20 and n[-1] == 80


def test_atoms_cover_the_ground_once(cut):
    shapes = list(Atom.objects.values_list("geom", flat=True))
    assert sum(shape.area for shape in shapes) == pytest.approx(4 * 0.02**2, rel=1e-6)
    assert max(one.intersection(other).area for one, other in itertools.combinations(shapes, 2)) < 1e-12


def test_a_cut_goes_through_the_middle_not_through_somebodys_house(families):
    with stats.counting():
        pieces = [piece for _code, piece in atoms.cut(HOUSES)]
    corners = {
        (round(x, 6), round(y, 6))
        for piece in pieces
        for part in shapely.get_parts(piece)
        for x, y in part.exterior.coords
    }
    assert corners <= {(97 + i / 100, 5 + j / 100) for i in range(9) for j in range(3)}


def test_where_fewer_than_20_live_there_is_no_atom(areas, row):
    for _k in range(19):
        row(HOUSES, under5=1)
    assert atoms.write(HOUSES) == 0


def test_a_shape_becomes_the_atoms_it_covers_by_half(cut):
    west = Atom.objects.filter(area_code=WEST)
    shape = west.first().geom
    left, bottom, right, top = shape.extent
    for share, held in [(0.49, 0), (0.51, 1)]:
        edge = left + (right - left) * share
        polygon = values.polygon(f"{left},{bottom} {edge},{bottom} {edge},{top} {left},{top}")
        if held:
            assert privacy.union(HOUSES, polygon).geom.equals_exact(shape, 1e-9) or privacy.union(HOUSES, polygon).atoms
        else:
            with pytest.raises(privacy.unions.Invalid):
                privacy.union(HOUSES, polygon)


def test_an_estimate_is_within_2_and_says_so(cut, client):
    client.cookies["django_language"] = "en"
    answer = asked(client, "96.9,4.9 97.2,4.9 97.2,5.1 96.9,5.1")
    body = answer.json()
    assert abs(body["value"] - 177) <= 2 and abs(body["n"] - 177) <= 2 and body["noise"] == 2
    assert "up to 2" in body["statement"] and body["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    rate = asked(client, "96.9,4.9 97.2,4.9 97.2,5.1 96.9,5.1", "no_latrine").json()
    assert abs(rate["cases"] - 37) <= 2 and rate["value"] == pytest.approx(100 * rate["cases"] / rate["n"])
    assert rate["low"] < rate["value"] < rate["high"]
    assert answer["Cache-Control"] == "private, no-store"


def test_the_same_shape_has_the_same_answer(cut, client):
    assert asked(client).json() == asked(client).json()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"polygon": "97.0,5.0 97.001,5.0 97.001,5.001"}, 422),
        ({"polygon": "98,6 98.1,6 98.1,6.1"}, 422),
        ({"layer": "posyandu", "indicator": "posyandu"}, 422),
        ({"layer": "nothing"}, 404),
        ({"indicator": "nothing"}, 404),
        ({"polygon": "1,2"}, 400),
        ({"polygon": ""}, 400),
        ({"polygon": "97,5 97.02,5.02 97.02,5 97,5.02"}, 400),
        ({"polygon": " ".join(f"97.{k:04},5" for k in range(501))}, 400),
    ],
)
def test_what_cannot_be_counted_is_refused_with_a_sentence(cut, client, words, status):
    answer = asked(client, **words)
    assert answer.status_code == status and len(answer.json()["detail"]) > 20


def test_asking_often_has_an_end(cut, client):
    assert [asked(client).status_code for _k in range(31)][-1] == 429


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM geoportal_atomcount", "SELECT * FROM geoportal_noisekey", "SELECT * FROM geoportal_taken",
        "SELECT geoportal_noise(1)", "DELETE FROM geoportal_atom", "UPDATE geoportal_atomcount SET n = 1",
    ],
)  # fmt: skip
def test_the_web_role_reads_no_count_without_noise(cut, statement):
    with pytest.raises(ProgrammingError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(refusal.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_a_union_needs_no_row_and_a_planner_sees_none(cut, acting, person):
    for user in (AnonymousUser(), person("planner", "planning", "11.73")):
        with acting(user):
            assert HOUSES.model.objects.count() == 0
            drawn = privacy.union(HOUSES, values.polygon("96.9,4.9 97.2,4.9 97.2,5.1 96.9,5.1"))
            assert abs(privacy.estimate(drawn, HOUSES.indicator["households"])["value"] - 177) <= 2


def test_the_job_counts_atoms_and_cuts_them_anew_with_the_year(cut, monkeypatch):
    before = set(Atom.objects.values_list("pk", flat=True))
    jobs.counts.func(0)
    assert set(Atom.objects.values_list("pk", flat=True)) == before
    monkeypatch.setattr(atoms, "year_now", lambda: 2099)
    assert atoms.due(HOUSES)
    jobs.counts.func(1)
    assert set(Atom.objects.values_list("year", flat=True)) == {2099}
    assert not set(Atom.objects.values_list("pk", flat=True)) & before


def test_one_write_moves_no_union_and_the_tenth_does(cut, row):
    def told():
        with stats.counting():
            return dict(AtomCount.objects.filter(indicator="no_latrine").values_list("atom", "cases"))

    before = told()
    for k in range(10):
        assert told() == before
        row(HOUSES, 97.045, 5.005 + k * 1e-5, latrine="none")
        atoms.write(HOUSES)
    assert sum(told().values()) == sum(before.values()) + 10
    with stats.counting():
        assert Taken.objects.filter(layer="atoms:households").count() == 4


# --- The noise


@pytest.mark.parametrize(
    ("value", "n", "state"),
    [(0, 40, "shown"), (1, 40, "small"), (4, 40, "small"), (5, 40, "shown"), (50, 9, "small"), (0, 0, "none")],
)
def test_an_amount_of_1_to_4_is_less_than_5(value, n, state):
    shown = unions.figure(HOUSES.indicator["people"], n, None, value)
    assert shown["state"] == state and shown.get("text") == ("<5" if state == "small" else None)


@hypothesis_settings(deadline=None, max_examples=200)
@given(n=st.integers(0, 60), cases=st.integers(0, 62))
def test_no_rate_tells_a_few_or_all_but_a_few(n, cases):
    shown = unions.figure(HOUSES.indicator["no_latrine"], n, cases, None)
    if shown["state"] in {"shown", "unreliable"}:
        assert n >= 10 and shown["cases"] in {0, n} | set(range(5, n - 4)) and 0 <= shown["value"] <= 100
        assert (shown["state"] == "unreliable") == (n < 20)
    else:
        assert "value" not in shown


def test_noise_is_none_on_the_average_and_the_same_for_the_same_records(areas, owner):
    with owner(), connection.cursor() as cursor:
        NoiseKey.objects.create()
        cursor.execute("SELECT geoportal_noise(k) FROM generate_series(1, 20000) k")
        first = np.array([row[0] for row in cursor.fetchall()])
        cursor.execute("SELECT geoportal_noise(k) FROM generate_series(1, 20000) k")
        assert [row[0] for row in cursor.fetchall()] == list(first)
    assert set(first) == {-1, 0, 1}
    assert abs(first.mean()) < 4 * np.sqrt(0.5 / 20000)
    assert (first == 0).mean() == pytest.approx(0.5, abs=0.02)
