"""A file -> rows and mistakes: read column-wise, named by mapping, judged by the layer's form, stored in one transaction."""

import csv
import hashlib
import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyogrio.raw
import pyproj
import python_calamine
import shapely
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from . import description, forms
from .errors import Unusable
from .layer import Layer
from .models import Load

VECTOR = {".geojson", ".json", ".gpkg", ".shp", ".zip", ".fgb", ".kml"}
SHEETS = {".xlsx", ".xls", ".ods"}
PLACE_WORDS = {
    "longitude": "lon", "lon": "lon", "lng": "lon", "long": "lon", "x": "lon", "bujur": "lon",
    "latitude": "lat", "lat": "lat", "y": "lat", "lintang": "lat",
}  # fmt: skip


@dataclass
class Frame:
    """The columns of a file by name, and its shapes (shapely geometries in EPSG:4326, None where a row has none);
    unread: columns of the file that are no field."""

    columns: dict[str, list]
    shapes: np.ndarray | None
    rows: int
    unread: list[str] = field(default_factory=list)


@dataclass
class Result:
    """What became of a file's rows; mistakes as (row number from 1, field, sentence)."""

    stored: int = 0
    updated: int = 0
    skipped: int = 0
    mistakes: list[tuple[int, str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        return len({row for row, _field, _sentence in self.mistakes})

    def line(self) -> str:
        """The last line of `manage.py load`, the same in every language."""
        return f"stored {self.stored}, updated {self.updated}, skipped {self.skipped}, rejected {self.rejected}"


class Undone(Exception):
    """A dry run ends by undoing everything."""


def load(
    layer: Layer, path: Path, mapping: Mapping[str, str], source: str = "", dry_run: bool = False, user=None
) -> Result:
    """The result of storing a file's good rows. Unusable when the file, or a column named in the mapping, is not there."""
    frame = named(layer, read(path), mapping)
    store = layer.load or through_form
    result = Result()
    if frame.unread:
        result.warnings.append(_("These columns were not read: %(names)s.") % {"names": ", ".join(frame.unread)})
    try:
        with transaction.atomic():
            store(layer, frame, result, source or path.name)
            Load.objects.create(
                layer=layer.name, file=path.name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), source=source, user=user,
                stored=result.stored, updated=result.updated, skipped=result.skipped, rejected=result.rejected,
            )  # fmt: skip
            if dry_run:
                raise Undone
    except Undone:
        pass  # the transaction is rolled back: that is what a dry run is
    return result


def read(path: Path) -> Frame:
    """The file's columns and shapes. Unusable with the reason when it cannot be read."""
    if not path.is_file():
        raise Unusable(_("There is no file %(path)s.") % {"path": path})
    kind = path.suffix.lower()
    try:
        if kind in VECTOR:
            return read_vector(path)
        if kind in SHEETS:
            return read_sheet(path)
        if kind in {".csv", ".tsv", ".txt"}:
            return read_csv(path)
    except Unusable:
        raise
    except (OSError, ValueError, UnicodeError, csv.Error, RuntimeError, python_calamine.CalamineError) as error:
        raise Unusable(_("%(file)s cannot be read: %(reason)s") % {"file": path.name, "reason": error}) from error
    raise Unusable(
        _("%(file)s is not a kind of file that can be read: use GeoJSON, GPKG, Shapefile (zip), CSV or XLSX.")
        % {"file": path.name}
    )


def read_vector(path: Path) -> Frame:
    """A spatial file; shapes are brought to EPSG:4326 from the CRS it names."""
    source = f"/vsizip/{path}" if path.suffix.lower() == ".zip" else path
    meta, _fids, wkb, values = pyogrio.raw.read(source, force_2d=True)
    columns = {name: [plain(v) for v in column] for name, column in zip(meta["fields"], values, strict=True)}
    if wkb is None:  # a table without shapes
        return Frame(columns, None, len(next(iter(columns.values()), [])))
    shapes = np.asarray(shapely.from_wkb(wkb), dtype=object)
    if not meta["crs"]:
        raise Unusable(_("%(file)s names no coordinate reference system: save it with one.") % {"file": path.name})
    crs = pyproj.CRS.from_user_input(meta["crs"])
    if not crs.equals(pyproj.CRS("EPSG:4326"), ignore_axis_order=True):
        project = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(project.transform(xy[:, 0], xy[:, 1])))
    return Frame(columns, shapes, len(shapes))


def plain(value):
    """A numpy value as Python's own; nan as None."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and value != value else value


def read_sheet(path: Path) -> Frame:
    """The first sheet of a workbook, its first row the header."""
    lines = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    # A workbook knows no whole numbers: a code 101 comes as 101.0.
    return tabular([[int(c) if isinstance(c, float) and c.is_integer() else c for c in line] for line in lines])


def read_csv(path: Path) -> Frame:
    """A text table; separator found by its header line."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")  # what older spreadsheets save
    separator = max(",;\t|", key=text.partition("\n")[0].count)
    return tabular(list(csv.reader(io.StringIO(text, newline=""), delimiter=separator)))


def tabular(lines: list[list]) -> Frame:
    """Lines of cells, the first the header; lines that are empty throughout do not count."""
    if not lines:
        raise Unusable(_("The file is empty."))
    header = [str(cell).strip() for cell in lines[0]]
    body = [line for line in lines[1:] if any(cell not in {"", None} for cell in line)]
    columns = {name: [line[i] if i < len(line) else "" for line in body] for i, name in enumerate(header) if name}
    return Frame(columns, None, len(body))


def named(layer: Layer, frame: Frame, mapping: Mapping[str, str]) -> Frame:
    """The frame with columns called by fields: as mapped, else as declared, else by field name or label, whatever the case."""
    known = {*forms.form_for(layer).base_fields, "uid"}
    for column, target in mapping.items():
        if column not in frame.columns:
            names = ", ".join(frame.columns)
            raise Unusable(
                _("The file has no column “%(column)s”. It has: %(names)s.") % {"column": column, "names": names}
            )
        if target not in known:
            raise Unusable(_("“%(layer)s” has no field “%(field)s”. It has: %(names)s.") % {
                "layer": layer.name, "field": target, "names": ", ".join(sorted(known)),
            })  # fmt: skip
    guesses = PLACE_WORDS | labels(layer) | {name.lower(): name for name in known}
    guesses |= {column.lower(): target for column, target in layer.columns.items()}
    columns = {target: frame.columns[column] for column, target in mapping.items()}
    unread = []
    for column, values in frame.columns.items():
        target = guesses.get(column.lower())
        if target in known and target not in columns:
            columns[target] = values
        elif column not in mapping:
            unread.append(column)
    return Frame(columns, frame.shapes, frame.rows, unread)


def labels(layer: Layer) -> dict[str, str]:
    """Field by its label in any language, in lower case, with and without the unit: the headers our own files have."""
    found = {}
    for language in dict(settings.LANGUAGES):
        with override(language):
            for name in layer.form:
                described = description.field(layer, name)
                found[name.removeprefix("names__")] = name
                found[described["label"].lower()] = name
                found[f"{described['label']} ({described['unit']})".lower()] = name
    return found


def choices(layer: Layer) -> dict[str, dict[str, str]]:
    """By choice field, each choice by its label in any language, in lower case."""
    found: dict[str, dict[str, str]] = {}
    for language in dict(settings.LANGUAGES):
        with override(language):
            for name in layer.form:
                for value, label in forms.model_field(layer.model, name).flatchoices:
                    found.setdefault(name, {})[str(label).lower()] = value
    return found


def through_form(layer: Layer, frame: Frame, result: Result, source: str) -> None:
    """Every row through the layer's form; the key finds the row that is meant."""
    if not frame.columns:
        raise Unusable(_("No column of the file is one of “%(layer)s”.") % {"layer": layer.title})
    form_class, words, seen = forms.form_for(layer), choices(layer), {}
    for number in range(frame.rows):
        values = {name: column[number] for name, column in frame.columns.items()}
        for name in words.keys() & values.keys():
            values[name] = words[name].get(str(values[name]).strip().lower(), values[name])
        key = str(values.get(layer.key or "") or "").strip()
        if key and key in seen:
            sentence = _("%(key)s is in the file twice, first in row %(row)s.") % {"key": key, "row": seen[key]}
            result.mistakes.append((number + 1, layer.key, sentence))
            continue
        seen[key] = number + 1
        judge(layer, form_class, values | point(frame, number), number + 1, result)


def point(frame: Frame, number: int) -> dict:
    """lon and lat of a row's own shape: of a point itself, of anything else a point inside."""
    shape = frame.shapes[number] if frame.shapes is not None else None
    if shape is None or shape.is_empty:
        return {}
    at = shape if shape.geom_type == "Point" else shape.representative_point()
    return {"lon": at.x, "lat": at.y}


def judge(layer: Layer, form_class, values: dict, number: int, result: Result) -> None:
    """Store one row or note what is wrong with it; a row equal to the stored one is skipped, one taken away comes back."""
    known, sentence = meant(layer, values)
    if sentence:
        result.mistakes.append((number, "uid", sentence))
        return
    back = known is not None and known.deleted_at is not None
    if back:
        known.deleted_at = None
    form = form_class(told(form_class, values, known), instance=known)
    if not form.is_valid():
        result.mistakes += [(number, name, sentence) for name, found in form.errors.items() for sentence in found]
    elif known and not back and not form.has_changed():
        result.skipped += 1
    else:
        form.save()
        result.updated += bool(known and not back)
        result.stored += not known or back


def meant(layer: Layer, values: dict):
    """(the stored row a line is about, by the layer's key or else the identifier of our own files, or None; what is wrong)."""
    rows = layer.model._default_manager
    key, uid = str(values.get(layer.key or "") or "").strip(), str(values.get("uid") or "").strip()
    if key or not uid:
        # PostgreSQL's text holds no NUL, so no stored key has one; the form says it of the field.
        return (rows.filter(**{layer.key: key}).first() if key and "\0" not in key else None), ""
    try:
        known = rows.filter(uid=uuid.UUID(uid)).first()
    except ValueError:
        known = None
    return known, "" if known else _("There is no row %(uid)s here. Leave the cell empty to add one.") % {"uid": uid}


def told(form_class, values: dict, known) -> dict:
    """What the form is given: of a stored row all that the file does not say stays as it is, a new one gets the defaults."""
    if values.get("lon") not in {"", None}:
        if known and known.place and at(values, known.place):
            values = {name: value for name, value in values.items() if name not in {"lon", "lat"}}
        else:
            values = {"place_source": "import"} | values
    if known:
        form = form_class(instance=known)
        before = {name: form[name].initial for name in form.fields}
        return {name: value for name, value in before.items() if value is not None} | values
    fields = [form_class._meta.model._meta.get_field(name) for name in form_class._meta.fields]
    defaults = {f.name: f.get_default() for f in fields if f.has_default()}
    return defaults | {name: value for name, value in values.items() if name not in defaults or value not in {"", None}}


def at(values: dict, place) -> bool:
    """Whether a line's coordinates are those of the stored place to the six decimals our own files have."""
    try:
        lon, lat = (forms.CommaFloatField().to_python(str(values.get(name))) for name in ("lon", "lat"))
    except ValidationError:
        return False
    return lon is not None and lat is not None and abs(lon - place.x) < 1e-6 and abs(lat - place.y) < 1e-6
