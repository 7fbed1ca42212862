"""GeoParquet 1.1: shapes as WKB in EPSG:4326, longitude first. Free of Django."""

import json
from collections.abc import Iterator

from arro3.io import write_parquet

from . import arrows
from .wire import Wanted

# Longitude and latitude on WGS 84, as the specification says it when no CRS is named: OGC:CRS84.
GEO = {"version": "1.1.0", "primary_column": arrows.GEOMETRY}


def write(wanted: Wanted, batches: Iterator[list[list]]) -> None:
    """Nothing; the file is at the path wanted, with what is said about it among its metadata."""
    names = [name for name, _title, _kind in wanted.columns]
    place = {"encoding": "WKB", "geometry_types": [wanted.geometry], "edges": "planar"}
    told = {
        "geo": json.dumps(GEO | {"columns": {arrows.GEOMETRY: place}}),
        "about": json.dumps(dict(wanted.about), ensure_ascii=False),
    }
    write_parquet(arrows.stream(wanted, names, batches), wanted.path, compression="zstd(3)", key_value_metadata=told)
