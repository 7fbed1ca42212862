"""Rows -> vector tile; many rows -> cells. The ORM keeps permission, filters and joins; PostGIS makes the bytes.

One statement reads the layer's revision and the rows, so both are of one snapshot: a tile is kept for ever (`immutable`)
only when the revision in its URL is the one it was made from.

The statement of a tile without filters is the same for every tile of a layer and every person of the same rights; only its
numbers differ. So it is compiled once, with a Slot where a number of the tile goes, and PostgreSQL plans it once.
"""

from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Func, Q, QuerySet, Value
from django.utils.translation import gettext as _

from . import access, description, places, query, shapes, values
from .errors import BadRequest, NotFound
from .freshness import BIG
from .layer import Layer
from .mercator import box, exists
from .models import Pyramid

EXTENT, BUFFER = 4096, 128  # 16 px around a tile shown 512 px wide: a sign on its edge is drawn whole by both tiles
CELLS = 32  # a tile shows 32 x 32 cells
LIMIT = 4000  # features a tile carries at most; more become cells
STATEMENTS = 1000  # compiled ones kept in a process


@dataclass(frozen=True)
class Tile:
    """The bytes of a tile, the revision of the snapshot they were made from, and how fresh they are."""

    data: bytes
    revision: int
    current: bool = True  # False: from a pyramid older than the rows


@dataclass(frozen=True)
class Slot:
    """The place of one of the tile's numbers among a statement's parameters."""

    name: str


def tile(layer: Layer, user, z: int, x: int, y: int, params) -> Tile:
    """The tile z/x/y (EPSG:3857 scheme) of the rows this user may see, narrowed by the query."""
    if not exists(z, x, y):
        raise NotFound(_("There is no tile %(tile)s.") % {"tile": f"{z}/{x}/{y}"})
    try:
        return drawn(layer, user, z, x, y, params)
    except EmptyResultSet:  # Django saw without asking that no row can match: a person without any area, say
        return Tile(b"", connection.planned(f"SELECT {REVISION}", [layer.name])[0])


def drawn(layer: Layer, user, z: int, x: int, y: int, params) -> Tile:
    """Features at and above the detail zoom and up to LIMIT of them, else cells. EmptyResultSet when nothing can match."""
    plain = not any(params.get(name) for name in params if name not in query.RESERVED)
    slots = numbers(layer, user, z, x, y)
    if layer.geometry == "point" and z < layer.min_zoom:
        if plain:
            revision, data, counted = asked(stored, layer, user, params, slots)
            if counted is not None:
                return Tile(data, revision, current=counted == revision)
    else:
        revision, data = asked(features, layer, user, params, slots, plain)
        if data is not None:  # else more than LIMIT: nothing is cut off silently
            return Tile(data, revision)
    revision, data = asked(cells, layer, user, params, slots, plain)
    return Tile(data, revision)


def numbers(layer: Layer, user, z: int, x: int, y: int) -> dict[str, float]:
    """What goes into the slots: the box in degrees in which rows may touch the tile, and the tile's place in the scheme."""
    exact = access.exact(layer, user)
    margin = BUFFER / EXTENT + (0 if exact else access.COARSE_DEGREES * 2**z / 360)
    west, south, east, north = box(z, x, y, margin)
    degrees = {"west": west, "south": south, "east": east, "north": north}
    tile = {"z": z, "x": x, "y": y, "side": float(2**z), "column": float(x), "row": float(y)}
    square = {"left": x * CELLS, "right": (x + 1) * CELLS, "top": y * CELLS, "bottom": (y + 1) * CELLS}
    return degrees | tile | square | {"cells": float(2**z * CELLS)}


_statements: dict[tuple, tuple[str, list]] = {}


def asked(form, layer: Layer, user, params, slots: dict[str, float], plain: bool = True) -> tuple:
    """The row that a statement of this form (features, cells or stored) finds with these numbers in its slots."""
    sql, words = compiled(form, layer, user, params) if plain else form(layer, user, params)
    numbers = [slots[word.name] if isinstance(word, Slot) else word for word in words]
    # Over many rows the plan must know the numbers: by the index, or past it.
    return connection.planned(sql, numbers, kept=form is not cells) if plain else run(sql, numbers)


def compiled(form, layer: Layer, user, params) -> tuple[str, list]:
    """The statement of an unfiltered tile for all people of the same rights."""
    level = params.get("level") if layer.model is places.Area else None
    name = (form.__name__, layer.name, level, access.key(layer, user))
    if (found := _statements.get(name)) is None:
        found = form(layer, user, params)
        if len(_statements) >= STATEMENTS:
            _statements.clear()
        _statements[name] = found
    return found


def run(sql: str, params: list) -> tuple:
    """The row a statement finds, sent as Django sends all of its own; bytes as bytes."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return tuple(bytes(part) if isinstance(part, memoryview) else part for part in cursor.fetchone())


def in_tile(layer: Layer, user, params) -> QuerySet:
    """The visible, narrowed rows whose box touches the tile."""
    rows = query.narrowed(layer, user, params)
    if layer.model is places.Area:
        rows = rows.filter(level=asked_level(params.get("level")))
    corners = [Value(Slot(name)) for name in ("west", "south", "east", "north")]
    return rows.filter(shapes.Overlap(F(layer.geom), Func(*corners, Value(4326), function="ST_MakeEnvelope")))


def asked_level(word: str | None) -> str:
    """The level of areas a request means: ours or a word of the country's."""
    level = places.ALIASES.get(word or "village", word or "village")
    if level not in places.LEVEL_BY_LENGTH.values():
        sentence = values.wrong(
            "level", str(word), _("one of %(choices)s") % {"choices": "regency, district, village"}
        ).sentence
        raise BadRequest(sentence, {"level": sentence})
    return level


# The column and row of a place in EPSG:4326 follow from the Web Mercator formulas, without transforming each point; times
# the number of columns in the world they are tiles, cells or steps of the extent.
ACROSS = "(ST_X({shape}) + 180) / 360"
DOWN = "(0.5 - ln(tan(pi() / 4 + radians(ST_Y({shape})) / 2)) / (2 * pi()))"
REVISION = "coalesce((SELECT number FROM geoportal_revision WHERE layer = %s), 0)"


def features(layer: Layer, user, params) -> tuple[str, list]:
    """SQL and parameters of a tile of features: (revision, bytes); NULL bytes when there are more than LIMIT."""
    fields = description.shown_fields(layer, user)
    rows = in_tile(layer, user, params).annotate(_shape=access.geometry(layer, user))
    inner, words = rows.values("id", "uid", "_shape", *fields).order_by().query.sql_with_params()
    columns = ", ".join(f'"{name}"' for name in ["id", "uid", *fields])
    found = f"({inner} LIMIT {LIMIT + 1}) q"
    exact_points = layer.geometry == "point" and access.exact(layer, user)
    if layer.geometry != "point":
        geom = f"ST_AsMVTGeom(ST_Transform(_shape, 3857), ST_TileEnvelope(%s, %s, %s), {EXTENT}, {BUFFER}, true)"
        drawn, numbers_of = f"SELECT {columns}, {geom} AS geom FROM {found}", ["z", "x", "y"]
    else:
        across, down = (f"round(({way.format(shape='_shape')} * %s - %s) * {EXTENT})" for way in (ACROSS, DOWN))
        numbers_of = ["side", "column", "side", "row"]
        if exact_points:  # the index found them, so each has a place in the tile
            drawn = f"SELECT {columns}, ST_MakePoint({across}, {down}) AS geom FROM {found}"
        else:  # the box was widened by a cell of the coarse grid; OFFSET keeps the formulas from being worked out thrice
            here = f"(SELECT *, {across} AS across, {down} AS down FROM {found} OFFSET 0) p"
            kept = " AND ".join(f"{way} BETWEEN -{BUFFER} AND {EXTENT + BUFFER}" for way in ("across", "down"))
            drawn = f"SELECT {columns}, CASE WHEN {kept} THEN ST_MakePoint(across, down) END AS geom FROM {here}"
    # Rows are counted and drawn in one pass: kept aside and counted first, a small tile costs the database a third more. Where
    # some shapes lie outside and are not drawn, OFFSET keeps them from being worked out once more for that.
    some = "" if exact_points else " FILTER (WHERE geom IS NOT NULL)"
    sql = f"""
SELECT {REVISION}, CASE WHEN n <= {LIMIT} THEN coalesce(mvt, '') END FROM (
  SELECT count(*) AS n, ST_AsMVT(t, %s, {EXTENT}, 'geom', 'id'){some} AS mvt
  FROM ({drawn}{" OFFSET 0" if some else ""}) t) tile"""
    return sql, [layer.name, layer.name, *map(Slot, numbers_of), *words]


def cells(layer: Layer, user, params) -> tuple[str, list]:
    """SQL and parameters of a tile of cells: (revision, bytes); rows grouped into 32 x 32 squares with `count` and the
    declared sums."""
    rows = in_tile(layer, user, params).annotate(_shape=access.geometry(layer, user))
    inner, words = rows.values("_shape", *layer.sums).order_by().query.sql_with_params()
    shape = "q._shape" if layer.geometry == "point" else "ST_PointOnSurface(q._shape)"
    across, down = (f"floor({way.format(shape=shape)} * %s)::int - %s" for way in (ACROSS, DOWN))
    sums = "".join(f', sum("{name}")::bigint AS "{name}"' for name in layer.sums)
    sql = squares(layer, inner, f"{across} AS cx, {down} AS cy, count(*)::int AS count{sums}")
    return sql, [*words, *map(Slot, ("cells", "left", "cells", "top")), layer.name, layer.name]


def stored(layer: Layer, user, params) -> tuple[str, list]:
    """SQL and parameters of a tile of cells from the pyramid: (revision, bytes, revision the pyramid counted); the last is
    NULL when the layer is small or has no pyramid yet. The pyramid's own policy hides the areas this person may not see."""
    left, right, top, bottom, zoom = (Value(Slot(name)) for name in ("left", "right", "top", "bottom", "z"))
    rows = Pyramid.objects.filter(
        access.within(user, layer, "records") if access.can(user, layer, "records") else Q(pk=None)
    )
    rows = rows.filter(layer=layer.name, zoom=zoom, x__gte=left, x__lt=right, y__gte=top, y__lt=bottom)
    inner, words = rows.values("x", "y", "count", "sums").order_by().query.sql_with_params()
    sums = "".join(f", sum((q.sums->>'{name}')::bigint)::bigint AS \"{name}\"" for name in layer.sums)
    counted = f", (SELECT revision FROM geoportal_written WHERE what = 'pyramid' AND layer = %s AND rows >= {BIG})"
    sql = squares(layer, inner, f"q.x - %s AS cx, q.y - %s AS cy, sum(q.count)::int AS count{sums}", counted)
    return sql, [*words, Slot("left"), Slot("top"), layer.name, layer.name, layer.name]


def squares(layer: Layer, inner: str, columns: str, more: str = "") -> str:
    """SQL of a tile of squares: the rows of `inner`, grouped by cx, cy (0 to 31 from the north-west)."""
    named = "".join(f', "{name}"' for name in layer.sums)
    side = EXTENT // CELLS
    return f"""
WITH q AS ({inner}), cell AS (SELECT {columns} FROM q GROUP BY 1, 2)
SELECT {REVISION}, coalesce(ST_AsMVT(t, %s, {EXTENT}, 'geom', 'id'), ''){more} FROM (
  SELECT cy * {CELLS} + cx AS id, count{named},
         ST_MakeEnvelope(cx * {side}, cy * {side}, (cx + 1) * {side}, (cy + 1) * {side}) AS geom
  FROM cell WHERE cx BETWEEN 0 AND {CELLS - 1} AND cy BETWEEN 0 AND {CELLS - 1}) t"""
