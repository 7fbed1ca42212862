"""What is measured: rates of small tiles, single heavy ones, what a tile holds, what the policy costs in the database."""

import gzip
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import mapbox_vector_tile
import psycopg

from bench import database, servers
from bench.client import Answer, Broken, ask
from bench.tileset import Place, Tiles

SHOWN = "uid,members,under5,water,latrine,desil"
ALL = "members=1..30"  # a filter that keeps every row: cells grouped on the fly


@dataclass
class Rate:
    """Tiles a second of one pass, milliseconds of the median tile and of the 95th of 100, CPU milliseconds a tile of the
    web processes and of the database's, mean bytes of a body."""

    rate: float
    median: float
    late: float
    web: float
    database: float
    bytes: float


def ours(layer: str, tile: Place, words: str = "v=1") -> str:
    return f"/tiles/{layer}/{tile.z}/{tile.x}/{tile.y}.mvt?{words}"


def theirs(table: str, tile: Place, shown: str = SHOWN) -> str:
    return f"/collections/public.{table}/tiles/WebMercatorQuad/{tile.z}/{tile.x}/{tile.y}?properties={shown}"


def passed(
    server: servers.Server, urls: list[str], headers: dict[str, str] | None = None, connections: int = 8
) -> Rate:
    """One pass over the URLs. Broken when an answer is not 200: a quick refusal is not a quick tile."""
    web, sessions = server.pids(), server.sessions()
    before = servers.seconds(web), servers.seconds(sessions)
    answers, seconds = ask(server.port, urls, headers, connections)
    used = servers.seconds(web) - before[0], servers.seconds(sessions) - before[1]
    for answer in answers:
        if answer.status != 200:
            raise Broken(f"{server.name} answered {answer.status} to {answer.url}.")
    times = sorted(answer.seconds * 1000 for answer in answers)
    n = len(answers)
    return Rate(
        rate=n / seconds,
        median=statistics.median(times),
        late=times[int(n * 0.95)],
        web=used[0] / n * 1000,
        database=used[1] / n * 1000,
        bytes=statistics.mean(len(answer.body) for answer in answers),
    )


@dataclass
class Single:
    """One tile asked for again and again, alone: milliseconds of the median and the quickest, bytes, what it holds."""

    median: float
    least: float
    bytes: int
    features: int
    points: int  # features, or the sum of the cells' counts
    cells: bool


def alone(server: servers.Server, urls: list[str], headers: dict[str, str] | None = None) -> Single:
    """One tile by URLs that differ in nothing the tile depends on, so that none is answered from memory."""
    answers = [one for url in urls for one in ask(server.port, [url], headers, connections=1)[0]]
    for answer in answers:
        if answer.status != 200:
            raise Broken(f"{server.name} answered {answer.status} to {answer.url}.")
    times = [answer.seconds * 1000 for answer in answers]
    held = features(answers[-1])
    cells = "count" in held[0]["properties"]
    points = sum(feature["properties"]["count"] for feature in held) if cells else len(held)
    return Single(statistics.median(times), min(times), len(answers[-1].body), len(held), points, cells)


def features(answer: Answer) -> list[dict]:
    """The decoded features of a tile."""
    zipped = answer.headers.get("content-encoding") == "gzip"
    body = gzip.decompress(answer.body) if zipped else answer.body
    layers = mapbox_vector_tile.decode(body)
    return next(iter(layers.values()))["features"]


def same(geoportal: Answer, peer: Answer, extent: int = 4096) -> bool:
    """Whether two tiles show the same rows with the same properties, within a step of the extent; what lies on an edge may be
    in one alone, and so may what lies beyond: only ours draws the whole of a sign near an edge."""

    def inside(answer: Answer) -> dict:
        held = {f["properties"]["uid"]: (f["geometry"]["coordinates"], f["properties"]) for f in features(answer)}
        return {uid: one for uid, one in held.items() if all(0 < part < extent for part in one[0])}

    one, other = inside(geoportal), inside(peer)
    return one.keys() == other.keys() and all(
        properties == other[uid][1] and all(abs(a - b) <= 1 for a, b in zip(place, other[uid][0], strict=True))
        for uid, (place, properties) in one.items()
    )


def policy(tiles: Tiles, sweeps: int = 15) -> dict[str, tuple[float, float]]:
    """{kind of tile: (milliseconds without, under the policy)} of the very statement of a household tile, as the owner, whom no
    policy binds, and as the web role with the validator's identity. What counts is the time the database's process worked,
    which other work on the machine disturbs least; the two sides take turns, the middle of the pairs is taken."""
    from django.db import connection

    from geoportal import access, catalogue, identity
    from geoportal import tiles as engine
    from geoportal.models import User

    with identity.acting(identity.DOOR):
        user, layer, found = User.objects.get(username="validator"), catalogue.layer("households"), {}
    kinds = {"small": tiles.small[:200], "heavy": [tiles.heavy] * 10}
    with identity.acting(access.identity(user)), database.owner(prepare_threshold=1) as free:
        sql, words = engine.features(layer, user, {})
        bound = connection.connection
        free.execute("SET plan_cache_mode = force_generic_plan")  # as the product's own sessions have it

        def sweep(session: psycopg.Connection, places: list[Place]) -> tuple[float, list[bytes]]:
            began, made = worked(session), []
            for place in places:
                slots = engine.numbers(layer, user, place.z, place.x, place.y)
                params = [slots[word.name] if isinstance(word, engine.Slot) else word for word in words]
                made.append(psycopg.Cursor(session).execute(sql, params, prepare=True, binary=True).fetchone()[1])
            return (worked(session) - began) / len(places), made

        for kind, places in kinds.items():
            for session in (free, bound):
                sweep(session, places)
            pairs = [(sweep(free, places), sweep(bound, places)) for _ in range(sweeps)]
            if any(len(one) != len(other) for one, other in zip(pairs[0][0][1], pairs[0][1][1], strict=True)):
                raise Broken("A tile differs under the policy.")
            pair = sorted(pairs, key=lambda pair: pair[1][0] / pair[0][0])[sweeps // 2]
            found[kind] = (pair[0][0], pair[1][0])
    return found


def worked(session: psycopg.Connection) -> float:
    """Milliseconds the database's process of this session has worked; the clock's where its process is out of sight."""
    try:
        return int(Path(f"/proc/{session.info.backend_pid}/schedstat").read_text().split()[0]) / 1e6
    except OSError:
        return time.perf_counter() * 1000
