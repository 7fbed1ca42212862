"""Behind a real PgBouncer that pools by transaction, two people take turns in one session and see each the own rows."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from geoportal import identity
from geoportal.postgis.base import DatabaseWrapper
from tests.plainsql import WEST

pytestmark = pytest.mark.django_db
PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:" + os.environ["PATH"])
PORT = 6432  # part of the socket's name only
CADRE = identity.Identity(user=1, role="surveyor", sector="health", areas=(WEST,))
OTHER = identity.Identity(user=2, role="surveyor", sector="health", areas=("11.73.02.2001",))
COUNT = "SELECT count(*) FROM layers_household"


@pytest.fixture
def bouncer(stored, request):
    """The folder of the socket of a PgBouncer that keeps this many sessions to the test database."""
    folder = Path(tempfile.mkdtemp(prefix="bouncer-"))
    web, name = settings.WEB, connection.settings_dict["NAME"]
    folder.joinpath("users").write_text(f'"{web["USER"]}" "{web["PASSWORD"]}"\n')
    folder.joinpath("ini").write_text(
        f"[databases]\n{name} = host={web['HOST']} port={web['PORT'] or 5432} dbname={name}\n"
        f"[pgbouncer]\nlisten_addr =\nlisten_port = {PORT}\nunix_socket_dir = {folder}\nauth_type = scram-sha-256\n"
        f"auth_file = {folder}/users\npool_mode = transaction\ndefault_pool_size = {request.param}\nmax_client_conn = 20\n"
        "log_connections = 0\nlog_disconnections = 0\n"  # else it would wait for somebody to read what it says
    )
    # It refuses to be root, and the private database's socket lies where only its own account may look.
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, account.pw_uid, account.pw_gid)
    process = subprocess.Popen(
        [PROGRAM, folder / "ini"],
        user=account.pw_uid if os.geteuid() == 0 else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 10
        while not folder.joinpath(f".s.PGSQL.{PORT}").exists():
            assert process.poll() is None and time.monotonic() < until, process.stderr.read()
            time.sleep(0.02)
        yield folder
    finally:
        process.terminate()
        process.communicate(timeout=10)
        shutil.rmtree(folder)


@contextlib.contextmanager
def reached(folder: Path, pool):
    """A connection of the product's own backend through the PgBouncer, as PGBOUNCER=1 sets it up."""
    words = connection.settings_dict | {
        "HOST": str(folder), "PORT": PORT, "USER": settings.WEB["USER"], "PASSWORD": settings.WEB["PASSWORD"],
        "OPTIONS": {"prepare_threshold": None, **({"pool": pool} if pool else {})}, "DISABLE_SERVER_SIDE_CURSORS": True,
    }  # fmt: skip
    made = DatabaseWrapper(words, alias="default")
    made._connection_pools = {}  # a pool of its own: Django keeps one for each alias
    try:
        yield made
    finally:
        made.close()
        made.close_pool()


def counted(conn, who: identity.Identity, planned: bool = False) -> int:
    """How many households a person sees in a transaction of the own; the connection goes back afterwards, as after a request."""
    token = identity.current.set(who)
    try:
        conn.set_autocommit(False)
        with conn.cursor() as cursor:
            cursor.execute(COUNT)
            found = conn.planned(COUNT, [])[0] if planned else cursor.fetchone()[0]
        conn.commit()
        conn.set_autocommit(True)
        return found
    finally:
        identity.current.reset(token)
        conn.close()


def loose(conn) -> int:
    """How many households are seen outside a transaction."""
    with conn.cursor() as cursor:
        cursor.execute(COUNT)
        return cursor.fetchone()[0]


POOLS = [None, {"min_size": 1, "max_size": 2}]
with_pools = pytest.mark.parametrize("pool", POOLS, ids=["without Django's pool", "with Django's pool"])


@with_pools
@pytest.mark.parametrize("bouncer", [1], indirect=True)
def test_two_people_take_turns_in_one_session(bouncer, pool):
    with reached(bouncer, pool) as one, reached(bouncer, pool) as two:
        for n in range(20):
            assert counted(one, CADRE, planned=n % 2) == 1
            assert loose(one) == loose(two) == 0  # the same session, with nobody in it
            assert counted(two, OTHER, planned=n % 2) == 0
            assert counted(two, identity.NOBODY) == 0
            assert counted(two, CADRE, planned=True) == 1


@with_pools
@pytest.mark.parametrize("bouncer", [2], indirect=True)
def test_many_at_once_see_each_the_own(bouncer, pool):
    def requests(who, expected):
        with reached(bouncer, pool) as conn:
            return [counted(conn, who, planned=n % 3 == 0) == expected for n in range(60)]

    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(requests, who, n) for who, n in [(CADRE, 1), (OTHER, 0), (identity.NOBODY, 0)] * 2]
        answers = [answer for one in asked for answer in one.result()]
    assert len(answers) == 360 and all(answers)


@pytest.mark.parametrize("bouncer", [1], indirect=True)
def test_a_transaction_cut_short_leaves_nobody_behind(bouncer):
    words = {"host": str(bouncer), "port": PORT, "dbname": connection.settings_dict["NAME"]}
    login = {"user": settings.WEB["USER"], "password": settings.WEB["PASSWORD"], "prepare_threshold": None}
    with psycopg.connect(**words, **login) as cut:
        for name, value in CADRE.settings().items():
            cut.execute("SELECT set_config(%s, %s, true)", [name, value])
        assert cut.execute(COUNT).fetchone() == (1,)
        cut.close()  # no commit: the line went dead
    with psycopg.connect(autocommit=True, **words, **login) as after:
        assert after.execute(COUNT).fetchone() == (0,)
        assert after.execute("SELECT coalesce(current_setting('geoportal.user', true), '')").fetchone() == ("",)
