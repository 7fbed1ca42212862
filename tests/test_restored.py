"""A database dumped and restored guards its rows again, and does not serve before it does."""

import contextlib
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from geoportal import cluster, identity
from tests.checkout import ROOT, environment
from tests.conftest import owner_url
from tests.plainsql import WEST

pytestmark = pytest.mark.django_db
CADRE = identity.Identity(user=1, role="surveyor", sector="health", areas=(WEST,))
OTHER = identity.Identity(user=2, role="surveyor", sector="health", areas=("11.73.02.2001",))
TABLES = ("layers_household", "layers_householdevent")


def ran(*command, **values) -> tuple[int, str]:
    """(exit code, what was said) of a program that owns the database."""
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, env=environment(**values), check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def restored(stored, tmp_path):
    """restored(*options) -> the name of a database that holds what pg_dump gave and pg_restore took with these options."""
    name, dump = f"{connection.settings_dict['NAME']}_restored", tmp_path / "city.dump"
    programs = cluster.programs()

    def make(*options):
        taken = ran(programs / "pg_dump", "--format=custom", f"--file={dump}", f"--dbname={owner_url(name[:-9])}")
        assert taken == (0, "")
        with psycopg.connect(owner_url("postgres"), autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template_geoportal')
        # The template brings PostGIS, which the superuser owns: its rows and remarks are not ours to write again.
        listed = ran(programs / "pg_restore", "--list", dump)[1].splitlines()
        theirs = (" EXTENSION ", " SCHEMA ", " spatial_ref_sys ")
        wanted = [line for line in listed if not any(word in line for word in theirs)]
        (tmp_path / "list").write_text("\n".join(wanted))
        done = ran(
            programs / "pg_restore", f"--use-list={tmp_path / 'list'}", *options, f"--dbname={owner_url(name)}", dump
        )
        assert done[0] == 0, done[1]
        return name

    yield make
    with psycopg.connect(owner_url("postgres"), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def started(name: str, *command) -> tuple[int, str]:
    """(exit code, what was said) of a start on that database, or of another command."""
    own = {"SECRET_KEY": settings.SECRET_KEY, "FIELD_KEY": settings.FIELD_KEY}
    for variable, user in (("DATABASE_URL", settings.WEB), ("DATABASE_OWNER_URL", settings.OWNER)):
        place = f"host={user['HOST']}&port={user['PORT'] or 5432}"
        own[variable] = f"postgresql://{user['USER']}:{user['PASSWORD']}@/{name}?{place}"
    return ran(sys.executable, *(command or ("-c", "import geoportal.wsgi")), **own)


def seen(name: str, who: identity.Identity | None) -> list[int]:
    """How many households, and events of theirs, somebody sees there: who = None, a session that names nobody."""
    web, words = settings.WEB, who.settings().items() if who else ()
    place = {"host": web["HOST"] or None, "port": web["PORT"] or None, "dbname": name}
    with psycopg.connect(user=web["USER"], password=web["PASSWORD"], **place) as session:
        for word in words:
            session.execute("SELECT set_config(%s, %s, true)", word)
        return [session.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES]


def test_what_is_restored_is_guarded_as_before(restored):
    name = restored()
    assert [seen(name, who) for who in (CADRE, OTHER, identity.NOBODY, None)] == [[1, 1], [0, 0], [0, 0], [0, 0]]
    # A dump does not carry the order in which names are looked up.
    code, told = started(name)
    assert code != 0 and "A temporary table could stand before ours: run `manage.py policies`" in told
    assert started(name, "manage.py", "policies")[0] == 0
    assert started(name)[0] == 0
    assert [seen(name, who) for who in (CADRE, OTHER, identity.NOBODY, None)] == [[1, 1], [0, 0], [0, 0], [0, 0]]


def test_what_is_restored_without_its_rights_does_not_serve(restored):
    name = restored("--no-acl", "--section=pre-data", "--section=data")  # neither rights nor policies nor triggers
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        seen(name, CADRE)
    code, told = started(name)
    assert code != 0 and "manage.py policies" in told
    with contextlib.closing(psycopg.connect(owner_url(name), autocommit=True)) as owner:
        owner.execute(f"GRANT SELECT ON {', '.join(TABLES)} TO {settings.WEB_ROLE}")  # by hand, as people do
    code, told = started(name)
    assert code != 0 and "manage.py policies" in told
