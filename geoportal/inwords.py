"""A query in the words of its reader: what stands on a file beside its rows."""

from django.utils import formats
from django.utils.translation import gettext as _

from . import catalogue, description, numerals, places, query, wording
from .layer import Layer
from .values import day, numbers


def conditions(layer: Layer, params) -> list[str]:
    """Each condition of a query that `query.narrowed` has accepted, as a phrase; none for a query without any."""
    told = [
        condition(layer, name, params[name]) for name in sorted(params) if params[name] and name not in query.RESERVED
    ]
    if layer.model is places.Area and (level := params.get("level")):
        word = places.ALIASES.get(level, level)
        labels = dict(description.choices(layer, "level"))
        told.append(f"{wording.label(layer, 'level')}: {labels.get(word, word)}")
    return told


def condition(layer: Layer, name: str, value: str) -> str:
    """One condition."""
    if name in query.SPATIAL:
        return of_place(name, value)
    if name == "datetime":
        return f"{wording.label(layer, layer.when)}: {value}"
    field = description.field(layer, name)
    if field["type"] == "area":
        text = areas(value)
    elif field["type"] in {"number", "date"}:
        text = between(field, value)
    elif field["type"] == "boolean":
        text = _("yes") if value == "true" else _("no")
    elif field["type"] == "choice":
        labels = {str(choice["value"]): str(choice["label"]) for choice in field["choices"]}
        text = ", ".join(labels[one] for one in value.split(","))
    else:
        text = f"“{value}”"
    return f"{field['label']}: {text}"


def between(field: dict, value: str) -> str:
    """1–4, ≥ 1, ≤ 4 or 4 of `1..4`, `1..`, `..4` and `4`, with the unit."""

    def end(text: str) -> str:
        if field["type"] == "date":
            return formats.date_format(day(text), "DATE_FORMAT")
        return numerals.number(float(text))

    low, dots, high = value.partition("..")
    unit = f" {field['unit']}" if field["unit"] else ""
    if low and high:
        return f"{end(low)}–{end(high)}{unit}"
    return f"{'≥ ' if dots and low else '≤ ' if dots else ''}{end(low or high)}{unit}"


def of_place(name: str, value: str) -> str:
    """A condition on the place; shapes with their coordinates, so that the query can be asked again."""
    if name == "inside":
        return _("inside %(area)s") % {"area": areas(value)}
    if name == "uid":
        return _("%(n)s chosen one by one") % {"n": numerals.number(len(value.split(",")))}
    if name in {"within", "beyond"}:
        other, _colon, metres = value.partition(":")
        words = {"distance": numerals.quantity(float(metres), "m"), "layer": catalogue.layer(other).title}
        nearer = (
            _("within %(distance)s of %(layer)s")
            if name == "within"
            else _("farther than %(distance)s from all %(layer)s")
        )
        return nearer % words
    if name in {"circle", "nearest"}:
        lon, lat, number = numbers(name, value, 3)
        at = numerals.coordinates(lon, lat)
        if name == "circle":
            return _("within %(distance)s of %(place)s") % {"distance": numerals.quantity(number, "m"), "place": at}
        return _("the %(n)s nearest to %(place)s") % {"n": numerals.number(number), "place": at}
    return _("inside the drawn area %(shape)s") % {"shape": f"{name}={value}"}


def areas(value: str) -> str:
    """The areas of these codes by name."""
    codes = value.split(",")
    names = {area.code: str(area) for area in places.Area.objects.filter(code__in=codes)}
    return ", ".join(f"{names.get(code, '')} ({code})".strip() for code in codes)
