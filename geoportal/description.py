"""A layer's words and fields as the browser gets them (/layers.json)."""

import itertools
from functools import lru_cache

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.db import models
from django.utils.translation import gettext as _

from . import __version__, access, catalogue, freshness, origins, places
from . import raster as rasters
from .fields import Quantity, Secret
from .layer import Categories, Classes, Layer, Raster, Single
from .models import ROLE_WORDS, SECTOR_WORDS, Revision


@lru_cache(maxsize=1000)
def model_field(model, path: str) -> models.Field:
    """The model field behind a path such as names__head; FieldDoesNotExist when there is none."""
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model
    return model._meta.get_field(last)


def kind(field: models.Field) -> str:
    """number, choice, boolean, date, area, secret or text: what a filter and a cell make of the field."""
    if isinstance(field, Secret):
        return "secret"
    if field.choices:
        return "choice"
    if field.name in {"area_code", "declared_code"}:
        return "area"
    if isinstance(field, models.BooleanField):
        return "boolean"
    if isinstance(field, models.IntegerField | models.FloatField | models.DecimalField):
        return "number"
    if isinstance(field, models.DateField):
        return "date"
    return "text"


def bounds(field: models.Field) -> dict:
    """The smallest and greatest value the validators let pass, where they say so."""
    from django.core.validators import MaxValueValidator, MinValueValidator

    found = {}
    for validator in field.validators:
        if isinstance(validator, MinValueValidator):
            found["min"] = max(found.get("min", validator.limit_value), validator.limit_value)
        elif isinstance(validator, MaxValueValidator):
            found["max"] = min(found.get("max", validator.limit_value), validator.limit_value)
    if isinstance(field, models.PositiveSmallIntegerField | models.PositiveIntegerField):
        found["min"] = max(found.get("min", 0), 0)
    # The range of a whole database type is no information.
    return {key: value for key, value in found.items() if abs(value) < 32_767}


def field(layer: Layer, path: str) -> dict:
    """One field: name, label, type, unit, choices, bounds."""
    of_model = model_field(layer.model, path)
    described = {
        "name": path,
        "label": capital(of_model.verbose_name),
        "type": kind(of_model),
        "unit": str(of_model.unit) if isinstance(of_model, Quantity) else {"area_km2": "km²"}.get(path, ""),
        **(bounds(of_model) if kind(of_model) == "number" else {}),
    }
    if of_model.choices:
        described["choices"] = [{"value": value, "label": capital(label)} for value, label in choices(layer, path)]
    return described


def choices(layer: Layer, path: str) -> list[tuple]:
    """The choices of a field; the level of an area is worded as the served place words it."""
    of_model = model_field(layer.model, path)
    if layer.model is places.Area and path == "level":
        return [(value, places.level_word(settings.AREA_ROOT, value)) for value, _label in of_model.choices]
    return list(of_model.choices)


def capital(text) -> str:
    """The text with a capital first letter, the rest as it is."""
    text = str(text)
    return text[:1].upper() + text[1:]


def style(layer: Layer) -> dict:
    """The declared style, choices labelled."""
    of = layer.style
    if isinstance(of, Single):
        return {"kind": "single", "color": of.color, "shape": of.shape, "size": of.size}
    if isinstance(of, Categories):
        labels = dict(choices(layer, of.field)) or {True: _("yes"), False: _("no")}
        entries = [{"value": v, "label": capital(labels.get(v, v)), "color": c} for v, c in of.colors.items()]
        return {"kind": "categories", "field": of.field, "shape": of.shape, "size": of.size, "entries": entries}
    return {
        "kind": "classes",
        "field": of.field,
        "unit": field(layer, of.field)["unit"],
        "shape": of.shape,
        "size": of.size,
        "breaks": list(of.breaks),
        "colors": list(of.colors),
    }


def style_field(layer: Layer) -> str | None:
    """The field a style reads, or None."""
    return layer.style.field if isinstance(layer.style, Categories | Classes) else None


def shown_fields(layer: Layer, user) -> list[str]:
    """The fields this user's tiles carry: popup, style and label, without names for those who may not see them, and without
    numbers for anybody."""
    wanted = [f for f in (*layer.popup, style_field(layer), layer.label) if f and f not in layer.numbers]
    return access.fields(layer, user, list(dict.fromkeys(wanted)))


def vector(layer: Layer, user, revision: Revision | None, counting: bool, counted: set[str], source: str) -> dict:
    """One layer of rows for this user; `counted` names its indicators that have figures."""
    level = access.level(user, layer)
    rows = level in {"identity", "records"}
    named = access.fields(
        layer,
        user,
        dict.fromkeys([*layer.popup, *layer.filters, *layer.table_fields, *layer.form, *shown_fields(layer, user)]),
    )
    return {
        "name": layer.name,
        "title": str(layer.title),
        "abstract": str(layer.abstract),
        "source": source,
        "group": str(layer.group),
        "kind": "vector",
        "geometry": layer.geometry,
        "level": level,
        "exact": access.exact(layer, user),
        "revision": revision.number if revision else 0,
        "updated": revision.changed.date().isoformat() if revision else None,
        "counting": counting,
        "scope": access.key(layer, user),
        "tiles": f"/tiles/{layer.name}/{{z}}/{{x}}/{{y}}.mvt" if rows else None,
        "min_zoom": layer.min_zoom,
        "shown": layer.shown and rows,
        "when": layer.when,
        "label": layer.label,
        "style": style(layer),
        "fields": [field(layer, path) for path in named],
        "popup": access.fields(layer, user, layer.popup),
        "filters": access.fields(layer, user, layer.filters) if rows else [],
        "columns": access.fields(layer, user, layer.table_fields) if rows else [],
        "indicators": [
            {
                "name": i.name,
                "title": str(i.title),
                "unit": str(i.unit),
                "kind": i.kind,
                "periodic": layer.monthly,
                "ramp": i.ramp,
                "breaks": list(i.breaks) if i.breaks else None,
                "figures": i.name in counted,
            }
            for i in layer.indicators
        ],
        "rights": {right: access.can(user, layer, right) for right in ("add", "change", "export")},
    }


def legend(layer: Raster) -> list[dict]:
    """Colour and label of each class of a raster layer, from the lowest."""
    edges = [None, *layer.breaks, None]
    labels = [
        f"< {high}" if low is None else f"≥ {low}" if high is None else f"{low}–{high}"
        for low, high in itertools.pairwise(edges)
    ]
    return [{"color": color, "label": label} for color, label in zip(layer.colors, labels, strict=True)]


def raster(layer: Raster, user, source: str) -> dict:
    """One raster layer for this user."""
    return {
        "name": layer.name,
        "title": str(layer.title),
        "abstract": str(layer.abstract),
        "source": source,
        "group": str(layer.group),
        "kind": "raster",
        "level": access.level(user, layer),
        "revision": rasters.revision(layer),
        "counting": False,
        "scope": access.key(layer, user),
        "shown": layer.shown,
        "fields": [],
        "popup": [],
        "filters": [],
        "columns": [],
        "indicators": [],
        "rights": {"add": False, "change": False, "export": False},
        "raster": {
            "tiles": f"/rasters/{layer.name}/{{z}}/{{x}}/{{y}}.png",
            "unit": str(layer.unit),
            "value": f"/rasters/{layer.name}/value.json",
            "legend": legend(layer),
        },
    }


def everything(user) -> dict:
    """The whole catalogue for this user, in the language in force."""
    revisions = {r.layer: r for r in Revision.objects.all()}
    shown = [layer for layer in catalogue.layers() if access.level(user, layer)]
    late = freshness.behind([layer for layer in shown if isinstance(layer, Layer)])
    counted, loads = freshness.counted(), origins.loaded()
    described = [
        vector(
            layer, user, revisions.get(layer.name), layer.name in late, counted.get(layer.name, set()),
            origins.source(layer, loads),
        )
        if isinstance(layer, Layer)
        else raster(layer, user, origins.source(layer, loads))
        for layer in shown
    ]  # fmt: skip
    groups: dict[str, list[str]] = {}
    for layer in described:
        groups.setdefault(layer["group"], []).append(layer["name"])
    boundary = places.boundary()
    return {
        "product": "geoportal",
        "version": __version__,
        "place": place(),
        "boundary": {
            "source": str(boundary),
            "official": boundary.official,
            "valid_from": boundary.valid_from.isoformat(),
        }
        if boundary
        else None,
        "person": person(user),
        "basemaps": [basemap(line) for line in settings.BASEMAPS],
        "groups": [{"title": title, "layers": names} for title, names in groups.items()],
        "layers": described,
    }


def place() -> dict:
    """The kabupaten/kota served: code, name, box (west, south, east, north), the words of its levels."""
    code, area = settings.AREA_ROOT, places.root()
    word = places.level_word(code, "regency")
    return {
        "code": code,
        "name": f"{word} {area.name if area else places.official_names().get(code, code)}",
        "bbox": list(area.geom.extent) if area and area.geom else None,
        "levels": [
            {"value": level, "label": str(places.level_word(code, level))}
            for level in ("regency", "district", "village")
        ],
    }


def person(user) -> dict | None:
    """Who is signed in."""
    if not user.is_authenticated:
        return None
    return {
        "name": user.get_full_name() or user.username,
        "role": user.role,
        "role_label": capital(ROLE_WORDS.get(user.role, "")),
        "sector": user.sector,
        "sector_label": capital(SECTOR_WORDS.get(user.sector, "")),
        **work(user),
    }


def work(user) -> dict:
    """Where a person works: `areas` by name (units by code), empty for the whole place; `bbox` around the areas, or null."""
    everywhere, inside, _units = access.scopes(user)
    if everywhere:
        return {"areas": [], "bbox": None}
    scopes = user.scopes.select_related("area").order_by("area_id", "unit")
    box = places.Area.objects.filter(code__in=inside).aggregate(box=Extent("geom"))["box"]
    return {"areas": [str(scope) for scope in scopes], "bbox": box and list(box)}


def basemap(line: str) -> dict:
    """One entry of BASEMAPS: name|url|attribution|max zoom."""
    name, url, attribution, max_zoom = [*line.split("|"), "", "", ""][:4]
    return {"name": name, "url": url, "attribution": attribution, "max_zoom": int(max_zoom or 19)}
