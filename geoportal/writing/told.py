"""What a file says of itself: what it holds, where that comes from, who took it, when and by which filter; and its columns."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from geoportal import access, description, inwords, origins, places
from geoportal.layer import Layer
from geoportal.models import ROLE_WORDS, Metadata, Revision

from .columns import Column


@dataclass(frozen=True)
class Term:
    """One thing that is said: its name for programs, its title and its text for people."""

    name: str
    title: str
    text: str


def about(layer: Layer, user, params, found: QuerySet, codes: bool) -> list[Term]:
    """What is said of the file of these rows; nothing of what is not known."""
    boundary, revision = places.boundary(), Revision.objects.filter(layer=layer.name).first()
    coarse = "" if access.exact(layer, user) else _("The middle of a grid cell of about 110 m, to protect people.")
    changed = revision and formats.date_format(timezone.localtime(revision.changed), "DATETIME_FORMAT")
    said = [
        ("title", _("Title"), layer.title),
        ("abstract", _("About"), layer.abstract),
        ("source", _("Source"), origins.source(layer)),
        ("licence", _("Licence"), licence(layer, Metadata.objects.filter(layer=layer.name).first())),
        ("changed", _("Last changed"), changed),
        ("exported", _("Exported on"), formats.date_format(timezone.localtime(), "DATETIME_FORMAT")),
        ("by", _("Exported by"), who(user)),
        (
            "filter",
            _("Filter"),
            "; ".join(inwords.conditions(layer, params)) or _("none: all rows this person may see"),
        ),
        ("rows", _("Rows"), str(found.count())),
        ("borders", _("Borders"), boundary or ""),
        ("crs", _("Coordinates"), _("EPSG:4326 (WGS 84), longitude and latitude in degrees")),
        ("places", _("Places"), coarse),
        ("values", _("Values"), _("codes") if codes else _("labels (%(language)s)") % {"language": language()}),
    ]
    return [Term(name, str(title), str(text)) for name, title, text in said if text]


def licence(layer: Layer, kept: Metadata | None) -> str:
    """Under which terms the rows may be used: what was written of it; of areas, else those of the borders in use."""
    boundary = places.boundary() if layer.model is places.Area else None
    return (kept and kept.licence) or (boundary.licence if boundary else "")


def who(user) -> str:
    """Name and work of whoever takes the file."""
    if not user.is_authenticated:
        return _("somebody who was not signed in")
    role = description.capital(ROLE_WORDS.get(user.role, ""))
    return f"{user.get_full_name() or user.username}{f' ({role})' if role else ''}"


def language() -> str:
    """The language of the labels by its own name."""
    code = translation.get_language() or settings.LANGUAGE_CODE
    return translation.get_language_info(code.partition("-")[0])["name_local"]


def dictionary(layer: Layer, shown: list[Column]) -> list[list[str]]:
    """The columns as lines of name, label, unit and what the codes stand for; the first line is the header."""
    lines = [[_("Column"), _("Label"), _("Unit"), _("Codes")]]
    for column in shown:
        if column.path in {"uid", "lon", "lat"}:
            words = {
                "uid": _("Identifier, by which the row is found again"),
                "lon": _("Longitude"),
                "lat": _("Latitude"),
            }
            lines.append([column.title, words[column.path], "" if column.path == "uid" else "°", ""])
            continue
        field = description.field(layer, column.path)
        codes = "; ".join(f"{c['value']} = {c['label']}" for c in field.get("choices", []))
        lines.append([column.name, field["label"], str(field["unit"]), codes])
    return lines
