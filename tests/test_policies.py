"""What the database itself lets through, whatever the code above it forgets: plain SQL as the web role."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from geoportal import catalogue
from tests.plainsql import EAST, NEEDED, NO_RIGHT, WEST, changed, refusal, rows, seen

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
STRANGER = AnonymousUser()


# --- Who sees which household: by pencil

EVERY = {"west", "east", "unit", "nowhere"}
PEOPLE = [
    # role, sector, scopes, rows, names
    ("surveyor", "health", [WEST], {"west"}, {"west"}),
    ("surveyor", "social", ["11.73.01"], {"west"}, {"west"}),
    ("surveyor", "health", ["P1"], {"unit"}, {"unit"}),
    ("surveyor", "health", ["P2"], set(), set()),
    ("surveyor", "health", [WEST, "P1"], {"west", "unit"}, {"west", "unit"}),
    ("surveyor", "health", [], set(), set()),
    ("surveyor", "trade", ["11.73"], set(), set()),
    ("validator", "health", ["11.73.02"], {"east", "unit"}, {"east", "unit"}),
    ("validator", "health", ["11.73"], EVERY, EVERY),
    ("validator", "health", ["11"], EVERY, EVERY),
    ("district", "health", ["11.73.01"], {"west"}, set()),
    ("district", "health", ["11.73"], EVERY, set()),
    ("district", "planning", ["11.73"], set(), set()),
    ("village", "", [WEST], set(), set()),
    ("planner", "planning", ["11.73"], set(), set()),
    ("official", "", ["11.73"], set(), set()),
    ("admin", "", ["11.73"], set(), set()),
    ("auditor", "health", ["11.73"], set(), set()),
    ("", "", ["11.73"], set(), set()),
    ("", "health", ["11.73"], set(), set()),
]


@pytest.mark.parametrize(("role", "sector", "scopes", "records", "names"), PEOPLE)
def test_rows_and_names_of_households_by_role_sector_and_scope(
    houses, person, acting, role, sector, scopes, records, names
):
    with acting(person(role, sector, *scopes)):
        assert seen(houses) == records
        assert seen(houses, "of_id", "layers_householdnames") == names
        assert rows("SELECT count(*) FROM layers_household") == [(len(records),)]


def test_nobody_sees_only_what_anyone_may_see(houses, row, acting):
    posyandu = row(catalogue.layer("posyandu"))
    with acting(STRANGER):
        assert seen(houses) == set() and seen(houses, "of_id", "layers_householdnames") == set()
        assert rows("SELECT id FROM layers_posyandu") == [(posyandu.pk,)]
    assert seen(houses) == set()  # and with no identity at all


def test_a_suspended_person_sees_nothing(houses, person, acting):
    user = person("validator", "health", "11.73")
    user.is_active = False
    with acting(user):
        assert seen(houses) == set()


# --- Writing


def test_no_row_leaves_ones_area_or_enters_it(houses, person, acting):
    with acting(person("surveyor", "health", WEST)):
        moved = "UPDATE layers_household SET place = 'SRID=4326;POINT(97.05 5.01)' WHERE id = %s"
        assert refusal(moved, [houses["west"].pk]) == NO_RIGHT
        assert (
            changed(
                "UPDATE layers_household SET place = 'SRID=4326;POINT(97.01 5.01)' WHERE id = %s", [houses["east"].pk]
            )
            == 0
        )
        assert refusal("UPDATE layers_household SET place = NULL WHERE id = %s", [houses["west"].pk]) == NO_RIGHT


def test_the_area_of_a_row_is_the_databases_to_say(houses, person, acting):
    with acting(person("validator", "health", "11.73")):
        told = "UPDATE layers_household SET area_code = %s WHERE id = %s RETURNING area_code"
        assert rows(told, [WEST, houses["east"].pk]) == [(EAST,)]
    with acting(person("surveyor", "health", WEST)):
        inserted = "INSERT INTO layers_household " + NEEDED.format(place="'SRID=4326;POINT(97.05 5.01)'", area="%s")
        assert refusal(inserted, [WEST]) == NO_RIGHT
        assert refusal(inserted.replace("97.05", "97.01"), [EAST]) == ""  # the trigger puts it in the west


def test_a_temporary_table_does_not_tell_where_a_point_lies(houses, person, acting):
    with acting(person("surveyor", "health", WEST)), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE geoportal_area (LIKE public.geoportal_area)")
        cursor.execute(
            "INSERT INTO pg_temp.geoportal_area (id, uid, version, created, changed, code, name, level, area_code, geom) "
            "VALUES (1, gen_random_uuid(), 1, now(), now(), %s, 'x', 'village', %s, %s)",
            [WEST, WEST, "SRID=4326;MULTIPOLYGON(((90 0,100 0,100 10,90 10,90 0)))"],
        )
        cursor.execute("GRANT ALL ON pg_temp.geoportal_area TO PUBLIC")
        assert refusal("UPDATE layers_household SET place = 'SRID=4326;POINT(97.05 5.01)'") == NO_RIGHT
        cursor.execute("DROP TABLE pg_temp.geoportal_area")


def test_names_cannot_be_given_to_or_taken_from_another_household(houses, person, acting, owner):
    with owner():
        HOUSES.names.objects.filter(of=houses["east"]).delete()
    with acting(person("surveyor", "health", WEST)):
        given = "INSERT INTO layers_householdnames (of_id, head, rt, no_kk_hash, area_code, unit) VALUES (%s, 'X', '', '', %s, '')"
        assert refusal(given, [houses["east"].pk, WEST]) == NO_RIGHT
        moved = "UPDATE layers_householdnames SET of_id = %s"
        assert refusal(moved, [houses["east"].pk]) == NO_RIGHT
        assert changed("UPDATE layers_householdnames SET head = 'X'") == 1  # one's own


def test_names_follow_their_household(houses, person, acting):
    with acting(person("validator", "health", "11.73")):
        rows("UPDATE layers_household SET place = 'SRID=4326;POINT(97.05 5.01)' WHERE id = %s", [houses["west"].pk])
    with acting(person("surveyor", "health", WEST)):
        assert seen(houses, "of_id", "layers_householdnames") == set()
    with acting(person("surveyor", "health", EAST)):
        assert seen(houses, "of_id", "layers_householdnames") == {"west", "east"}


@pytest.mark.parametrize("table", ["layers_household", "layers_householdnames", "layers_posyandu", "geoportal_area"])
def test_nothing_is_deleted_emptied_reshaped_or_copied_in(houses, person, acting, table):
    with acting(person("validator", "health", "11.73")):
        for sql in (
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"DROP POLICY may_select ON {table}",
            f"CREATE POLICY mine ON {table} USING (true)",
            f"CREATE VIEW mine AS SELECT * FROM {table}",
        ):
            assert refusal(sql) == NO_RIGHT, sql
