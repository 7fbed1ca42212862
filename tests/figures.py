"""Figures of the little city as a test asks for them.

The little city's four gampong hold 60, 50, 15 and 40 households, of which 12, 10, 6 and 5 are without a decent latrine.
"""

from django.contrib.gis.geos import Point
from django.db import connection

from geoportal import catalogue

HOUSES, POSYANDU = catalogue.layer("households"), catalogue.layer("posyandu")
WEST, MIDDLE, EAST, FAR = "11.73.01.2001", "11.73.01.2002", "11.73.02.2001", "11.73.02.2002"


def settle(owner) -> None:
    """Nothing; the households of the first lines are stored: those without a decent latrine have none, all others their own."""
    with owner():
        for lon, n, cases in [(97.01, 60, 12), (97.03, 50, 10), (97.05, 15, 6), (97.07, 40, 5)]:
            HOUSES.model.objects.bulk_create(
                HOUSES.model(
                    members=3, water="piped", latrine="none" if k < cases else "own", place=Point(lon, 5.01, srid=4326)
                )
                for k in range(n)
            )


def revisions_now():
    """The revisions as a commit would leave them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def by_code(client, name, level="village", layer="households", **query):
    body = client.get(f"/indicators/{layer}/{name}.json", {"level": level, **query}).json()
    return {area["code"]: area for area in body["areas"]}
