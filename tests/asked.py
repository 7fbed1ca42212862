"""Query strings asked of a layer, and what comes back.

At 5° north one degree of longitude is 110,899 m and one of latitude 110,583 m (WGS 84): 0.01° are 1,109 m and 1,106 m.
"""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from hypothesis import HealthCheck, settings

from geoportal import catalogue, query
from geoportal.errors import BadRequest

HOUSES, POSYANDU = catalogue.layer("households"), catalogue.layer("posyandu")
STRANGER = AnonymousUser()
few = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)


def found(layer, text: str, user=STRANGER) -> set:
    """Primary keys that answer a query string."""
    return set(query.narrowed(layer, user, QueryDict(text)).values_list("pk", flat=True))


def refused(layer, text: str, user=STRANGER) -> BadRequest:
    with pytest.raises(BadRequest) as problem:
        found(layer, text, user)
    return problem.value


def households(row) -> list[int]:
    """Three households: own latrine, desil 1, January; shared, desil 4, March; none, no desil, not surveyed."""
    return [
        row(HOUSES, latrine="own", desil=1, pkh=True, surveyed=datetime.date(2026, 1, 31)).pk,
        row(HOUSES, latrine="shared", desil=4, surveyed=datetime.date(2026, 3, 1)).pk,
        row(HOUSES, latrine="none", desil=None).pk,
    ]
