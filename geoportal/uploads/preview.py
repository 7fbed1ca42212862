"""The first rows of a file as a table and on a map, as they are read and named so far."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .. import columns, places
from ..errors import Unusable
from ..frame import Frame
from ..layer import Layer
from ..reading.found import Choices, Found, Guess
from . import checking, folder, looking
from .kept import Upload

ROWS = 10  # of the table


@dataclass(frozen=True)
class Preview:
    """`found` what the file is; `rows` as (line, cells); `shapes` as GeoJSON features with their line; `guess` another reading of
    the coordinates that suits better; `lost` whether coordinates lie where no map can show them."""

    found: Found
    rows: list[tuple[int, list[str]]]
    shapes: list[dict]
    guess: Guess | None = None
    lost: bool = False


def preview(layer: Layer, upload: Upload) -> Preview:
    """The preview of an upload that was looked at; without rows where its folder was swept."""
    sample, found = folder.read(upload, "sample"), looking.found(upload)
    if sample is None:
        return Preview(found, [], [])
    cells = [[checking.plain(column[row]) for column in sample["cells"]] for row in range(len(sample["lines"]))]
    rows = list(zip(sample["lines"], cells, strict=True))[:ROWS]
    if found.spatial:
        shapes, guess = sample["shapes"], found.better()
        lost = bool(found.bounds) and not found.crs
        return Preview(found, rows, [] if lost else features(sample["lines"], shapes), guess, lost)
    shapes, guess = points(layer, upload, sample, found)
    known = [shape for shape in shapes if shape]
    here = [shape for shape in known if abs(shape["coordinates"][0]) <= 180 and abs(shape["coordinates"][1]) <= 90]
    lost = len(here) < len(known)
    return Preview(found, rows, [] if lost else features(sample["lines"], shapes), guess, lost)


def features(lines: list[int], shapes: list[dict | None]) -> list[dict]:
    """GeoJSON features of those rows that have a shape; of none where no column holds a place."""
    pairs = zip(lines, shapes, strict=False)
    return [{"type": "Feature", "geometry": s, "properties": {"line": line}} for line, s in pairs if s]


def points(layer: Layer, upload: Upload, sample: dict, found: Found) -> tuple[list[dict | None], Guess | None]:
    """The points of a table's first rows, by the columns that are named coordinates; and the better reading of them."""
    cells = dict(zip(upload.columns, sample["cells"], strict=True))
    try:
        frame = columns.named(
            layer, Frame(cells, None, sample["lines"], found=found), upload.mapping, Choices(**upload.choices)
        )
    except Unusable:  # the trial says it
        return [], None
    pairs = zip(frame.columns.get("lon", []), frame.columns.get("lat", []), strict=False)
    shapes = [
        {"type": "Point", "coordinates": [lon, lat]} if isinstance(lon, float) and isinstance(lat, float) else None
        for lon, lat in pairs
    ]
    return shapes, frame.found.better()


def suits(guess: Guess | None) -> str:
    """What a better reading would do, as a sentence; empty without one."""
    if guess is None:
        return ""
    words = {
        "share": round(guess.share * 100),
        "place": places.root() or "Indonesia",
        "crs": guess.crs,
        "name": guess.name,
    }
    if guess.swapped:
        told = _(
            "Longitude and latitude seem to be exchanged: read the other way, as %(crs)s (%(name)s), %(share)s%% of it lies in %(place)s."
        )
    else:
        told = _("As it is read now, none of it lies in %(place)s. Read as %(crs)s (%(name)s), %(share)s%% of it does.")
    return told % words
