"""What an error, a function, a key or a plan could tell of rows one may not see: nothing."""

import json

import mapbox_vector_tile
import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.db import DatabaseError, connection
from django.db.models import F

from geoportal import access, catalogue, tiles
from geoportal.shapes import Overlap, shape_value
from tests.plainsql import NEEDED, NO_RIGHT, WEST, changed, refusal, rows

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
STRANGER = AnonymousUser()


# --- What an error, a function or a plan could tell


def test_errors_do_not_show_the_row_they_are_about(houses, person, acting):
    with acting(person("surveyor", "health", WEST)):
        for sql in (
            "UPDATE layers_household SET members = -77, dusun = 'Rahasia'",
            "INSERT INTO layers_household (uid, dusun) VALUES (%(other)s, 'Rahasia')",
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
