"""A file -> rows and mistakes: read column-wise, named by mapping, judged by the layer's form, stored in one transaction."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyogrio.raw
import pyproj
import python_calamine
import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from . import forms
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
    """The columns of a file by name, and its shapes (shapely geometries in EPSG:4326, None where a row has none)."""

    columns: dict[str, list]
    shapes: np.ndarray | None
    rows: int


@dataclass
class Result:
    """What became of a file's rows; mistakes as (row number from 1, field, sentence)."""

    stored: int = 0
    updated: int = 0
    skipped: int = 0
    mistakes: list[tuple[int, str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

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
    shapes = np.asarray(shapely.from_wkb(wkb), dtype=object)
    if not meta["crs"]:
        raise Unusable(_("%(file)s names no coordinate reference system: save it with one.") % {"file": path.name})
    crs = pyproj.CRS.from_user_input(meta["crs"])
    if not crs.equals(pyproj.CRS("EPSG:4326"), ignore_axis_order=True):
        project = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(project.transform(xy[:, 0], xy[:, 1])))
    columns = {name: [plain(v) for v in column] for name, column in zip(meta["fields"], values, strict=True)}
    return Frame(columns, shapes, len(shapes))


def plain(value):
    """A numpy value as Python's own; nan as None."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and value != value else value


def read_sheet(path: Path) -> Frame:
    """The first sheet of a workbook, its first row the header."""
    lines = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return tabular(lines)


def read_csv(path: Path) -> Frame:
    """A text table; separator found by its header line."""
    text = path.read_text(encoding="utf-8-sig")
    separator = max(",;\t|", key=text.partition("\n")[0].count)
    return tabular(list(csv.reader(text.splitlines(), delimiter=separator)))


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
    known = {*layer.form, "lon", "lat", "accuracy_m", "place_source", "unit", "declared_code"}
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
    guesses = {
        **PLACE_WORDS,
        **{name.lower(): name for name in known},
        **{c.lower(): f for c, f in layer.columns.items()},
    }
    with override(None):
        guesses |= {str(forms.model_field(layer.model, name).verbose_name).lower(): name for name in layer.form}
    columns = {}
    for column, values in frame.columns.items():
        target = mapping.get(column) or (
            guesses.get(column.lower()) if guesses.get(column.lower()) not in mapping.values() else None
        )
        if target:
            columns[target] = values
    return Frame(columns, frame.shapes, frame.rows)


def through_form(layer: Layer, frame: Frame, result: Result, source: str) -> None:
    """Every row through the layer's form; the key finds the row that is meant."""
    if not frame.columns:
        raise Unusable(_("No column of the file is one of “%(layer)s”.") % {"layer": layer.title})
    form_class = forms.form_for(layer)
    for number in range(frame.rows):
        values = {name: column[number] for name, column in frame.columns.items()}
        values |= point(frame, number)
        judge(layer, form_class, values, number + 1, result)


def point(frame: Frame, number: int) -> dict:
    """lon and lat of a row's own shape, where it is a point."""
    shape = frame.shapes[number] if frame.shapes is not None else None
    if shape is None or shape.is_empty:
        return {}
    at = shape if shape.geom_type == "Point" else shape.representative_point()
    return {"lon": at.x, "lat": at.y, "place_source": "import"}


def judge(layer: Layer, form_class, values: dict, number: int, result: Result) -> None:
    """Store one row or note what is wrong with it; a row equal to the stored one is skipped."""
    known = (
        layer.model._default_manager.filter(**{layer.key: values[layer.key]}).first()
        if values.get(layer.key or "")
        else None
    )
    if known:  # columns the file does not have keep their value
        before = form_class(instance=known).initial
        values = {**{k: v for k, v in before.items() if v is not None}, **values}
    form = form_class(values, instance=known)
    if not form.is_valid():
        result.mistakes += [(number, name, sentence) for name, found in form.errors.items() for sentence in found]
    elif known and not form.has_changed():
        result.skipped += 1
    else:
        form.save()
        if known:
            result.updated += 1
        else:
            result.stored += 1
