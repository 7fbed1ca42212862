"""The pyramid of a large layer: counts by area and map cell for every zoom below the detail zoom, written as a whole."""

from django.db.models import Sum

from .freshness import BIG, due_for, note, revision_of
from .layer import Layer
from .models import Pyramid, Written
from .stats import counting
from .tiles import CELLS

LOWEST = 4


def due(layer: Layer) -> bool:
    """Whether the layer is large, or was when its pyramid was written, and the pyramid is missing or older than its rows."""
    if layer.geometry != "point" or not due_for("pyramid", layer):
        return False
    return size(layer) >= BIG or Written.objects.filter(what="pyramid", layer=layer.name, rows__gte=BIG).exists()


def size(layer: Layer) -> int:
    """Rows of the layer, by the role that sees them all."""
    with counting():
        return layer.model._default_manager.filter(deleted_at=None).count()


def build(layer: Layer) -> int:
    """Number of cells written, in one transaction: the finest zoom from the rows, each coarser one from the finer."""
    table, column = layer.model._meta.db_table, layer.model._meta.get_field(layer.geom).column
    finest = layer.min_zoom - 1
    # Cells of the finest zoom are smaller than the grid in which most people may know a person's house.
    place = f'geoportal_coarse("{column}")' if layer.personal else f'"{column}"'
    across = f"floor((ST_X({place}) + 180) / 360 * {2**finest * CELLS})::int"
    down = f"floor((0.5 - ln(tan(pi() / 4 + radians(ST_Y({place})) / 2)) / (2 * pi())) * {2**finest * CELLS})::int"
    pairs = ", ".join(f"'{name}', sum(\"{name}\")" for name in layer.sums)
    folded = ", ".join(f"'{name}', sum((sums->>'{name}')::bigint)" for name in layer.sums)
    with counting() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        revision = revision_of(layer)
        Pyramid.objects.filter(layer=layer.name).delete()
        cursor.execute(
            f"INSERT INTO geoportal_pyramid (layer, zoom, x, y, area_code, count, sums) "
            f'SELECT %s, %s, {across}, {down}, area_code, count(*), jsonb_build_object({pairs}) FROM "{table}" '
            f'WHERE deleted_at IS NULL AND "{column}" IS NOT NULL GROUP BY 3, 4, 5',
            [layer.name, finest],
        )
        for zoom in range(finest - 1, LOWEST - 1, -1):
            cursor.execute(
                f"INSERT INTO geoportal_pyramid (layer, zoom, x, y, area_code, count, sums) "
                f"SELECT layer, %s, x / 2, y / 2, area_code, sum(count), jsonb_build_object({folded}) FROM geoportal_pyramid "
                "WHERE layer = %s AND zoom = %s GROUP BY layer, x / 2, y / 2, area_code",
                [zoom, layer.name, zoom + 1],
            )
        written = Pyramid.objects.filter(layer=layer.name).count()
        rows = Pyramid.objects.filter(layer=layer.name, zoom=finest).aggregate(n=Sum("count"))["n"] or 0
        note("pyramid", layer, revision, rows)
    return written
