"""A raster of where the demo city's people live: people per hectare in cells of 100 m, UTM 47 N, none on water."""

from dataclasses import dataclass

import numpy as np
import rasterio
from rasterio.features import rasterize
from rasterio.transform import from_origin
from rasterio.warp import transform, transform_bounds, transform_geom

from layers.demo.coast import land
from layers.demo.frame import drawn

CRS = "EPSG:32647"
CELL = 100.0  # metres: a cell is a hectare
NODATA = -1.0


@dataclass
class Count:
    """People counted into cells: (lines, columns), north up; `west`, `north` are metres of UTM 47 N."""

    people: np.ndarray
    west: float
    north: float

    def add(self, lon, lat, members):
        """Count these households' people where they stand; those without a point nowhere."""
        known = ~np.isnan(lon)
        x, y = (np.array(axis) for axis in transform("EPSG:4326", CRS, lon[known], lat[known]))
        line = ((self.north - y) / CELL).astype(int)
        column = ((x - self.west) / CELL).astype(int)
        np.add.at(self.people, (line, column), members[known])


def empty():
    """A Count of zeros over the city."""
    west, south, east, north = transform_bounds("EPSG:4326", CRS, *drawn(land()).bounds)
    west, north = np.floor(west / CELL) * CELL, np.ceil(north / CELL) * CELL
    shape = int(np.ceil((north - south) / CELL)) + 1, int(np.ceil((east - west) / CELL)) + 1
    return Count(np.zeros(shape), west, north)


def write(count, path):
    """Write the count as a cloud-optimised GeoTIFF; cells without any land hold NODATA."""
    grid = from_origin(count.west, count.north, CELL, CELL)
    shore = transform_geom("EPSG:4326", CRS, drawn(land()).__geo_interface__)
    dry = rasterize([shore], out_shape=count.people.shape, transform=grid, all_touched=True)
    values = np.where((dry == 1) | (count.people > 0), count.people, NODATA).astype("float32")
    lines, columns = values.shape
    with rasterio.open(
        path, "w", driver="COG", height=lines, width=columns, count=1, dtype="float32", crs=CRS, transform=grid,
        nodata=NODATA, compress="DEFLATE", blocksize=256, overview_resampling="average",
    ) as file:  # fmt: skip
        file.write(values, 1)
        file.update_tags(AREA_OR_POINT="Area", source="penduduk contoh, bukan data resmi")
        file.units = ("people/ha",)
