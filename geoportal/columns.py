"""The columns of a file as the fields of a layer: which is which, numbers with one sign for the fraction, coordinates in degrees."""

import re
from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override

from . import description, forms
from .errors import Unusable
from .frame import Frame
from .layer import Layer
from .points import BOTH, located
from .reading import refusals
from .reading.found import Choices
from .reading.tables import COMMA, POINT
from .writing.cells import plain
from .writing.names import short

PLACE = {
    "lon": "longitude, lon, lng, long, x, bujur, bujur timur, garis bujur, koordinat x, easting",
    "lat": "latitude, lat, y, lintang, lintang utara, lintang selatan, garis lintang, koordinat y, northing",
    BOTH: "koordinat, titik koordinat, coordinates, coordinate, latlong, lat long, lat/long, titik gps, gps",
}
PLACE_WORDS = {word: target for target, words in PLACE.items() for word in words.split(", ")}
COMMAS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
POINTS = re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?")


def named(layer: Layer, frame: Frame, mapping: Mapping[str, str], choices: Choices | None = None) -> Frame:
    """The frame with columns called by fields: as mapped (to nothing: left out), else as declared, else by field name or label,
    whatever the case."""
    known, choices = fields(layer), choices or Choices()
    mapping = {" ".join(column.split()): target for column, target in mapping.items()}
    refuse_unknown(layer, frame, mapping, known)
    guesses = words(layer)
    if frame.found.format == "csv":
        frame = replace(frame, columns={name: list(map(plain, cells)) for name, cells in frame.columns.items()})
    columns = {target: frame.columns[column] for column, target in mapping.items() if target}
    by_column, unread = dict(mapping), []
    for column, values in frame.columns.items():
        target = mapping.get(column, guesses.get(column.lower()))
        if target in known and target not in columns:
            columns[target], by_column[column] = values, target
        elif not mapping.get(column):
            unread.append(column)
    spoilt = {
        row: told
        for row, faults in frame.faults.items()
        if (told := [(by_column.get(c) if c else "__all__", s) for c, s in faults if c is None or c in by_column])
    }
    frame = replace(frame, columns=columns, unread=unread, spoilt=spoilt)
    decimal = numbers(layer, frame, choices.decimal)
    if frame.shapes is None:
        located(frame, choices, decimal)
    return frame


def fields(layer: Layer) -> set[str]:
    """What a column may be: a field of the form, the identifier, or both coordinates in one."""
    known = {*forms.form_for(layer).base_fields, "uid"}
    return known | {BOTH} if "lon" in known else known


def refuse_unknown(layer: Layer, frame: Frame, mapping: Mapping[str, str], known: set[str]) -> None:
    for column, target in mapping.items():
        if column not in frame.columns:
            names = ", ".join(frame.columns)
            raise Unusable(
                _("The file has no column “%(column)s”. It has: %(names)s.") % {"column": column, "names": names}
            )
        if target and target not in known:
            raise Unusable(_("“%(layer)s” has no field “%(field)s”. It has: %(names)s.") % {
                "layer": layer.name, "field": target, "names": ", ".join(sorted(known)),
            })  # fmt: skip


def words(layer: Layer) -> dict[str, str]:
    """What a column may be called, in lower case, and the field it then is."""
    guesses = PLACE_WORDS | cut(layer) | labels(layer) | {name.lower(): name for name in fields(layer)}
    return guesses | {column.lower(): target for column, target in layer.columns.items()}


def cut(layer: Layer) -> dict[str, str]:
    """Field by the name that our own Shapefiles give it, in lower case."""
    paths = [*layer.table_fields, *layer.numbers]
    written = short(["uid", *(path.removeprefix("names__") for path in paths)])
    return {written[path.removeprefix("names__")].lower(): path for path in paths}


def labels(layer: Layer) -> dict[str, str]:
    """Field by its label in any language, in lower case, with and without the unit: the headers our own files have."""
    found = {}
    for language in dict(settings.LANGUAGES):
        with override(language):
            for name in forms.form_for(layer).base_fields.keys() - PLACE.keys():
                described = description.field(layer, name)
                found[name.removeprefix("names__")] = name
                found[described["label"].lower()] = name
                found[f"{described['label']} ({described['unit']})".lower()] = name
    return found


def numbers(layer: Layer, frame: Frame, chosen: str) -> str:
    """The decimal sign of the file's numbers, where they tell it or it was chosen. Takes the marks of thousands out of the
    columns of numbers; a whole number of which nobody can say whether the mark means thousands is noted as spoilt."""
    whole = {name for name in frame.columns if is_a(layer, name, models.IntegerField)}
    real = {name for name in frame.columns if is_a(layer, name, models.FloatField, models.DecimalField)}
    texts = [
        c
        for name in (whole | real | {"lon", "lat"}) & frame.columns.keys()
        for c in frame.columns[name]
        if isinstance(c, str)
    ]
    commas, points = (any(map(sign.fullmatch, texts)) for sign in (COMMA, POINT))
    decimal = chosen or ("," if commas and not points else "." if points and not commas else "")
    for name in whole | real:
        column = frame.columns[name]
        for row, cell in enumerate(column):
            if not isinstance(cell, str) or not (COMMAS.fullmatch(cell.strip()) or POINTS.fullmatch(cell.strip())):
                continue
            if decimal == "," and POINTS.fullmatch(cell.strip()):
                column[row] = cell.replace(".", "")
            elif decimal == "." and COMMAS.fullmatch(cell.strip()):
                column[row] = cell.replace(",", "")
            elif name in whole and not decimal:
                frame.spoilt.setdefault(row, []).append((name, refusals.fault("thousands", cell.strip())))
    return decimal


def is_a(layer: Layer, name: str, *classes) -> bool:
    """Whether a field of the layer is of one of these classes, and no coordinate."""
    if name in {"lon", "lat", "uid", BOTH}:
        return False
    return isinstance(description.model_field(layer.model, name), classes)
