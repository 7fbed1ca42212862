"""Two posyandu in files of every kind, and such files loaded."""

import csv
import datetime
import io
import zipfile

import numpy as np
import pyogrio.raw
import pyproj
import shapely
import xlsxwriter

from geoportal import catalogue, upload

POSYANDU, MARKETS, HOUSES = (catalogue.layer(name) for name in ("posyandu", "markets", "households"))
ROWS = [("P1", "Mawar", "madya", 5, 97.01, 5.01), ("P2", "Melati", "purnama", 12, 97.05, 5.005)]
HEADER = ["Code", "Name", "Stage", "Day of the month", "Longitude", "Latitude"]


def load_in(folder, content, name="file.csv", layer=POSYANDU, mapping=None, **more):
    """The result of loading a file of this content, laid into the folder."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return upload.load(layer, path, mapping or {}, **more)


def text(lines, separator=",", **more) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, **more).writerows(lines)
    return out.getvalue()


def sheet(lines) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for number, line in enumerate(lines):
        for column, value in enumerate(line):
            if isinstance(value, datetime.date):
                page.write_datetime(number, column, value, day)
            else:
                page.write(number, column, value)
    book.close()
    return out.getvalue()


def spatial(folder, name, crs="EPSG:4326", driver=None, rows=ROWS, **columns):
    """A file of points with the columns code, name, strata, day."""
    project = pyproj.Transformer.from_crs("EPSG:4326", crs or "EPSG:4326", always_xy=True)
    points = shapely.points([project.transform(*row[4:6]) for row in rows])
    fields = columns or {
        "code": [row[0] for row in rows], "name": [row[1] for row in rows], "strata": [row[2] for row in rows],
        "day": np.array([row[3] for row in rows]),
    }  # fmt: skip
    data = [
        np.array(values, dtype=object) if isinstance(values[0], str) else np.array(values) for values in fields.values()
    ]
    pyogrio.raw.write(
        folder / name, shapely.to_wkb(points), data, list(fields), driver=driver, geometry_type="Point", crs=crs
    )
    return folder / name


def zipped(folder, **more) -> bytes:
    """A Shapefile in a zip, as it is sent round."""
    spatial(folder, "p.shp", **more)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in folder.glob("p.*"):
            archive.write(part, part.name)
    return out.getvalue()
