"""Atoms: the pieces of ground by which drawn shapes are counted, cut once a year, counted by a job.

Each gampong is cut into quarters along its principal axes, through its middle (where its people live decides nothing: a cut
through somebody's house would tell of it). Pieces with fewer than ENOUGH of those the layer names (`atoms=`) are joined to a
neighbour of the same gampong, and where a whole gampong has fewer, of the same kecamatan; a kecamatan with fewer has none.
"""

import hashlib
from collections import defaultdict
from datetime import datetime

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db.models import (
    Count,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Subquery,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from . import freshness, places, stats
from .layer import ADD, Layer, Rate
from .models import Atom, AtomCount, NoiseKey, Taken, Written
from .privacy import release
from .tally import asked, living

ENOUGH = 20
KEYS = 65536


def year_now() -> int:
    """The year of the city's own day."""
    return timezone.localdate().year


def due(layer: Layer) -> bool:
    """Whether the layer's atoms are to be cut or counted."""
    return bool(layer.atoms) and (freshness.due_for("atoms", layer) or not cut_this_year(layer))


def cut_this_year(layer: Layer) -> bool:
    """Whether the atoms in use are this year's; there may be none where too few live."""
    at = Written.objects.filter(what="atoms", layer=layer.name).values_list("at", flat=True).first()
    return at is not None and timezone.localtime(at).year == year_now()


def write(layer: Layer) -> int:
    """Number of atoms, cut if this year's are not, and counted."""
    with stats.counting():
        revision, now, year = freshness.revision_of(layer), timezone.now(), year_now()
        if not cut_this_year(layer) or not Atom.objects.filter(layer=layer.name, year=year).exists():
            Atom.objects.filter(layer=layer.name).delete()
            Taken.objects.filter(layer=f"atoms:{layer.name}").delete()
            Atom.objects.bulk_create(
                Atom(layer=layer.name, year=year, area_code=code, geom=multi(shape)) for code, shape in cut(layer)
            )
        count(layer, now)
        atoms = Atom.objects.filter(layer=layer.name).count()
        freshness.note("atoms", layer, revision, atoms)
    return atoms


def multi(shape) -> MultiPolygon:
    found = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
    return found if found.geom_type == "MultiPolygon" else MultiPolygon(found, srid=4326)


# --- Cutting


def cut(layer: Layer) -> list[tuple[str, shapely.Geometry]]:
    """(area code, shape) of each atom: enough of those the layer names in each."""
    areas = places.Area.objects.filter(level="village", deleted_at=None).exclude(geom=None).order_by("code")
    shapes = {
        code: shapely.from_wkb(bytes(wkb)) for code, wkb in areas.annotate(w=AsWKB("geom")).values_list("code", "w")
    }
    pieces = [(code, piece) for code, shape in shapes.items() for piece in quarters(shape)]
    if not pieces:
        return []
    at, weights = people(layer)
    tree = shapely.STRtree([piece for _code, piece in pieces])
    (_points, nearest) = tree.query_nearest(shapely.points(at), all_matches=False) if len(at) else ([], [])
    n = (
        np.bincount(np.asarray(nearest, dtype=int), weights=weights, minlength=len(pieces))
        if len(at)
        else np.zeros(len(pieces))
    )
    joined = merged(
        [Piece(code, shape, float(k)) for (code, shape), k in zip(pieces, n, strict=True)], lambda p: p.code
    )
    joined = merged(joined, lambda p: p.code[:8])
    return [(piece.code, piece.shape) for piece in joined if piece.n >= ENOUGH]


def people(layer: Layer) -> tuple[np.ndarray, np.ndarray]:
    """((k, 2) lon, lat; (k,) how many of those the layer names) of the rows with a point."""
    indicator = layer.indicator[layer.atoms]
    weight = (
        Value(1)
        if isinstance(indicator, Rate) or isinstance(indicator.value, Count)
        else indicator.value.get_source_expressions()[0]
    )
    rows = living(layer).filter(indicator.of).exclude(area_code="").filter(**{f"{layer.geom}__isnull": False})
    lon, lat = (Func(F(layer.geom), function=name, output_field=FloatField()) for name in ("ST_X", "ST_Y"))
    found = list(rows.annotate(_x=lon, _y=lat, _w=Cast(weight, FloatField())).values_list("_x", "_y", "_w"))
    table = np.array(found, dtype=float).reshape(len(found), 3)
    return table[:, :2], np.nan_to_num(table[:, 2])


def quarters(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """The up to four parts of a shape (EPSG:4326) between its principal axes, which meet in its middle."""
    middle = shape.centroid
    narrow = np.cos(np.radians(middle.y))  # a degree of longitude in degrees of latitude
    flat = shapely.transform(shape, lambda xy: (xy - [middle.x, middle.y]) * [narrow, 1])
    corners = np.array(shapely.minimum_rotated_rectangle(flat).exterior.coords)
    sides = np.diff(corners[:3], axis=0)
    along = sides[np.argmax(np.hypot(*sides.T))]
    along = along / np.hypot(*along)
    across, far = np.array([-along[1], along[0]]), 10.0
    found = []
    for one, other in ((along, across), (across, -along), (-along, -across), (-across, along)):
        wedge = shapely.Polygon([(0, 0), one * far, (one + other) * far, other * far])
        part = polygons(shapely.intersection(flat, wedge))
        if not part.is_empty:
            found.append(shapely.transform(part, lambda xy: xy / [narrow, 1] + [middle.x, middle.y]))
    return found


def polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """What of a shape has a surface, without slivers below a square metre."""
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area > 1e-10]
    return shapely.MultiPolygon(parts) if parts else shapely.MultiPolygon()


class Piece:
    """A part of the ground while atoms are being joined."""

    def __init__(self, code: str, shape: shapely.Geometry, n: float):
        self.code, self.shape, self.n = code, shape, n

    def joined(self, other: "Piece") -> "Piece":
        """Both as one; of two gampong it carries the kecamatan's code."""
        code = self.code if self.code == other.code else self.code[:8]
        return Piece(code, shapely.union(self.shape, other.shape), self.n + other.n)

    def near(self, other: "Piece") -> tuple:
        """How near another is: first the longer common border, then the smaller gap."""
        border = shapely.intersection(self.shape, shapely.buffer(other.shape, 1e-6)).length
        return border, -self.shape.distance(other.shape)


def merged(pieces: list[Piece], ground) -> list[Piece]:
    """The pieces with those that have too few joined, smallest first, to their nearest neighbour on the same ground."""
    groups: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        groups[ground(piece)].append(piece)
    for group in groups.values():
        while len(group) > 1 and (small := min(group, key=lambda p: p.n)).n < ENOUGH:
            group.remove(small)
            neighbour = max(group, key=small.near)
            group.remove(neighbour)
            group.append(small.joined(neighbour))
    return [piece for group in groups.values() for piece in group]


# --- Counting


def count(layer: Layer, now: datetime) -> None:
    """Count anew the atoms of which enough rows were touched since they were last counted (privacy.release)."""
    name = f"atoms:{layer.name}"
    taken = {int(t.area_code): t for t in Taken.objects.filter(layer=name)}
    secret = (NoiseKey.objects.first() or NoiseKey.objects.create()).secret
    table = tallied(layer, str(secret))
    changed = written_since(layer, {pk: t.at for pk, t in taken.items()})
    here = {pk: row["rows"] for pk, row in table.items()}
    atoms = Atom.objects.filter(layer=layer.name).order_by("pk").values_list("pk", flat=True)
    new = [
        pk for pk in atoms
        if pk not in taken or release.enough(taken[pk].tally["n"], here.get(pk, 0), changed[pk])
    ]  # fmt: skip
    AtomCount.objects.filter(atom__in=new).delete()
    AtomCount.objects.bulk_create(counts(layer, table, new, secret.bytes))
    AtomCount.objects.filter(atom__layer=layer.name).exclude(indicator__in=list(layer.indicator)).delete()
    Taken.objects.filter(layer=name, area_code__in=[str(pk) for pk in new]).delete()
    Taken.objects.bulk_create(
        Taken(layer=name, area_code=str(pk), declared="", tally={"n": here.get(pk, 0)}, at=now) for pk in new
    )


def written_since(layer: Layer, times: dict[int, datetime]) -> dict[int, int]:
    """How many living rows of each atom were written after it was last counted."""
    found: dict[int, int] = defaultdict(int)
    if times:
        rows = placed(layer).filter(changed__gt=min(times.values()))
        for atom, at in rows.order_by().values_list("atom", "changed"):
            found[atom] += atom in times and at > times[atom]
    return found


def placed(layer: Layer):
    """The rows with a point, each with its `atom`: the one it lies in, else the nearest."""
    here = Atom.objects.filter(layer=layer.name)
    inside = here.filter(geom__covers=OuterRef(layer.geom)).order_by("pk").values("pk")[:1]
    gap = Func(
        F("geom"), OuterRef(layer.geom), template="%(expressions)s", arg_joiner=" <-> ", output_field=FloatField()
    )
    nearest = here.annotate(gap=gap).order_by("gap", "pk").values("pk")[:1]
    rows = living(layer).exclude(area_code="").filter(**{f"{layer.geom}__isnull": False})
    return rows.annotate(atom=Coalesce(Subquery(inside), Subquery(nearest)))


def added(layer: Layer) -> list:
    """The indicators that add up; means are no counts."""
    return [i for i in layer.indicators if isinstance(i, Rate) or isinstance(i.value, ADD)]


def tallied(layer: Layer, secret: str) -> dict[int, dict]:
    """atom -> its rows, and for each indicator k n_k, cases_k or value_k, and the sums of the keys of the rows counted: in one
    statement, which finds each row's atom once."""
    asked: dict = {"rows": Count("pk")}
    for k, indicator in enumerate(added(layer)):
        of, mine = indicator.of or None, getattr(indicator, "cases", indicator.of)
        asked |= {f"n_{k}": Count("pk", filter=of), f"n_key_{k}": Sum("_key", filter=of)}
        asked[f"cases_key_{k}"] = Sum("_key", filter=(indicator.of & mine) or None)
        if isinstance(indicator, Rate):
            asked[f"cases_{k}"] = Count("pk", filter=indicator.of & mine)
        else:
            asked[f"value_{k}"] = type(indicator.value)(indicator.value.get_source_expressions()[0], filter=of)
    rows = placed(layer).annotate(_key=key(secret)).values("atom").annotate(**asked).order_by()
    return {row["atom"]: row for row in rows}


def counts(layer: Layer, table: dict[int, dict], atoms: list[int], secret: bytes) -> list[AtomCount]:
    """What each indicator counts in these atoms."""
    found, sets = [], dict(zip(layer.indicator, asked(layer), strict=True))
    for k, indicator in enumerate(added(layer)):
        rate, names = isinstance(indicator, Rate), sets[indicator.name]
        n_shift = shifts(layer, secret, names.of)
        shift = shifts(layer, secret, names.cases if rate else moved(indicator, names.of))
        for pk in atoms:
            row = table.get(pk, {})
            numbers = {name: row.get(f"{name}_{k}") or 0 for name in ("n", "n_key", "cases_key")}
            numbers |= {"cases" if rate else "value": row.get(f"{'cases' if rate else 'value'}_{k}") or 0}
            moved_by = {"n_shift": n_shift.get(pk, 0), "cases_shift": shift.get(pk, 0)}
            found.append(AtomCount(atom_id=pk, indicator=indicator.name, **numbers, **moved_by))
    return found


def moved(indicator, of: str) -> str:
    """The set whose shift an amount has: a number of rows is that of its rows."""
    return of if isinstance(indicator.value, Count) else f"sum:{indicator.name}"


def shifts(layer: Layer, secret: bytes, name: str) -> dict[int, int]:
    """atom -> 1 for one of the layer's atoms and -1 for another, drawn for each set of rows and year; all others keep their
    count. No union is moved by more than 1, and whatever unions are asked, no atom is known to be none of the two."""
    found = Atom.objects.filter(layer=layer.name).values_list("pk", flat=True)
    drawn = sorted(found, key=lambda pk: hashlib.sha256(secret + f"{name}:{pk}".encode()).digest())
    return {drawn[0]: 1, drawn[-1]: -1} if len(drawn) > 1 else {}


def key(secret: str) -> Func:
    """A record's own number below KEYS: always the same, and nobody's guess without the secret."""
    digest = "('x' || substr(encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex'), 1, 4))::bit(16)::int"
    return Func(
        Value(secret), Cast("uid", TextField()), template=digest, arg_joiner=" || ", output_field=IntegerField()
    )
