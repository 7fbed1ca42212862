"""A page that shows people by name or by house leaves one line in the access log: who, which record or how many, where."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geoportal import audit, catalogue
from geoportal.models import AccessLog

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
WEST, NEXT = "11.73.01.2001", "11.73.01.2002"


@pytest.fixture(autouse=True)
def minute(monkeypatch):
    """The clock stands: a test that began at :59 would else be of two minutes."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    monkeypatch.setattr(audit, "_drawn", {})


@pytest.fixture
def houses(row):
    """Three households: two in one gampong, one in the next of the same kecamatan."""
    return [row(HOUSES, lon=97.005), row(HOUSES, lon=97.01), row(HOUSES, lon=97.03)]


@pytest.fixture
def midwife(person, client):
    """Of health in the whole kecamatan; signed in."""
    user = person("validator", "health", "11.73.01")
    client.force_login(user)
    return user


@pytest.fixture
def log(owner):
    """log() -> (action, record, rows, area, page, asked) of each entry, in order."""

    def entries():
        with owner():
            found = AccessLog.objects.order_by("pk")
            return list(found.values_list("action", "record", "rows", "area_code", "page", "asked"))

    return entries


def test_a_record_is_one_line_with_its_area(client, midwife, houses, log):
    first, _second, third = houses
    page = client.get(f"/feature/households/{first.uid}").content.decode()
    assert "tercatat di log akses" in page
    assert client.get(f"/feature/households/{third.uid}.json").json()["noted"] is True
    assert log() == [
        ("view", first.uid, None, WEST, f"/feature/households/{first.uid}", ""),
        ("view", third.uid, None, NEXT, f"/feature/households/{third.uid}.json", ""),
    ]


def test_a_window_of_the_table_is_one_line_with_the_number_of_rows_and_the_area_around_them(
    client, midwife, houses, log
):
    client.get("/table/households.json?limit=200&sort=-members")
    client.get(f"/table/households.json?inside={WEST}&names__head=")
    assert log() == [
        ("view", None, 3, "11.73.01", "/table/households.json", "limit=200&sort=-members"),
        ("view", None, 2, WEST, "/table/households.json", f"inside={WEST}"),
    ]


def test_a_window_without_rows_shows_nobody_and_leaves_no_line(client, midwife, houses, log):
    assert client.get("/table/households.json?members=30..").json()["total"] == 0
    assert client.get("/table/households.json?nothing=1").status_code == 400
    assert log() == []


def test_a_file_says_how_many_it_holds(client, midwife, houses, log):
    client.get(f"/export/households.csv?inside={NEXT}")
    assert log() == [("export", None, 1, NEXT, "/export/households.csv", f"inside={NEXT}")]


def test_the_administration_leaves_lines_for_list_form_and_history(client, midwife, houses, log):
    first = houses[0]
    for address in ("", "?q=Contoh", f"{first.pk}/change/", f"{first.pk}/history/"):
        assert client.get(f"/admin/layers/household/{address}").status_code == 200
    base = "/admin/layers/household/"
    assert log() == [
        ("view", None, 3, "11.73.01", base, ""),
        ("view", None, 3, "11.73.01", base, "q=%E2%80%A6"),  # that a name was sought, not which
        ("view", first.uid, None, WEST, f"{base}{first.pk}/change/", ""),
        ("view", first.uid, None, WEST, f"{base}{first.pk}/history/", ""),
    ]


def test_the_map_is_one_line_a_minute_whatever_it_draws(client, midwife, houses, log):
    tiles = ["/tiles/households/16/50428/31854.mvt", "/tiles/households/17/100856/63709.mvt"]
    for tile in (*tiles, tiles[0] + "?v=3&s=abc", tiles[0] + "?latrine=own"):
        assert client.get(tile).status_code == 200, tile
    assert client.get("/tiles/households/9/393/248.mvt").status_code == 200  # cells: counts alone
    assert log() == [("view", None, None, "11.73.01", "/", ""), ("view", None, None, "11.73.01", "/", "latrine=own")]


def test_what_this_process_committed_of_a_minute_is_not_written_again(midwife, houses, client, log):
    """Twenty tiles at a time are one statement, not twenty."""
    tile = "/tiles/households/16/50428/31854.mvt"
    client.get(tile)
    with CaptureQueriesContext(connection) as first:
        client.get(tile)
    assert written(first) == 1  # the first transaction is still open: a test never commits
    audit.remember(timezone.now().replace(second=0, microsecond=0), (midwife.pk, midwife.pk, "households", ""))
    with CaptureQueriesContext(connection) as second:
        client.get(tile)
    assert written(second) == 0


def written(queries) -> int:
    return sum("INSERT INTO" in query["sql"] and "accesslog" in query["sql"] for query in queries)


def test_whoever_sees_no_names_leaves_no_line_nor_does_a_layer_without_persons(client, person, houses, row, log):
    hall = row(catalogue.layer("posyandu"))
    client.force_login(person("district", "health", "11.73.01"))
    first = houses[0]
    for address in (
        f"/feature/households/{first.uid}",
        "/table/households.json",
        "/tiles/households/16/50428/31854.mvt",
    ):
        assert client.get(address).status_code == 200
    client.force_login(person("surveyor", "health", WEST))
    assert client.get(f"/feature/posyandu/{hall.uid}").status_code == 200
    assert client.get("/table/posyandu.json").json()["total"] == 1
    assert log() == []


def test_a_view_costs_one_statement(client, midwife, houses, monkeypatch):
    address = f"/feature/households/{houses[0].uid}.json"
    client.get(address)
    with CaptureQueriesContext(connection) as with_it:
        client.get(address)
    monkeypatch.setattr(audit, "viewed", lambda *args: None)
    with CaptureQueriesContext(connection) as without:
        client.get(address)
    assert written(with_it) == 1 and len(with_it) == len(without) + 1


def test_what_was_not_shown_is_not_in_the_log(client, midwife, houses, log, monkeypatch):
    """A page that fails after its line was written takes the line back with it."""
    monkeypatch.setattr("geoportal.views.personal", lambda *args: 1 / 0)
    client.raise_request_exception = False
    assert client.get(f"/feature/households/{houses[0].uid}.json").status_code == 500
    assert log() == []
