"""`make bench`: measures the claims against tipg, prints the table and writes bench/RESULTS.md."""

import argparse
import os
import sys
from dataclasses import dataclass, field

from bench import database, measures, results, servers, tileset
from bench.client import ask
from bench.measures import Rate, Single, alone, ours, passed, theirs

NAMED = measures.SHOWN + ",head"
PEOPLE = ("surveyor", "planner")  # of the demo, who ask for the same public tiles as anybody
PASSES = 3  # of a kind after each start: how a server's processes share new connections is chance


@dataclass
class Figures:
    """Everything that was measured. Rates hold one entry for each pass."""

    points: int
    rounds: int
    tiles: tileset.Tiles
    rates: dict[str, list[Rate]] = field(default_factory=dict)
    singles: dict[str, Single] = field(default_factory=dict)
    memory: dict[str, tuple[float, float]] = field(default_factory=dict)
    policy: dict[str, tuple[float, float]] = field(default_factory=dict)
    load: list[float] = field(default_factory=list)

    def add(self, name: str, rate: Rate) -> None:
        self.rates.setdefault(name, []).append(rate)
        self.load.append(os.getloadavg()[0])
        print(f"  {name:<28} {rate.rate:8.0f} tiles/s   {rate.median:7.2f} ms   {rate.bytes:8.0f} bytes", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make bench", description=__doc__)
    arguments.add_argument(
        "--points", type=int, default=1_000_000, help="households in the demo city (4500000: scale 100)"
    )
    arguments.add_argument("--tiles", type=int, default=1000, help="small tiles in a pass")
    arguments.add_argument("--rounds", type=int, default=3, help="starts of each server, in turns")
    arguments.add_argument("--keep", action="store_true", help="keep the database for the next run")
    asked = arguments.parse_args()
    servers.install()
    try:
        points = database.make(asked.points)
        os.environ.update(database.environment())
        results.write(measured(points, asked.tiles, asked.rounds))
    finally:
        if not asked.keep:
            database.drop()


def measured(points: int, number: int, rounds: int) -> Figures:
    """The figures of a whole run; the servers take turns, so that the machine's other work meets both."""
    import django

    django.setup()
    figures = Figures(points, rounds, tileset.chosen(number))
    for turn in range(rounds):
        print(f"Round {turn + 1} of {rounds}", flush=True)
        with servers.Tipg() as tipg:
            peer(tipg, figures, last=turn == rounds - 1)
        with servers.Geoportal() as geoportal:
            product(geoportal, figures, last=turn == rounds - 1)
    figures.policy = measures.policy(figures.tiles)
    return figures


def peer(tipg: servers.Tipg, figures: Figures, last: bool) -> None:
    """A round of the peer. It keeps no tiles, so its warm pass is another cold one."""
    tiles = figures.tiles
    passed(tipg, [theirs("bench_house", tile) for tile in tiles.warming])
    urls = [theirs("bench_house", tile) for tile in tiles.small]
    for name in ("tipg cold", "tipg warm"):
        for _turn in range(PASSES):
            figures.add(name, passed(tipg, urls))
    passed(tipg, [theirs("bench_named", tile, NAMED) for tile in tiles.warming])
    for _turn in range(PASSES):
        figures.add("tipg named", passed(tipg, [theirs("bench_named", tile, NAMED) for tile in tiles.small]))
    if last:
        figures.memory["tipg"] = tipg.memory()
        for name, times in (("heavy", 15), ("full", 9), ("city", 5)):
            figures.singles[f"tipg {name}"] = alone(tipg, [theirs("bench_house", getattr(tiles, name))] * times)


def product(geoportal: servers.Geoportal, figures: Figures, last: bool) -> None:
    """A round of ours: as anybody and signed in, then persons' own tiles as the demo's validator."""
    tiles = figures.tiles
    passed(geoportal, [ours("houses", tile) for tile in tiles.warming])
    people = {name: {"Cookie": signed_in(geoportal.port, name)} for name in ("validator", *PEOPLE)}
    for turn in range(PASSES):  # each URL once
        for name, cookie in (("cold", None), *((name, people[name]) for name in PEOPLE)):
            urls = [ours("houses", tile, f"v=1&s={name}{turn}") for tile in tiles.small]
            figures.add(f"geoportal {name}", passed(geoportal, urls, cookie))
    for turn in range(PASSES):  # the first of these URLs again
        urls = [ours("houses", tile, f"v=1&s=cold{turn}") for tile in tiles.small]
        figures.add("geoportal warm", passed(geoportal, urls))
    cookie = people["validator"]
    passed(geoportal, [ours("households", tile) for tile in tiles.warming], cookie)
    for _turn in range(PASSES):
        figures.add(
            "geoportal signed in", passed(geoportal, [ours("households", tile) for tile in tiles.small], cookie)
        )
    if not last:
        return
    figures.memory["geoportal"] = geoportal.memory()

    def fresh(name: str, times: int, layer: str = "houses", words: str = "v=1") -> list[str]:
        return [ours(layer, getattr(tiles, name), f"{words}&s={turn}") for turn in range(times)]

    figures.singles["geoportal heavy"] = alone(geoportal, fresh("heavy", 15))
    figures.singles["geoportal full"] = alone(geoportal, fresh("full", 9))
    figures.singles["geoportal city"] = alone(geoportal, fresh("city", 15))
    figures.singles["geoportal city, on the fly"] = alone(geoportal, fresh("city", 5, words=measures.ALL))
    figures.singles["geoportal city, signed in"] = alone(geoportal, fresh("city", 15, "households"), cookie)
    agree(geoportal, tiles)


def agree(geoportal: servers.Geoportal, tiles: tileset.Tiles) -> None:
    """Ends the run unless both servers draw the same rows with the same properties in forty tiles."""
    with servers.Tipg() as tipg:
        for tile in tiles.small[:40]:
            (one,), _ = ask(geoportal.port, [ours("houses", tile)], connections=1)
            (other,), _ = ask(tipg.port, [theirs("bench_house", tile)], connections=1)
            if not measures.same(one, other):
                sys.exit(f"The servers show different rows in {tile}: the comparison would be void.")


def signed_in(port: int, name: str) -> str:
    """The session cookie of this account of the demo, by the product's own sign-in page."""
    import http.client
    import re
    from urllib.parse import urlencode

    from django.conf import settings

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/accounts/login/")
    page = connection.getresponse()
    text, token = page.read().decode(), re.search(r"csrftoken=(\w+)", page.getheader("Set-Cookie", ""))
    form = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
    body = urlencode({"csrfmiddlewaretoken": form[1], "login": name, "password": settings.DEMO_PASSWORD})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={token[1]}"}
    connection.request("POST", "/accounts/login/", body, headers)
    answer = connection.getresponse()
    session = re.search(r"sessionid=\w+", ", ".join(answer.headers.get_all("Set-Cookie", [])))
    if not session:
        sys.exit(f"{name} cannot sign in (HTTP {answer.status}).")
    return session[0]


if __name__ == "__main__":
    main()
