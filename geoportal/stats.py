"""A layer's indicators by area: written as safe counts into the cube, read from there by everybody, rows never asked.

Reads: `figures` (what choropleth, table, workbook and PDF all show). Writes: `write`, a job's work, under the database role
that may read rows for counting and nothing else.
"""

import contextlib
import re

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import access, catalogue, freshness, origins, places, privacy, taking, tally, values
from .analysis.prevalence import wilson
from .errors import BadRequest
from .layer import Indicator, Layer, Rate
from .models import Cube


def figures(layer: Layer, indicator: Indicator | Rate, level: str, period: str) -> dict:
    """One indicator at one level and period: value, n, interval and state of each area, areas sorted by code.

    Rates are in percent with Wilson's 95 % interval; a hidden cell carries neither value nor n.
    """
    if period and not re.fullmatch(r"\d{4}-\d{2}", period):
        sentence = values.wrong("period", period.replace("\0", ""), _("a month such as 2026-08")).sentence
        raise BadRequest(sentence, {"period": sentence})
    cells = Cube.objects.filter(layer=layer.name, indicator=indicator.name, level=level)
    periods = sorted(set(cells.values_list("period", flat=True)) - {""})
    period = period or (periods[-1] if periods else "")
    found = {cell.area_code: cell for cell in cells.filter(period=period)}
    areas = places.Area.objects.filter(level=level, deleted_at=None, code__startswith=settings.AREA_ROOT).order_by(
        "code"
    )
    boundary = places.boundary()
    written = max((cell.written for cell in found.values()), default=None)
    return {
        "layer": layer.name,
        "name": indicator.name,
        "title": str(indicator.title),
        "unit": str(indicator.unit),
        "kind": indicator.kind,
        "level": level,
        "period": period or None,
        "periods": periods,
        "boundary": str(boundary or ""),
        "source": origins.source(layer),
        "updated": written.isoformat() if written else None,
        "counting": layer.name in freshness.behind([layer]),
        "areas": [figure(area, found.get(area.code) or missing(indicator, found), indicator) for area in areas],
    }


def missing(indicator: Indicator | Rate, found: dict) -> Cube | None:
    """What an area without a cell has: of an amount that was counted elsewhere it has 0; of a rate it has no data."""
    return Cube(value=0.0, n=0, state="shown") if found and indicator.kind == "amount" else None


def of_area(area: places.Area, user) -> list[dict]:
    """Every indicator this user may see of one area, newest period: its title, unit and kind beside the figure."""
    shown = [
        layer for layer in catalogue.vectors() if layer.model is not places.Area and access.can(user, layer, "counts")
    ]
    cells = Cube.objects.filter(area_code=area.code, level=area.level).order_by("period")
    newest = {(cell.layer, cell.indicator): cell for cell in cells}
    return [
        {
            "title": str(indicator.title),
            "unit": str(indicator.unit),
            "kind": indicator.kind,
            "period": cell.period,
            "updated": cell.written.isoformat(),
            **figure(area, cell, indicator),
        }
        for layer in shown
        for indicator in layer.indicators
        if (cell := newest.get((layer.name, indicator.name)))
    ]


def figure(area: places.Area, cell: Cube | None, indicator: Indicator | Rate) -> dict:
    """One area's figure; hidden and missing ones say so."""
    known = cell if cell and cell.state in {"shown", "unreliable"} else None
    low = high = None
    if known and indicator.kind == "rate":
        low, high = (round(100 * float(end), 4) for end in wilson(known.cases, known.n))
    return {
        "code": area.code,
        "name": area.name,
        "value": known.value if known else None,
        "n": known.n if known else None,
        "cases": known.cases if known else None,
        "low": low,
        "high": high,
        "state": cell.state if cell else "none",
    }


@contextlib.contextmanager
def counting():
    """A cursor inside a transaction, as the role that may read rows for counting and write counts, and nothing else."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role'), set_config('role', %s, true)", [settings.STATS_ROLE])
        before = cursor.fetchone()[0]
        yield cursor
        cursor.execute("SELECT set_config('role', %s, true)", [before])


def due(layer: Layer) -> bool:
    """Whether the layer's cube is to be written."""
    return freshness.due_for("cube", layer)


def write(layer: Layer) -> int:
    """Number of cube cells written for all indicators of a layer. The revision is read first: rows that change meanwhile
    leave the counts due."""
    with counting():
        revision, now = freshness.revision_of(layer), timezone.now()
        found = taking.cells(layer, now) if layer.personal else counted(layer)
        written = [
            Cube(
                layer=layer.name, indicator=name, level=places.level_of(cell.area), period=month, area_code=cell.area,
                **shown(cell), state=cell.state, revision=revision, written=now,
            )
            for name, month, cell in found
        ]  # fmt: skip
        Cube.objects.filter(layer=layer.name).delete()
        Cube.objects.bulk_create(written, batch_size=5000)
        freshness.note("cube", layer, revision, len(written))
    return len(written)


def counted(layer: Layer):
    """(indicator, month, cell) of rows that are about nobody: as counted."""
    for indicator in layer.indicators:
        for month, cell in tally.cells(layer, indicator):
            yield indicator.name, month, privacy.safe([cell], personal=False)[0]


def shown(cell: privacy.Cell) -> dict:
    """What is stored of a cell: nothing of a hidden one, so that no later mistake can show it."""
    if cell.state == "small":
        return {"value": None, "cases": None, "n": None}
    return {"value": cell.value, "cases": cell.cases, "n": cell.n}
