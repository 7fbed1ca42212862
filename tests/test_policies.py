"""What the database itself lets through, whatever the code above it forgets: plain SQL as the web role."""

import contextlib
import itertools
import json
from dataclasses import replace

import mapbox_vector_tile
import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from geoportal import access, catalogue, identity, policies, pyramid, stats, tiles
from geoportal.layer import ROLES, SECTORS, Access, staff
from geoportal.models import Scope, User
from geoportal.shapes import Overlap, shape_value
from tests.conftest import owner_url

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
WEST, EAST = "11.73.01.2001", "11.73.02.2001"
STRANGER = AnonymousUser()


def rows(sql: str, params=()) -> list:
    """The rows of a statement, as whoever is acting."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall() if cursor.description else []


def changed(sql: str, params=()) -> int:
    """How many rows a statement touched; nothing of it stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        transaction.set_rollback(True)
        return cursor.rowcount


def refusal(sql: str, params=()) -> str:
    """The SQLSTATE with which the database refuses, empty when it does not; nothing stays."""
    try:
        changed(sql, params)
    except DatabaseError as error:
        return error.__cause__.sqlstate
    return ""


NO_RIGHT = "42501"  # insufficient_privilege: no grant, or against a policy


@pytest.fixture
def houses(row):
    """Four households: in the west, in the east, in the far east but of unit P1, and one of which nobody knows where."""
    return {
        "west": row(HOUSES, lon=97.01),
        "east": row(HOUSES, lon=97.05),
        "unit": row(HOUSES, lon=97.07, unit="P1"),
        "nowhere": row(HOUSES, lon=None),
    }


def seen(houses, column="id", table="layers_household") -> set[str]:
    """Which of the households a plain SELECT finds."""
    found = {pk for (pk,) in rows(f"SELECT {column} FROM {table}")}
    return {name for name, house in houses.items() if house.pk in found}


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


# --- The policies say the same as access.py, for every role, sector and scope

COMBINATIONS = list(itertools.product(("", *ROLES), ("", *SECTORS), [[], ["11.73.01"], ["P1"], ["11.73"]]))


@pytest.fixture
def everybody(areas):
    """A person for each role, sector and scope, and a stranger."""
    people = [User(username=str(n), role=role, sector=sector) for n, (role, sector, _scopes) in enumerate(COMBINATIONS)]
    people = User.objects.bulk_create(people)
    scopes = [
        (user, code) for user, (_role, _sector, codes) in zip(people, COMBINATIONS, strict=True) for code in codes
    ]
    Scope.objects.bulk_create(Scope(user=u, **({"unit": c} if c == "P1" else {"area_id": c})) for u, c in scopes)
    return [*people, STRANGER]


@pytest.fixture
def spots(layer, row):
    """A row of the layer in each of three places, one of them of unit P1."""
    if layer.geom == "place":
        return [row(layer, lon=97.01), row(layer, lon=97.05), row(layer, lon=97.07, unit="P1")]
    return []


def test_the_database_shows_what_access_shows(layer, spots, everybody, acting):
    name = layer.model._meta.db_table
    for user in everybody:
        with acting(user):
            assert {pk for (pk,) in rows(f"SELECT id FROM {name}")} == {r.pk for r in access.visible(layer, user)}, user


def test_the_database_lets_change_what_access_lets_change(layer, spots, everybody, acting):
    name = layer.model._meta.db_table
    for user in everybody:
        with acting(user):
            may = access.visible(layer, user, "change") & access.visible(layer, user)
            assert changed(f"UPDATE {name} SET deleted_at = now()") == may.count(), user


def test_the_database_lets_add_what_access_lets_add(layer, spots, everybody, acting):
    if layer.geom != "place":
        pytest.skip("areas come by code")
    model = layer.model
    copied = [f.column for f in model._meta.local_concrete_fields if f.name not in {"id", "uid"} and not f.unique]
    fresh = [f.column for f in model._meta.local_concrete_fields if f.unique and f.name not in {"id", "uid"}]
    for spot in spots:
        values = [getattr(spot, model._meta.get_field(c.removesuffix("_id")).attname) for c in copied]
        values = [value.hexewkb.decode() if isinstance(value, Point) else value for value in values]
        # uid without RETURNING: what may be added need not be seen.
        into = f"{model._meta.db_table} ({', '.join([*copied, *fresh, 'uid'])})"
        sql = f"INSERT INTO {into} VALUES ({'%s, ' * len(copied + fresh)} gen_random_uuid())"
        for user in everybody:
            with acting(user):
                may = access.may(user, layer, "add", spot.area_code, spot.unit)
                assert refusal(sql, [*values, *["NEW"] * len(fresh)]) == ("" if may else NO_RIGHT), (
                    user,
                    spot.area_code,
                )


# --- Sessions of a pool


# All a household needs beside its place, as plain SQL gives it.
NEEDED = (
    "(place, members, under5, water, latrine, pkh, bpnt, pbi, too_young, too_old, too_close, too_many, declared_code, unit, "
    "place_source, dusun, area_code, place_state) SELECT {place}, 4, 0, 'piped', 'own', false, false, false, false, false, false, "
    "false, '', '', '', '', {area}, 'none'"
)
SQUARE = "SRID=4326;MULTIPOLYGON(((97 5,97.02 5,97.02 5.02,97 5.02,97 5)))"


@pytest.fixture
def stored():
    """A household stored for good in the west of a city of one gampong; gone afterwards."""
    with psycopg.connect(owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        for code in ("11", "11.73", "11.73.01", WEST):
            owner.execute("INSERT INTO geoportal_area (code, name, geom) VALUES (%s, %s, %s)", [code, code, SQUARE])
        owner.execute("INSERT INTO layers_household " + NEEDED.format(place="'SRID=4326;POINT(97.01 5.01)'", area="''"))
        yield
        for name in ("household", "householdevent"):
            owner.execute(f"DELETE FROM layers_{name}")
        for name in ("area", "areaevent", "revision"):
            owner.execute(f"DELETE FROM geoportal_{name}")


@pytest.fixture
def session():
    """A session of its own as the web role, in autocommit, as the pool lends it."""
    web = settings.WEB
    place = {"host": web["HOST"] or None, "port": web["PORT"] or None, "dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(user=web["USER"], password=web["PASSWORD"], autocommit=True, **place) as opened:
        yield opened


COUNT = "SELECT count(*) FROM layers_household"


def tell(session, who: identity.Identity) -> None:
    for name, value in who.settings().items():
        session.execute("SELECT set_config(%s, %s, true)", [name, value])


@pytest.mark.parametrize(
    "who",
    [
        identity.Identity(user=1, role="validator", sector="health", everywhere=True),
        identity.Identity(user=1, role="surveyor", sector="health", areas=(WEST,)),
    ],
    ids=["whole city", "own gampong"],
)
def test_after_a_commit_a_session_of_the_pool_shows_nothing(stored, session, who):
    assert session.execute(COUNT).fetchone() == (0,)
    for _again in range(2):
        with session.transaction():
            tell(session, who)
            assert session.execute(COUNT).fetchone() == (1,)
        # Now the settings hold '' and not NULL.
        assert session.execute("SELECT current_setting('geoportal.areas', true)").fetchone() == ("",)
        assert session.execute(COUNT).fetchone() == (0,)
        with session.transaction():
            assert session.execute(COUNT).fetchone() == (0,)


def test_a_planned_statement_is_decided_anew_for_each_person(stored, session):
    cadre = identity.Identity(user=1, role="surveyor", sector="health", areas=(WEST,))
    for who, found in [
        (cadre, 1),
        (identity.NOBODY, 0),
        (cadre, 1),
        (identity.Identity(user=2, role="official"), 0),
    ] * 2:
        with session.transaction():
            tell(session, who)
            assert session.execute(COUNT, prepare=True).fetchone() == (found,)


def test_settings_full_of_nonsense_show_nothing(stored, session):
    for areas in ("{}", "{NULL}", '{""}', "{11}", "{11.73}", "{%}"):
        with session.transaction():
            tell(session, identity.Identity(user=1, role="surveyor", sector="health"))
            session.execute("SELECT set_config('geoportal.areas', %s, true)", [areas])
            assert session.execute(COUNT).fetchone() == (0,)


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


# --- History


def test_history_is_read_like_the_row_it_tells_of(houses, person, acting):
    events = "layers_householdevent", "layers_householdnamesevent"
    expected = [
        (("surveyor", "health", WEST), {"west"}),
        (("validator", "health", "11.73.02"), {"east", "unit"}),
        (("district", "health", "11.73"), set()),
        (("official", "", "11.73"), set()),
        (("auditor", "", "11.73"), set()),
    ]
    for who, found in expected:
        with acting(person(*who)):
            assert seen(houses, "pgh_obj_id", events[0]) == found
            assert seen(houses, "of_id", events[1]) == found
    with acting(STRANGER):
        assert seen(houses, "pgh_obj_id", events[0]) == set() == seen(houses, "of_id", events[1])


def test_what_happened_elsewhere_stays_with_those_who_work_there(houses, person, acting):
    with acting(person("validator", "health", "11.73")):
        rows("UPDATE layers_household SET place = 'SRID=4326;POINT(97.05 5.01)' WHERE id = %s", [houses["west"].pk])
    labels = "SELECT pgh_label FROM layers_householdevent WHERE pgh_obj_id = %s"
    with acting(person("surveyor", "health", WEST)):
        assert rows(labels, [houses["west"].pk]) == [("insert",)]
    with acting(person("surveyor", "health", EAST)):
        assert rows(labels, [houses["west"].pk]) == [("update",)]


def test_history_is_written_by_the_row_alone_and_names_who_wrote(houses, person, acting):
    user = person("surveyor", "health", WEST)
    with acting(user):
        rows("UPDATE layers_household SET members = 9 WHERE id = %s", [houses["west"].pk])
        told = "SELECT pgh_context->>'user', members FROM layers_householdevent WHERE pgh_label = 'update'"
        assert rows(told) == [(str(user.pk), 9)]
        for sql in (
            "INSERT INTO layers_householdevent SELECT * FROM layers_householdevent",
            "UPDATE layers_householdevent SET members = 1",
            "DELETE FROM layers_householdevent",
            "DELETE FROM layers_householdnamesevent",
        ):
            assert refusal(sql) == NO_RIGHT, sql


def test_no_second_table_tells_who_wrote(houses, person, acting, owner):
    with acting(person("surveyor", "health", WEST)):
        rows("UPDATE layers_household SET members = 9")
        assert refusal("SELECT * FROM pghistory_context") == NO_RIGHT
    with owner():
        assert rows("SELECT count(*) FROM pghistory_context") == [(0,)]


# --- What an error, a function or a plan could tell


def test_errors_do_not_show_the_row_they_are_about(houses, person, acting):
    with acting(person("surveyor", "health", WEST)):
        for sql in (
            "UPDATE layers_household SET members = -77, dusun = 'Rahasia'",
            "UPDATE layers_household SET uid = %(other)s, dusun = 'Rahasia'",
            "UPDATE layers_household SET place = 'SRID=4326;POINT(97.05 5.01)', dusun = 'Rahasia'",
        ):
            with pytest.raises(DatabaseError) as refused:
                changed(sql, {"other": houses["east"].uid})
            text = " ".join(filter(None, [str(refused.value), refused.value.__cause__.diag.message_detail]))
            assert "Rahasia" not in text and "-77" not in text and str(houses["east"].uid) not in text


def test_a_condition_that_fails_on_a_hidden_row_is_not_asked_of_it(houses, person, acting, owner):
    with owner():
        HOUSES.model.objects.filter(pk=houses["east"].pk).update(members=13)
    with acting(person("surveyor", "health", WEST)):
        assert rows("SELECT count(*) FROM layers_household WHERE 1 / (members - 13) <> 5") == [(1,)]


def test_a_function_of_ones_own_is_shown_visible_rows_only(houses, person, acting):
    with acting(person("surveyor", "health", WEST)), connection.cursor() as cursor:
        told = []
        listen = lambda notice: told.append(notice.message_primary)  # noqa: E731
        cursor.execute(
            "CREATE FUNCTION pg_temp.peek(bigint) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
            "$$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
        )
        connection.connection.add_notice_handler(listen)
        cursor.execute("SELECT count(*) FROM layers_household WHERE pg_temp.peek(id)")
        connection.connection.remove_notice_handler(listen)
        assert told == [str(houses["west"].pk)]
        assert refusal("CREATE FUNCTION public.peek() RETURNS int LANGUAGE sql AS 'SELECT 1'") == NO_RIGHT


def test_a_unique_key_does_not_say_that_a_number_exists(houses, person, acting, owner):
    with owner():
        names = HOUSES.names.objects.get(of=houses["east"])
        names.no_kk = "1173012000000001"
        names.save()
        unique = rows(
            "SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'layers\\_%names' AND indexdef LIKE 'CREATE UNIQUE%'"
        )
    assert [line for (line,) in unique if "(id)" not in line and "(of_id)" not in line] == []


def test_the_index_on_places_answers_under_the_policy(areas, person, acting, owner):
    with owner():
        grid = "ST_SetSRID(ST_MakePoint(97 + (n % 200) * 0.0001, 5 + (n / 200) * 0.0002), 4326)"
        needed = NEEDED.format(place=grid, area="''")
        rows(f"INSERT INTO layers_household {needed} FROM generate_series(0, 19999) n")
        rows("ANALYZE layers_household")
    user = person("surveyor", "health", WEST)
    with acting(user):
        sql, words = tiles.features(HOUSES, user, {})
        # Longitudes 97.00928 to 97.01065, so 14 columns of the grid; latitudes 5.00887 to 5.01023, so 7 rows.
        slots = tiles.numbers(HOUSES, user, 18, 201_712, 127_419)
        values = [slots[word.name] if isinstance(word, tiles.Slot) else word for word in words]
        plan = rows(f"EXPLAIN (FORMAT JSON) {sql}", values)[0][0]
        near = access.visible(HOUSES, user).filter(
            Overlap(F("place"), shape_value(Point(97.01, 5.01, srid=4326).buffer(0.001)))
        )
        counted = json.loads(near.explain(format="json"))
        found = rows(sql, values)[0][1]
    for steps in (list(nodes(plan[0]["Plan"])), list(nodes(counted[0]["Plan"]))):
        conditions = [step.get("Index Cond", "") for step in steps if "_place_" in step.get("Index Name", "")]
        assert conditions and all("&&" in condition for condition in conditions)
        assert not any(
            step["Node Type"] == "Seq Scan" and step["Relation Name"] == "layers_household" for step in steps
        )
    drawn = [
        feature["geometry"]["coordinates"]
        for feature in mapbox_vector_tile.decode(bytes(found))["households"]["features"]
    ]
    assert sum(0 <= x < 4096 and 0 <= y < 4096 for x, y in drawn) == 14 * 7  # beside it stand those of the margin


def nodes(plan: dict):
    """A plan's steps, the outermost first."""
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


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
        assert seen(houses) == EVERY
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
        "geoportal_grant_app('geoportal_web', 'layers')",
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


# --- Nothing is left open by chance


def test_every_table_the_web_role_reads_has_a_policy_or_is_named_as_open(db):
    readable = rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relrowsecurity "
        "AND has_table_privilege(%s, oid, 'SELECT, INSERT, UPDATE, DELETE')", [settings.WEB_ROLE]
    )  # fmt: skip
    named = {*policies.READ_ONLY, *policies.OPEN, "spatial_ref_sys"}
    of_django = ("auth_", "django_", "account_", "usersessions_", "mfa_", "procrastinate_")
    assert {name for (name,) in readable if not name.startswith(of_django)} - named == set()


def test_no_view_shows_rows_with_its_owners_eyes(db):
    views = rows(
        "SELECT relname, relkind::text, reloptions FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    )
    ours = [v for v in views if v[0] not in {"geometry_columns", "geography_columns"}]
    assert [v for v in ours if v[1] == "m" or "security_invoker=true" not in (v[2] or [])] == []


def test_the_web_role_owns_nothing_and_may_not_bypass(db):
    assert rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = %s", [settings.WEB_ROLE]
    ) == [(False, False, False)]
    owned = "SELECT count(*) FROM pg_class WHERE relowner = %s::regrole AND relnamespace = 'public'::regnamespace"
    assert rows(owned, [settings.WEB_ROLE]) == [(0,)]


def test_missing_and_stale_policies_are_noticed(owner):
    assert policies.stale() == ""
    with owner(), contextlib.ExitStack() as stack:
        stack.callback(transaction.savepoint_rollback, transaction.savepoint())
        rows("ALTER TABLE layers_household DISABLE ROW LEVEL SECURITY")
        assert "layers_household" in policies.stale()
    with owner(), contextlib.ExitStack() as stack:
        stack.callback(transaction.savepoint_rollback, transaction.savepoint())
        trigger = "SELECT tgfoid::regprocedure FROM pg_trigger WHERE tgrelid = 'layers_market'::regclass AND tgname ~ 'pgtrigger' LIMIT 1"
        rows(f"ALTER FUNCTION {rows(trigger)[0][0]} SECURITY INVOKER")
        assert policies.stale() == "The history of layers_market cannot be written: run `manage.py policies`."
    assert policies.stale() == ""


def test_a_row_refused_by_its_policy_is_no_silent_loss(person, acting):
    with (
        acting(person("surveyor", "health", WEST)),
        pytest.raises((IntegrityError, DatabaseError)),
        transaction.atomic(),
    ):
        HOUSES.model.objects.create(members=4, water="piped", latrine="own", place=Point(97.05, 5.01, srid=4326))
