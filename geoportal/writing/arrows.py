"""Rows as a stream of Arrow batches: what GDAL and Parquet both take, without all rows in memory. Free of Django."""

import datetime
from collections.abc import Callable, Iterator

from arro3.core import Array, DataType, Field, RecordBatch, RecordBatchReader, Schema

from .wire import Wanted

GEOMETRY = "geometry"
TYPES = {
    "text": DataType.utf8(), "whole": DataType.int64(), "number": DataType.float64(), "yesno": DataType.bool(),
    "day": DataType.date32(),
}  # fmt: skip
FIRST_DAY = datetime.date(1970, 1, 1).toordinal()


def stream(
    wanted: Wanted, names: list[str], batches: Iterator[list[list]], mend: Callable | None = None
) -> RecordBatchReader:
    """The batches with these names of columns and, last, the geometry as WKB. mend: what is done to each batch's columns first."""
    kinds = [kind for _name, _title, kind in wanted.columns]
    fields = [Field(name, TYPES[kind]) for name, kind in zip(names, kinds, strict=True)]
    of_place = {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": "{}"}
    schema = Schema([*fields, Field(GEOMETRY, DataType.binary(), metadata=of_place)])

    def made():
        for batch in batches:
            columns = [list(column) for column in zip(*batch, strict=True)] or [[] for _ in range(len(kinds) + 1)]
            if mend:
                mend(columns)
            arrays = [array(column, kind) for column, kind in zip(columns, [*kinds, "shape"], strict=True)]
            yield RecordBatch.from_arrays(arrays, schema=schema)

    return RecordBatchReader.from_batches(schema, made())


def array(values: list, kind: str) -> Array:
    """The values as a column of Arrow."""
    if kind == "day":
        days = [v if v is None else datetime.date.fromisoformat(v).toordinal() - FIRST_DAY for v in values]
        return Array(days, DataType.int32()).cast(DataType.date32())
    return Array(values, DataType.binary() if kind == "shape" else TYPES[kind])
