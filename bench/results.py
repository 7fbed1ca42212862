"""The figures as a table on the screen and as bench/RESULTS.md."""

import datetime
import os
import platform
import statistics
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench import database, servers

FILE = database.ROOT / "bench" / "RESULTS.md"
# What issue and design promise.
COLD, WARM, CITY_KB, CITY_MS, POLICY, SIGNED_IN = 5, 20, 100, 150, 25, 25
PEOPLE = {"surveyor": "a signed-in field officer", "planner": "a signed-in planner"}


def write(figures) -> None:
    """Prints the tables and writes the file."""
    text = page(figures)
    FILE.write_text(text)
    print("\n" + text)


def page(figures) -> str:
    """The whole file."""
    notes = Path(__file__).with_name("NOTES.md").read_text()
    tables = (head, aims, rates, singles, memory, machine)
    return "\n\n".join([*(part(figures) for part in tables), notes])


def middle(figures, name: str, part: str = "rate") -> float:
    """The median over the passes."""
    return statistics.median(getattr(rate, part) for rate in figures.rates[name])


def ratio(figures, ours: str, theirs: str) -> float:
    """How many times the first rate is the second, each the median of its passes."""
    return middle(figures, ours) / middle(figures, theirs)


def work(figures, ours: str, theirs: str) -> float:
    """How many times the CPU time of the first the second takes for a tile, web and database processes together."""
    spent = {name: middle(figures, name, "web") + middle(figures, name, "database") for name in (ours, theirs)}
    return spent[theirs] / spent[ours]


def head(figures) -> str:
    small = sorted(tile.points for tile in figures.tiles.small)
    return f"""# Measured against tipg

{datetime.date.today():%d %B %Y}, {figures.points:,} points, {figures.rounds} starts of each server in turns, medians.
Written by `make bench`.

Small tiles: {len(small):,} of zoom {figures.tiles.small[0].z} with 1 to 100 points each (median {statistics.median(small):.0f}), asked
for once each over 8 connections by one client, gzip accepted. Properties: uid, members, under5, water, latrine, desil; about
persons also the name of the head of household. Before the clock starts each server answers 300 other tiles, so that no figure holds
its start; then no tile asked for is stored anywhere. In 40 tiles the rows of both servers are compared and equal."""


def aims(figures) -> str:
    """Each promise beside what was found."""
    city, full = figures.singles["geoportal city"], figures.singles["geoportal full"]
    cold, warm = ratio(figures, "geoportal cold", "tipg cold"), ratio(figures, "geoportal warm", "tipg warm")
    costs = {kind: (under / free - 1) * 100 for kind, (free, under) in figures.policy.items()}
    whole = full.points == figures.tiles.full.points
    rows = [
        ("Small tiles cold, of tipg's rate", f"≥ {COLD} ×", f"{cold:.1f} ×", cold >= COLD),
        ("Small tiles warm, of tipg's rate", f"≥ {WARM} ×", f"{warm:.1f} ×", warm >= WARM),
        *(signed_in(figures, f"geoportal {name}", title) for name, title in PEOPLE.items()),
        (
            "Zoom 10 over all points, size",
            f"≤ {CITY_KB} kB",
            f"{city.bytes / 1000:.0f} kB",
            city.bytes <= CITY_KB * 1000,
        ),
        ("Zoom 10 over all points, cold", f"≤ {CITY_MS} ms", f"{city.median:.0f} ms", city.median <= CITY_MS),
        *(
            (f"What the policy costs in the database, {kind} tile", f"≤ {POLICY} %", f"{cost:.0f} %", cost <= POLICY)
            for kind, cost in costs.items()
        ),
        ("Nothing cut off silently", "all", f"{full.points:,} of {figures.tiles.full.points:,}", whole),
    ]
    return table(["Aim", "wanted", "measured", ""], [(*row[:3], "met" if row[3] else "**not met**") for row in rows])


def signed_in(figures, name: str, title: str) -> tuple:
    """How much longer the same public tiles take for somebody than for anybody, each the median of its passes."""
    more = (ratio(figures, "geoportal cold", name) - 1) * 100
    return f"Small tiles cold, {title} more than anybody", f"≤ {SIGNED_IN} %", f"{more:+.0f} %", more <= SIGNED_IN


def rates(figures) -> str:
    """Small tiles."""
    names = [
        ("cold, anybody", "geoportal cold", "tipg cold"),
        ("warm, anybody", "geoportal warm", "tipg warm"),
        ("about persons, under the policy, with names", "geoportal signed in", "tipg named"),
    ]
    rows = []
    for title, ours, theirs in names:
        rows += [
            (title, name.split()[0], *(f"{middle(figures, name, part):{form}}" for part, form in PARTS), "", "")
            for name in (ours, theirs)
        ]
        rows[-2] = (*rows[-2][:-2], f"{ratio(figures, ours, theirs):.1f} ×", f"{work(figures, ours, theirs):.1f} ×")
    for name, title in PEOPLE.items():
        parts = (f"{middle(figures, f'geoportal {name}', part):{form}}" for part, form in PARTS)
        rows.append((f"cold, {title}", "geoportal", *parts, "", ""))
    columns = [
        "Small tiles",
        "",
        "tiles/s",
        "median ms",
        "95 % ms",
        "web CPU ms",
        "database CPU ms",
        "bytes",
        "rate",
        "work",
    ]
    return table(columns, rows) + (
        "\n\nrate: our tiles a second as a multiple of tipg's. work: tipg's CPU time a tile, web and database processes together, "
        "as a multiple of ours; other work on the machine changes it less. tipg knows no persons: it reads a view of the same "
        "join as the owner of the tables."
    )


PARTS = (("rate", ",.0f"), ("median", ".1f"), ("late", ".1f"), ("web", ".2f"), ("database", ".2f"), ("bytes", ",.0f"))


def singles(figures) -> str:
    """Heavy tiles, each asked for alone."""
    tiles = figures.tiles
    titles = {
        "heavy": f"zoom {tiles.heavy.z}, {tiles.heavy.points:,} points",
        "full": f"zoom {tiles.full.z}, {tiles.full.points:,} points",
        "city": f"zoom 10, {tiles.city.points:,} points",
        "city, on the fly": "the same, with a filter that keeps all: grouped on the fly",
        "city, signed in": "the same, households of one's own kecamatan",
    }
    rows = []
    for name, one in figures.singles.items():
        server, kind = name.split(" ", 1)
        held = f"{one.features:,} cells with {one.points:,} points" if one.cells else f"{one.features:,} points"
        rows.append((titles[kind], server, f"{one.median:.0f}", f"{one.least:.0f}", f"{one.bytes:,}", held))
    order = {title: place for place, title in enumerate(titles.values())}
    rows.sort(key=lambda row: (order[row[0]], row[1]))
    return table(["One tile, alone", "", "median ms", "quickest ms", "bytes", "what it holds"], rows)


def memory(figures) -> str:
    """Processes of the two servers."""
    rows = [(name, f"{rss:.0f}", f"{pss:.0f}") for name, (rss, pss) in sorted(figures.memory.items())]
    return table(["Memory of all web processes after the passes, MB", "RSS", "PSS (shared pages once)"], rows)


def machine(figures) -> str:
    """What it ran on."""
    cpu = next(
        (line.split(": ")[1] for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?"
    )
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    with database.owner() as connection:
        server, gis = connection.execute("SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
    ours = ", ".join(f"{name} {version(name)}" for name in ("Django", "granian", "psycopg"))
    found = subprocess.run([servers.VENV / "bin/pip", "list", "--format=freeze"], capture_output=True, text=True).stdout
    pins = dict(line.split("==") for line in found.split() if "==" in line)
    theirs = ", ".join(f"{name} {pins[name]}" for name in ("tipg", "uvicorn", "asyncpg"))
    load = f"{min(figures.load):.1f} to {max(figures.load):.1f}"
    return f"""Machine: {cpu}, {os.cpu_count()} cores, {total:.0f} GB; Linux {platform.release().split("-")[0]}, Python \
{platform.python_version()}, PostgreSQL {server.split(" ")[0]}, PostGIS {gis}. Geoportal: {ours}; tipg: {theirs}.
Client, web processes and database share the cores; the load average was {load} during the passes."""


def table(columns: list[str], rows) -> str:
    """A Markdown table whose columns line up."""
    lines = [list(map(str, row)) for row in (columns, *rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )
