"""A file's columns and shapes as one whole, each row with the number by which the reader finds it in the file."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from . import places
from .errors import Unusable
from .reading import refusals
from .reading.apart import opened
from .reading.found import Batch, Choices, Found, Refused


@dataclass
class Frame:
    """The columns of a file by name, and its shapes (shapely geometries in EPSG:4326, None where a row has none).

    lines: of each row the line of the file (text table, workbook) or, where spatial, the number of the feature, both from 1;
    unread: columns of the file that are no field; found: what the file is;
    faults: by row (from 0) what the file itself has spoilt, as [(column, None for the shape; sentence)];
    spoilt: the same by field, once the columns are named.
    """

    columns: dict[str, list]
    shapes: np.ndarray | None
    lines: list[int]
    spatial: bool = False
    unread: list[str] = field(default_factory=list)
    found: Found = field(default_factory=Found)
    faults: dict[int, list[tuple[str | None, str]]] = field(default_factory=dict)
    spoilt: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return len(self.lines)


def read(path: Path, words: Collection[str] = (), choices: Choices | None = None) -> Frame:
    """The file's columns and shapes. Unusable with the reason when it cannot be read.

    words: names of columns, in lower case, that the destination knows; choices: how to read what was found out wrongly.
    """
    city = places.root()
    near = city.geom.extent if city and city.geom else None
    try:
        with opened(path, choices, near, words) as file:
            frame = collected(file)
    except Refused as refusal:
        raise Unusable(refusals.sentence(refusal, path.name)) from None
    if frame.shapes is not None and frame.found.bounds and not frame.found.crs:
        told = _("%(file)s names no coordinate reference system: choose one, or save it with one.") % {
            "file": path.name
        }
        raise Unusable(" ".join([told, *doubt(frame.found)]))
    return frame


def collected(file) -> Frame:
    """All batches of an opened file together."""
    found = file.found
    frame = Frame({name: [] for name in found.columns}, None, [], found.spatial, found=found)
    shapes = []
    for batch in file:
        frame.faults |= faults(batch, found, len(frame.lines))
        frame.lines += batch.lines
        for column, values in zip(frame.columns.values(), batch.columns, strict=True):
            column += values
        if batch.shapes is not None:
            shapes.append(shapely.from_wkb(np.array(batch.shapes, dtype=object)))
    if shapes:
        frame.shapes = np.concatenate(shapes)
    return frame


def faults(batch: Batch, found: Found, before: int) -> dict[int, list[tuple[str | None, str]]]:
    """What the file has spoilt in a batch that follows so many rows."""
    told: dict[int, list[tuple[str | None, str]]] = {}
    for row, column, code, value in batch.wrong:
        name = found.columns[column] if column >= 0 else None
        told.setdefault(before + row, []).append((name, refusals.fault(code, value)))
    return told


def doubt(found: Found) -> list[str]:
    """A sentence where the coordinates as they stand lie outside the city and another reading of them does not; else none."""
    better = found.better()
    if better is None:
        return []
    share = number_format(round(better.share * 100), 0)
    words = {"share": share, "place": places.root() or "Indonesia", "crs": better.crs, "name": better.name}
    if better.swapped and better.crs == found.crs:
        told = _(
            "Longitude and latitude are swapped in this file: exchanged, %(share)s%% of it lies in %(place)s. Let them be"
            " exchanged (--as axes=swapped), or swap them and load it again."
        )
        return [told % words]
    if better.swapped:
        remedy = _(
            "As %(crs)s (%(name)s) with the axes exchanged %(share)s%% of it lies in %(place)s: --as crs=%(crs)s --as axes=swapped."
        )
        return [remedy % words]
    return [_("As %(crs)s (%(name)s) %(share)s%% of it lies in %(place)s: --as crs=%(crs)s.") % words]
