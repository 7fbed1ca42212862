"""What the validator asks of the database. `Ground` asks for one row each time; `Known` asks once for many, with equal answers."""

import shapely
from django.contrib.gis.geos import Point
from django.db.models import F, Model, Value

from . import places
from .layer import Layer
from .shapes import Around, Metres, Overlap, shape_value

NEAR_METRES = 1000  # a point this near outside is kept and marked; farther away it is refused (DOMAIN 2)


class Ground:
    """Asks the database each time: right for one row."""

    unique = True  # whether the form has to ask if the key is free

    def __init__(self, layer: Layer):
        self.layer = layer

    def names(self, row) -> Model | None:
        """The names of a stored row, or None."""
        return self.layer.names._default_manager.filter(of=row).first()

    def version(self, row) -> int | None:
        """The version of the stored row now; locks it until it is stored. None when it is gone or not this person's."""
        rows = type(row)._default_manager.select_for_update().filter(pk=row.pk)
        return rows.values_list("version", flat=True).first()

    def declared(self, code: str) -> bool:
        """Whether there is an area of this code."""
        return places.Area.objects.filter(code=code, deleted_at=None).exists()

    def served(self, lon: float, lat: float) -> bool:
        """Whether a point lies in the area served or at most 1 km outside it."""
        point = shape_value(Point(lon, lat, srid=4326))
        near = places.Area.objects.filter(level="village", deleted_at=None, geom__isnull=False)
        around = Around(point, Value(float(NEAR_METRES)))
        return near.filter(Overlap(F("geom"), around), Metres(F("geom"), point, Value(float(NEAR_METRES)))).exists()


class Known(Ground):
    """Knows the areas from the start, and of a batch of rows all that its lines are about."""

    unique = False  # `rows` holds every row of these keys

    def __init__(self, layer: Layer):
        super().__init__(layer)
        areas = places.Area.objects.filter(deleted_at=None)
        self.codes = set(areas.values_list("code", flat=True))
        shapes = list(areas.filter(level="village", geom__isnull=False).values_list("code", "geom"))
        self.lowest = [code for code, _shape in shapes]
        self.shapes = shapely.STRtree([shapely.from_wkb(bytes(shape.wkb)) for _code, shape in shapes])
        self.rows: dict[str, dict] = {}
        self.known_names: dict[int, Model] = {}
        self.versions: dict[int, int] = {}
        self.stored: dict[tuple, dict] = {}  # (model, key) -> what a row or its names held when it was learnt

    def learn(self, wanted: dict[str, set]) -> None:
        """Forget the last batch; know, by field and value, the rows that have one of these values, with their names; lock them."""
        rows = self.layer.model._default_manager
        self.rows = {
            field: {getattr(row, field): row for row in rows.filter(**{f"{field}__in": values})} if values else {}
            for field, values in wanted.items()
        }
        keys = [row.pk for found in self.rows.values() for row in found.values()]
        of = self.layer.names._default_manager.filter(of__in=keys) if self.layer.names and keys else ()
        self.known_names = {names.of_id: names for names in of}
        known = [*(row for found in self.rows.values() for row in found.values()), *self.known_names.values()]
        self.stored = {(type(one), one.pk): dict(vars(one)) for one in known}
        locked = rows.select_for_update().filter(pk__in=keys).order_by("pk")
        self.versions = dict(locked.values_list("pk", "version")) if keys else {}

    def names(self, row):
        return self.known_names.get(row.pk)

    def version(self, row):
        return self.versions.get(row.pk)

    def declared(self, code):
        return code in self.codes

    def served(self, lon, lat):
        return bool(self.shapes.query(shapely.Point(lon, lat), predicate="intersects").size) or super().served(lon, lat)

    def area_at(self, point: Point) -> str | None:
        """What places.area_at answers; the database is asked only of points on a border or outside."""
        hits = self.shapes.query(shapely.Point(point.x, point.y), predicate="intersects")
        return self.lowest[hits[0]] if len(hits) == 1 else places.area_at(point)
