"""GeoPackages, and Shapefiles in a zip with what their narrow format cannot say. Free of Django."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyogrio.raw

from . import arrows
from .names import short
from .wire import Wanted

WIDE = 254  # bytes of a text in a Shapefile


def write(wanted: Wanted, batches: Iterator[list[list]]) -> None:
    """Nothing; the file is at the path wanted."""
    if wanted.form == "gpkg":
        draw(wanted, Path(wanted.path), "GPKG", [name for name, _title, _kind in wanted.columns], batches)
    else:
        shapefile(wanted, batches)


def draw(wanted: Wanted, path: Path, driver: str, names: list[str], batches, mend=None, **options) -> None:
    """Nothing; GDAL has written the rows to the path, in EPSG:4326."""
    about = {"layer_metadata": dict(wanted.about)} if driver == "GPKG" else {}
    pyogrio.raw.write_arrow(
        arrows.stream(wanted, names, batches, mend), path, layer=wanted.layer, driver=driver, crs="EPSG:4326",
        geometry_name=arrows.GEOMETRY, geometry_type=wanted.geometry, **about, **options,
    )  # fmt: skip


def shapefile(wanted: Wanted, batches) -> None:
    """Nothing; the zip holds the Shapefile in UTF-8 and a text that tells the whole names, and how many texts were cut."""
    folder, names = Path(wanted.path).parent / "shapes", short([name for name, _title, _kind in wanted.columns])
    folder.mkdir()
    texts = [n for n, (_name, _title, kind) in enumerate(wanted.columns) if kind == "text"]
    cut: dict[str, int] = {}

    def fit(columns: list[list]) -> None:
        for n in texts:
            for row, value in enumerate(columns[n]):
                if value and len(encoded := value.encode()) > WIDE:
                    columns[n][row] = encoded[:WIDE].decode(errors="ignore")
                    cut[wanted.columns[n][0]] = cut.get(wanted.columns[n][0], 0) + 1

    draw(wanted, folder / f"{wanted.layer}.shp", "ESRI Shapefile", list(names.values()), batches, fit, encoding="UTF-8")
    (folder / f"{wanted.layer}.txt").write_text(sidecar(wanted, names, cut), encoding="utf-8-sig")
    with zipfile.ZipFile(wanted.path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, part.name)


def sidecar(wanted: Wanted, names: dict[str, str], cut: dict[str, int]) -> str:
    """What is said about the file, its columns under their whole names, and what did not fit."""
    told = [wanted.title, "", *(f"{term}: {text}" for term, text in wanted.about), "", wanted.words["columns"]]
    header, *lines = wanted.dictionary
    told += [" | ".join(header), *(" | ".join([f"{names[line[0]]} = {line[0]}", *line[1:]]) for line in lines), ""]
    if cut:
        each = ", ".join(f"{name}: {n}" for name, n in cut.items())
        told.append(wanted.words["cut"] % {"n": WIDE, "columns": each})
    return "\r\n".join(told)
