"""Which column is which field: as this person said for the same header before, else as declared, by field name or label."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from .. import columns, description, forms, wording
from ..layer import Layer
from ..points import BOTH
from .kept import Upload

REMEMBERED = 20  # uploads of this person that are asked how a column was named
WRONG = "What is wrong"  # the column of the workbook that comes back, in whatever language


def guessed(layer: Layer, upload: Upload, header: list[str]) -> dict[str, str]:
    """column -> field, empty for one that is left out, of every column; no field twice.

    What this person said of the very same header holds whole. Of another header, what they said of a column of that name
    counts only where nothing is declared for it.
    """
    before = list(said(layer, upload))
    same = next((mapping for names, mapping in before if names == header), None)
    if same is not None:
        return {column: same.get(column, "") for column in header}
    declared, known = columns.words(layer), columns.fields(layer)
    mapping, taken = {}, set()
    for column in header:
        remembered = (mapping_of.get(column) for _names, mapping_of in before)
        target = declared.get(column.lower()) or next(filter(None, remembered), "")
        if target not in known or target in taken or returned(column):
            target = ""
        taken.add(target)
        mapping[column] = target
    return mapping


def said(layer: Layer, upload: Upload):
    """(header, mapping) of this person's last uploads into this layer that were tried, the last first."""
    mine = Upload.objects.filter(layer=layer.name, user=upload.user_id).exclude(pk=upload.pk)
    tried = mine.filter(stored__isnull=False).order_by("-pk")[:REMEMBERED]
    known = columns.fields(layer) | {""}
    for one in tried:
        yield one.columns, {column: field for column, field in one.mapping.items() if field in known}


def returned(column: str) -> bool:
    """Whether it is the column of our own workbook that says what is wrong."""
    names = set()
    for language in ("id", "en"):
        with override(language):
            names.add(_("What is wrong").lower())
    return column.lower() in names


@dataclass(frozen=True)
class Option:
    """One field a column may be: its name, what people call it, whether a row must have it."""

    name: str
    label: str
    required: bool


def options(layer: Layer) -> list[Option]:
    """The fields a column may be, in the order of the form."""
    fields = forms.form_for(layer).base_fields
    known = columns.fields(layer)
    order = [*layer.form, *(name for name in fields if name not in layer.form), *sorted(known - fields.keys())]
    more = {"uid": _("Identifier of our own files"), BOTH: _("Both coordinates in one column")}
    return [
        Option(name, more.get(name) or labelled(layer, name), name in fields and needed(layer, name, fields[name]))
        for name in dict.fromkeys(order)
        if name in known
    ]


def labelled(layer: Layer, name: str) -> str:
    """What people call a field, with its unit."""
    label = wording.label(layer, name)
    unit = "" if name in wording.PLACE else description.field(layer, name)["unit"]
    return f"{label} ({unit})" if unit else label


def needed(layer: Layer, name: str, field) -> bool:
    """Whether a new row must have the field: required, and without a value of its own."""
    return field.required and not description.model_field(layer.model, name).has_default()


def wrong(layer: Layer, mapping: dict[str, str]) -> str:
    """Why columns cannot be named like that, as a sentence; empty when they can."""
    named = [field for field in mapping.values() if field]
    if not named:
        return _("No column of the file is one of “%(layer)s”.") % {"layer": layer.title}
    if layer.load and layer.key not in named:  # a loader of its own stores nothing without the key
        return _("A column must be %(field)s: say which.") % {"field": labelled(layer, layer.key)}
    for field in named:
        if named.count(field) > 1:
            both = [column for column, target in mapping.items() if target == field]
            words = {
                "one": both[0],
                "other": both[1],
                "field": next(o.label for o in options(layer) if o.name == field),
            }
            return _("“%(one)s” and “%(other)s” cannot both be %(field)s: leave one out.") % words
    return ""


def missing(layer: Layer, mapping: dict[str, str]) -> list[str]:
    """Labels of what a new row must have and no column is."""
    named = set(mapping.values())
    return [option.label for option in options(layer) if option.required and option.name not in named]
