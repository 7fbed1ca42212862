"""Rows for people: a window of the table, the legend's counts, one feature."""

import re

from django.contrib.gis.db.models import Extent
from django.db import connection
from django.db.models import Count, F, FloatField, Func, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import formats
from django.utils.translation import gettext as _

from . import access, description, numerals, places, query, reasons, tiles, values
from .errors import BadRequest, NotFound
from .layer import Layer

WINDOW = 1000


def window(layer: Layer, user, params) -> dict:
    """{"total", "offset", "sort", "rows": [...]}: at most 1,000 rows from `offset`, sorted by `sort` (-field: descending).

    With `around` (a uid, or an area's code) also "index": where that row stands from 0, null when it is not among them.
    "codes", which is for the access log, has the area of each row.
    """
    found = asked(layer, user, params)
    offset, limit = whole(params, "offset", 0, 10**9), whole(params, "limit", 200, WINDOW)
    sort = params.get("sort") or ""
    fields = columns(layer, user, params.get("fields") or "")
    rows = ordered(layer, user, found, sort)
    shown = placed(layer, user, rows).annotate(_code=F("area_code")).values("uid", "lon", "lat", "_code", *fields)
    page = [plain(row) for row in shown[offset : offset + limit]]
    codes = [row.pop("_code") for row in page]
    answer = {"layer": layer.name, "total": found.count(), "offset": offset, "sort": sort, "rows": page, "codes": codes}
    if around := params.get("around"):
        answer["index"] = standing(rows, found.filter(query.identified(layer, around)))
    return answer


def standing(rows: QuerySet, one: QuerySet) -> int | None:
    """Where the row of the second set stands in the first, from 0; None when it has none."""
    pk = one.values_list("pk", flat=True).first()
    if pk is None:
        return None
    number = Window(RowNumber(), order_by=list(rows.query.order_by))
    inner, words = rows.order_by().values("pk").annotate(number=number).query.sql_with_params()
    with connection.cursor() as cursor:
        # A condition inside would be applied before the rows are numbered.
        cursor.execute(f"SELECT number - 1 FROM ({inner}) AS q (pk, number) WHERE pk = %s", [*words, pk])
        return cursor.fetchone()[0]


def columns(layer: Layer, user, wanted: str) -> list[str]:
    """The table's fields this user may see, or those of them asked for, comma-separated."""
    allowed = access.fields(layer, user, layer.table_fields)
    unknown = [name for name in wanted.split(",") if wanted and name not in allowed]
    if unknown:
        sentence = values.wrong(
            "fields", unknown[0], _("some of %(choices)s") % {"choices": ", ".join(allowed)}
        ).sentence
        raise BadRequest(sentence, {"fields": sentence})
    return wanted.split(",") if wanted else allowed


def asked(layer: Layer, user, params) -> QuerySet:
    """The rows a query asks for; of areas, those of one level."""
    found = query.narrowed(layer, user, params)
    if layer.model is places.Area and params.get("level"):
        found = found.filter(level=tiles.asked_level(params.get("level")))
    return found


def whole(params, name: str, default: int, most: int) -> int:
    """A whole number of the query string between 0 and `most`."""
    text = params.get(name) or str(default)
    if not re.fullmatch("[0-9]{1,10}", text) or int(text) > most:
        sentence = values.wrong(name, text, _("a whole number up to %(n)s") % {"n": most}).sentence
        raise BadRequest(sentence, {name: sentence})
    return int(text)


def ordered(layer: Layer, user, found: QuerySet, sort: str) -> QuerySet:
    """Sorted by one field, empty last, the primary key as tie-breaker: paging never shows a row twice."""
    name = sort.removeprefix("-")
    if not name:
        return found.order_by("pk")
    sortable = [field for field in (*layer.table_fields, *layer.popup) if field not in layer.numbers]
    if name not in access.fields(layer, user, sortable):
        sentence = _("The table cannot be sorted by “%(name)s”.") % {"name": name}
        raise BadRequest(sentence, {"sort": sentence})
    by = F(name).desc(nulls_last=True) if sort.startswith("-") else F(name).asc(nulls_last=True)
    return found.order_by(by, "pk")


def placed(layer: Layer, user, found: QuerySet) -> QuerySet:
    """The rows with `lon` and `lat` in degrees (EPSG:4326) as this user may know them; of shapes, a point inside."""
    shape = access.geometry(layer, user)
    if layer.geometry != "point":
        shape = Func(shape, function="ST_PointOnSurface")
    return found.annotate(
        **{name: Func(shape, function=f, output_field=FloatField()) for name, f in (("lon", "ST_X"), ("lat", "ST_Y"))}
    )


def plain(row: dict) -> dict:
    """A row fit for JSON: coordinates with six decimals (a tenth of a metre), identifiers and dates as text."""
    for name in ("lon", "lat"):
        row[name] = None if row[name] is None else round(row[name], 6)
    return {name: value if isinstance(value, int | float | str | None) else str(value) for name, value in row.items()}


def legend(layer: Layer, user, params) -> dict:
    """{"total": n, "field": …, "counts": {value: n}}: the rows that match, by the field the style reads.

    With `extent` also "bbox", the box around them as this user may know them: west, south, east, north in EPSG:4326, or
    null. With `placeless` also "placeless": how many rows meet everything else, but have no place to be asked about.
    """
    found = asked(layer, user, params)
    more = {"bbox": extent(layer, user, found)} if params.get("extent") else {}
    if params.get("placeless"):
        more["placeless"] = placeless(layer, user, params)
    field = description.style_field(layer)
    if field is None:
        return {"total": found.count(), "field": None, "counts": {}, **more}
    counted = found.order_by().values_list(field).annotate(n=Count("pk"))
    counts = {"" if value is None else str(value): n for value, n in counted}
    return {"total": sum(counts.values()), "field": field, "counts": counts, **more}


def placeless(layer: Layer, user, params) -> int:
    """How many rows a query by place leaves out because they have none, of those this user may see; 0 where it asks of no place."""
    if not any(params.get(name) for name in query.PLACES):
        return 0
    others = {name: value for name, value in params.items() if name not in query.PLACES}
    return asked(layer, user, others).filter(**{f"{layer.geom}__isnull": True}).count()


def extent(layer: Layer, user, found: QuerySet) -> list[float] | None:
    """The box around rows, six decimals, or None when none of them has a place."""
    box = found.order_by().annotate(_shape=access.geometry(layer, user)).aggregate(box=Extent("_shape"))["box"]
    return box and [round(edge, 6) for edge in box]


def feature(layer: Layer, user, uid) -> dict:
    """One feature by its uid (an area also by its code); NotFound when it is not there or not for this person."""
    by = (
        {"code": uid} if layer.model is places.Area and places.level_of(str(uid)) else {"uid": values.uids(str(uid))[0]}
    )
    shown = access.fields(layer, user, dict.fromkeys([*layer.popup, *layer.table_fields]))
    found = placed(layer, user, access.visible(layer, user)).filter(**by)
    place = access.fields(layer, user, ["place_state", "accuracy_m"] if layer.geometry == "point" else [])
    extra = ["area_code", "version", "changed", *place]
    row = found.values("uid", "lon", "lat", *dict.fromkeys([*shown, *extra])).first()
    if row is None:
        raise NotFound(_("This feature is not there, or not within what you may see."))
    area = places.Area.objects.filter(code=row["area_code"]).select_related("parent").first()
    return {
        "layer": layer.name,
        "uid": str(row["uid"]),
        "title": title(layer, row),
        "lon": row["lon"] and round(row["lon"], 6),
        "lat": row["lat"] and round(row["lat"], 6),
        "exact": access.exact(layer, user),
        "area": {"code": area.code, "name": str(area), "within": str(area.parent or "")} if area else None,
        "place_state": row.get("place_state"),
        "version": row["version"],
        "changed": row["changed"].isoformat(),
        "fields": [worded(layer, name, row[name]) for name in shown],
    }


def title(layer: Layer, row: dict) -> str:
    """What a feature is called: its label, else its layer and the first digits of its uid."""
    return (
        str(row.get(layer.label) or "")
        if layer.label
        else f"{description.capital(layer.model._meta.verbose_name)} {str(row['uid'])[:8]}"
    )


def worded(layer: Layer, name: str, value) -> dict:
    """A field's name, label, raw value, the text people read, and its unit."""
    field = description.field(layer, name)
    text = spoken(field, value)
    raw = value if isinstance(value, int | float | str | None) else str(value)
    told = {"name": name, "label": field["label"], "value": raw, "text": text, "unit": field["unit"]}
    return told | {"secret": True, "reasons": reasons.offered()} if field["type"] == "secret" else told


def spoken(field: dict, value) -> str:
    """A value in the reader's language: the choice's label, yes or no, a number with the separators of the language."""
    if value is None or value == "":
        return "–"
    if field["type"] == "choice":
        return next((str(c["label"]) for c in field["choices"] if c["value"] == value), str(value))
    if field["type"] == "boolean":
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return numerals.number(value, field["unit"])
    if field["type"] == "date":
        return formats.date_format(value, "DATE_FORMAT")
    if field["type"] == "area":
        area = places.Area.objects.filter(code=value).first()
        return str(area) if area else value
    return str(value)
