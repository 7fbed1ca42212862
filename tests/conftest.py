"""A database of its own, reached as the web role; a little city whose numbers a pencil can check; people to ask as.

The little city: two kecamatan side by side on the equator's north, each of two square gampong of 0.02 degrees.

    north  +---------+---------+---------+---------+
    5.02   | 2001    | 2002    | 2001    | 2002    |
           | of .01  | of .01  | of .02  | of .02  |
    5.00   +---------+---------+---------+---------+
         97.00     97.02     97.04     97.06     97.08
"""

import contextlib
import io
import os
import socket
import time
from pathlib import Path

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client

from geoportal import access, boundaries, catalogue, identity, places, secondfactor
from geoportal.models import Scope, User
from tests.believable import believable, needs_value
from tests.plainsql import NEEDED, WEST

settings.LOG_DATABASE = "default"  # inside the test's transaction; test_accesslog.py tries the connection of its own
# Static files by their plain names, straight from static/: nothing need be collected before a test.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of the authenticator app of whoever must have one
# The same hash of passwords, made cheap: its cost is for guessers.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1

SQUARES = {
    "11.73.01.2001": ("Barat Laut", 97.00),
    "11.73.01.2002": ("Barat", 97.02),
    "11.73.02.2001": ("Timur", 97.04),
    "11.73.02.2002": ("Timur Jauh", 97.06),
}


WHOLE = "SRID=4326;MULTIPOLYGON(((97 5,97.02 5,97.02 5.02,97 5.02,97 5)))"


def owner_url(name: str) -> str:
    """libpq words to reach a database as the owner."""
    owner = settings.OWNER
    return psycopg.conninfo.make_conninfo(
        dbname=name,
        user=owner["USER"],
        password=owner["PASSWORD"],
        host=owner["HOST"] or None,
        port=owner["PORT"] or None,
    )


def login(user: dict, **options) -> None:
    """From now on both connections sign in as this user, to the database of the default one."""
    if connection.connection is not None:
        connection.close()
    connection.close_pool()
    connection.settings_dict |= {"USER": user["USER"], "PASSWORD": user["PASSWORD"], "OPTIONS": options}
    connections["log"].settings_dict |= connection.settings_dict


def pytest_make_parametrize_id(val, argname):
    """Bytes are called by their parameter: a workbook holds the second it was written in, and both workers must name a test alike."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture
def port():
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """The test database: made and shaped by the owner; every test runs as the web role.

    The session signs in as the owner with the web role put on at once (`role=`), so that the fixture `owner` can take it
    off inside a test's own transaction. Policies and grants look at the role that is on.
    """
    name = f"test_{settings.WEB['NAME']}_{os.getpid()}"  # runs side by side do not meet
    with psycopg.connect(owner_url("postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(1)")  # runs that begin together tidy up one after the other
        for left in leftovers(admin):
            drop(admin, left)
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template_geoportal')
    with django_db_blocker.unblock():
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
        login(settings.OWNER)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("policies", stdout=io.StringIO())
        login(settings.OWNER, options=f"-c role={settings.WEB_ROLE}")
    yield
    with django_db_blocker.unblock():
        connection.close()
    with psycopg.connect(owner_url("postgres"), autocommit=True) as admin:
        drop(admin, name)


def drop(admin, name: str) -> None:
    """The database is gone, with whoever still uses it. The server's own vacuum is not ours to end: it is waited for."""
    for patience in range(60, -1, -1):
        try:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            return
        except psycopg.errors.InsufficientPrivilege:
            if not patience:
                raise
            time.sleep(0.5)


def leftovers(admin) -> list[str]:
    """Test databases of processes that are gone."""
    prefix = f"test_{settings.WEB['NAME']}_"
    names = [
        row[0] for row in admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
    ]
    return [
        name for name in names if name[len(prefix) :].isdigit() and not Path(f"/proc/{name[len(prefix) :]}").exists()
    ]


@contextlib.contextmanager
def wearing(role: str):
    """Inside, the database sees this role, NONE for the owner; after, the one that was on before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        before = cursor.fetchone()[0]
        cursor.execute(f"SET ROLE {role}")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(f"SET ROLE {before}")


def acting_owner():
    """Inside, the owner acts: policies do not bind; after, the role that was on before."""
    return wearing("NONE")


@pytest.fixture
def owner(db):
    """`with owner(): …` acts as the owner of the tables."""
    return acting_owner


@pytest.fixture
def owner_looks(owner, monkeypatch):
    """What the test itself stores and reads it does as the owner; every request is the web role's, and so is `acting`."""
    asked = Client.request

    def as_web(client, **request):
        with wearing(settings.WEB_ROLE):
            return asked(client, **request)

    monkeypatch.setattr(Client, "request", as_web)
    with owner():
        yield


def square(west: float, south: float = 5.00, side: float = 0.02) -> MultiPolygon:
    """A square in EPSG:4326 by its south-west corner."""
    return MultiPolygon(Polygon.from_bbox((west, south, west + side, south + side)), srid=4326)


@pytest.fixture
def areas(owner):
    """The little city of this module's first lines, in use; code -> Area."""
    with owner():
        made = places.BoundarySet.objects.create(source="petak uji", valid_from="2026-01-01")
        for code, (name, west) in SQUARES.items():
            area = boundaries.ensured(code, name)
            places.AreaShape.objects.create(area=area, boundary_set=made, geom=square(west))
        places.use(made)
    return {area.code: area for area in places.Area.objects.all()}


@pytest.fixture
def person(areas, owner):
    """person(role, sector, *scopes) -> a user with all that signing in asks for; a scope is an area code or a unit."""

    def make(role: str, sector: str = "", *scopes: str) -> User:
        with owner():
            user = User.objects.create_user(
                f"{role}-{sector}-{User.objects.count()}", password=None, role=role, sector=sector
            )
            for scope in scopes:
                Scope.objects.create(user=user, **({"area_id": scope} if places.level_of(scope) else {"unit": scope}))
            if secondfactor.needed(user):
                TOTP.activate(user, KEY)
        return user

    return make


@pytest.fixture(autouse=True)
def signing_in(monkeypatch):
    """`client.force_login(user)` goes through the door like the page that signs in."""
    login = Client.force_login

    def at_the_door(client, user, backend=None):
        with identity.acting(identity.DOOR):
            login(client, user, backend)

    monkeypatch.setattr(Client, "force_login", at_the_door)


@pytest.fixture
def acting():
    """`with acting(user): …` runs queries as this person, as a request would."""

    @contextlib.contextmanager
    def as_person(user):
        with wearing(settings.WEB_ROLE), identity.acting(access.identity(user)):
            yield

    return as_person


@pytest.fixture(params=[layer.name for layer in catalogue.vectors()])
def layer(request):
    """Every layer, one after the other."""
    return catalogue.layer(request.param)


@pytest.fixture
def row(owner, areas):
    """row(layer, lon=…, lat=…, **values) -> a stored row with believable values for all that is required."""

    def make(layer, lon: float | None = 97.01, lat: float | None = 5.01, **values):
        given = {f.name: believable(f) for f in layer.model._meta.local_fields if needs_value(f)} | values
        if lon is not None:
            given["place"] = Point(lon, lat, srid=4326)
        with owner():
            made = layer.model._default_manager.create(**given)
            if layer.names:
                needed = {
                    f.name: believable(f) for f in layer.names._meta.local_fields if needs_value(f) and f.name != "of"
                }
                layer.names._default_manager.create(of=made, **needed)
            made.refresh_from_db()
        return made

    return make


@pytest.fixture
def houses(row):
    """Four households: in the west, in the east, in the far east but of unit P1, and one of which nobody knows where."""
    layer = catalogue.layer("households")
    return {
        "west": row(layer, lon=97.01),
        "east": row(layer, lon=97.05),
        "unit": row(layer, lon=97.07, unit="P1"),
        "nowhere": row(layer, lon=None),
    }


@pytest.fixture
def stored(db):
    """A household stored for good in the west of a city of one gampong; gone afterwards."""
    with psycopg.connect(owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        for code in ("11", "11.73", "11.73.01", WEST):
            owner.execute("INSERT INTO geoportal_area (code, name, geom) VALUES (%s, %s, %s)", [code, code, WHOLE])
        owner.execute("INSERT INTO layers_household " + NEEDED.format(place="'SRID=4326;POINT(97.01 5.01)'", area="''"))
        yield
        for name in ("household", "householdevent"):
            owner.execute(f"DELETE FROM layers_{name}")
        for name in ("area", "areaevent", "revision"):
            owner.execute(f"DELETE FROM geoportal_{name}")
