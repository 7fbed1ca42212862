"""Raster tiles: cells of a GeoTIFF the worker wrote below RASTER_ROOT -> a PNG coloured by the declared classes; the value at a point.

The file is opened for each request: a GDAL dataset may not be shared between threads, and opening a local file takes a
millisecond. Only GeoTIFF is read, whatever the file pretends to be.
"""

import datetime
import hashlib
import math
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import rasterio
from django.conf import settings
from rasterio.crs import CRS
from rasterio.transform import array_bounds, from_bounds
from rasterio.warp import calculate_default_transform, transform_bounds

from .errors import NotFound
from .layer import Raster
from .mercator import envelope, exists

SIZE = 256  # pixels along a side of a tile
MERCATOR, DEGREES = CRS.from_epsg(3857), CRS.from_epsg(4326)


@dataclass(frozen=True)
class Picture:
    """The PNG of a tile, empty when no cell of it holds a value, and the revision of the file it was made from."""

    data: bytes
    revision: int


def path(layer: Raster) -> Path:
    """Where the layer's file is, or will be once the worker has written it."""
    root = Path(settings.RASTER_ROOT).resolve()
    found = (root / layer.file).resolve()
    if not found.is_relative_to(root):
        raise ValueError(
            f"The file of the raster layer {layer.name!r} lies outside RASTER_ROOT: name it by a path below it."
        )
    return found


def revision(layer: Raster) -> int:
    """A number that changes with the file's content (48 bits: JavaScript keeps whole numbers to 53); 0 while there is no file."""
    try:
        with path(layer).open("rb") as file:
            state = os.fstat(file.fileno())
            return _of_content(file.name, state.st_ino, state.st_mtime_ns, state.st_size)
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=100)
def _of_content(name: str, inode: int, modified: int, size: int) -> int:
    with open(name, "rb") as file:
        return int(hashlib.file_digest(file, "sha256").hexdigest()[:12], 16)


def tile(layer: Raster, z: int, x: int, y: int) -> Picture:
    """The tile z/x/y (EPSG:3857 scheme), 256 x 256 pixels; NotFound when the scheme has no such tile."""
    if not exists(z, x, y):
        raise NotFound()
    before = revision(layer)
    cells = read(layer, envelope(z, x, y)) if before else np.ma.masked_all((SIZE, SIZE))
    # A file replaced meanwhile: the picture is shown, but under no number that would let it be kept.
    same = before if revision(layer) == before else 0
    return Picture(b"" if cells.mask.all() else png(layer, cells), same)


def read(layer: Raster, bounds: tuple[float, float, float, float]) -> np.ma.MaskedArray:
    """The cells inside bounds (west, south, east, north in EPSG:3857 metres) as 256 x 256 floats, no data masked.

    Seen larger than they are, cells keep their edges (nearest); seen smaller, a pixel is the mean of the cells in it.
    """
    from rio_tiler import reader  # half a second to import, which no command but the web process needs

    west, south, east, north = bounds
    with opened(layer) as file:
        left, bottom, right, top, cell = in_mercator(file)
        if left >= east or right <= west or bottom >= north or top <= south:
            return np.ma.masked_all((SIZE, SIZE))
        method = "average" if (east - west) / SIZE > cell else "nearest"
        # By itself rio-tiler warps to a grid of the file's own cell size fitted to the tile, then enlarges that: cells
        # would move by up to half their size, differently in each tile.
        grid = {"transform": from_bounds(*bounds, SIZE, SIZE), "width": SIZE, "height": SIZE, "dtype": "float64"}
        image = reader.part(
            file,
            bounds,
            SIZE,
            SIZE,
            dst_crs=MERCATOR,
            bounds_crs=MERCATOR,
            indexes=1,
            reproject_method=method,
            vrt_options=grid,
        )
    return np.ma.masked_invalid(image.array[0])


def opened(layer: Raster):
    """The layer's file, open for reading."""
    return rasterio.open(path(layer), driver="GTiff")


def in_mercator(file) -> tuple[float, float, float, float, float]:
    """(west, south, east, north, size of a cell) of a file in EPSG:3857 metres."""
    grid, width, height = calculate_default_transform(file.crs, MERCATOR, file.width, file.height, *file.bounds)
    return *array_bounds(height, width, grid), grid.a


def classes(layer: Raster, values):
    """The class of each value, counted from 0; a value equal to a break is above it."""
    return np.searchsorted(layer.breaks, values, side="right")


def png(layer: Raster, cells: np.ma.MaskedArray) -> bytes:
    """The picture: each cell in the colour of its class, cells without a value transparent."""
    from rio_tiler.utils import render

    colors = np.array([list(bytes.fromhex(color.removeprefix("#"))) for color in layer.colors], dtype="uint8")
    painted = colors[classes(layer, cells.filled(0))].transpose(2, 0, 1)
    seen = np.where(np.ma.getmaskarray(cells), 0, 255).astype("uint8")
    return render(np.where(seen, painted, 0), mask=seen, img_format="PNG", zlevel=6)


def value(layer: Raster, lon: float, lat: float) -> float | None:
    """The value of the cell at a place in degrees (EPSG:4326); None where there is none."""
    from rio_tiler import reader
    from rio_tiler.errors import PointOutsideBounds

    if not revision(layer):
        return None
    with opened(layer) as file:
        try:
            found = reader.point(file, (lon, lat), indexes=1, coord_crs=DEGREES).array
        except PointOutsideBounds:
            return None
    number = np.ma.masked_invalid(found.astype("float64"))[0]
    return None if number is np.ma.masked else float(number)


def measured(layer: Raster) -> tuple[list[float], int, datetime.date] | None:
    """(box in EPSG:4326, size of a cell in metres, day of the file) of the layer's file; None while there is none."""
    if not revision(layer):
        return None
    with opened(layer) as file:
        box = transform_bounds(file.crs, DEGREES, *file.bounds)
        *_edges, cell = in_mercator(file)
    metres = cell * math.cos(math.radians((box[1] + box[3]) / 2))  # Mercator enlarges towards the poles
    return list(box), round(metres), datetime.date.fromtimestamp(path(layer).stat().st_mtime)
