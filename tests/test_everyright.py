"""Plain SQL as the web role, for every layer, role, sector and scope: reading, counting, copying, writing, and guessing by errors.

What is expected follows from the declaration by the few lines of `reach`, from neither the filters nor the policies.
"""

import itertools
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import MultiPolygon, Point
from django.db import connection

from geoportal import access, catalogue
from geoportal.layer import ROLES, SECTORS
from geoportal.models import Scope, User
from tests.plainsql import NO_RIGHT, changed, outcome, refusal, rows

pytestmark = pytest.mark.django_db
# What of the three rows lies in each scope: one in the west, one in the east, one in the far east that is of unit P1.
SCOPES = {(): set(), ("11.73.01",): {"west"}, ("P1",): {"unit"}, ("11.73",): {"west", "east", "unit"}}
PEOPLE = [*itertools.product(("", *ROLES), ("", *SECTORS), SCOPES), ("public", "", ())]
MISSING = 2_000_000_000


def reach(grants, role: str, sector: str, scope: tuple) -> set[str]:
    """Which of the three rows a set of grants opens to somebody."""
    fitting = [g for g in grants if g.role in {"*", role} and g.sector in {"*", sector}]
    return SCOPES["11.73",] if any(not g.own for g in fitting) else SCOPES[scope] if fitting else set()


@pytest.fixture
def everybody(areas, owner):
    """(role, sector, scope, user) for each combination; last a stranger."""
    users = [User(username=str(n), role=role, sector=sector) for n, (role, sector, _) in enumerate(PEOPLE[:-1])]
    with owner():
        User.objects.bulk_create(users)
        Scope.objects.bulk_create(
            Scope(user=user, **({"unit": code} if code == "P1" else {"area_id": code}))
            for user, (_role, _sector, scope) in zip(users, PEOPLE, strict=False)
            for code in scope
        )
    for user in users:
        user.has_second_factor = True  # else whoever works with names counts as nobody (secondfactor.held)
    return [(*words, user) for words, user in zip(PEOPLE, [*users, AnonymousUser()], strict=True)]


@pytest.fixture
def spots(layer, row, areas):
    """west, east, unit -> a row of the layer."""
    if layer.geom == "geom":  # areas are of no unit, and nobody's scope bounds them
        codes = {"west": "11.73.01.2001", "east": "11.73.02.2001", "unit": "11.73.02.2002"}
        return {name: areas[code] for name, code in codes.items()}
    places = {"west": {"lon": 97.01}, "east": {"lon": 97.05}, "unit": {"lon": 97.07, "unit": "P1"}}
    return {name: row(layer, **words) for name, words in places.items()}


def tables(layer):
    """(table, the column that names the row, the grants that read it) of all that tells of a row."""
    records, identity = layer.access.grants("records"), layer.access.identity
    yield layer.model._meta.db_table, "id", records
    yield catalogue.event_model(layer.model)._meta.db_table, "pgh_obj_id", identity if layer.personal else records
    if layer.names:
        yield layer.names._meta.db_table, "of_id", identity
        yield catalogue.event_model(layer.names)._meta.db_table, "of_id", identity


def copied(table: str, column: str) -> set[int]:
    """The numbers that COPY … TO gives out."""
    with connection.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({column}) TO STDOUT") as copy:
        return {int(number) for (number,) in copy.rows()}


def test_everybody_reads_counts_and_copies_the_own_and_no_more(layer, spots, everybody, acting):
    number = {row.pk: name for name, row in spots.items()}
    for role, sector, scope, user in everybody:
        with acting(user):
            for table, column, grants in tables(layer):
                expected, who = reach(grants, role, sector, scope), (table, role, sector, scope)
                read = [number[pk] for (pk,) in rows(f"SELECT {column} FROM {table}") if pk in number]
                assert set(read) == expected, who
                within = f"FROM {table} WHERE {column} = ANY (%s)"
                assert rows(f"SELECT count(DISTINCT {column}) {within}", [list(number)]) == [(len(expected),)], who
                assert rows(f"SELECT EXISTS (SELECT 1 {within})", [list(number)]) == [(bool(expected),)], who
                if table.endswith("names") or user is everybody[-1][3]:
                    assert copied(table, column) & set(number) == {spots[name].pk for name in expected}, who


def test_the_database_shows_and_changes_what_access_shows_and_changes(layer, spots, everybody, acting):
    name, grants = layer.model._meta.db_table, layer.access
    for role, sector, scope, user in everybody:
        with acting(user):
            seen = access.visible(layer, user)
            assert {pk for (pk,) in rows(f"SELECT id FROM {name}")} == {row.pk for row in seen}, user
            may = reach(grants.change, role, sector, scope) & reach(grants.grants("records"), role, sector, scope)
            assert (access.visible(layer, user, "change") & seen).filter(
                pk__in=[r.pk for r in spots.values()]
            ).count() == len(may)
            touched = f"UPDATE {name} SET deleted_at = now() WHERE id = ANY (%s)"
            assert changed(touched, [[row.pk for row in spots.values()]]) == len(may), (role, sector, scope)


def test_the_database_lets_add_what_access_lets_add(layer, spots, everybody, acting):
    fields = [f for f in layer.model._meta.local_concrete_fields if f.name not in {"id", "uid"}]
    fresh = "11.73.09" if layer.geom == "geom" else "NEW"
    # uid without RETURNING: what may be added need not be seen.
    into = f"{layer.model._meta.db_table} ({', '.join(f.column for f in fields)}, uid)"
    sql = f"INSERT INTO {into} VALUES ({'%s, ' * len(fields)} gen_random_uuid())"
    for name, spot in spots.items():
        values = [fresh if f.unique else getattr(spot, f.attname) for f in fields]
        values = [v.hexewkb.decode() if isinstance(v, Point | MultiPolygon) else v for v in values]
        for role, sector, scope, user in everybody:
            may = name in reach(layer.access.add, role, sector, scope)
            with acting(user):
                assert access.may(user, layer, "add", spot.area_code, getattr(spot, "unit", "")) == may, (
                    role,
                    sector,
                    scope,
                )
                assert refusal(sql, values) == ("" if may else NO_RIGHT), (name, role, sector, scope)


def test_nobody_deletes_empties_or_copies_in(layer, spots, everybody, acting):
    for role, sector, scope, user in everybody:
        with acting(user):
            for table, _column, _grants in tables(layer):
                for sql in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
                    assert refusal(sql) == NO_RIGHT, (sql, role, sector, scope)
                # Refused for want of the right, or because PostgreSQL copies into no table with policies.
                assert refusal(f"COPY {table} FROM STDIN") in {NO_RIGHT, "0A000"}, (table, role, sector, scope)


def guesses(layer, own: int | None):
    """Statements that name a row by its number %s: an error or a count that differs would tell that it exists. own: a row of the
    guesser's, if any."""
    table, event = layer.model._meta.db_table, catalogue.event_model(layer.model)._meta.db_table
    yield f"SELECT 1 FROM {table} WHERE id = %s"
    yield f"SELECT 1 FROM {table} WHERE id = %s FOR KEY SHARE"
    yield f"SELECT 1 FROM {table} WHERE 1 / (id - %s) = 7"
    yield f"SELECT 1 FROM {event} WHERE 1 / (pgh_obj_id - %s) = 7"
    yield f"UPDATE {table} SET deleted_at = now() WHERE id = %s"
    yield f"INSERT INTO {table} (id) VALUES (%s)"
    yield f"INSERT INTO {table} (id) VALUES (%s) ON CONFLICT (id) DO NOTHING"
    yield f"UPDATE {table} SET id = %s WHERE id = {own or MISSING}"
    yield f"INSERT INTO {event} (pgh_obj_id) VALUES (%s)"
    if layer.names:
        names = layer.names._meta.db_table
        yield f"SELECT 1 FROM {names} WHERE 1 / (of_id - %s) = 7"
        yield f"INSERT INTO {names} (of_id, head, rt, no_kk_hash, area_code, unit) VALUES (%s, 'X', '', '', '', '')"
        yield f"INSERT INTO {names} (of_id, head, rt, no_kk_hash) VALUES (%s, 'X', '', '') ON CONFLICT (of_id) DO NOTHING"
        yield f"UPDATE {names} SET of_id = %s WHERE of_id = {own or MISSING}"


def test_no_error_and_no_count_tells_whether_a_hidden_row_exists(layer, spots, everybody, acting):
    tried = 0
    for role, sector, scope, user in everybody:
        seen = reach(layer.access.grants("records"), role, sector, scope)
        own = next((spots[name].pk for name in seen), None)
        with acting(user):
            for name in sorted(set(spots) - seen)[:1]:
                for sql in guesses(layer, own):
                    told = outcome(sql, [spots[name].pk])
                    assert told == outcome(sql, [MISSING]), (sql, role, sector, scope)
                    tried += 1
    # 6 of 181 see every household (three roles in two sectors, over the city); of the other layers everybody sees all.
    assert tried == (13 * (181 - 6) if layer.names else 0)


def test_a_uid_is_kept_whatever_is_written_into_it(layer, spots, everybody, acting):
    for role, sector, scope, user in everybody:
        with acting(user):
            tells = {outcome(f"UPDATE {layer.model._meta.db_table} SET uid = %s WHERE id = ANY (%s)", [uid, [spots["west"].pk]])
                     for uid in (spots["east"].uid, uuid.uuid4())}  # fmt: skip
            assert len(tells) == 1, (role, sector, scope)
