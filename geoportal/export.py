"""Rows -> files, with the filters and rights of the map: CSV, XLSX, GeoJSON, GeoPackage; and an indicator as a workbook."""

import csv
import datetime
import io
import tempfile
from pathlib import Path

import numpy as np
import pyogrio.raw
import xlsxwriter
from django.contrib.gis.db.models.functions import AsWKB
from django.http import HttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from . import access, description, numerals
from . import rows as windows
from .fields import Sealed
from .layer import Layer

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}
# A cell that begins like a formula is a formula to a spreadsheet: it is written as text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(layer: Layer, user, params, form: str, numbers: bool = False) -> HttpResponse:
    """The file of all matching rows. Columns: uid, the table's fields, lon and lat (or the shape, in GeoJSON and GeoPackage).

    Encrypted numbers only with `numbers`, and only for whoever sees names; `views` asks for the reason and logs it.
    """
    fields = access.fields(layer, user, [name for name in layer.table_fields if name not in layer.numbers])
    fields += access.fields(layer, user, layer.numbers) if numbers else []
    found = windows.ordered(layer, user, windows.asked(layer, user, params), params.get("sort") or "")
    found = windows.placed(layer, user, found)
    write = {"csv": as_csv, "xlsx": as_xlsx, "geojson": as_ogr, "gpkg": as_ogr}[form]
    return attachment(write(layer, user, found, fields, form), layer.name, form)


def attachment(body: bytes, name: str, form: str) -> HttpResponse:
    """The bytes as a download, named with the day."""
    answer = HttpResponse(body, content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate().isoformat()}.{form}"'
    return answer


def labels(layer: Layer, fields: list[str]) -> list[str]:
    """Column titles: label and unit."""
    described = [description.field(layer, name) for name in fields]
    return [f"{d['label']} ({d['unit']})" if d["unit"] else d["label"] for d in described]


def raw(layer: Layer, fields: list[str], row: dict) -> list:
    """The values of a row as text and numbers; choices by their label."""
    values = []
    for name in fields:
        described, value = description.field(layer, name), opened(row[name])
        is_word = described["type"] in {"choice", "boolean"}
        values.append(windows.spoken(described, value) if is_word and value not in {None, ""} else value)
    return values


def opened(value):
    """The value; a number out of its seal."""
    return value.reveal() if isinstance(value, Sealed) else value


def as_csv(layer: Layer, user, found, fields: list[str], form: str) -> bytes:
    """UTF-8 with a byte-order mark (spreadsheets read it rightly), one header line."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["uid", *labels(layer, fields), "lon", "lat"])
    for row in found.values("uid", "lon", "lat", *fields):
        writer.writerow([harmless(v) for v in [row["uid"], *raw(layer, fields, row), row["lon"], row["lat"]]])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def harmless(value):
    """The value, quoted when a spreadsheet would take the text for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_xlsx(layer: Layer, user, found, fields: list[str], form: str) -> bytes:
    """A workbook of one sheet with a frozen header."""
    lines = (
        [str(row["uid"]), *raw(layer, fields, row), row["lon"], row["lat"]]
        for row in found.values("uid", "lon", "lat", *fields)
    )
    return workbook(str(layer.title), ["uid", *labels(layer, fields), "lon", "lat"], lines)


def workbook(title: str, header: list[str], lines, about: list[tuple[str, str]] | None = None) -> bytes:
    """An XLSX of one sheet, and a second of what is said about the first; numbers stay numbers, all else is text and never a
    formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("".join(c for c in title if c not in "[]:*?/\\'")[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.write_row(0, 0, header, bold)
    sheet.freeze_panes(1, 0)
    for number, line in enumerate(lines, start=1):
        for column, value in enumerate(line):
            if isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(number, column, value)
            elif value is not None:
                sheet.write_string(number, column, str(value))
    sheet.set_column(0, max(len(header) - 1, 0), 18)
    if about:
        notes = book.add_worksheet(_("About"))
        notes.set_column(0, 0, 24, bold)
        notes.set_column(1, 1, 90)
        for number, (term, text) in enumerate(about):
            notes.write_string(number, 0, term, bold)
            notes.write_string(number, 1, text, book.add_format({"text_wrap": True}))
    book.close()
    return out.getvalue()


def as_ogr(layer: Layer, user, found, fields: list[str], form: str) -> bytes:
    """GeoJSON or GeoPackage in EPSG:4326 with the shapes this person may see."""
    shaped = list(found.annotate(wkb=AsWKB(access.geometry(layer, user))).values("uid", "wkb", *fields))
    names = ["uid", *(name.replace("names__", "") for name in fields)]
    columns = [np.array([str(row["uid"]) for row in shaped], dtype=object)]
    columns += [column([opened(row[name]) for row in shaped]) for name in fields]
    empty = [np.array([row[name] is None for row in shaped]) for name in ["uid", *fields]]
    kind = "Point" if layer.geometry == "point" else "MultiPolygon"
    wkb = np.array([bytes(row["wkb"]) if row["wkb"] else None for row in shaped], dtype=object)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{layer.name}.{form}"
        options = {"RFC7946": "YES"} if form == "geojson" else {}
        pyogrio.raw.write(
            path, wkb, columns, names, layer=layer.name, driver="GeoJSON" if form == "geojson" else "GPKG",
            geometry_type=kind, crs="EPSG:4326", field_mask=empty, **options,
        )  # fmt: skip
        return path.read_bytes()


def column(values: list) -> np.ndarray:
    """A column for the writer in the kind its values have: yes or no, whole numbers, numbers, else text."""
    known = [v for v in values if v is not None]
    kind = next((k for k in KINDS if known and all(isinstance(v, k) for v in known)), None)
    if kind is None:
        return np.array([None if v is None else str(v) for v in values], dtype=object)
    return np.array([False if v is None else v for v in values], dtype=KINDS[kind])  # the mask tells which are empty


KINDS = {bool: np.bool_, int: np.int64, int | float: np.float64}


def indicator(figures: dict) -> HttpResponse:
    """The workbook of an indicator: the very rows of /indicators, with the word for each state."""
    states = {
        "shown": "",
        "small": _("hidden to protect people"),
        "none": _("no data"),
        "unreliable": _("not reliable (n under 20)"),
    }
    unit = f" ({figures['unit']})" if figures["unit"] else ""
    header = [
        _("Code"),
        _("Name"),
        figures["title"] + unit,
        "n",
        _("Lower limit (95 %)"),
        _("Upper limit (95 %)"),
        _("Remark"),
    ]
    anew = _("being counted anew") if figures["counting"] else ""
    lines = (
        [
            a["code"],
            a["name"],
            a["value"],
            a["n"],
            a["low"],
            a["high"],
            "; ".join(filter(None, [states[a["state"]], anew])),
        ]
        for a in figures["areas"]
    )
    book = workbook(figures["title"], header, lines, about(figures, anew))
    return attachment(book, f"{figures['layer']}-{figures['name']}", "xlsx")


def about(figures: dict, anew: str) -> list[tuple[str, str]]:
    """What a figure rests on, as (term, sentence): of which period, source and borders, and how it was counted."""
    rate = _("Cases as percent of n, the rows of the area of which it is known. The limits are Wilson's for 95 %: what small "
             "numbers leave open.")  # fmt: skip
    plain = _("Counted from the rows of the area; n is the number of rows.")
    hidden = _("Figures of fewer than 5, and such as would tell of them, are hidden to protect people.")
    written = figures["updated"] and datetime.datetime.fromisoformat(figures["updated"])
    told = [
        (_("Indicator"), figures["title"]),
        (_("Period"), numerals.month(figures["period"]) if figures["period"] else ""),
        (_("How it is counted"), f"{rate if figures['kind'] == 'rate' else plain} {hidden}"),
        (_("State"), anew and _("Rows or borders have changed since: these figures are being counted anew.")),
        (_("Counted on"), formats.date_format(timezone.localtime(written), "DATETIME_FORMAT") if written else ""),
        (_("Source"), figures["source"]),
        (_("Borders"), figures["boundary"]),
    ]
    return [(term, str(text)) for term, text in told if text]
