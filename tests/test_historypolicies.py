"""History is read like the row it tells of and written by nobody but the row."""

import pytest
from django.contrib.auth.models import AnonymousUser

from geoportal import catalogue
from tests.plainsql import EAST, NO_RIGHT, WEST, refusal, rows, seen

pytestmark = pytest.mark.django_db
HOUSES = catalogue.layer("households")
STRANGER = AnonymousUser()


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
