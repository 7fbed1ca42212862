"""Rows changed together: one statement for all, and of each the same as if it had been changed alone."""

import datetime

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geoportal import catalogue, together, upload
from geoportal.errors import Outside
from geoportal.keys import digest

pytestmark = pytest.mark.django_db
HOUSES, POSYANDU = catalogue.layer("households"), catalogue.layer("posyandu")
KK = "1173012000000001"
HEAD = "uid,names__head,names__no_kk,members,water,latrine,surveyed,pkh,lon,lat\n"


@pytest.fixture
def houses(row):
    return [row(HOUSES, lon=97.001 + n / 1000, members=4) for n in range(4)]


@pytest.fixture
def loaded(owner, tmp_path):
    """loaded(layer, text) -> the result of loading a CSV of this text, as the owner."""

    def load(layer, text):
        path = tmp_path / "file.csv"
        path.write_text(text)
        with owner():
            return upload.load(layer, path, {})

    return load


@pytest.fixture
def history(owner):
    """history(model, pk) -> (kind, …fields) of each event of a row, in order; history of names by the row's key."""

    def told(model, pk, *fields):
        event = catalogue.event_model(model)._default_manager
        by = {"of_id": pk} if model is HOUSES.names else {"pgh_obj_id": pk}
        with owner():
            return list(event.filter(**by).order_by("pgh_id").values_list("pgh_label", *fields))

    return told


def line(house, **values) -> str:
    stored = {"names__head": "Contoh", "names__no_kk": "", "members": 4, "water": house.water, "latrine": house.latrine,
              "surveyed": "", "pkh": "no", "lon": house.place.x, "lat": house.place.y} | values  # fmt: skip
    return ",".join(str(value) for value in [house.uid, *stored.values()]) + "\n"


def test_each_row_gets_its_own_values_of_every_kind(houses, loaded, owner):
    first, second, third, fourth = houses
    result = loaded(
        HOUSES,
        HEAD
        + line(first, members=7, latrine="none", surveyed="2026-08-31", pkh="yes")
        + line(second, names__head="Cut Nyak", names__no_kk=KK)
        + line(third, lon=97.03, lat=5.01, members=2)
        + line(fourth),
    )
    assert result.line() == "stored 0, updated 3, skipped 1, rejected 0"
    with owner():
        one, two, three, four = HOUSES.model.objects.select_related("names").order_by("pk")
    assert (one.members, one.latrine, one.surveyed, one.pkh) == (7, "none", datetime.date(2026, 8, 31), True)
    assert (two.names.head, two.names.no_kk.reveal(), two.names.no_kk_hash) == ("Cut Nyak", KK, digest(KK))
    assert (three.area_code, three.members, three.place_source) == ("11.73.01.2002", 2, "import")
    assert three.place.equals_exact(Point(97.03, 5.01, srid=4326), 1e-9)
    assert [row.version for row in (one, two, three, four)] == [2, 1, 2, 1]  # of names alone the row does not change
    assert {one.area_code, two.area_code, four.area_code} == {"11.73.01.2001"}


def test_the_history_tells_of_each_row_what_changed_and_of_others_nothing(houses, loaded, history):
    first, second, _third, fourth = houses
    loaded(HOUSES, HEAD + line(first, members=7) + line(second, names__head="Cut Nyak") + line(fourth))
    assert history(HOUSES.model, first.pk, "members") == [("insert", 4), ("update", 7)]
    assert history(HOUSES.names, first.pk, "head") == [("insert", "Contoh")]
    assert history(HOUSES.model, second.pk, "members") == [("insert", 4)]
    assert history(HOUSES.names, second.pk, "head") == [("insert", "Contoh"), ("update", "Cut Nyak")]
    assert history(HOUSES.model, fourth.pk, "members") == [("insert", 4)]


def test_as_many_statements_for_many_rows_as_for_few(row, loaded):
    def asked(n):
        houses = [row(HOUSES, lon=97.001 + k / 10_000, members=4) for k in range(n)]
        text = HEAD + "".join(line(house, members=5, names__head="Cut") for house in houses)
        with CaptureQueriesContext(connection) as queries:
            assert loaded(HOUSES, text).updated == n
        return [query["sql"].split()[0] for query in queries if query["sql"].startswith("UPDATE")]

    assert asked(2) == asked(40) == ["UPDATE", "UPDATE"]  # rows, names


def test_mistakes_are_said_line_by_line_and_the_good_rows_stored(houses, loaded, owner):
    first, second, third, _fourth = houses
    result = loaded(
        HOUSES, HEAD + line(first, members=9) + line(second, members=99) + line(third, members=8, lon=0, lat=0)
    )
    assert result.line() == "stored 0, updated 1, skipped 0, rejected 2"
    assert [(number, field) for number, field, _sentence in result.mistakes] == [(3, "members"), (4, "lon")]
    with owner():
        assert list(HOUSES.model.objects.order_by("pk").values_list("members", flat=True)) == [9, 4, 4, 4]


def test_a_row_that_was_taken_away_comes_back_with_what_the_file_says(row, loaded, owner):
    row(POSYANDU, code="P1", name="Mawar", deleted_at="2026-01-01T00:00Z")
    row(POSYANDU, code="P2", name="Melati")
    assert loaded(POSYANDU, "code,name\nP1,Mawar\nP2,Anggrek\n").line() == "stored 1, updated 1, skipped 0, rejected 0"
    with owner():
        found = POSYANDU.model.objects.order_by("code").values_list("name", "deleted_at", "version")
        assert list(found) == [("Mawar", None, 2), ("Anggrek", None, 2)]


def test_a_row_without_names_gets_them(row, loaded, owner):
    house = row(HOUSES, members=4)
    with owner():
        HOUSES.names.objects.all().delete()
    assert loaded(HOUSES, HEAD + line(house, names__head="Cut Nyak")).updated == 1
    with owner():
        names = HOUSES.names.objects.get()
    assert (names.head, names.of_id, names.area_code) == ("Cut Nyak", house.pk, "11.73.01.2001")


def fuller(houses, members) -> tuple[list, dict]:
    """(the houses with so many members, what they held before) as update() takes them."""
    stored = {(HOUSES.model, house.pk): dict(vars(house)) for house in houses}
    for house in houses:
        house.members = members
    return houses, stored


def test_what_one_may_see_but_not_change_is_refused_as_a_whole(houses, person, acting, owner):
    """A kader of one gampong, handed rows of another: none of both is stored."""
    kader = person("surveyor", "health", "11.73.02.2001")
    with pytest.raises(Outside), acting(kader):
        together.update(HOUSES.model, *fuller(houses[:1], 9))
    with owner():
        assert set(HOUSES.model.objects.values_list("members", flat=True)) == {4}


def test_more_values_than_a_statement_takes_go_in_several(houses, monkeypatch, owner):
    monkeypatch.setattr(together, "MOST", 4)  # two rows of a key and one column
    with owner(), CaptureQueriesContext(connection) as queries:
        together.update(HOUSES.model, *fuller(houses, 6))
    written = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    assert len(written) == 2 and all(
        'SET "members" = v."members" FROM' in sql for sql in written
    )  # what differs, no more
    with owner():
        assert set(HOUSES.model.objects.values_list("members", flat=True)) == {6}
