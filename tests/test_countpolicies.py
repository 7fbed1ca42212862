"""Stored counts follow the rights of their layer; the owner's tools are the owner's."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.db import DatabaseError, IntegrityError, transaction

from geoportal import catalogue, policies, pyramid, stats
from geoportal.layer import Access, staff
from tests.plainsql import EAST, NO_RIGHT, WEST, refusal, rows, seen

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
STRANGER = AnonymousUser()


# --- Counts


def cell(layer: str, code: str) -> str:
    return f"INSERT INTO geoportal_pyramid (layer, zoom, x, y, area_code, count, sums) VALUES ('{layer}', 10, 1, 1, '{code}', 7, '{{}}')"


def test_the_pyramid_follows_the_rows_it_counts(areas, person, acting, owner):
    with owner():
        for layer, code in [("households", WEST), ("households", EAST), ("markets", EAST), ("unheard-of", EAST)]:
            rows(cell(layer, code))
    read = "SELECT layer, area_code FROM geoportal_pyramid ORDER BY layer, area_code"
    with acting(STRANGER):
        assert rows(read) == [("markets", EAST)]
    with acting(person("district", "health", "11.73.01")):
        assert rows(read) == [("households", WEST), ("markets", EAST)]
    with acting(person("official", "", "11.73")):
        assert rows(read) == [("markets", EAST)]
        assert refusal(cell("markets", WEST)) == NO_RIGHT and refusal("DELETE FROM geoportal_pyramid") == NO_RIGHT


def test_the_pyramid_knows_no_house_better_than_the_grid(row, owner):
    # One cell of the grid (0.001 degrees), but two of the pyramid's finest (360 / 2^14 / 32 = 0.00069 degrees).
    for lon in (97.0101, 97.0109):
        row(HOUSES, lon=lon)
        row(catalogue.layer("posyandu"), lon=lon)
    for name, counts in (("households", [2]), ("posyandu", [1, 1])):
        layer = catalogue.layer(name)
        pyramid.build(replace(layer, min_zoom=15))
        with owner():
            read = "SELECT count FROM geoportal_pyramid WHERE layer = %s AND zoom = 14"
            assert [n for (n,) in rows(read, [name])] == counts


def test_how_near_a_border_a_house_lies_is_told_to_those_who_know_the_house(houses, person, client):
    west = houses["west"]
    for role, told in (("district", False), ("validator", True)):
        client.force_login(person(role, "health", "11.73"))
        assert client.get("/table/households.json?place_state=inside").status_code == (200 if told else 400)
        assert client.get(f"/feature/households/{west.uid}.json").json()["place_state"] == ("inside" if told else None)


def test_the_cube_follows_the_right_to_counts(areas, person, acting, owner, monkeypatch):
    closed = replace(HOUSES, access=Access(counts=staff("health", roles=("district",), scope=True)))
    monkeypatch.setitem(catalogue._found, "households", closed)
    with owner():
        for statement in policies.of_counts("geoportal_cube", "counts"):
            rows(statement)
        for layer in ("households", "markets"):
            rows(
                "INSERT INTO geoportal_cube (layer, indicator, level, period, area_code, value, n, state, revision, written) "
                "VALUES (%s, 'i', 'village', '', %s, 1, 10, 'shown', 1, now())", [layer, WEST]
            )  # fmt: skip
    read = "SELECT layer FROM geoportal_cube ORDER BY layer"
    with acting(STRANGER):
        assert rows(read) == [("markets",)]
    with acting(person("district", "health", "11.73.01")):
        assert rows(read) == [("households",), ("markets",)]
    with acting(person("district", "health", "11.73.02")):
        assert rows(read) == [("markets",)]


def test_the_role_that_counts_reads_rows_but_no_names_and_writes_counts_alone(houses, acting):
    with acting(STRANGER), stats.counting():
        assert seen(houses) == set(houses)
        assert refusal("UPDATE layers_household SET members = 1") == NO_RIGHT
        for table in ("layers_householdnames", "layers_householdevent", "layers_householdnamesevent", "geoportal_user"):
            assert refusal(f"SELECT * FROM {table}") == NO_RIGHT
    with acting(STRANGER):
        assert seen(houses) == set()


# --- The owner's tools


def test_boundaries_are_put_to_use_by_those_who_may_change_areas_alone(areas, person, acting):
    chosen = rows("SELECT id FROM geoportal_boundaryset")[0][0]
    for user, refused in [
        (STRANGER, NO_RIGHT),
        (person("validator", "health", "11.73"), NO_RIGHT),
        (person("planner", "health", "11.73"), NO_RIGHT),
        (person("planner", "planning", "11.73"), ""),
        (person("admin"), ""),
    ]:
        with acting(user):
            assert refusal("SELECT geoportal_switch(%s)", [chosen]) == refused, user


@pytest.mark.parametrize(
    "call",
    [
        "geoportal_use_boundaries(1)",
        "geoportal_drop_policies('layers_household')",
        "geoportal_bare('geoportal_web', 'geoportal_stats')",
        "geoportal_close_sequences('geoportal_web', 'geoportal_stats')",
        "geoportal_history_by_owner('layers_household')",
    ],
)
def test_the_owners_tools_are_not_the_web_roles(person, acting, call):
    with acting(person("admin")):
        assert refusal(f"SELECT {call}") == NO_RIGHT


def test_functions_with_the_owners_rights_look_into_temporary_tables_last(db):
    found = rows(
        "SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace "
        "AND proowner = (SELECT relowner FROM pg_class WHERE relname = 'layers_household')"
    )
    assert len(found) > 10  # the triggers of every layer's history among them
    assert [name for name, config in found if "search_path=public, pg_temp" not in (config or [])] == []


def test_a_row_refused_by_its_policy_is_no_silent_loss(person, acting):
    with (
        acting(person("surveyor", "health", WEST)),
        pytest.raises((IntegrityError, DatabaseError)),
        transaction.atomic(),
    ):
        HOUSES.model.objects.create(members=4, water="piped", latrine="own", place=Point(97.05, 5.01, srid=4326))
