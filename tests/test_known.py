"""A person known from a minute ago gets tiles past the middleware; whatever changes about them is so at once."""

import concurrent.futures
import datetime

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from geoportal import audit, earlytiles, identity, known
from geoportal.models import User
from geoportal.signedin import SessionStore

from .conftest import owner_url
from .decoded import tile_of

pytestmark = pytest.mark.django_db
WEST, EAST = "11.73.01.2001", "11.73.02.2001"
SHAPE = "SRID=4326;MULTIPOLYGON(((97 5,97.08 5,97.08 5.02,97 5.02,97 5)))"
HOUSE = """INSERT INTO layers_household
 (place, members, under5, water, latrine, pkh, bpnt, pbi, too_young, too_old, too_close, too_many, declared_code, unit,
  place_source, dusun, area_code, place_state)
 SELECT 'SRID=4326;POINT({lon} 5.01)', 4, 0, 'piped', 'own', false, false, false, false, false, false, false, '', '', '', '',
        '', 'none'"""
UNDRAWN = audit.undrawn
COUNT = "SELECT count(*) FROM layers_household"


@pytest.fixture
def owner_says(db):
    """owner_says(sql, params) stores something for good, where every session sees it; all is gone after the test."""
    with psycopg.connect(owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        yield owner.execute
        owner.execute("DELETE FROM layers_household")
        for name in ("geoportal_accesslog", "django_session", "mfa_authenticator", "geoportal_scope", "geoportal_user", "geoportal_area",
                     "layers_householdevent", "geoportal_areaevent", "geoportal_revision"):  # fmt: skip
            owner.execute(f"DELETE FROM {name}")


@pytest.fixture
def web(db):
    """web(function, …) -> what it gives in a thread of its own, whose sessions the pool lends it, as those of the server are."""

    def begin():
        own = {name: settings.WEB[name] for name in ("USER", "PASSWORD")}
        own["OPTIONS"] = {"prepare_threshold": 1, "pool": {"min_size": 1, "max_size": 1}}
        connections["default"].settings_dict = connections["default"].settings_dict | own

    def end():
        connections["default"].close()
        connections["default"].close_pool()

    with concurrent.futures.ThreadPoolExecutor(1, initializer=begin) as thread:
        yield lambda function, *words, **more: thread.submit(function, *words, **more).result()
        thread.submit(end).result()


@pytest.fixture(autouse=True)
def noted(monkeypatch):
    """The line of this minute in the access log, without which a tile of persons is left to Django, is written already."""
    monkeypatch.setattr(audit, "_drawn", {})
    monkeypatch.setattr(audit, "undrawn", lambda user, layer, params: False)


@pytest.fixture
def cadre(owner_says, web):
    """(cookie, id) of a surveyor of the western gampong, where one household lies; another lies in the east."""
    known._known.clear()
    for code in ("11", "11.73", "11.73.01", "11.73.02", WEST, EAST):
        west, east = {WEST: (97.00, 97.02), EAST: (97.04, 97.06)}.get(code, (97.00, 97.08))
        shape = SHAPE.replace("97 5", f"{west} 5").replace("97.08 5", f"{east} 5")
        owner_says("INSERT INTO geoportal_area (code, name, geom) VALUES (%s, %s, %s)", [code, code, shape])
    for lon in (97.01, 97.05):
        owner_says(HOUSE.format(lon=lon))
    user = User(username="kader", role="surveyor", sector="health", password="!")
    columns = [field for field in User._meta.concrete_fields if not field.primary_key]
    names, marks = ", ".join(f'"{field.column}"' for field in columns), ", ".join(["%s"] * len(columns))
    values = [field.get_prep_value(getattr(user, field.attname)) for field in columns]
    sql = f"INSERT INTO geoportal_user ({names}) VALUES ({marks}) RETURNING id"
    user.pk = owner_says(sql, values).fetchone()[0]
    owner_says("INSERT INTO geoportal_scope (user_id, area_id, unit) VALUES (%s, %s, '')", [user.pk, WEST])
    second = "INSERT INTO mfa_authenticator (user_id, type, data, created_at) VALUES (%s, 'totp', '{}', now())"
    owner_says(second, [user.pk])

    def begun() -> str:
        session = SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "geoportal.signedin.Accounts"
        session.save()
        connection.close()
        return f"sessionid={session.session_key}"

    return web(begun), user.pk


def early(path: str, cookie: str = "", **environ):
    """(status, headers, body) of what is answered before Django; None when it is left to Django."""
    left, told = [], {}
    application = earlytiles.answering(lambda environ, start: left.append(environ) or [])
    request = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "v=1", "HTTP_HOST": "testserver"}
    request |= {"wsgi.url_scheme": "http", "HTTP_COOKIE": cookie} | environ
    body = b"".join(application(request, lambda status, headers: told.update(status=status, headers=dict(headers))))
    return None if left else (told["status"], told["headers"], body)


def found(sql: str, params: list) -> tuple:
    """What a statement of nobody's finds on a session the pool lends."""
    return connection.planned(sql, params)


def tile(lon: float = 97.01, layer: str = "households") -> str:
    x, y = tile_of(15, lon)
    return f"/tiles/{layer}/15/{x}/{y}.mvt"


def test_a_known_person_gets_the_very_tile_django_gives(web, cadre):
    def behind():
        client = Client(headers={"cookie": cadre[0]})
        answer = client.get(tile(), {"v": 1})
        connection.close()
        return answer

    first, again, django = web(early, tile(), cadre[0]), web(early, tile(), cadre[0]), web(behind)
    assert first == again and first[0] == "200 OK" and first[2] == django.content and b"households" in first[2]
    names = ("Cache-Control", "ETag", "Content-Type", "Content-Length", "X-Content-Type-Options")
    assert {name: first[1][name] for name in names} == {name: django[name] for name in names}
    assert first[1]["Cache-Control"] == "private, no-store" and "Cookie" in first[1]["Vary"]


def test_the_first_tile_of_a_minute_is_left_to_django_which_notes_it(web, cadre, owner_says, monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    monkeypatch.setattr(audit, "undrawn", UNDRAWN)

    def behind():
        status = Client(headers={"cookie": cadre[0]}).get(tile(), {"v": 1}).status_code
        connection.close()
        return status

    assert web(early, tile(), cadre[0]) is None and web(behind) == 200
    for _again in range(3):
        assert web(early, tile(), cadre[0])[0] == "200 OK"
    lines = "SELECT who, action, layer, rows, area_code, page FROM geoportal_accesslog"
    assert owner_says(lines).fetchall() == [("kader", "view", "households", None, WEST, "/")]
    later = now + datetime.timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert web(early, tile(), cadre[0]) is None


def test_a_known_person_sees_the_own_rows_and_no_others(web, cadre):
    assert web(early, tile(97.01), cadre[0])[0] == "200 OK"
    assert web(early, tile(97.05), cadre[0])[0] == "204 No Content"


def test_what_a_known_person_may_see_is_forgotten_with_the_tile(web, cadre):
    """The pool has one session: the same that has just made a tile for the person."""
    for _again in range(3):
        assert web(early, tile(), cadre[0])[0] == "200 OK"
        assert web(found, COUNT, []) == (0,)
        assert web(found, "SELECT current_setting('geoportal.role', true)", []) == ("",)


CHANGES = {
    "signed out": "DELETE FROM django_session",
    "session over": "UPDATE django_session SET expire_date = now() - interval '1 second'",
    "session written": "UPDATE django_session SET session_data = ''",
    "suspended": "UPDATE geoportal_user SET is_active = false",
    "another password": "UPDATE geoportal_user SET password = '!other'",
    "no scope": "DELETE FROM geoportal_scope",
    "no second step": "DELETE FROM mfa_authenticator",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_who_is_not_as_known_any_more_is_not_known_at_once(web, cadre, owner_says, change):
    assert web(early, tile(), cadre[0])[0] == "200 OK"
    owner_says(change)
    assert web(early, tile(), cadre[0]) is None
    again = web(early, tile(), cadre[0])
    assert again is None or again[0] == "204 No Content"  # known anew, with no area to see anything in


@pytest.mark.parametrize(
    "change",
    [
        f"UPDATE geoportal_scope SET area_id = '{EAST}'",
        f"UPDATE geoportal_area SET deleted_at = now() WHERE code = '{WEST}'",
    ],
)
def test_other_areas_hold_from_the_next_tile_on(web, cadre, owner_says, change):
    assert web(early, tile(), cadre[0])[0] == "200 OK"
    owner_says(change)
    assert web(early, tile(), cadre[0]) is None  # Django's, and right
    assert web(early, tile(), cadre[0])[0] == "204 No Content"


def test_another_role_holds_from_the_next_tile_on(web, cadre, owner_says):
    assert web(early, tile(), cadre[0])[0] == "200 OK"
    owner_says("UPDATE geoportal_user SET role = 'planner', sector = ''")
    assert web(early, tile(), cadre[0]) is None
    assert web(early, tile(), cadre[0]) is None  # has no rows to see: the refusal is Django's


def test_what_changes_while_a_person_is_met_makes_them_unknown(web, cadre, owner_says, monkeypatch):
    """Between the stamp and what it stands for."""
    read = known.get_user

    def late(request):
        found = read(request)
        owner_says(f"UPDATE geoportal_scope SET area_id = '{EAST}'")
        return found

    monkeypatch.setattr(known, "get_user", late)
    assert web(early, tile(), cadre[0]) is None


def test_a_session_whose_end_must_move_on_is_left_to_the_middleware(web, cadre, owner_says):
    end = timezone.now() + datetime.timedelta(seconds=settings.SESSION_SHORT[0] - 61)
    owner_says("UPDATE django_session SET expire_date = %s", [end])
    assert web(early, tile(), cadre[0]) is None


def test_a_session_that_has_lasted_long_enough_is_left_to_the_middleware(web, cadre, monkeypatch):
    monkeypatch.setattr(settings, "SESSION_SHORT", (settings.SESSION_SHORT[0], 0))
    assert web(early, tile(), cadre[0]) is None


@pytest.mark.parametrize(
    "environ",
    [{}, {"HTTP_COOKIE": "sessionid=abc"}, {"HTTP_COOKIE": "sessionid="}, {"HTTP_COOKIE": "sessionid='; --"}],
)
def test_nobody_is_left_to_django(web, cadre, environ):
    assert web(early, tile(), **environ) is None


def test_a_token_beside_the_cookie_is_left_to_the_door(web, cadre):
    assert web(early, tile(), cadre[0], HTTP_AUTHORIZATION="Bearer gp_x") is None


def test_a_layer_that_is_not_there_for_the_person_is_left_to_django(web, cadre, owner_says):
    owner_says("UPDATE geoportal_user SET sector = 'trade'")
    assert web(early, tile(), cadre[0]) is None


def test_a_stamp_tells_nothing_without_the_session(web, cadre):
    assert web(found, known.STAMP, ["abc", cadre[1]]) == (None,)


def test_a_proof_of_somebody_else_is_none(web, cadre):
    def other(closed: bool):
        proof = known.proof("abc", User(pk=cadre[1], role="validator", sector="health"), "x")
        connection.close() if closed else connection.ensure_connection()
        token = identity.proof.set(proof)
        try:
            return connection.planned(COUNT, [])
        finally:
            identity.proof.reset(token)
            connection.close()

    for closed in (True, False):  # on an open connection somebody acts already
        with pytest.raises(identity.Changed):
            web(other, closed)
    assert web(found, COUNT, []) == (0,)
