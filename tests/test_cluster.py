"""The private cluster: who gets in, what an interruption leaves, where it lies, what it says when it cannot start."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from geoportal import cluster as module
from tests.checkout import copied, environment, root_only, said

PARTS = ("geoportal/__init__.py", "geoportal/cluster.py", "geoportal/sql/cluster.sql")


def cluster(place, *command, **more):
    """(exit code, output) of `python3 -m geoportal.cluster …` in that copy."""
    return said(place, sys.executable, "-m", "geoportal.cluster", *command, **more)


@pytest.fixture(scope="module")
def running():
    """A copy whose cluster runs."""
    with copied(*PARTS) as place:
        assert cluster(place, "start") == (0, "started")
        yield place


def url(place):
    return cluster(place, "url")[1]


def test_a_second_start_changes_nothing(running):
    before = psycopg.connect(url(running)).execute("SELECT pg_postmaster_start_time()").fetchone()
    assert cluster(running, "start") == (0, "was running")
    assert psycopg.connect(url(running)).execute("SELECT pg_postmaster_start_time()").fetchone() == before


def test_nobody_gets_in_without_the_password(running):
    for user in ("geoportal", "geoportal_web", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(host=str(running / ".postgres/run"), user=user, dbname="geoportal", passfile="/dev/null")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(host=str(running / ".postgres/run"), user=user, dbname="geoportal", password="postgres")


def test_it_listens_on_no_network_address(running):
    pid = int((running / ".postgres/data/postmaster.pid").read_text().split()[0])
    inodes = {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            assert f"socket:[{line.split()[9]}]" not in inodes


def test_the_passwords_are_readable_by_their_owner_alone(running):
    assert (running / ".secrets").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in (running / ".secrets").iterdir() if path.name != "lock"} == {0}
    assert running.joinpath(".postgres").stat().st_mode & 0o777 == 0o700


def test_the_database_is_utf8_with_postgis_and_a_leakproof_overlap(running):
    with psycopg.connect(url(running)) as owner:
        assert owner.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert owner.execute(
            "SELECT ST_AsText(ST_Centroid('POLYGON((0 0,2 0,2 2,0 2,0 0))'::geometry))"
        ).fetchone() == ("POINT(1 1)",)
        leakproof = "SELECT proleakproof FROM pg_proc WHERE oid = 'geometry_overlaps(geometry,geometry)'::regprocedure"
        assert owner.execute(leakproof).fetchone() == (True,)


def test_the_web_role_owns_nothing_and_makes_nothing(running):
    web = url(running).replace("geoportal:", "geoportal_web:", 1)
    secret = (running / ".secrets/web_password").read_text()
    place = psycopg.conninfo.conninfo_to_dict(web) | {"password": secret}
    with psycopg.connect(**place, autocommit=True) as session:
        for statement in (
            "CREATE TABLE mine (id int)",
            "CREATE DATABASE mine",
            "SET ROLE geoportal",
            "CREATE ROLE mine",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(statement)
        session.execute("SET ROLE geoportal_stats")


def test_the_owner_makes_a_test_database_from_the_template(running):
    with psycopg.connect(url(running), autocommit=True) as owner:
        owner.execute("CREATE DATABASE tried TEMPLATE template_geoportal")
        owner.execute("DROP DATABASE tried")


def test_a_lost_key_is_never_made_anew_for_an_old_database(running):
    kept = running / ".secrets/field_key"
    text = kept.read_text()
    kept.unlink()
    try:
        code, output = said(running, sys.executable, "-c", "from geoportal import cluster; cluster.secret('field_key')")
        assert code == 1
        assert "field_key is missing" in output
        assert not kept.exists()
    finally:
        kept.write_text(text)
        kept.chmod(0o600)


def test_a_wrong_password_names_the_folder_and_the_remedy(running):
    kept = running / ".secrets/owner_password"
    text = kept.read_text()
    kept.write_text("something else")
    try:
        code, output = cluster(running, "start")
        assert code == 1
        assert output == (
            f"{running}/.secrets does not open the database in {running}/.postgres: put it back, or start anew with `make reset`."
        )
    finally:
        kept.write_text(text)


@root_only
def test_another_user_is_told_whose_it_is(running):
    code, output = cluster(running, "start", user=65534)
    assert code == 1
    assert output == (
        f"User nobody may not use {running}/.secrets/checkout: run the command as the user who made it, or with sudo."
    )


@pytest.mark.parametrize("sign", ["postmaster.pid", "postmaster.opts"])
def test_a_set_up_that_was_killed_is_done_again(sign):
    """While initdb works, and while the server of the half-made cluster starts; what was begun goes on without it."""
    with copied(*PARTS) as place:
        begun = subprocess.Popen([sys.executable, "-m", "geoportal.cluster", "start"], cwd=place, env=environment())
        while not list(place.glob(f".postgres/data*.new/{sign}")):
            assert begun.poll() is None
            time.sleep(0.01)
        begun.send_signal(signal.SIGKILL)
        begun.wait()
        assert not (place / ".postgres/data").exists()
        assert cluster(place, "start") == (0, "started")
        assert not list(place.glob(".postgres/data*.new"))
        assert psycopg.connect(url(place)).execute(
            "SELECT count(*) FROM pg_extension WHERE extname = 'postgis'"
        ).fetchone() == (1,)


def test_a_server_that_was_killed_starts_again_with_its_rows():
    with copied(*PARTS) as place:
        cluster(place, "start")
        with psycopg.connect(url(place)) as owner:
            owner.execute("CREATE TABLE kept AS SELECT 42 AS n")
        os.kill(int((place / ".postgres/data/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        assert cluster(place, "start") == (0, "started")
        assert psycopg.connect(url(place)).execute("SELECT n FROM kept").fetchone() == (42,)
        assert cluster(place, "stop") == (0, "stopped")
        assert cluster(place, "stop") == (0, "was not running")


@root_only
@pytest.mark.parametrize(("name", "mode"), [("checkout", 0o700), ("a" * 100, 0o755), ("a,b", 0o755), ("$HOME", 0o755)])
def test_where_the_server_cannot_live_in_the_checkout_it_lives_beside(name, mode):
    with copied(*PARTS, name=name, mode=mode) as place:
        assert cluster(place, "start") == (0, "started")
        assert not (place / ".postgres").exists()
        socket = psycopg.conninfo.conninfo_to_dict(url(place))["host"]
        assert socket.startswith("/var/lib/geoportal/")
        assert len(f"{socket}/.s.PGSQL.5432") <= 100
        assert psycopg.connect(url(place)).execute("SELECT 1").fetchone() == (1,)
        assert cluster(place, "erase") == (0, "")
        assert not Path(socket).parent.exists()


def test_a_path_with_blanks_and_quotes_is_a_path():
    with copied(*PARTS, name="kota's own data") as place:
        assert cluster(place, "start") == (0, "started")
        assert psycopg.connect(url(place)).execute("SELECT 1").fetchone() == (1,)


@contextlib.contextmanager
def small_disk(place, megabytes):
    """A file system of that size on the folder."""
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", place]).returncode:
        pytest.skip("this machine does not let a test mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


@root_only
def test_a_full_disk_is_named_with_what_to_free():
    with copied(*PARTS) as place, small_disk(place / ".postgres", 60):
        sentence = (
            f"The disk that holds {place}/.postgres is full: free at least 500 MB, then run the same command again."
        )
        assert cluster(place, "start") == (1, sentence)  # seen before anything is written
        ignorant = "from geoportal import cluster as c; c.NEEDED_MB = 0; c.ensure()"
        code, output = said(place, sys.executable, "-c", ignorant)  # seen by initdb in the middle of its work
        assert code == 1
        assert "is full: free at least" in output.splitlines()[-1]
        assert not (place / ".postgres/data").exists()
        subprocess.run(["mount", "-o", "remount,size=600m", place / ".postgres"], check=True)
        assert cluster(place, "start") == (0, "started")
        assert cluster(place, "stop") == (0, "stopped")


def test_a_database_of_a_postgresql_that_is_gone_says_so():
    with pytest.raises(module.Refused, match="was made by PostgreSQL 9, which is not installed with PostGIS any more"):
        module.programs(9)
