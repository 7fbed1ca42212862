"""Where a layer's rows come from, in words a reader can follow: beside every figure, on every sheet."""

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from . import places
from .layer import Layer, Raster

SAID = 3  # sources named of a layer: the newest
MADE_UP = "data demo rekaan"  # the source of the demonstration's rows; shown in the reader's language


def loaded() -> dict[str, list[str]]:
    """layer -> what `load --source` or an upload said of its files, the newest first. Of loads, readers see this alone."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT layer, source FROM geoportal_sources()")
        for layer, words in cursor.fetchall():
            found.setdefault(layer, []).append(words)
    return found


def source(layer: Layer | Raster, loads: dict[str, list[str]] | None = None) -> str:
    """The boundary set for areas, else the declaration's words, else those of the files it was loaded from.

    `loads` spares the question where many layers are described.
    """
    if isinstance(layer, Layer) and layer.model is places.Area:
        return str(places.boundary() or "")
    if layer.source:
        return str(layer.source)
    words = (loaded() if loads is None else loads).get(layer.name) or [MADE_UP] * settings.DEMO
    said = [_("made-up demo data") if word == MADE_UP else word for word in words[:SAID]]
    return "; ".join(said + ["…"] * (len(words) > SAID))
