"""The database of the bench: the demo city with as many households as asked, and the public layer with the same rows."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from geoportal import cluster

ROOT = Path(__file__).resolve().parent.parent
NAME = "geoportal_bench"
PER_SCALE = 45_107  # households of the demo city at scale 1
# The uids become random ones, as the product gives them: the demo's count up, which packs better than life.
COLUMNS = """version, place, accuracy_m, place_source, area_code, declared_code, place_state, unit, members, under5,
             water, latrine, desil"""
# What the product makes by itself is made by its own commands; these are the bench's own table and the peer's view.
HOUSES = f"""
ALTER TABLE bench_house DISABLE TRIGGER USER;
INSERT INTO bench_house ({COLUMNS}) SELECT {COLUMNS} FROM layers_household ORDER BY id;
ALTER TABLE bench_house ENABLE TRIGGER USER;
INSERT INTO geoportal_revision (layer, number, changed) VALUES ('houses', 1, now());
CREATE VIEW bench_named AS
  SELECT h.id, h.uid, h.place, h.members, h.under5, h.water, h.latrine, h.desil, n.head
    FROM layers_household h JOIN layers_householdnames n ON n.of_id = h.id WHERE h.deleted_at IS NULL;
"""


def urls(name: str = NAME) -> tuple[str, str]:
    """(web URL, owner URL) of a database on the server the product uses."""
    given = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    if not all(given):
        cluster.ensure()
        given = cluster.urls()
    return tuple(urlsplit(url)._replace(path=f"/{name}").geturl() for url in given)


def environment() -> dict[str, str]:
    """The environment in which the product's commands and its server work on the bench's database, with what `make run`
    gives them for its own."""
    web, owner = urls()
    own = {name: os.environ.get(name) or cluster.secret(name.lower()) for name in ("SECRET_KEY", "FIELD_KEY")}
    bench = {"DATABASE_URL": web, "DATABASE_OWNER_URL": owner, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    return {**os.environ, **own, **bench, "DEMO": "1", "PREPARED_STATEMENTS": "1", "AREA_ROOT": "11.73"}


def manage(*arguments: str, settings: str = "bench.settings") -> None:
    """Run a command of manage.py as the owner; its failure ends the bench with its own words."""
    command = [sys.executable, ROOT / "manage.py", *arguments]
    given = {**environment(), "GEOPORTAL_ROLE": "owner", "DJANGO_SETTINGS_MODULE": settings}
    if subprocess.run(command, cwd=ROOT, env=given).returncode:
        sys.exit(f"`manage.py {' '.join(arguments)}` failed: see the lines above.")


def owner(**options) -> psycopg.Connection:
    """A connection to the bench's database as the owner of its tables, whom no policy binds."""
    return psycopg.connect(urls()[1], autocommit=True, **options)


def execute(sql: str, name: str = "postgres") -> None:
    with psycopg.connect(urls(name)[1], autocommit=True) as connection:
        connection.execute(sql)


def rows() -> int:
    """Points in the bench's database; 0 where there is none or an unfinished one."""
    try:
        with owner() as connection:
            return connection.execute("SELECT count(*) FROM bench_house WHERE place IS NOT NULL").fetchone()[0]
    except psycopg.Error:
        return 0


def make(points: int) -> int:
    """Number of points: of the database that is there if it has about as many, else of a new one."""
    if abs(rows() - points) > points / 20:
        drop()
        execute(f"CREATE DATABASE {NAME} TEMPLATE template_geoportal")
        manage("migrate", "-v0", settings="geoportal.settings")
        manage("migrate", "--run-syncdb", "-v0")  # the bench's own table refers to the product's
        manage("policies")
        manage("demo", "--scale", f"{points / PER_SCALE:.3f}")
        for statement in filter(str.strip, HOUSES.split(";")):
            execute(statement, NAME)
    for table in ("layers_household", "layers_householdnames", "bench_house"):
        execute(f"VACUUM ANALYZE {table}", NAME)  # or the server does it meanwhile
    manage("prepare")  # as `make run` does
    manage("pyramid")
    return rows()


def drop() -> None:
    """No database of the bench any more."""
    execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
