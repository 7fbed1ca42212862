"""Spatial files, by GDAL -> columns and shapes in EPSG:4326."""

import json
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from . import systems
from .found import Batch, Choices, Found, Limits, Refused

SIZE = 2000  # features of a batch, fewer where their shapes are large
WEIGHT = 8 * 2**20  # bytes of shapes of a batch
# What GDAL adds to every placemark of KML: how to draw it.
DRAWING = {
    "timestamp",
    "begin",
    "end",
    "altitudeMode",
    "tessellate",
    "extrude",
    "visibility",
    "drawOrder",
    "icon",
    "snippet",
}
BROKEN = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    FieldError,
    GeometryError,
    CRSError,
    RuntimeError,
    ValueError,
    OSError,
)


def features(path: Path, choices: Choices, found: Found, near, words: frozenset, limits: Limits) -> Iterator[Batch]:
    """The features in batches; `found` is complete before the first of them."""
    warnings.simplefilter("ignore")
    found.spatial = True
    try:
        name = layer(path, choices, found, words)
        encoding = choices.encoding or None
        meta, _fids, wkb, values = pyogrio.raw.read(path, layer=name, force_2d=True, encoding=encoding)
    except LookupError:
        raise Refused("encoding", encoding=choices.encoding) from None
    except BROKEN:
        raise Refused("broken") from None
    found.encoding = str(meta["encoding"] or "").lower() if found.format == "shp" else ""
    if len(meta["fields"]) > limits.columns:
        raise Refused("wide", columns=len(meta["fields"]), limit=limits.columns)
    pairs = [(str(name), plain(column)) for name, column in zip(meta["fields"], values, strict=True)]
    if found.format in {"kml", "gpx"}:  # GDAL gives every file of these all columns the format knows
        pairs = [(name, column) for name, column in pairs if name not in DRAWING and any(c is not None for c in column)]
    found.columns, columns = [name for name, _column in pairs], [column for _name, column in pairs]
    found.rows = len(wkb) if wkb is not None else len(values[0]) if len(values) else 0
    if found.format == "geojson" and pyogrio.read_info(path, layer=name)["driver"] == "GeoJSONSeq":
        complete(path, found.rows)
    if not found.rows:
        raise Refused("empty")
    if wkb is None:
        return batches(found, columns, None, [])
    shapes, wrong = placed(wkb, meta["crs"], choices, found, near)
    return batches(found, columns, shapes, wrong)


def complete(path: Path, count: int) -> None:
    """Refused with its line when a line of a newline-delimited file is no feature: GDAL passes over it in silence."""
    data = path.read_bytes()
    mark = b"\x1e" if data.startswith(b"\x1e") else b"\n"
    records = [(number, text) for number, text in enumerate(data.split(mark), int(mark == b"\n")) if text.strip()]
    if len(records) == count:
        return
    for number, text in records:
        if not is_feature(text):
            raise Refused("feature", line=number)
    raise Refused("broken")


def is_feature(text: bytes) -> bool:
    """Whether the text is a feature of GeoJSON, by its own word."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):  # no JSON, or nested beyond reading
        return False
    return isinstance(told, dict) and told.get("type") == "Feature"


def layer(path: Path, choices: Choices, found: Found, words: frozenset) -> str:
    """The name of the layer to read: the chosen one, else of those that hold anything the one with most words the destination
    knows. Notes the others."""
    names = [str(name) for name, _kind in pyogrio.list_layers(path)]
    if not names:
        raise Refused("empty" if found.format in {"kml", "gpx", "geojson"} else "broken")
    found.parts = names if len(names) > 1 else []
    if choices.part:
        if choices.part not in names:
            raise Refused("part", part=choices.part, names=names)
        found.part = choices.part
        return choices.part
    if len(names) == 1:
        return names[0]
    about = {name: pyogrio.read_info(path, layer=name, force_feature_count=True) for name in names}
    holding = [name for name in names if about[name]["features"]] or names[:1]
    hits = {name: sum(str(field).lower() in words for field in about[name]["fields"]) for name in holding}
    found.part = max(holding, key=hits.get)
    if len(holding) > 1:
        found.note("parts", part=found.part, others=[name for name in holding if name != found.part])
    return found.part


def plain(column: np.ndarray) -> list:
    """A column as Python's own values; None for what is missing. A real number without a fraction is a whole one: a code 101
    comes as 101.0."""
    if column.dtype.kind == "M":
        return [None if value != value else value.item() for value in column]
    if column.dtype.kind == "f":
        return [None if value != value else int(value) if value.is_integer() else value for value in column.tolist()]
    return [None if isinstance(value, bytes) else value for value in column.tolist()]


def placed(wkb: np.ndarray, crs: str | None, choices: Choices, found: Found, near) -> tuple[np.ndarray, list]:
    """(shapes in degrees, [feature, code, value] of shapes that cannot be used). Finds the CRS, or what it could be."""
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    given = np.array([value is not None for value in wkb])
    wrong = [[int(at), "shape", ""] for at in np.flatnonzero(given & shapely.is_missing(shapes))]
    xy, of = shapely.get_coordinates(shapes, return_index=True)
    for at in np.unique(of[~np.isfinite(xy).all(axis=1)]):
        wrong.append([int(at), "infinite", ""])
        shapes[at] = None
    found.geometries = dict(Counter(shape.geom_type if shape is not None else "" for shape in shapes))
    xy = shapely.get_coordinates(shapes)
    if not len(xy):
        return shapes, wrong
    found.bounds = [float(edge) for edge in (*xy.min(axis=0), *xy.max(axis=0))]
    named = systems.known(choices.crs or crs) if choices.crs or crs else None
    if named:
        found.crs, found.crs_name = systems.code(named), named.name
    found.swapped = choices.axes == "swapped"
    first = found.crs if found.crs.startswith("EPSG:") else ""
    found.guesses = systems.guesses(xy, near, first) or systems.guesses(xy, systems.INDONESIA, first)
    if named is None:
        return shapes, wrong
    shapes = shapely.transform(shapes, lambda xy: systems.degrees(named, xy, found.swapped))
    for at in np.unique(lost(shapes)):
        wrong.append([int(at), "beyond", found.crs])
        shapes[at] = None
    return shapes, wrong


def lost(shapes: np.ndarray) -> np.ndarray:
    """The features with coordinates their CRS has no degrees for."""
    xy, of = shapely.get_coordinates(shapes, return_index=True)
    return of[~np.isfinite(xy).all(axis=1)]


def batches(found: Found, columns: list[list], shapes: np.ndarray | None, wrong: list) -> Iterator[Batch]:
    """Batches of a size the wire carries, whatever the size of the shapes."""
    texts = None if shapes is None else shapely.to_wkb(shapes, hex=True)
    faults = {at: (code, value) for at, code, value in wrong}
    start = 0
    while start < found.rows:
        end, weight = start, 0
        while end < found.rows and end - start < SIZE and weight < WEIGHT:
            weight += len(texts[end] or "") if texts is not None else 0
            end += 1
        yield Batch(
            list(range(start + 1, end + 1)),
            [column[start:end] for column in columns],
            None if texts is None else list(texts[start:end]),
            [[at - start, -1, *faults[at]] for at in range(start, end) if at in faults],
        )
        start = end
