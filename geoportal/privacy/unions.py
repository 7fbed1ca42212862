"""A drawn shape -> the atoms it covers by half or more, and what they count together, with noise of at most 2.

Everything is read from stored tables by the database's function geoportal_union(), which adds the noise; rows are never asked.
"""

import json
from dataclasses import dataclass

from django.contrib.gis.db.models import Union as Joined
from django.contrib.gis.db.models.functions import Intersection
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db import connection
from django.db.models import F, FloatField, Func
from django.utils.translation import gettext as _

from ..analysis.prevalence import wilson
from ..errors import Invalid
from ..layer import ADD, Indicator, Layer, Rate
from ..models import Atom
from .suppression import MIN_N, RELIABLE, SMALL

NOISE = 2


@dataclass(frozen=True)
class Union:
    """Atoms of a layer, by primary key, and the ground they cover (EPSG:4326)."""

    layer: Layer
    atoms: tuple[int, ...]
    geom: GEOSGeometry


def union(layer: Layer, area: Polygon) -> Union:
    """The atoms of which the shape (EPSG:4326) covers half or more. Invalid when there are none."""
    if not layer.atoms:
        raise Invalid(_("“%(layer)s” is not counted inside drawn shapes.") % {"layer": layer.title})
    whole, part = (
        Func(shape, function="ST_Area", output_field=FloatField()) for shape in (F("geom"), Intersection("geom", area))
    )
    covered = (
        Atom.objects.filter(layer=layer.name, geom__bboverlaps=area).annotate(share=part / whole).filter(share__gte=0.5)
    )
    atoms = tuple(covered.order_by("pk").values_list("pk", flat=True))
    if not atoms:
        raise Invalid(
            _("This shape is too small, or too far from where people live, to be counted safely: draw it larger."),
        )
    return Union(layer, atoms, Atom.objects.filter(pk__in=atoms).aggregate(shape=Joined("geom"))["shape"])


def estimate(found: Union, indicator: Indicator | Rate) -> dict:
    """Value, n, cases and state of an indicator in a union: state small (1 to 4, or too few) says "<5" and gives no value."""
    if isinstance(indicator, Indicator) and not isinstance(indicator.value, ADD):
        raise Invalid(_("“%(name)s” is no sum and cannot be counted inside a drawn shape.") % {"name": indicator.title})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM geoportal_union(%s, %s, %s)", [found.layer.name, indicator.name, list(found.atoms)]
        )
        n, cases, value = cursor.fetchone()
    known = figure(indicator, n, cases, value)
    return {"value": None, "n": None, "cases": None, "low": None, "high": None, "noise": NOISE, "text": None} | known


def drawn(layer: Layer, indicator: Indicator | Rate, area: Polygon) -> dict:
    """An indicator in a drawn shape with its words, how sure it is, and the ground it was counted on (GeoJSON)."""
    found = union(layer, area)
    noise = _(
        "Counted by fixed pieces of ground; each number may be up to %(n)s too high or too low, to protect people."
    )
    return {
        "layer": layer.name,
        "name": indicator.name,
        "title": str(indicator.title),
        "unit": str(indicator.unit),
        "kind": indicator.kind,
        **estimate(found, indicator),
        "statement": noise % {"n": NOISE},
        "geometry": json.loads(found.geom.json),
    }


def figure(indicator: Indicator | Rate, n: int | None, cases: int | None, value: int | None) -> dict:
    """What is said of noisy counts."""
    if n is None or n == 0:
        return {"state": "none"}
    if indicator.kind == "amount":
        small = 0 < value < SMALL or n < MIN_N
        return {"state": "small", "text": f"<{SMALL}"} if small else {"state": "shown", "value": float(value), "n": n}
    cases = min(cases, n)
    if n < MIN_N or 0 < cases < SMALL or 0 < n - cases < SMALL:
        return {"state": "small", "text": f"<{SMALL}", "n": n if n >= MIN_N else None}
    low, high = (round(100 * float(end), 4) for end in wilson(cases, n))
    state = "unreliable" if n < RELIABLE else "shown"
    return {"state": state, "value": 100 * cases / n, "n": n, "cases": cases, "low": low, "high": high}
