"""Rows -> files, with the filters and rights of the map, in the forms of FORMS; and an indicator as a workbook."""

import datetime
import io
from collections.abc import Iterator

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import AsGeoJSON, AsKML, AsWKB
from django.db.models import Func
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from . import access, numerals, values
from . import rows as windows
from .errors import BadRequest
from .layer import Layer
from .writing import apart, streams, told, workbook
from .writing.columns import PLACE, Column, columns
from .writing.columns import rows as lines
from .writing.wire import Wanted

# ending -> what people call it, media type. In the order in which they are offered.
FORMS = {
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("CSV", "text/csv; charset=utf-8"),
    "geojson": ("GeoJSON", "application/geo+json"),
    "gpkg": ("GeoPackage", "application/geopackage+sqlite3"),
    "shp.zip": ("Shapefile", "application/zip"),
    "kml": ("KML", "application/vnd.google-earth.kml+xml"),
    "parquet": ("GeoParquet", "application/vnd.apache.parquet"),
}
TABLES = {"xlsx", "csv"}
DIGITS = 15  # decimals of a degree in texts: a shape that is loaded again is the same


def rows(layer: Layer, user, params, form: str, numbers: bool = False) -> HttpResponse:
    """The file of all matching rows. Columns: uid, the table's fields, then lon and lat in tables, else the shape.

    `values=codes` writes what the database holds, else choices stand there by their labels. Encrypted numbers only with
    `numbers`, and only for whoever sees names; `views` asks for the reason and logs it. Whatever the number of rows, few of
    them are in memory: text is sent as it is written, all else by a process of its own into a file.
    """
    codes = worded(params)
    fields = access.fields(layer, user, [name for name in layer.table_fields if name not in layer.numbers])
    fields += access.fields(layer, user, layer.numbers) if numbers else []
    found = windows.ordered(layer, user, windows.asked(layer, user, params), params.get("sort") or "")
    about = told.about(layer, user, params, found, codes)
    shown = columns(layer, fields, codes, tables=form in TABLES)
    if form in {"csv", "geojson", "kml"}:
        return attachment(StreamingHttpResponse, streamed(layer, user, found, shown, form, about), layer.name, form)
    return attachment(FileResponse, filed(layer, user, found, shown, form, about), layer.name, form)


def worded(params) -> bool:
    """Whether codes are asked for, and no labels."""
    asked = params.get("values") or "labels"
    if asked not in {"labels", "codes"}:
        sentence = values.wrong("values", asked, "labels, codes").sentence
        raise BadRequest(sentence, {"values": sentence})
    return asked == "codes"


def attachment(kind: type[HttpResponse], body, name: str, form: str) -> HttpResponse:
    """An answer of this kind as a download, named with the day."""
    answer = kind(body, content_type=FORMS[form][1])
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate().isoformat()}.{form}"'
    return answer


def streamed(layer: Layer, user, found, shown: list[Column], form: str, about: list[told.Term]) -> Iterator[str]:
    """The pieces of a text."""
    shape = access.geometry(layer, user)
    if form == "csv":
        shown = [*shown, *PLACE]
        return streams.table(shown, lines(windows.placed(layer, user, found), shown))
    if form == "geojson":
        if layer.geometry == "polygon":  # RFC 7946: outer rings anticlockwise
            shape = Func(shape, function="ST_ForcePolygonCCW", output_field=GeometryField())
        rows = lines(found.annotate(_shape=AsGeoJSON(shape, precision=DIGITS)), shown, "_shape")
        return streams.features(layer.name, shown, rows, {term.name: term.text for term in about})
    rows = lines(found.annotate(_shape=AsKML(shape, precision=DIGITS)), shown, "_shape")
    said = [(term.title, term.text) for term in about]
    names = [column.path for column in shown]
    return streams.places(
        layer.name,
        str(layer.title),
        shown,
        rows,
        said,
        lambda row: windows.title(layer, dict(zip(names, row, strict=False))),
    )


def filed(layer: Layer, user, found, shown: list[Column], form: str, about: list[told.Term]):
    """The opened file that a process of its own has written."""
    if form in TABLES:
        shown = [*shown, *PLACE]
        rows = lines(windows.placed(layer, user, found), shown)
    else:
        rows = lines(found.annotate(_shape=AsWKB(access.geometry(layer, user))), shown, "_shape")
    by_name = form in {"gpkg", "parquet"}
    return apart.written(
        Wanted(
            form=form, path="", layer=layer.name, title=str(layer.title),
            columns=[(column.name, column.title, column.kind) for column in shown],
            geometry="Point" if layer.geometry == "point" else "MultiPolygon",
            about=[(term.name if by_name else term.title, term.text) for term in about],
            dictionary=told.dictionary(layer, shown),
            words={
                "about": _("About"), "columns": _("Columns"),
                "cut": _("Texts longer than %(n)s bytes were cut, as Shapefiles demand (%(columns)s). The other formats have them whole."),
            },
        ),
        rows,
    )  # fmt: skip


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
    cells = (
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
    book = io.BytesIO()
    workbook.fill(book, figures["title"], header, cells, _("About"), about(figures, anew))
    return attachment(HttpResponse, book.getvalue(), f"{figures['layer']}-{figures['name']}", "xlsx")


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
