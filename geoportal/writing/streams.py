"""CSV, GeoJSON and KML, written while the rows come from the database: nothing but the piece under way is in memory."""

import csv
import io
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from .cells import harmless
from .columns import Column

PIECE = 500  # rows sent at once
BOM = "\ufeff"  # by which spreadsheets know UTF-8
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # for XML
KML_KINDS = {"whole": "int", "number": "double", "yesno": "bool"}


def pieces(rows: Iterable) -> Iterator[tuple]:
    """The rows in pieces of PIECE."""
    rows = iter(rows)
    while piece := tuple(itertools.islice(rows, PIECE)):
        yield piece


def table(shown: list[Column], rows: Iterable[list]) -> Iterator[str]:
    """A CSV of these columns: UTF-8 with a byte-order mark, one header line, no cell a formula."""
    yield BOM + lines([[column.title for column in shown]])
    for piece in pieces(rows):
        yield lines(map(harmless, row) for row in piece)


def lines(rows: Iterable[Iterable]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def features(name: str, shown: list[Column], rows: Iterable[list], about: dict) -> Iterator[str]:
    """A GeoJSON collection. Of each row the last is its geometry as GeoJSON, or None; `about` is a member beside the features."""
    head = {"type": "FeatureCollection", "name": name, "metadata": about}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "features": ['
    names, comma = [column.name for column in shown], "\n"
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for piece in pieces(rows):
        written = [
            f'{{"type":"Feature","id":"{row[0]}","properties":{encode(dict(zip(names, row, strict=False)))},'
            f'"geometry":{row[-1] or "null"}}}'
            for row in piece
        ]
        yield comma + ",\n".join(written)
        comma = ",\n"
    yield "\n]}\n"


def places(
    name: str, title: str, shown: list[Column], rows: Iterable[list], about: list[tuple[str, str]], called: Callable
):
    """A KML document. Of each row the last is its geometry as KML, or None; `called` makes its name of it.

    What a place is about stands in its description for people and, typed, in its data for programs.
    """
    described = "".join(f"<p><b>{escape(term)}</b><br>{escape(text)}</p>" for term, text in about)
    fields = "".join(
        f"<SimpleField name={quoteattr(c.name)} type={quoteattr(KML_KINDS.get(c.kind, 'string'))}>"
        f"<displayName>{escape(c.title)}</displayName></SimpleField>"
        for c in shown
    )
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>{escape(title)}</name><description>{escape(described)}</description>"
        f'<Schema name={quoteattr(name)} id="columns">{fields}</Schema>\n'
    )
    for piece in pieces(rows):
        yield "".join(placemark(shown, row, called(row)) for row in piece)
    yield "</Document></kml>\n"


def placemark(shown: list[Column], row: list, name: str) -> str:
    """One place."""
    told = [(c, cell(value)) for c, value in zip(shown, row, strict=False) if value not in {None, ""}]
    read = "".join(f"<b>{escape(c.title)}</b>: {escape(value)}<br>" for c, value in told if c.name != "uid")
    data = "".join(f"<SimpleData name={quoteattr(c.name)}>{escape(value)}</SimpleData>" for c, value in told)
    return (
        f"<Placemark id={quoteattr(f'u{row[0]}')}><name>{escape(cell(name))}</name><description>{escape(read)}</description>"
        f'<ExtendedData><SchemaData schemaUrl="#columns">{data}</SchemaData></ExtendedData>{row[-1] or ""}</Placemark>\n'
    )


def cell(value) -> str:
    """A value as text; characters that no XML may hold are left out."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return UNFIT.sub("", str(value))
