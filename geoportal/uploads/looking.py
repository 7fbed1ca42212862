"""What is in a file, before anything is done with it: its kind, its columns, its first rows and shapes."""

import json
from dataclasses import asdict

import shapely

from .. import columns, places
from ..errors import Unusable
from ..layer import Layer
from ..reading import refusals
from ..reading.apart import opened
from ..reading.found import Choices, Found, Guess, Refused
from . import folder, naming
from .kept import Upload, move

CELLS, ROWS = 50_000, 500  # of a sample
POINTS = 300  # of one shape of a preview


def look(layer: Layer, upload: Upload) -> None:
    """Nothing; what was found lies in the folder, and the columns are named as they seem to be meant. Unusable with the reason
    when the file cannot be read."""
    choices, path = Choices(**upload.choices), folder.file(upload)
    city = places.root()
    near = city.geom.extent if city and city.geom else None
    try:
        with opened(path, choices, near, columns.words(layer)) as file:
            sample = first(file)
            found = file.found
    except Refused as refusal:
        raise Unusable(refusals.sentence(refusal, upload.file)) from None
    if not all(map(kept_whole, found.columns)):
        raise Unusable(refusals.sentence(Refused("broken"), upload.file))
    folder.write(upload, "found", asdict(found))
    folder.write(upload, "sample", sample)
    mapping = naming.guessed(layer, upload, found.columns)
    move(upload, "found", columns=found.columns, mapping=mapping, rows=found.rows)


def kept_whole(name: str) -> bool:
    """Whether the database can keep a column's name: text without NUL and halves of letters."""
    return "\0" not in name and name == name.encode(errors="ignore").decode()


def first(file) -> dict:
    """The first rows: their lines, their cells by column, their shapes as GeoJSON; the whole file is read for its rows' sake."""
    wanted = min(ROWS, max(20, CELLS // max(1, len(file.found.columns))))
    lines, cells, shapes = [], [[] for _column in file.found.columns], []
    for batch in file:
        more = wanted - len(lines)
        lines += batch.lines[:more]
        for column, values in zip(cells, batch.columns, strict=True):
            column += values[:more]
        shapes += [drawn(shape) for shape in (batch.shapes or [])[:more]]
        if len(lines) >= wanted:
            break
    return {"lines": lines, "cells": cells, "shapes": shapes}


def drawn(wkb: str | None) -> dict | None:
    """A shape of a preview as GeoJSON, simplified until it is light; None where there is none."""
    shape = shapely.from_wkb(wkb) if wkb else None
    if shape is None or shape.is_empty:
        return None
    tolerance = 0.00005
    while shapely.get_num_coordinates(shape) > POINTS and tolerance < 1:
        shape, tolerance = shape.simplify(tolerance), tolerance * 4
    return json.loads(shapely.to_geojson(shapely.force_2d(shape)))


def found(upload: Upload) -> Found:
    """What was found in an upload's file."""
    kept = folder.read(upload, "found", {})
    kept["guesses"] = [Guess(**guess) for guess in kept.get("guesses", [])]
    return Found(**kept)
