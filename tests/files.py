"""Files as people have them, made here: tables, workbooks, pages, zips, spatial files."""

import io
import json
import zipfile

import numpy as np
import pyogrio.raw
import shapely
import xlsxwriter

CITY = (96.95, 4.9, 97.25, 5.35)  # the box by which these tests guess
FEATURE = '{"type":"Feature","properties":{"code":"%s"},"geometry":{"type":"Point","coordinates":[%s]}}'


def workbook(fill) -> bytes:
    """A workbook that `fill(book, sheet)` has filled."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    fill(book, book.add_worksheet("Data"))
    book.close()
    return out.getvalue()


def grid(lines, at: int = 0):
    """For workbook(): lines of values from the row `at`."""

    def fill(_book, sheet):
        for row, line in enumerate(lines, at):
            sheet.write_row(row, 0, line)

    return fill


def zipped(members: dict[str, bytes], **attributes) -> bytes:
    """A zip of these members; attributes are set on each."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for attribute, value in attributes.items():
                setattr(info, attribute, value)
            archive.writestr(info, content)
    return out.getvalue()


def geojson(*coordinates, **more) -> str:
    """A collection of points with the codes P1, P2 …"""
    features = [json.loads(FEATURE % (f"P{n}", f"{x},{y}")) for n, (x, y) in enumerate(coordinates, 1)]
    return json.dumps({"type": "FeatureCollection", "features": features} | more)


def drawn(path, shapes, crs="EPSG:4326", layer=None, append=False, **columns):
    """A spatial file at path, by its suffix, with the column `code` and what else is given."""
    columns = {"code": [f"P{n}" for n in range(1, len(shapes) + 1)]} | columns
    data = [np.array(values, object if isinstance(values[0], str) else None) for values in columns.values()]
    kind = shapes[0].geom_type if len({shape.geom_type for shape in shapes}) == 1 else "Unknown"
    pyogrio.raw.write(
        path, shapely.to_wkb(shapes), data, list(columns), geometry_type=kind, crs=crs, layer=layer, append=append
    )
    return path


def folder_zipped(folder, stem: str, without=()) -> bytes:
    """The files of a Shapefile as one zip."""
    parts = [path for path in folder.glob(f"{stem}.*") if path.suffix not in without]
    return zipped({path.name: path.read_bytes() for path in parts})


ODS = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="Data">%s</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)
ROW = '<table:table-row><table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell></table:table-row>'
MIME = b"application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">%s</manifest:file-entry>'
    "</manifest:manifest>"
)


def open_document(*texts, locked="") -> bytes:
    """An ODS of one column with these texts."""
    content = ODS % "".join(ROW % text for text in texts)
    return zipped(
        {"mimetype": MIME, "META-INF/manifest.xml": (MANIFEST % locked).encode(), "content.xml": content.encode()}
    )
