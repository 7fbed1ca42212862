"""The two servers: Geoportal as `make run` starts it, and tipg by uvicorn. Each ends by its own process group."""

import abc
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bench import database

DATA = database.ROOT / "bench" / "data"
VENV = DATA / "tipg"
LOCK = database.ROOT / "bench" / "requirements.txt"
TICKS = os.sysconf("SC_CLK_TCK")


class Server(abc.ABC):
    """A server that runs while the `with` block does."""

    name, ready = "", "/healthz"
    role = "geoportal_web"

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        DATA.mkdir(exist_ok=True)

    @abc.abstractmethod
    def command(self) -> tuple[list, dict[str, str]]:
        """Arguments and environment."""

    def __enter__(self):
        command, environment = self.command()
        empty = DATA / "empty"  # where the server starts: nothing there to be imported by mistake
        empty.mkdir(exist_ok=True)
        with open(DATA / f"{self.name}.log", "w") as log:
            self.process = subprocess.Popen(
                list(map(str, command)), env=environment, cwd=empty, stdout=log, stderr=log, start_new_session=True
            )
        limit = time.monotonic() + 90
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > limit:
                self.__exit__()
                sys.exit(f"{self.name} does not start: read {DATA / self.name}.log.")
            time.sleep(0.2)
        time.sleep(1)  # until every process of it listens
        return self

    def __exit__(self, *_failure):
        """Ends the whole group, which is this server's alone."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
                self.process.wait(15)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self.ready}", timeout=5).close()
        except OSError:
            return False
        return True

    def pids(self) -> list[int]:
        """The processes of the group."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                if int(path.read_text().rpartition(")")[2].split()[2]) == self.process.pid:
                    found.append(int(path.parent.name))
            except OSError:
                continue
        return found

    def sessions(self) -> list[int]:
        """The database's processes that work for it."""
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND usename = %s AND pid <> pg_backend_pid()"
        role = urlsplit(database.urls()[self.role == "geoportal"]).username
        with database.owner() as connection:
            return [pid for (pid,) in connection.execute(asked, [database.NAME, role])]

    def memory(self) -> tuple[float, float]:
        """(RSS, PSS) of all its processes in MB: the latter counts shared memory once."""
        text = "".join(Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.pids())
        return tuple(
            sum(map(int, re.findall(rf"^{name}:\s+(\d+)", text, re.MULTILINE))) / 1024 for name in ("Rss", "Pss")
        )


def seconds(pids: list[int]) -> float:
    """CPU seconds these processes have used; one that has ended counts nothing."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


class Geoportal(Server):
    """This product with the arguments of `make run`, as the web role."""

    name = "geoportal"

    def command(self):
        from geoportal.management.commands.serve import web

        return [sys.executable, *web("127.0.0.1", self.port)], database.environment()


class Tipg(Server):
    """tipg by uvicorn with two processes. It knows nobody, so it reads as the owner, whom no policy costs anything; it is
    given only the tables asked for, our buffer, and no extents to look for: all this is in its favour."""

    name, role = "tipg", "geoportal"

    def command(self):
        from geoportal.tiles import BUFFER

        settings = {
            "DATABASE_URL": dsn(database.urls()[1]),
            "TIPG_DB_TABLES": '["public.bench_house", "public.bench_named"]',
            "TIPG_DB_SPATIAL_EXTENT": "false",
            "TIPG_DB_DATETIME_EXTENT": "false",
            "TIPG_TILE_BUFFER": str(BUFFER),
        }
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TIPG_", "PG", "PYTHON"))}
        options = [
            "--host",
            "127.0.0.1",
            "--port",
            self.port,
            "--workers",
            2,
            "--no-access-log",
            "--log-level",
            "warning",
        ]
        return [VENV / "bin/uvicorn", "tipg.main:app", *options], clean | settings | {"PYTHONSAFEPATH": "1"}


def dsn(url: str) -> str:
    """The URL as asyncpg and pydantic read it: a socket's folder in the place of the host."""
    parts = urlsplit(url)
    folder = re.search(r"(?:^|&)host=([^&]*)", parts.query)
    if not folder:
        return url
    port = re.search(r"(?:^|&)port=(\d+)", parts.query)
    host = unquote(folder[1]).replace("/", "%2F")
    return f"postgresql://{parts.username}:{parts.password}@{host}:{port[1] if port else 5432}{parts.path}"


def install() -> None:
    """The peer's environment, from its hashed lock; nothing when it is there."""
    stamp, wanted = VENV / "installed", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    options = [
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
        "-r",
        LOCK,
    ]
    make = [sys.executable, "-m", "venv", "--clear", VENV]
    for command in (make, [VENV / "bin/python", "-m", "pip", "install", *options]):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(
                f"{done.stderr.strip()}\ntipg could not be installed: run `make bench` again once pip reaches its index."
            )
    stamp.write_text(wanted)
