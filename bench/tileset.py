"""Which tiles are asked for: chosen by the points in them, the same for both servers."""

from dataclasses import dataclass

from bench import database

TOWN = "11.73.02"  # where the demo's validator works, so that both ask for the same rows
MOST_ZOOM = 22


@dataclass(frozen=True)
class Place:
    """A tile and the points in it."""

    z: int
    x: int
    y: int
    points: int


def counted(connection, z: int, condition: str = "true", last: str = "") -> list[Place]:
    """The tiles of this zoom that hold points, with their numbers of points."""
    sql = f"""
    SELECT x, y, n FROM (
      SELECT floor((ST_X(place) + 180) / 360 * 2 ^ {z})::int AS x,
             floor((0.5 - ln(tan(pi() / 4 + radians(ST_Y(place)) / 2)) / (2 * pi())) * 2 ^ {z})::int AS y, count(*) AS n,
             bool_and(area_code LIKE '{TOWN}.%') AS town
        FROM bench_house WHERE place IS NOT NULL GROUP BY 1, 2) tile
    WHERE {condition} {last}"""
    return [Place(z, *row) for row in connection.execute(sql)]


@dataclass(frozen=True)
class Tiles:
    """small: tiles of 1 to 100 points inside the validator's kecamatan, in no order; warming: others of the same kind;
    heavy: one there with about as many points as a tile shows; full: the one of zoom 15 with most; city: that of zoom 10."""

    small: list[Place]
    warming: list[Place]
    heavy: Place
    full: Place
    city: Place


def chosen(number: int) -> Tiles:
    """The tiles of a run; small ones from the lowest zoom that has enough of them."""
    from geoportal.tiles import LIMIT

    few = "town AND n BETWEEN 1 AND 100"
    with database.owner() as connection:
        for z in range(15, MOST_ZOOM + 1):
            small = counted(connection, z, few, f"ORDER BY md5(x || '/' || y) LIMIT {number + 300}")
            if len(small) == number + 300:
                break
        most = "ORDER BY n DESC LIMIT 1"
        shown = [
            tile for z in (15, 16, 17, 18) for tile in counted(connection, z, f"town AND n <= {LIMIT * 0.85}", most)
        ]
        return Tiles(
            small=small[:number],
            warming=small[number:],
            heavy=max(shown, key=lambda tile: tile.points),
            full=counted(connection, 15, last=most)[0],
            city=counted(connection, 10, last=most)[0],
        )
