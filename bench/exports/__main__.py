"""`python -m bench.exports`: rows a second and memory of files in every form, ours over HTTP and django-import-export in its own
process, in turns; writes bench/exports/RESULTS.md."""

import argparse
import csv
import datetime
import hashlib
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from bench import database, servers
from bench.results import table
from geoportal.writing.child import ROOMS

HERE = Path(__file__).resolve().parent
VENV, LOCK = servers.DATA / "exports", HERE / "requirements.txt"
FORMS, PEER = ("csv", "geojson", "kml", *ROOMS), ("csv", "xlsx")
LIMIT = 50  # MB the web process may grow by at 100,000 rows
ROWS = """
ALTER TABLE bench_house DISABLE TRIGGER USER;
INSERT INTO bench_house (place, place_source, area_code, declared_code, place_state, unit, members, under5, water, latrine, desil)
  SELECT ST_SetSRID(ST_Point(97 + random() / 10, 5 + random() / 10), 4326), 'gps', '11.73.01.2001', '', 'inside', '', 1 + n % 9,
         n % 3, (ARRAY['piped', 'bottled', 'protected'])[1 + n % 3], (ARRAY['own', 'pit'])[1 + n % 2], nullif(n % 11, 0)
  FROM generate_series(1, {rows}) n;
ALTER TABLE bench_house ENABLE TRIGGER USER;
CREATE VIEW bench_export AS SELECT uid, members, under5, water, latrine, desil, ST_X(place) AS lon, ST_Y(place) AS lat FROM bench_house;
VACUUM ANALYZE bench_house
"""


def make(rows: int) -> None:
    """The bench's database with so many houses and nothing else."""
    database.drop()
    database.execute(f"CREATE DATABASE {database.NAME} TEMPLATE template_geoportal")
    database.manage("migrate", "-v0", settings="geoportal.settings")
    database.manage("migrate", "--run-syncdb", "-v0")
    database.manage("policies")
    for statement in ROWS.format(rows=rows).split(";"):
        database.execute(statement, database.NAME)


def install() -> None:
    """The peer's environment, from its hashed lock; nothing when it is there."""
    stamp, wanted = VENV / "installed", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    servers.DATA.mkdir(exist_ok=True)
    options = ["--quiet", "--require-hashes", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", VENV],
        [VENV / "bin/python", "-m", "pip", "install", *options, "-r", LOCK],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(
                f"{done.stderr.strip()}\nThe peer could not be installed: run it again once pip reaches its index."
            )
    stamp.write_text(wanted)


def grown(server: servers.Server) -> dict[int, float]:
    """The most memory each of its processes ever had, in MB."""
    found = {}
    for pid in server.pids():
        try:
            text = Path(f"/proc/{pid}/status").read_text()
        except OSError:  # a writer of a file that has just ended
            continue
        if size := re.search(r"VmHWM:\s+(\d+)", text):
            found[pid] = int(size[1]) / 1024
    return found


def ours(server: servers.Server, form: str, path: Path) -> float:
    """Seconds until the whole file is here."""
    began = time.perf_counter()
    with (
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/export/houses.{form}", timeout=600) as answer,
        path.open("wb") as file,
    ):
        while piece := answer.read(1 << 20):
            file.write(piece)
    return time.perf_counter() - began


def theirs(form: str, path: Path) -> dict:
    """What a pass of the peer came to: seconds and memory."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO"))}
    clean["DSN"] = servers.dsn(database.urls()[1])
    done = subprocess.run(
        [VENV / "bin/python", "-I", HERE / "peer.py", form, path], capture_output=True, text=True, env=clean
    )
    if done.returncode:
        sys.exit(f"django-import-export failed: {done.stderr.strip()[-400:]}")
    return json.loads(done.stdout)


def lines(path: Path) -> int:
    """Rows of a CSV without its header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _line in csv.reader(file)) - 1


def measured(rows: int, rounds: int) -> tuple[dict, dict, dict, dict]:
    """(seconds of ours by form, MB by which a web process grew, seconds of the peer, MB by which the peer grew)."""
    spent, memory, peer, peers_memory = {}, {}, {}, {}
    path = servers.DATA / "file"
    for _turn in range(rounds):
        with servers.Geoportal() as server:
            ours(server, "csv", path)  # the first request of a process loads what it needs
            before = grown(server)
            for form in FORMS:
                spent.setdefault(form, []).append(ours(server, form, path))
                if form == "csv" and lines(path) != rows:
                    sys.exit("Not all rows are in the file: the comparison would be void.")
                after = grown(server)
                most = max(after[pid] - size for pid, size in before.items() if pid in after)
                memory[form] = max(memory.get(form, 0), most)
        for form in PEER:
            one = theirs(form, path)
            peer.setdefault(form, []).append(one["seconds"])
            peers_memory[form] = max(peers_memory.get(form, 0), one["memory"])
            if form == "csv" and lines(path) != rows:
                sys.exit("Not all rows are in the peer's file: the comparison would be void.")
    return spent, memory, peer, peers_memory


def page(rows: int, rounds: int, spent: dict, memory: dict, peer: dict, peers_memory: dict) -> str:
    """The file of results."""

    def speed(seconds: list[float]) -> float:
        return rows / statistics.median(seconds)

    told = []
    for form in FORMS:
        other = ["–"] * 3
        if form in peer:
            times = speed(spent[form]) / speed(peer[form])
            other = [f"{speed(peer[form]):,.0f}", f"{times:.1f}", f"{peers_memory[form]:.0f}"]
        told.append([f".{form}", f"{speed(spent[form]):,.0f}", f"{memory[form]:.1f}", *other])
    kept = "kept" if max(memory.values()) < LIMIT else "MISSED"
    return f"""# Files out, measured against django-import-export

{datetime.date.today():%d %B %Y}, {rows:,} rows of 8 columns, {rounds} rounds in turns, medians. Written by `python -m bench.exports`.

{table(["form", "rows/s", "web process grows by, MB", "django-import-export rows/s", "times", "its process grows by, MB"], told)}

Aim: a web process grows by less than {LIMIT} MB ({kept}). Ours is the whole way over HTTP: row-level security, labels of the
choices, what the file says of itself, and for workbook, GeoPackage, Shapefile and GeoParquet the start of the process that writes.
The peer writes the same columns of the same rows from a process that is warm, as the owner of the table, without labels.
It has no other forms. Memory of ours is of the web process alone, since that is the one that all people share; growth of the several
forms is that up to and with this form, since a first CSV was sent.

{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; load {os.getloadavg()[0]:.1f} at the end.
"""


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.exports", description=__doc__)
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=3)
    asked = arguments.parse_args()
    install()
    try:
        make(asked.rows)
        os.environ.update(database.environment())
        import django

        django.setup()
        text = page(asked.rows, asked.rounds, *measured(asked.rows, asked.rounds))
        (HERE / "RESULTS.md").write_text(text)
        print(text)
    finally:
        database.drop()


if __name__ == "__main__":
    main()
