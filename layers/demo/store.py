"""The demo city into the database: by COPY into a temporary table, then INSERT … SELECT, as the owner of the tables.

The tables' own triggers do what they do for every row: find its area, count its version, write its history.
"""

import uuid
from datetime import date

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from geoportal import boundaries, places
from geoportal.keys import digest
from geoportal.places import AreaShape, BoundarySet, BpsCode
from layers.demo import people, posyandu
from layers.demo.city import SOURCE, gampong
from layers.demo.frame import drawn
from layers.households import Household, HouseholdNames

# BPS numbers areas by a system of its own (Master File Desa): the city is 1174 there, and 1173 is another one.
BPS = {
    "11": "11",
    "11.73": "1174",
    "11.73.01": "1174020",
    "11.73.02": "1174030",
    "11.73.03": "1174010",
    "11.73.04": "1174021",
}
NAMES = ("head", "no_kk", "no_kk_hash", "rt")


def areas():
    """Number of gampong stored, with their parents and as the boundary set in use."""
    made = BoundarySet.objects.create(source=SOURCE, valid_from=date(2026, 1, 1))
    for area in gampong():
        parts = shapely.MultiPolygon(list(shapely.get_parts(drawn(area.shape))))
        geom = GEOSGeometry(memoryview(shapely.to_wkb(parts)), srid=4326)
        AreaShape.objects.create(area=boundaries.ensured(area.code, area.name), boundary_set=made, geom=geom)
    places.use(made)
    source = "BPS, Master File Desa 2020"
    BpsCode.objects.bulk_create(BpsCode(area_id=code, code=bps, source=source) for code, bps in BPS.items())
    return len(gampong())


def points(lon, lat):
    """Places as PostGIS reads them in COPY; None where there is no point."""
    wkb = shapely.to_wkb(shapely.set_srid(shapely.points(lon, lat), 4326), hex=True, include_srid=True)
    return known(wkb, np.isnan(lon))


def known(column, missing):
    """The column as a list with None where it is missing."""
    return [None if gone else value for value, gone in zip(column.tolist(), missing.tolist(), strict=True)]


def copied(cursor, table, columns):
    """Send columns (name -> list) into a table, in the text form of COPY."""
    names = ", ".join(f'"{name}"' for name in columns)
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in zip(*columns.values(), strict=True):
            copy.write_row(row)


def features(model, found, columns):
    """Number of rows stored: posyandu, facilities or markets with these columns and their place."""
    codes = [gampong()[place.area].code for place in found]
    lon, lat = (np.array([getattr(place, axis) for place in found]) for axis in ("lon", "lat"))
    columns = {name: [getattr(place, name) for place in found] for name in columns} | {
        "uid": [named(place.code) for place in found],
        "unit": [place.code for place in found],
        "declared_code": codes,
        "place": points(lon, lat),
        "place_source": ["gps"] * len(codes),
        "accuracy_m": [6.0] * len(codes),
    }
    table = model._meta.db_table
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE arriving ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA")
        copied(cursor, "arriving", columns)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM arriving")
        cursor.execute("DROP TABLE arriving")
    return len(codes)


def named(text):
    """The same identifier for the same thing of the demo city every time."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"demo:{text}")


def numbered(number):
    """The identifier of the household of this number: rising, so that millions of them go into an index in its order, and
    without the number's digits, which pages show to fewer people than identifiers."""
    return uuid.UUID(f"{int(number) * 61 + 7:08x}-0000-8000-8000-000000001173")


def households(seed, scale, until, count):
    """Yields the number of households stored so far, chunk after chunk; `count` is the raster their people go into."""
    table, names = Household._meta.db_table, HouseholdNames._meta.db_table
    posts, stored = posyandu.posyandu(seed), 0
    with connection.cursor() as cursor:
        for chunk in people.households(seed, scale, until):
            columns = columns_of(chunk, posts)
            own = ", ".join(f'"{name}"' for name in columns if name not in NAMES)
            theirs = ", ".join(NAMES)
            if not stored:
                cursor.execute(
                    f"CREATE TEMP TABLE arriving ON COMMIT DROP AS SELECT h.id, {own}, {theirs} "
                    f"FROM {table} h JOIN (SELECT of_id, {theirs} FROM {names}) n ON n.of_id = h.id WITH NO DATA"
                )
                cursor.execute(
                    f"ALTER TABLE arriving ALTER id SET DEFAULT nextval(pg_get_serial_sequence('{table}', 'id'))"
                )
            copied(cursor, "arriving", columns)
            cursor.execute(f"INSERT INTO {table} (id, {own}) SELECT id, {own} FROM arriving")
            cursor.execute(f"INSERT INTO {names} (of_id, {theirs}) SELECT id, {theirs} FROM arriving")
            # What was put off to the end of the transaction is checked here, or millions of notes would pile up.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; TRUNCATE arriving")
            count.add(chunk.lon, chunk.lat, chunk.members)
            stored += len(chunk.area)
            yield stored


def columns_of(chunk, posts):
    """The columns of a chunk as the tables want them, those of the names too."""
    code = np.array([area.code for area in gampong()])
    missing = chunk.source == ""
    unit = np.array([post.code for post in posts])[posyandu.nearest(chunk.area, chunk.lon, chunk.lat, posts)]
    plain = (
        "members",
        "under5",
        "water",
        "latrine",
        "pkh",
        "bpnt",
        "pbi",
        "too_young",
        "too_old",
        "too_close",
        "too_many",
    )
    numbers, no_kk = chunk.no_kk.tolist(), HouseholdNames._meta.get_field("no_kk")
    return {name: getattr(chunk, name).tolist() for name in (*plain, "dusun", "head", "rt")} | {
        "uid": [numbered(number[-8:]) for number in numbers],
        "place": points(chunk.lon, chunk.lat),
        "accuracy_m": known(chunk.accuracy, missing),
        "place_source": chunk.source.tolist(),
        "captured_at": known(np.char.add(np.datetime_as_string(chunk.captured), "Z"), missing),
        "declared_code": code[chunk.declared].tolist(),
        "unit": unit.tolist(),
        "surveyed": known(chunk.captured.astype("datetime64[D]").astype(str), missing),
        "desil": known(chunk.desil, chunk.desil == 0),
        "no_kk": [no_kk.blob(number) for number in numbers],
        "no_kk_hash": [digest(number) for number in numbers],
    }
