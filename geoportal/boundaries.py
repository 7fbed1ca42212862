"""Boundaries of areas from a file: one set a source, shapes mended, overlaps reported, then in use everywhere."""

import pyproj
import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from . import catalogue, identity, places
from .errors import Unusable
from .frame import doubt
from .models import Feature
from .places import Area, AreaShape, BoundarySet
from .shapes import drawn_alike

OVERLAP_M2 = 100.0  # smaller overlaps are noise of drawing
NAMED_M2 = 5_000.0  # larger ones are named one by one, the others counted


def load(layer, frame, result, source: str) -> None:
    """Store the shapes of a file as the boundary set `source` and put it to use.

    Needs the columns code (Kemendagri, with dots) and shapes; name is taken where given. Parents that are missing are made,
    named by the table of official names.
    """
    if "code" not in frame.columns or frame.shapes is None:
        raise Unusable(_('Areas need shapes and a column with Kemendagri codes: name it with --map "Column=code".'))
    if wrong := doubt(frame.found):
        raise Unusable(wrong[0])
    today = timezone.localdate()
    boundary_set, new = BoundarySet.objects.get_or_create(source=source, defaults={"valid_from": today})
    kept: list[tuple[str, shapely.Geometry]] = []
    for number in range(frame.rows):
        if number in frame.spoilt:
            result.mistakes += [(frame.lines[number], *told) for told in frame.spoilt[number]]
            continue
        code = str(frame.columns["code"][number] or "").strip()
        name = str(frame.columns["name"][number] or "").strip() if "name" in frame.columns else ""
        shape, sentence = accepted(code, frame.shapes[number], kept)
        if sentence:
            result.mistakes.append((frame.lines[number], "code", sentence))
            continue
        kept.append((code, shape))
        store(boundary_set, code, name, shape, result)
    result.warnings += overlaps(kept)
    if not kept and new:
        boundary_set.delete()
    before = places.boundary()
    if kept and (result.stored or result.updated or not boundary_set.in_use):
        put_to_use(boundary_set)
        result.notes += taken_over(boundary_set, before)
    elif before:
        result.notes.append(_("Nothing changed: “%(source)s” stays in use.") % {"source": before})


def put_to_use(boundary_set: BoundarySet) -> None:
    """Nothing; the set is in use and every row placed anew: by the owner, or by a function of the database in a person's name."""
    if identity.current.get().user:
        places.switch(boundary_set)
    else:
        places.use(boundary_set)
        replace()


def taken_over(boundary_set: BoundarySet, before: BoundarySet | None) -> list[str]:
    """What the new boundaries mean: that they are in use, how to go back, how many points they leave outside or elsewhere."""
    notes = [_("The boundary set “%(source)s” is now in use.") % {"source": boundary_set}]
    if before and before != boundary_set:
        sentence = _("“%(source)s” is kept: the administration can put it to use again.")
        notes.append(sentence % {"source": before})
    states = ("outside", "elsewhere")
    counts = dict.fromkeys(states, 0)
    for layer in catalogue.vectors():
        if issubclass(layer.model, Feature):
            for state in states:
                counts[state] += layer.model._default_manager.filter(deleted_at=None, place_state=state).count()
    if any(counts.values()):
        sentence = _(
            "Points were placed anew: %(outside)s now lie just outside, %(elsewhere)s elsewhere than declared."
        )
        notes.append(sentence % {state: formats.number_format(n, force_grouping=True) for state, n in counts.items()})
    return notes


def accepted(code: str, shape, kept: list) -> tuple[shapely.Geometry | None, str]:
    """(the mended shape, "") or (None, why the row is refused)."""
    if not places.level_of(code):
        return None, _(
            "“%(code)s” is not a Kemendagri code with dots such as 11.73.02.2003 (BPS codes are another system)."
        ) % {"code": code}
    root = settings.AREA_ROOT
    if not (code == root or code.startswith(root + ".")):
        return None, _("%(code)s does not lie in %(root)s, the area served.") % {"code": code, "root": root}
    if any(code == known for known, _shape in kept):
        return None, _("%(code)s is in the file twice.") % {"code": code}
    if shape is None or shape.is_empty:
        return None, _("%(code)s has no shape.") % {"code": code}
    polygons = [p for p in shapely.get_parts(shapely.make_valid(shape)) if p.geom_type in {"Polygon", "MultiPolygon"}]
    if not polygons:
        return None, _("The shape of %(code)s is not a polygon.") % {"code": code}
    return shapely.MultiPolygon(list(shapely.get_parts(shapely.union_all(polygons)))), ""


def store(boundary_set: BoundarySet, code: str, name: str, shape, result) -> None:
    """Store or update one area and its shape in this set."""
    area = ensured(code, name)
    if area.deleted_at:
        Area.objects.filter(pk=area.pk).update(deleted_at=None)
    geom = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
    known = AreaShape.objects.filter(area_id=code, boundary_set=boundary_set).first()
    renamed = bool(name) and area.name != name
    if renamed:
        Area.objects.filter(pk=area.pk).update(name=name)
    if known is None:
        AreaShape.objects.create(area=area, boundary_set=boundary_set, geom=geom)
        result.stored += 1
    elif renamed or not drawn_alike(known.geom, geom):
        AreaShape.objects.filter(pk=known.pk).update(geom=geom)
        result.updated += 1
    else:
        result.skipped += 1


def ensured(code: str, name: str = "") -> Area:
    """The area of this code, made with its parents when missing."""
    area = Area.objects.filter(code=code).first()
    if area:
        return area
    if "." in code:
        ensured(code.rpartition(".")[0])
    Area.objects.create(code=code, name=name or places.official_names().get(code, code))
    return Area.objects.get(code=code)


def overlaps(kept: list[tuple[str, shapely.Geometry]]) -> list[str]:
    """A sentence for every two areas of one level that overlap by more than 100 m², the largest first."""
    found = []
    for level in {len(code) for code, _shape in kept}:
        same = [(code, shape) for code, shape in kept if len(code) == level]
        shapes = [shape for _code, shape in same]
        for one, other in shapely.STRtree(shapes).query(shapes, predicate="intersects").T:
            if one < other:
                size = square_metres(shapely.intersection(shapes[one], shapes[other]))
                found += [(size, same[one][0], same[other][0])] if size > OVERLAP_M2 else []
    names = dict(Area.objects.values_list("code", "name"))
    sentence = _("%(one)s and %(other)s overlap by %(size)s m².")
    named = [
        sentence
        % {
            "one": f"{names[one]} ({one})",
            "other": f"{names[other]} ({other})",
            "size": formats.number_format(round(size), force_grouping=True),
        }
        for size, one, other in sorted(found, reverse=True)
        if size >= NAMED_M2 or len(found) <= 10
    ]
    if more := len(found) - len(named):
        sizes = [formats.number_format(round(edge), force_grouping=True) for edge in (OVERLAP_M2, NAMED_M2)]
        sentence = _("%(n)s more pairs of areas overlap by %(low)s to %(high)s m².")
        named.append(sentence % {"n": more, "low": sizes[0], "high": sizes[1]})
    return named


def square_metres(shape) -> float:
    """The size of a shape in EPSG:4326 on the WGS 84 spheroid."""
    return abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(shape)[0])


def replace() -> int:
    """Number of rows placed again: every feature finds its area anew among the boundaries now in use."""
    placed = 0
    for layer in catalogue.vectors():
        if issubclass(layer.model, Feature):
            placed += layer.model._default_manager.filter(place__isnull=False).update(area_code="")
    return placed
