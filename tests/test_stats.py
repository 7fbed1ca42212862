"""Figures by area: counted by a role that sees rows, read by everybody, the same in JSON and workbook.

The little city's four gampong hold 60, 50, 15 and 40 households, of which 12, 10, 6 and 5 are without a decent latrine.
"""

import dataclasses
import datetime

import psycopg
import pytest
import python_calamine
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.db import ProgrammingError, connection, transaction
from django.db.models import Avg

from geoportal import boundaries, catalogue, jobs, places, stats
from geoportal.analysis.prevalence import wilson
from geoportal.layer import Indicator
from geoportal.models import Cube, Written
from tests.conftest import square

pytestmark = pytest.mark.django_db
HOUSES, POSYANDU = catalogue.layer("households"), catalogue.layer("posyandu")
WEST, MIDDLE, EAST, FAR = "11.73.01.2001", "11.73.01.2002", "11.73.02.2001", "11.73.02.2002"


@pytest.fixture
def households(areas, owner):
    """The rows of the first lines; those without a decent latrine have none, all others their own."""
    with owner():
        for lon, n, cases in [(97.01, 60, 12), (97.03, 50, 10), (97.05, 15, 6), (97.07, 40, 5)]:
            HOUSES.model.objects.bulk_create(
                HOUSES.model(
                    members=3, water="piped", latrine="none" if k < cases else "own", place=Point(lon, 5.01, srid=4326)
                )
                for k in range(n)
            )


def revisions_now():
    """The revisions as a commit would leave them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def by_code(client, name, level="village", layer="households", **query):
    body = client.get(f"/indicators/{layer}/{name}.json", {"level": level, **query}).json()
    return {area["code"]: area for area in body["areas"]}


@pytest.mark.parametrize(
    ("cases", "n", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 1 - 0.1170, 1.0),
    ],
)
def test_wilsons_interval_is_the_published_one(cases, n, low, high):
    assert [float(end) for end in wilson(cases, n)] == pytest.approx([low, high], abs=5e-5)


def test_figures_are_what_a_pencil_finds(households, client):
    assert stats.write(HOUSES) > 0
    shown = by_code(client, "no_latrine")
    assert shown[WEST] == {
        "code": WEST, "name": "Barat Laut", "value": 20.0, "n": 60, "cases": 12, "low": pytest.approx(11.83, abs=0.01),
        "high": pytest.approx(31.78, abs=0.01), "state": "shown",
    }  # fmt: skip
    states = {WEST: "shown", MIDDLE: "shown", EAST: "unreliable", FAR: "shown"}
    assert {code: area["state"] for code, area in shown.items()} == states


@pytest.fixture
def few(households, owner):
    """FAR has 2 of 40 without a decent latrine, in the place of 5."""
    with owner():
        cases = HOUSES.model.objects.filter(area_code=FAR, latrine="none").values_list("pk", flat=True)
        HOUSES.model.objects.filter(pk__in=list(cases[:3])).update(latrine="own")


def test_a_few_cases_are_hidden_with_all_that_would_tell_them(few, client):
    """2 of 40 are few. In a city of two villages in each kecamatan people who know one village, or two, could tell them from
    any sum: so no sum of this figure is shown; all others are."""
    stats.write(HOUSES)
    found = [
        area
        for level in ("village", "district", "regency")
        for area in by_code(client, "no_latrine", level=level).values()
    ]
    hidden = {area["code"] for area in found if area["state"] == "small"}
    assert hidden >= {FAR, "11.73.02", "11.73.01", "11.73"} and len(hidden & {WEST, MIDDLE}) == 1
    for area in found:
        if area["code"] in hidden:
            assert {area[key] for key in ("value", "n", "cases", "low", "high")} == {None}
    assert by_code(client, "households", level="regency")["11.73"]["value"] == 165


def test_nothing_hidden_is_stored(few):
    stats.write(HOUSES)
    hidden = Cube.objects.filter(state="small")
    assert hidden.count() > 0
    assert set(hidden.values_list("value", "cases", "n")) == {(None, None, None)}


def test_levels_add_up_to_the_city(households, client):
    stats.write(HOUSES)
    city = by_code(client, "households", level="regency")["11.73"]
    assert (city["value"], city["n"], city["state"]) == (165.0, 165, "shown")
    assert by_code(client, "people", level="kota")["11.73"]["value"] == 495.0  # 3 in each
    rates = by_code(client, "no_latrine", level="district")
    assert [(area["cases"], area["n"]) for area in rates.values()] == [(22, 110), (11, 55)]


def test_a_rate_of_few_is_given_and_called_unreliable(areas, owner, client):
    with owner():
        HOUSES.model.objects.bulk_create(
            HOUSES.model(
                members=3, water="piped", latrine="none" if k < 6 else "own", place=Point(lon, 5.01, srid=4326)
            )
            for lon in (97.01, 97.03)
            for k in range(15)
        )
    stats.write(HOUSES)
    area = by_code(client, "no_latrine")[WEST]
    assert (area["value"], area["n"], area["state"]) == (40.0, 15, "unreliable")


def test_an_area_without_rows_has_no_data(areas, client):
    stats.write(HOUSES)
    assert {area["state"] for area in by_code(client, "no_latrine").values()} == {"none"}


def test_an_area_without_rows_has_0_of_an_amount_that_was_counted_elsewhere(areas, households, owner, client):
    with owner():
        HOUSES.model.objects.filter(area_code=FAR).update(deleted_at="2026-01-01T00:00Z")
    stats.write(HOUSES)
    far = by_code(client, "households")[FAR]
    assert (far["value"], far["n"], far["state"]) == (0.0, 0, "shown")
    assert by_code(client, "no_latrine")[FAR]["state"] == "none"


def test_a_row_without_a_point_counts_where_it_is_declared(areas, owner, client):
    with owner():
        POSYANDU.model.objects.create(code="A", name="A", declared_code="11.73.01")
        POSYANDU.model.objects.create(code="B", name="B", declared_code=WEST)
        POSYANDU.model.objects.create(code="C", name="C")
        POSYANDU.model.objects.create(code="D", name="D", declared_code=WEST, deleted_at="2026-01-01T00:00Z")
    stats.write(POSYANDU)
    assert by_code(client, "posyandu", layer="posyandu")[WEST]["value"] == 1
    assert by_code(client, "posyandu", layer="posyandu", level="district")["11.73.01"]["value"] == 2
    assert by_code(client, "posyandu", layer="posyandu", level="regency")["11.73"]["value"] == 2


def test_observations_are_kept_by_month(areas, owner, monkeypatch):
    monthly = dataclasses.replace(HOUSES, monthly=True)
    with owner():
        HOUSES.model.objects.bulk_create(
            HOUSES.model(members=1, water="piped", latrine="own", place=Point(97.01, 5.01, srid=4326), surveyed=day)
            for day in [datetime.date(2026, 1, 31)] * 12 + [datetime.date(2026, 2, 1)] * 20
        )
    stats.write(monthly)
    cells = Cube.objects.filter(indicator="households")
    found = {(cell.period, cell.area_code): cell.value for cell in cells}
    assert found[("2026-01", WEST)] == 12 and found[("2026-02", WEST)] == 20


def test_a_mean_is_no_sum_of_means(areas, owner):
    means = dataclasses.replace(HOUSES, indicators=[Indicator("Members", Avg("members"), name="members")])
    with owner():
        HOUSES.model.objects.bulk_create(
            HOUSES.model(members=m, water="piped", latrine="own", place=Point(lon, 5.01, srid=4326))
            for lon, m, n in [(97.01, 2, 10), (97.03, 5, 20)]
            for _k in range(n)
        )
    stats.write(means)
    found = dict(Cube.objects.filter(indicator="members").values_list("area_code", "value"))
    assert (found[WEST], found[MIDDLE], found["11.73.01"]) == (2.0, 5.0, 4.0)


@pytest.mark.parametrize("name", ["no_latrine", "households"])
def test_the_workbook_holds_the_very_figures(households, client, tmp_path, name):
    stats.write(HOUSES)
    client.cookies["django_language"] = "en"
    areas = by_code(client, name)
    book = tmp_path / "figures.xlsx"
    book.write_bytes(client.get(f"/indicators/households/{name}.xlsx?level=village").content)
    head, *lines = python_calamine.CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python()
    assert head[:2] == ["Code", "Name"] and head[3] == "n"
    assert len(lines) == len(areas) == 4
    for code, title, value, n, low, high, remark in lines:
        area = areas[code]
        assert [title, value, n, low, high] == [
            "" if area[key] is None else area[key] for key in ("name", "value", "n", "low", "high")
        ]
        words = {"shown": "", "small": "hidden to protect people", "unreliable": "not reliable (n under 20)"}
        assert remark == words[area["state"]]


@pytest.mark.parametrize(
    ("name", "how"), [("no_latrine", "Cases as percent of n"), ("households", "Counted from the rows of the area")]
)
def test_the_workbook_says_how_it_is_counted_and_that_it_is_counted_anew(households, row, client, tmp_path, name, how):
    client.cookies["django_language"] = "en"
    book = tmp_path / "figures.xlsx"

    def read():
        book.write_bytes(client.get(f"/indicators/households/{name}.xlsx?level=village").content)
        pages = python_calamine.CalamineWorkbook.from_path(str(book))
        remarks = {line[6] for line in pages.get_sheet_by_index(0).to_python()[1:]}
        return remarks, dict(pages.get_sheet_by_index(1).to_python())

    revisions_now()
    jobs.counts.func(0)
    remarks, about = read()
    assert about["How it is counted"].startswith(how) and about["Borders"].startswith("petak uji")
    assert "being counted anew" not in str(remarks) and "State" not in about and "Counted on" in about
    row(HOUSES)  # one more, not counted yet
    revisions_now()
    remarks, about = read()
    assert {remark.rpartition("; ")[2] for remark in remarks} == {"being counted anew"}
    assert about["State"] == "Rows or borders have changed since: these figures are being counted anew."


def test_a_level_or_period_that_is_none_is_named(areas, client):
    for query in ("level=street", "period=lastmonth", "period=%00"):
        answer = client.get(f"/indicators/posyandu/posyandu.json?{query}")
        assert answer.status_code == 400 and set(answer.json()["errors"]) == {query.partition("=")[0]}


def test_the_job_writes_what_is_due_and_only_that(households, row):
    row(POSYANDU)
    revisions_now()
    jobs.counts.func(0)
    assert set(Written.objects.filter(what="cube").values_list("layer", flat=True)) >= {"households", "posyandu"}
    first = dict(Written.objects.filter(what="cube").values_list("layer", "at"))
    jobs.counts.func(1)
    assert dict(Written.objects.filter(what="cube").values_list("layer", "at")) == first  # nothing was due
    row(POSYANDU)
    revisions_now()
    jobs.counts.func(2)
    changed = {
        layer for layer, at in Written.objects.filter(what="cube").values_list("layer", "at") if at != first[layer]
    }
    assert changed == {"posyandu"}


def test_figures_come_from_stored_counts_never_from_rows(areas, client, row):
    stats.write(POSYANDU)
    row(POSYANDU)
    assert by_code(client, "posyandu", layer="posyandu")[WEST]["value"] is None
    stats.write(POSYANDU)
    assert by_code(client, "posyandu", layer="posyandu")[WEST]["value"] == 1


def test_one_persons_write_moves_no_figure_and_the_tenth_moves_all_ten(households, client, row):
    """Within one run of the job, which comes every minute. Who saw the one house being visited must not read its answer off
    the figures before and after."""

    def told():
        revisions_now()
        jobs.counts.func(0)
        return [
            (area["n"], area["cases"], area["value"])
            for name in ("no_latrine", "households", "people")
            for level in ("village", "district", "regency")
            for area in by_code(client, name, level=level).values()
        ]

    first = told()
    for _k in range(9):
        row(HOUSES, latrine="none")
        assert told() == first
    row(HOUSES, latrine="none")
    assert told() != first
    west = by_code(client, "no_latrine")[WEST]
    assert (west["cases"], west["n"]) == (22, 70)
    assert by_code(client, "no_latrine", level="regency")["11.73"]["n"] == 175


def test_rows_taken_away_and_rows_changed_are_waited_for_too(households, client, owner):
    revisions_now()
    jobs.counts.func(0)
    with owner():
        rows = list(HOUSES.model.objects.filter(area_code=WEST, latrine="own").order_by("pk")[:10])
        HOUSES.model.objects.filter(pk__in=[r.pk for r in rows[:5]]).update(deleted_at="2026-01-01T00:00Z")
    stats.write(HOUSES)
    assert by_code(client, "no_latrine")[WEST]["n"] == 60
    with owner():
        HOUSES.model.objects.filter(pk__in=[r.pk for r in rows[5:]]).update(deleted_at="2026-01-01T00:00Z")
    stats.write(HOUSES)
    assert (by_code(client, "no_latrine")[WEST]["n"], by_code(client, "no_latrine")[WEST]["cases"]) == (50, 12)


def test_figures_say_while_they_are_older_than_the_rows(households, client, row):
    """From a write until the job has run; the catalogue's tag changes when it has."""

    def told():
        catalogue_now = client.get("/layers.json")
        shown = {one["name"]: one["counting"] for one in catalogue_now.json()["layers"]}
        figures = client.get("/indicators/households/households.json?level=village").json()["counting"]
        return shown["households"], figures, catalogue_now["ETag"]

    revisions_now()
    jobs.counts.func(0)
    first = told()
    assert first[:2] == (False, False)
    row(HOUSES)
    revisions_now()
    written = told()
    assert written[:2] == (True, True)
    jobs.counts.func(1)
    counted = told()
    assert counted[:2] == (False, False) and counted[2] != written[2]
    assert client.get("/layers.json", headers={"If-None-Match": written[2]}).status_code == 200


def test_the_catalogue_tells_which_indicators_have_figures(areas, row, client):
    def told():
        return {
            f"{layer['name']}.{indicator['name']}"
            for layer in client.get("/layers.json").json()["layers"]
            for indicator in layer["indicators"]
            if indicator["figures"]
        }

    assert told() == set()
    row(POSYANDU)
    stats.write(POSYANDU)
    assert told() == {"posyandu.posyandu"}


def test_figures_are_being_counted_after_other_boundaries_came_into_use(households, client, owner):
    revisions_now()
    jobs.counts.func(0)
    with owner():
        other = places.BoundarySet.objects.create(source="batas lain", valid_from="2026-06-01")
        places.AreaShape.objects.create(area_id=WEST, boundary_set=other, geom=square(97.0))
        places.use(other)
        boundaries.replace()
    revisions_now()
    shown = client.get("/layers.json").json()["layers"]
    assert {one["name"] for one in shown if one["counting"]} >= {"areas", "households", "posyandu", "markets"}
    assert client.get("/indicators/households/no_latrine.json").json()["counting"] is True


def test_the_counting_role_sees_rows_and_nobody_else_does(households, acting):
    with acting(AnonymousUser()):
        assert HOUSES.model.objects.count() == 0
        with stats.counting():
            assert HOUSES.model.objects.count() == 165
        assert HOUSES.model.objects.count() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM layers_householdnames",
        "SELECT * FROM layers_householdevent",
        "SELECT * FROM geoportal_user",
        "UPDATE layers_household SET members = 1",
        "DELETE FROM layers_household",
        "INSERT INTO geoportal_scope (unit) VALUES ('P1')",
    ],
)
def test_the_counting_role_reads_no_names_and_changes_no_row(households, statement):
    with pytest.raises(ProgrammingError) as refusal, transaction.atomic(), stats.counting() as cursor:
        cursor.execute(statement)
    assert isinstance(refusal.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_the_web_role_cannot_write_counts(areas):
    with pytest.raises(ProgrammingError), transaction.atomic():
        Cube.objects.create(
            layer="households", indicator="households", level="village", area_code=WEST, state="shown", revision=1
        )


def test_the_role_that_was_on_returns_after_counting(areas):
    def role():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return cursor.fetchone()[0]

    before = role()
    with stats.counting():
        assert role() == "geoportal_stats"
    with pytest.raises(ZeroDivisionError), stats.counting():
        1 / 0  # noqa: B018
    assert role() == before


def test_the_job_comes_every_minute():
    crons = {name: task.cron for (name, _id), task in jobs.app.periodic_registry.periodic_tasks.items()}
    assert crons["geoportal.jobs.counts"] == "* * * * *"
