"""Files of ours as other programs read them: rows by their identifiers, and all that a file says as one text."""

import csv
import io
import json
import sqlite3
import tempfile
import zipfile
from importlib import import_module
from pathlib import Path

import fastparquet
import pyogrio
import pyogrio.raw
import python_calamine

from geoportal.writing.child import ROOMS

FORMS = ("csv", "xlsx", "geojson", "gpkg", "shp.zip", "kml", "parquet")


def rows(content: bytes, form: str) -> list[dict]:
    """The rows of a file, each as {column: value}."""
    if form == "csv":
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    if form == "xlsx":
        header, *lines = sheets(content)[0]
        return [dict(zip(header, line, strict=True)) for line in lines]
    if form == "geojson":
        return [feature["properties"] | {"id": feature["id"]} for feature in json.loads(content)["features"]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{form}"
        path.write_bytes(content)
        if form == "parquet":
            frame = fastparquet.ParquetFile(str(path)).to_pandas().astype(object)
            return frame.where(frame.notna(), None).to_dict("records")
        source = f"/vsizip/{path}" if form == "shp.zip" else path
        if not len(pyogrio.list_layers(source)) or not pyogrio.read_info(source, force_feature_count=True)["features"]:
            return []
        meta, _fids, shapes, columns = pyogrio.raw.read(source)
    names = [*meta["fields"], "geometry"]
    return [dict(zip(names, line, strict=True)) for line in zip(*columns, shapes, strict=True)]


def sheets(content: bytes) -> list[list[list]]:
    """The sheets of a workbook as lines of cells."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [book.get_sheet_by_index(n).to_python() for n in range(len(book.sheet_names))]


def text(content: bytes) -> str:
    """All that a file says: the members of a zip, the columns of a Parquet file, the tables of a GeoPackage."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist())
    elif content.startswith(b"PAR1"):
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            file.write(content)
            file.flush()
            read = fastparquet.ParquetFile(file.name)
            about = json.loads(read.key_value_metadata["about"])
            return f"{read.to_pandas().to_csv()}{about}"
    return content.decode("utf-8", "replace")


def tables(content: bytes, query: str) -> list[tuple]:
    """What a GeoPackage answers to a query of SQL."""
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as file:
        file.write(content)
        file.flush()
        with sqlite3.connect(file.name) as connection:
            return connection.execute(query).fetchall()


def here(wanted, rows):
    """What writing.apart.written does, without a process of its own: for tests that take many files for what stands in them."""
    with tempfile.TemporaryDirectory() as folder:
        wanted.path = str(Path(folder) / f"{wanted.layer}.{wanted.form}")
        import_module(f"geoportal.writing.{ROOMS[wanted.form]}").write(wanted, iter([list(rows)]))
        return Path(wanted.path).open("rb")
