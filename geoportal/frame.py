"""A file's columns and shapes, whatever its kind, each row with the number by which the reader finds it in the file."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyogrio.raw
import pyproj
import python_calamine
import shapely
from django.utils.translation import gettext as _

from .errors import Unusable

VECTOR = {".geojson", ".json", ".gpkg", ".shp", ".zip", ".fgb", ".kml"}
SHEETS = {".xlsx", ".xls", ".ods"}


@dataclass
class Frame:
    """The columns of a file by name, and its shapes (shapely geometries in EPSG:4326, None where a row has none).

    lines: of each row the line of the file (text table, workbook) or, where spatial, the number of the feature, both from 1;
    unread: columns of the file that are no field.
    """

    columns: dict[str, list]
    shapes: np.ndarray | None
    lines: list[int]
    spatial: bool = False
    unread: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.lines)


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
        return Frame(columns, None, numbered(next(iter(columns.values()), [])), spatial=True)
    shapes = np.asarray(shapely.from_wkb(wkb), dtype=object)
    if not meta["crs"]:
        raise Unusable(_("%(file)s names no coordinate reference system: save it with one.") % {"file": path.name})
    crs = pyproj.CRS.from_user_input(meta["crs"])
    if not crs.equals(pyproj.CRS("EPSG:4326"), ignore_axis_order=True):
        project = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(project.transform(xy[:, 0], xy[:, 1])))
    return Frame(columns, shapes, numbered(shapes), spatial=True)


def numbered(rows) -> list[int]:
    """The numbers of features, from 1."""
    return list(range(1, len(rows) + 1))


def plain(value):
    """A numpy value as Python's own; nan as None."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and value != value else value


def read_sheet(path: Path) -> Frame:
    """The first sheet of a workbook, its first row that is not empty the header."""
    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    # A workbook knows no whole numbers: a code 101 comes as 101.0.
    rows = [
        [int(c) if isinstance(c, float) and c.is_integer() else c for c in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    return tabular(list(enumerate(rows, 1)))


def read_csv(path: Path) -> Frame:
    """A text table; separator found by its header line."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")  # what older spreadsheets save
    separator = max(",;\t|", key=text.lstrip("\r\n").partition("\n")[0].count)
    reader, rows, line = csv.reader(io.StringIO(text, newline=""), delimiter=separator), [], 1
    for row in reader:  # a cell may hold line breaks: a row is found at its first line
        rows.append((line, row))
        line = reader.line_num + 1
    return tabular(rows)


def tabular(rows: list[tuple[int, list]]) -> Frame:
    """Rows of cells by their lines, the first the header; rows that are empty throughout do not count."""
    filled = [(line, row) for line, row in rows if any(cell not in {"", None} for cell in row)]
    if not filled:
        raise Unusable(_("The file is empty."))
    (_line, header), *body = filled
    columns = {
        name: [row[i] if i < len(row) else "" for _line, row in body]
        for i, cell in enumerate(header)
        if (name := str(cell).strip())
    }
    return Frame(columns, None, [line for line, _row in body])
