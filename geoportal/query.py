"""The query string -> a narrower queryset. The same words serve tiles, table, legend, export and selection.

Declared filters (`latrine=pit,none`, `desil=1..4`, `name=mar`), `datetime`, `bbox`, and places: `inside`, `polygon`,
`circle`, `within`, `beyond`, `nearest`, `uid`. Every condition on a place carries a box: under row-level security only
PostGIS's `&&` may use the index. A person without identity asks of the coarse place only (`access.geometry`).
"""

from django.contrib.gis.geos import Point, Polygon
from django.db.models import DateTimeField, Exists, F, FloatField, Func, IntegerField, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _

from . import access, catalogue, description, places, wording
from .errors import BadRequest
from .layer import Layer
from .models import Upload
from .shapes import Around, Distance, Intersects, Metres, Overlap, shape_value
from .uploads import undoing
from .values import MAX_METRES, MAX_UIDS, box, day, day_range, number, numbers, point, polygon, positive, uids, wrong

PLACES = ("bbox", "polygon", "circle", "within", "beyond", "nearest")  # what a row without a place cannot meet
SPATIAL = ("bbox", "inside", "polygon", "circle", "within", "beyond", "nearest", "uid", "upload")
RESERVED = {
    "v",
    "s",
    "level",
    "q",
    "sort",
    "extent",
    "placeless",
    "offset",
    "limit",
    "fields",
    "period",
    "filter",
    "format",
    "columns",
    "around",
    "values",
}


def narrowed(layer: Layer, user, params, rows: QuerySet | None = None) -> QuerySet:
    """The visible rows of the layer that meet the query. BadRequest names the parameter, the value and the remedy."""
    rows = access.visible(layer, user) if rows is None else rows
    errors: dict[str, str] = {}
    for name in sorted(params, key="nearest".__eq__):  # last: the nearest of those that meet all else
        value = params[name]
        if name in RESERVED or value == "":
            continue
        try:
            if name != "nearest" or not errors:
                rows = condition(layer, user, rows, name, value)
        except BadRequest as problem:
            errors[name] = problem.sentence
    if errors:
        raise BadRequest(" ".join(errors.values()), errors)
    return rows


def condition(layer: Layer, user, rows: QuerySet, name: str, value: str) -> QuerySet:
    """The rows with one more condition."""
    if "\0" in value:
        raise wrong(name, value.replace("\0", ""), _("plain text"))
    if name in SPATIAL:
        return spatial(layer, user, rows, name, value)
    if name == "datetime" and layer.when:
        return rows.filter(**moments(layer.when, value))
    if name in access.fields(layer, user, layer.filters):
        return rows.filter(declared(layer, name, value))
    allowed = (
        ", ".join(f"{path} ({wording.label(layer, path)})" for path in access.fields(layer, user, layer.filters)) or "–"
    )
    raise BadRequest(
        _("There is no filter “%(name)s” here. Use one of: %(allowed)s.") % {"name": name, "allowed": allowed}
    )


def uses_others(params) -> bool:
    """Whether the answer depends on rows of other layers, so that this layer's revision alone does not name it."""
    return any(params.get(name) for name in ("within", "beyond"))


def declared(layer: Layer, path: str, value: str) -> Q:
    """The condition of one declared filter."""
    field, label = description.model_field(layer.model, path), wording.label(layer, path)
    kind = description.kind(field)
    if kind == "choice":
        known = {str(choice): choice for choice, _label in field.flatchoices}
        wanted = value.split(",")
        unknown = [word for word in wanted if word not in known]
        if unknown:
            raise wrong(label, unknown[0], _("one of %(choices)s") % {"choices": wording.offered(layer, path)})
        return Q(**{f"{path}__in": [known[word] for word in wanted]})
    if kind == "boolean":
        if value not in {"true", "false"}:
            raise wrong(label, value, _("true or false"))
        return Q(**{path: value == "true"})
    if kind in {"number", "date"}:
        return between(field, path, kind, value, label)
    if kind == "area":
        return Q(**{f"{path}__in": inside(label, value)})
    return Q(**{f"{path}__icontains": value})


def between(field, path: str, kind: str, value: str, label: str) -> Q:
    """A single value, or low..high with either end open."""
    low, dots, high = value.partition("..")
    read = number if kind == "number" else day
    path_of_day = f"{path}__date" if isinstance(field, DateTimeField) else path
    found = {}
    for end, lookup in [(low, "gte"), (high, "lte")] if dots else [(low, "exact")]:
        if end:
            try:
                found[f"{path_of_day}__{lookup}"] = read(end)
            except ValueError:
                raise wrong(label, end, _("a number") if kind == "number" else _("a date such as 2026-08-31")) from None
            if lookup == "exact" and isinstance(field, IntegerField) and found[f"{path}__exact"] % 1:
                raise wrong(label, end, _("a whole number"))
    if not found:
        raise wrong(label, value, _("a value or a range such as 1..4"))
    return Q(**found)


def moments(when: str, value: str) -> dict:
    """The condition of `datetime`: a year, month or day, or an interval of them (open ends `..`), both ends included."""
    first, slash, last = value.partition("/")
    start = None if first in {"..", ""} else day_range(first)[0]
    end = day_range(last or first)[1] if not slash or last not in {"..", ""} else None
    if start and end and end <= start:
        raise wrong("datetime", value, _("the earlier day first"))
    found = {}
    if start:
        found[f"{when}__gte"] = start
    if end:
        found[f"{when}__lt"] = end
    return found


def spatial(layer: Layer, user, rows: QuerySet, name: str, value: str) -> QuerySet:
    """The rows with one more condition on their place."""
    shape = access.geometry(layer, user)
    if name == "uid":
        return rows.filter(identified(layer, value))
    if name == "upload":
        return rows.filter(pk__in=uploaded(layer, user, value))
    if name == "inside":
        return rows.filter(area_code__in=inside(name, value))
    if name == "bbox":
        return rows.filter(*meets(layer, shape, box(value), exact=access.exact(layer, user)))
    if name == "polygon":
        return rows.filter(*meets(layer, shape, polygon(value), exact=access.exact(layer, user)))
    if name == "circle":
        lon, lat, metres = numbers(name, value, 3)
        centre = shape_value(point(name, lon, lat))
        return rows.filter(
            near(layer, centre, positive(name, metres) + slack(layer, user)), Metres(shape, centre, Value(metres))
        )
    if name == "nearest":
        lon, lat, k = numbers(name, value, 3)
        return rows.filter(pk__in=nearest(layer, user, rows, shape, point(name, lon, lat), k))
    return by_neighbours(layer, user, rows, name, value)


def slack(layer: Layer, user) -> float:
    """Metres by which a coarse place may lie from the exact one the index knows."""
    return 0.0 if access.exact(layer, user) else 120.0


def near(layer: Layer, centre, metres: float) -> Overlap:
    return Overlap(F(layer.geom), Around(centre, Value(metres)))


def meets(layer: Layer, shape, area: Polygon, exact: bool):
    """The conditions of a shape against a polygon: the box for the index, the shape for the truth (boxes err by metres)."""
    edge = area if exact else area.envelope.buffer(access.COARSE_DEGREES)
    return [Overlap(F(layer.geom), shape_value(edge)), Intersects(shape, shape_value(area))]


def nearest(layer: Layer, user, rows: QuerySet, shape, centre: Point, k: float) -> list[int]:
    """Primary keys of the k rows nearest on the spheroid; of equally near ones the first stored.

    The index orders by degrees and by the exact place: its first k only tell how far to look. Among all within that reach
    the metres to the place this user may know decide.
    """
    if not (1 <= k <= 1000 and k == int(k)):
        raise wrong("nearest", f"{k:g}", _("lon,lat,k with k from 1 to 1000"))
    k, at = int(k), shape_value(centre)
    by_degrees = Func(F(layer.geom), at, template="%(expressions)s", arg_joiner=" <-> ", output_field=FloatField())
    rows = rows.filter(**{f"{layer.geom}__isnull": False}).annotate(metres=Distance(shape, at))
    reach = max(rows.order_by(by_degrees).values_list("metres", flat=True)[:k], default=0) + 1 + slack(layer, user)
    if reach < MAX_METRES:  # a box of degrees holds this many metres; farther away all rows are compared
        rows = rows.filter(near(layer, at, reach))
    return list(rows.order_by("metres", "pk").values_list("pk", flat=True)[:k])


def by_neighbours(layer: Layer, user, rows: QuerySet, name: str, value: str) -> QuerySet:
    """Rows within, or beyond, so many metres of any other feature of a layer that the user may see."""
    other_name, _colon, metres = value.partition(":")
    other = catalogue.layer(other_name)
    if not isinstance(other, Layer) or not access.can(user, other, "records"):
        seen = [known.name for known in catalogue.vectors() if access.can(user, known, "records")] or [layer.name]
        example = f"{seen[-1]}:1000"
        raise wrong(name, value, _("a layer you see and metres, such as %(example)s") % {"example": example})
    metres = positive(name, numbers(name, metres, 1)[0])
    mine = (
        Func(OuterRef(layer.geom), function="geoportal_coarse")
        if not access.exact(layer, user)
        else OuterRef(layer.geom)
    )
    neighbours = access.visible(other, user).filter(
        Overlap(F(other.geom), Around(mine, Value(metres + slack(other, user)))),
        Metres(access.geometry(other, user), mine, Value(metres)),
    )
    if other is layer:
        neighbours = neighbours.exclude(pk=OuterRef("pk"))
    rows = rows.filter(**{f"{layer.geom}__isnull": False})
    return rows.filter(Exists(neighbours) if name == "within" else ~Exists(neighbours))


def inside(name: str, value: str) -> list[str]:
    """Codes of the areas named, comma-separated, any level, and of all inside them."""
    codes = value.split(",")
    for code in codes:
        if not places.level_of(code):
            raise wrong(name, code, _("an area code such as 11.73.02"))
    found = places.inside(codes)
    if not found:
        raise wrong(name, value, _("the code of an area of this place"))
    return found


def uploaded(layer: Layer, user, value: str) -> QuerySet:
    """Primary keys of the rows that one upload of this person wrote."""
    found = Upload.objects.filter(uid=uids(value)[0], user=user.pk, layer=layer.name).first()
    if found is None or found.context is None:
        raise wrong("upload", value, _("the identifier of an upload of yours"))
    return undoing.rows(found, layer)


def identified(layer: Layer, value: str) -> Q:
    """The rows of these identifiers; areas also by their codes, which is how the address names them."""
    codes = value.split(",")
    if layer.model is places.Area and len(codes) <= MAX_UIDS and all(map(places.level_of, codes)):
        return Q(code__in=codes)
    return Q(uid__in=uids(value))
