"""Figures by area are counted by a job, when ten rows have changed, in a role of its own that sees rows and changes none.

The little city's four gampong hold 60, 50, 15 and 40 households, of which 12, 10, 6 and 5 are without a decent latrine.
"""

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import ProgrammingError, connection, transaction

from geoportal import boundaries, jobs, places, stats
from geoportal.models import Cube, Written
from tests.conftest import square
from tests.figures import HOUSES, POSYANDU, WEST, by_code, revisions_now, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def households(areas, owner):
    settle(owner)


# --- When


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


def test_the_job_comes_every_minute():
    crons = {name: task.cron for (name, _id), task in jobs.app.periodic_registry.periodic_tasks.items()}
    assert crons["geoportal.jobs.counts"] == "* * * * *"


# --- By whom


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
