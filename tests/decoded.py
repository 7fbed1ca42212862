"""What tests of tiles share: where a place lies in the tile scheme, by formulas of their own; tiles decoded; many rows."""

import math

import mapbox_vector_tile
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from geoportal import tiles
from geoportal.models import Revision

ANYONE = AnonymousUser()
FOR_EVER = "public, max-age=31536000, immutable"
LON, LAT = 97.03, 5.01  # in the middle of the little city of conftest


def scheme(z: int, lon: float, lat: float) -> tuple[float, float]:
    """Where a place lies at a zoom, in tiles from the north-west corner of the world."""
    return (lon + 180) / 360 * 2**z, (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z


def tile_of(z: int, lon: float = LON, lat: float = LAT) -> tuple[int, int]:
    """(x, y) of the tile of a place."""
    across, down = scheme(z, lon, lat)
    return int(across), int(down)


def place_in(z: int, x: int, y: int, across: float, down: float) -> tuple[float, float]:
    """(lon, lat) of a place in a tile: 0, 0 is its north-west corner, 1, 1 its south-east."""
    return (x + across) / 2**z * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + down) / 2**z))))


def features(data: bytes, name: str) -> list[dict]:
    """The decoded features; coordinates from the north-west, 4096 to a side. None for an empty tile."""
    if not data:
        return []
    decoded = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})
    assert list(decoded) == [name] and decoded[name]["extent"] == 4096
    return decoded[name]["features"]


def made(layer, user, z: int, lon: float = LON, lat: float = LAT, **params) -> list[dict]:
    """The features of the tile around a place as this user gets it."""
    return features(tiles.tile(layer, user, z, *tile_of(z, lon, lat), params).data, layer.name)


def points(found: list[dict]) -> int:
    """How many rows a tile tells of."""
    return sum(feature["properties"].get("count", 1) for feature in found)


def settle(layer: str = "posyandu") -> int:
    """The layer's revision, after what raises it when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return Revision.objects.filter(layer=layer).values_list("number", flat=True).first() or 0


def lattice(owner, n: int, z: int) -> None:
    """Store n posyandu evenly in the tile of the city's middle."""
    side = math.ceil(math.sqrt(n))
    (west, north), (east, south) = (place_in(z, *tile_of(z), corner, corner) for corner in (0.05, 0.95))
    with owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO layers_posyandu (code, name, strata, place, place_source, declared_code, area_code, place_state, unit)"
            " SELECT 'M' || i, 'Melati', 'madya', ST_SetSRID(ST_MakePoint(%s + (i %% %s) * %s, %s + (i / %s) * %s), 4326),"
            " 'gps', '', '', 'none', '' FROM generate_series(0, %s) i",
            [west, side, (east - west) / side, south, side, (north - south) / side, n - 1],
        )


def ask(client, layer: str = "posyandu", z: int = 15, lon: float = LON, lat: float = LAT, query: str = "", **headers):
    """The answer to a request for the tile of a place."""
    x, y = tile_of(z, lon, lat)
    return client.get(f"/tiles/{layer}/{z}/{x}/{y}.mvt?{query}", headers=headers)
