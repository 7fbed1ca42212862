"""Rows -> vector tile; many rows -> cells. The ORM keeps permission, filters and joins; PostGIS makes the bytes.

One statement reads the layer's revision and the rows, so both are of one snapshot: a tile is kept for ever (`immutable`)
only when the revision in its URL is the one it was made from.
"""

from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Func, Q, QuerySet, Value
from django.utils.translation import gettext as _

from . import access, description, places, query, shapes
from .errors import BadRequest, NotFound
from .layer import Layer
from .mercator import envelope, exists
from .models import Pyramid, Written

EXTENT, BUFFER = 4096, 64
CELLS = 32  # a tile shows 32 x 32 cells
LIMIT = 4000  # features a tile carries at most; more become cells
BIG = 300_000  # rows above which an unfiltered low zoom comes from the pyramid


@dataclass(frozen=True)
class Tile:
    """The bytes of a tile, the revision of the snapshot they were made from, and how fresh they are."""

    data: bytes
    revision: int
    current: bool = True  # False: from a pyramid older than the rows


def tile(layer: Layer, user, z: int, x: int, y: int, params) -> Tile:
    """The tile z/x/y (EPSG:3857 scheme) of the rows this user may see, narrowed by the query."""
    if not exists(z, x, y):
        raise NotFound(_("There is no tile %(tile)s.") % {"tile": f"{z}/{x}/{y}"})
    try:
        return drawn(layer, user, z, x, y, params)
    except EmptyResultSet:  # Django saw without asking that no row can match: a person without any area, say
        return run(f"SELECT {REVISION}, ''::bytea", [layer.name])


def drawn(layer: Layer, user, z: int, x: int, y: int, params) -> Tile:
    """Features at and above the detail zoom and up to LIMIT of them, else cells. EmptyResultSet when nothing can match."""
    if layer.geometry == "point" and z < layer.min_zoom:
        if not any(params.get(name) for name in params if name not in query.RESERVED):
            stored = from_pyramid(layer, user, z, x, y)
            if stored is not None:
                return stored
        return run(*cells(layer, user, in_tile(layer, user, z, x, y, params), z, x, y))
    rows = in_tile(layer, user, z, x, y, params)
    made = run(*features(layer, user, rows, z, x, y))
    return made or run(*cells(layer, user, rows, z, x, y))  # more than LIMIT: nothing is cut off silently


def in_tile(layer: Layer, user, z: int, x: int, y: int, params) -> QuerySet:
    """The visible, narrowed rows whose box touches the tile."""
    rows = query.narrowed(layer, user, params)
    if layer.model is places.Area:
        rows = rows.filter(level=asked_level(params.get("level")))
    margin = BUFFER / EXTENT if access.exact(layer, user) else access.COARSE_DEGREES * 2**z / 360 + BUFFER / EXTENT
    # ST_TileEnvelope would do, were its margin not lost with ST_Transform's box; four numbers are plainer.
    west, south, east, north = (str(metres) for metres in envelope(z, x, y, margin))
    around = Func(
        Func(
            Value(float(west)),
            Value(float(south)),
            Value(float(east)),
            Value(float(north)),
            Value(3857),
            function="ST_MakeEnvelope",
        ),
        Value(4326),
        function="ST_Transform",
    )
    return rows.filter(shapes.Overlap(F(layer.geom), around))


def asked_level(word: str | None) -> str:
    """The level of areas a request means: ours or a word of the country's."""
    level = places.ALIASES.get(word or "village", word or "village")
    if level not in places.LEVEL_BY_LENGTH.values():
        sentence = query.wrong(
            "level", str(word), _("one of %(choices)s") % {"choices": "regency, district, village"}
        ).sentence
        raise BadRequest(sentence, {"level": sentence})
    return level


def features(layer: Layer, user, rows: QuerySet, z: int, x: int, y: int) -> tuple[str, list]:
    """SQL and parameters of a tile of features; NULL bytes when there are more than LIMIT."""
    fields = description.shown_fields(layer, user)
    picked = rows.annotate(_shape=access.geometry(layer, user)).values("id", "uid", "_shape", *fields)
    inner, params = picked.order_by().query.sql_with_params()
    columns = ", ".join(f'q."{name}"' for name in ["id", "uid", *fields])
    sql = f"""
WITH q AS MATERIALIZED ({inner} LIMIT {LIMIT + 1})
SELECT {REVISION}, CASE WHEN (SELECT count(*) FROM q) <= {LIMIT} THEN (
  SELECT coalesce(ST_AsMVT(t, %s, {EXTENT}, 'geom', 'id'), '') FROM (
    SELECT {columns}, ST_AsMVTGeom(ST_Transform(q."_shape", 3857), ST_TileEnvelope(%s, %s, %s), {EXTENT}, {BUFFER}, true) AS geom
    FROM q) t WHERE geom IS NOT NULL) END"""
    return sql, [*params, layer.name, layer.name, z, x, y]


REVISION = "coalesce((SELECT number FROM geoportal_revision WHERE layer = %s), 0)"


def cells(layer: Layer, user, rows: QuerySet, z: int, x: int, y: int) -> tuple[str, list]:
    """SQL and parameters of a tile of cells: rows grouped into 32 x 32 squares; `count` and the declared sums in each.

    The square of a place in EPSG:4326 follows from the Web Mercator formulas, without transforming each point.
    """
    picked = rows.annotate(_shape=access.geometry(layer, user)).values("_shape", *layer.sums)
    inner, params = picked.order_by().query.sql_with_params()
    across = f"floor((ST_X(q._shape) + 180) / 360 * {2**z * CELLS})::int - {x * CELLS}"
    down = f"floor((0.5 - ln(tan(pi() / 4 + radians(ST_Y(q._shape)) / 2)) / (2 * pi())) * {2**z * CELLS})::int - {y * CELLS}"
    if layer.geometry != "point":
        across, down = (part.replace("q._shape", "ST_PointOnSurface(q._shape)") for part in (across, down))
    sums = "".join(f', sum("{name}")::bigint AS "{name}"' for name in layer.sums)
    return squares(layer, inner, f"{across} AS cx, {down} AS cy, count(*)::int AS count{sums}"), [
        *params,
        layer.name,
        layer.name,
    ]


def squares(layer: Layer, inner: str, columns: str) -> str:
    """SQL of a tile of squares: the rows of `inner`, grouped by cx, cy (0 to 31 from the north-west)."""
    named = "".join(f', "{name}"' for name in layer.sums)
    side = EXTENT // CELLS
    return f"""
WITH q AS ({inner}), cell AS (SELECT {columns} FROM q GROUP BY 1, 2)
SELECT {REVISION}, coalesce(ST_AsMVT(t, %s, {EXTENT}, 'geom', 'id'), '') FROM (
  SELECT cy * {CELLS} + cx AS id, count{named},
         ST_MakeEnvelope(cx * {side}, cy * {side}, (cx + 1) * {side}, (cy + 1) * {side}) AS geom
  FROM cell WHERE cx BETWEEN 0 AND {CELLS - 1} AND cy BETWEEN 0 AND {CELLS - 1}) t"""


def from_pyramid(layer: Layer, user, z: int, x: int, y: int) -> Tile | None:
    """The tile from stored counts; None when the layer is small or has no pyramid yet. The pyramid's own policy hides the
    areas this person may not see."""
    state = Written.objects.filter(what="pyramid", layer=layer.name, rows__gte=BIG).first()
    if state is None:
        return None
    rows = Pyramid.objects.filter(
        layer=layer.name, zoom=z, x__gte=x * CELLS, x__lt=(x + 1) * CELLS, y__gte=y * CELLS, y__lt=(y + 1) * CELLS
    ).filter(access.within(user, layer, "records") if access.can(user, layer, "records") else Q(pk=None))
    inner, params = rows.values("x", "y", "count", "sums").order_by().query.sql_with_params()
    sums = "".join(f", sum((q.sums->>'{name}')::bigint)::bigint AS \"{name}\"" for name in layer.sums)
    columns = f"q.x - {x * CELLS} AS cx, q.y - {y * CELLS} AS cy, sum(q.count)::int AS count{sums}"
    sql = squares(layer, inner, columns)
    made = run(sql, [*params, layer.name, layer.name])
    return Tile(made.data, made.revision, current=made.revision == state.revision)


def run(sql: str, params: list) -> Tile | None:
    """The tile of one statement; None when it found more features than a tile carries."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        revision, data = cursor.fetchone()
    return None if data is None else Tile(bytes(data), revision)
