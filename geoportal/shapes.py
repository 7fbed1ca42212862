"""SQL about shapes in EPSG:4326: boxes the index answers, metres on the spheroid.

Under row-level security only PostGIS's `&&` may use the index, so every condition on a place carries a box beside the truth.
"""

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import BooleanField, FloatField, Func, Value


class Truth(Func):
    """An SQL function that answers yes or no, fit for .filter()."""

    output_field = BooleanField()
    conditional = True


class Metres(Truth):
    """Whether two shapes in EPSG:4326 lie within so many metres of each other (on the spheroid)."""

    template = "ST_DWithin(%(expressions)s)"
    arg_joiner = ", "

    def as_sql(self, compiler, connection, **extra):
        one, other, metres = self.source_expressions
        parts, params = [], []
        for expression in (one, other):
            sql, values = compiler.compile(expression)
            parts.append(f"({sql})::geography")
            params += values
        sql, values = compiler.compile(metres)
        return f"ST_DWithin({', '.join(parts)}, {sql})", [*params, *values]


class Overlap(Truth):
    """Whether the boxes of two shapes overlap: the part the index answers."""

    def as_sql(self, compiler, connection, **extra):
        parts, params = [], []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(sql)
            params += values
        return f"({' && '.join(parts)})", params


class Intersects(Truth):
    function = "ST_Intersects"


class Around(Func):
    """The box that surely holds so many metres around a shape."""

    function = "geoportal_around"


class Distance(Func):
    """Metres between two shapes on the spheroid."""

    output_field = FloatField()

    def as_sql(self, compiler, connection, **extra):
        parts, params = [], []
        for expression in self.source_expressions:
            sql, values = compiler.compile(expression)
            parts.append(f"({sql})::geography")
            params += values
        return f"ST_Distance({', '.join(parts)})", params


def shape_value(shape) -> Value:
    """A geometry as a parameter."""
    return Value(shape, output_field=GeometryField(srid=4326))


def drawn_alike(one: GEOSGeometry, other: GEOSGeometry) -> bool:
    """Whether two shapes have the same corners to a tenth of a millimetre: formats keep rings in either direction, from any of
    their corners on, and some of them numbers of fewer digits."""
    return one.normalize(clone=True).equals_exact(other.normalize(clone=True), 1e-9)
