"""A city of four gampong and, for every layer, rows in each; small enough for one tile, named after the places they lie in.

       pusong        town         inland        far, stall
    11.73.02.2008 11.73.02.2009 11.73.03.2001 11.73.01.2001     each 0.002 degrees wide, from 97.1425 E and 5.1805 N

`stall` lies in far and belongs to the unit PSR-1. The demo's accounts work in pusong (surveyor, village), in pusong and town
(validator), in those and inland (district), at the stall (surveyor_trade), or everywhere.
"""

import uuid

import numpy as np
import rasterio
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.gis.geos import Point
from django.utils import timezone
from rasterio.transform import from_origin

from geoportal import atoms, boundaries, catalogue, places, stats
from geoportal.layer import SECTORS
from geoportal.models import AccessLog, BpsCode, Load, Scope, Upload, User
from layers.demo.accounts import accounts
from tests.believable import believable, needs_value
from tests.conftest import KEY, square

CODES = {"pusong": "11.73.02.2008", "town": "11.73.02.2009", "inland": "11.73.03.2001", "far": "11.73.01.2001"}
NAMES = ("pusong", "town", "inland", "far", "stall")
WEST, SOUTH, SIDE = 97.1425, 5.1805, 0.002
MIDDLES = {
    name: WEST + SIDE * (k + 0.5) for k, name in enumerate(CODES)
}  # each also the middle of a cell of the coarse grid
TILE = (15, 25226, 15911)
HOUSES = 24  # households in each place, one at the stall

# What everybody may know of each gampong, in the order of CODES: value, or None where it is hidden.
FIGURES = {
    ("households", "households"): [24, 24, 24, 25],
    ("households", "people"): [96, 96, 96, 100],
    ("households", "under5"): [24, 24, 24, 25],
    ("households", "no_latrine"): [25, 50, 25, 20],
    ("households", "unsafe_water"): [25, 50, 25, 20],
    ("households", "poor"): [25, 50, 25, 20],
    ("posyandu", "posyandu"): [1, 1, 1, 2],
    ("health_facilities", "facilities"): [1, 1, 1, 2],
    ("markets", "markets"): [1, 1, 1, 2],
    ("markets", "traders"): [10, 10, 10, 20],
    ("areas", "size"): [0.0490, 0.0490, 0.0490, 0.0490],  # 0.002 degrees: 221.8 m x 221.2 m
}
CASES = {"pusong": 6, "town": 12, "inland": 6, "far": 5}  # households that are badly housed and poor, of 24 and of 25
NUMBERS = {name: f"117302000000000{k}" for k, name in enumerate(NAMES)}
NOWHERE = "1173020000000009"


def head(name: str) -> str:
    """What the heads of the households of a place are called."""
    return f"Kenanga Sari {name}"


def sent(layer: str) -> uuid.UUID:
    """The identifier of the file that was sent for a layer."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"upload/{layer}")


class World:
    """Rows of each layer by the name of their place; `items` holds one of each, on which single rows are asked for."""

    def __init__(self, owner):
        self.owner = owner
        with owner():
            self.ground()
            self.rows = {layer.name: dict(self.planted(layer)) for layer in catalogue.vectors()}
            for layer in catalogue.vectors():
                stats.write(layer)
                if layer.atoms:
                    atoms.write(layer)
            accounts()
            self.looked()
            self.people = {user.username: user for user in User.objects.all()}
            self.uploaded()
        self.items = {
            layer: {name: found[0] for name, found in by_name.items()} for layer, by_name in self.rows.items()
        }

    def everything(self, layer: str) -> list:
        """All planted rows of a layer."""
        return [row for found in self.rows[layer].values() for row in found]

    def stored(self, model, besides: set[int]) -> bool:
        """Whether there is a row that was not planted; of areas, one that is called New."""
        with self.owner():
            if model is places.Area:
                return model.objects.filter(name="New").exists()
            return model.objects.exclude(pk__in=besides).exists()

    def taken_away(self, model, pk: int) -> bool:
        """Whether the row has a tombstone."""
        with self.owner():
            return model.objects.filter(pk=pk, deleted_at__isnull=False).exists()

    def lies_in(self, model, pk: int, code: str) -> bool:
        """Whether the row lies in the area of this code."""
        with self.owner():
            return model.objects.filter(pk=pk, area_code=code).exists()

    def moved(self, role: str, sector: str) -> User:
        """Somebody with this role in this sector who works in pusong and at the stall, whatever the demo's account does."""
        with self.owner():
            user = User.objects.create(username=f"{role}-{sector}", role=role, sector=sector, is_staff=role == "admin")
            Scope.objects.create(user=user, area_id=CODES["pusong"])
            Scope.objects.create(user=user, unit="PSR-1")
            TOTP.activate(user, KEY)
        return user

    def looked(self):
        """An entry of everybody in the access log."""
        now = timezone.now()
        AccessLog.objects.bulk_create(
            AccessLog(at=now, minute=now, user=user, who=user.username, action="find", layer="households",
                      reason=f"looked-by-{user.username}")
            for user in User.objects.all()
        )  # fmt: skip

    def uploaded(self):
        """A file the head of village has sent for each layer, which waits to be stored."""
        for layer in self.rows:
            Upload.objects.create(
                uid=sent(layer), user=self.people["village"], layer=layer, file=f"sent-{layer}.csv", size=1, sha256="0" * 64,
                language="en", state="checked", rows=1, stored=1, updated=0, skipped=0, rejected=0, columns=["a"], mapping={},
            )  # fmt: skip

    def ground(self):
        self.boundaries = places.BoundarySet.objects.create(source="petak uji", valid_from="2026-01-01")
        for (name, code), west in zip(CODES.items(), MIDDLES.values(), strict=True):
            area = boundaries.ensured(code, f"Kenanga {name}")
            places.AreaShape.objects.create(
                area=area, boundary_set=self.boundaries, geom=square(west - SIDE / 2, SOUTH, SIDE)
            )
        places.use(self.boundaries)
        self.bps = BpsCode.objects.create(code="1174020008", area=places.Area.objects.get(code=CODES["pusong"]))
        self.load = Load.objects.create(layer="posyandu", file="posyandu.csv")

    def planted(self, layer):
        """(name, [rows]) of one layer."""
        model = layer.model
        if model is places.Area:
            yield from ((name, [model.objects.get(code=code)]) for name, code in CODES.items())
            return
        for name in NAMES:
            n = HOUSES if layer.names and name != "stall" else 1
            made = model.objects.bulk_create(model(**self.values(layer, name, k)) for k in range(n))
            found = list(model.objects.filter(uid__in=[row.uid for row in made]).order_by("pk"))
            if layer.names:
                layer.names.objects.bulk_create(self.names(layer, name, k, row) for k, row in enumerate(found))
            yield name, found

    def values(self, layer, name, k):
        """Of row k of a place: within 25 metres of the place's middle, never on it."""
        fields = {f.name: f for f in layer.model._meta.local_fields}
        given = {word: believable(f) for word, f in fields.items() if needs_value(f)}
        at = "far" if name == "stall" else name
        east = 0.000017 if layer.names else 0.000005  # no household stands where something else stands
        lon, lat = MIDDLES[at] + east + 0.000007 * k, SOUTH + 0.00087 + 0.000003 * k
        given["place"] = Point(round(lon, 6), round(lat, 6), srid=4326)
        given["unit"] = "PSR-1" if name == "stall" else ""
        given["id"] = 7_000_000 + 1000 * NAMES.index(name) + k  # a number that stands for nothing else in an answer
        bad = name != "stall" and k < CASES[at]
        wanted = {
            "name": f"Kenanga {name}", "traders": 10, "members": 4, "under5": 1, "desil": 2 if bad else 8,
            "latrine": "pit" if bad else "own", "water": "surface" if bad else "piped",
        }  # fmt: skip
        return given | {word: value for word, value in wanted.items() if word in fields}

    def names(self, layer, name, k, row):
        fields = {f.name: f for f in layer.names._meta.local_fields}
        given = {word: believable(f) for word, f in fields.items() if needs_value(f) and word != "of"}
        numbers = {path.removeprefix("names__"): NUMBERS[name] for path in layer.numbers if k == 0}
        return layer.names(**given | {"of": row, "head": head(name)} | numbers)


EVERY_SECTOR = (*SECTORS, "")


def write_raster(root) -> None:
    """100 people per hectare everywhere."""
    with rasterio.open(
        root / "population.tif", "w", driver="GTiff", width=4, height=4, count=1, dtype="float32", crs="EPSG:4326",
        nodata=-1, transform=from_origin(97.13, 5.19, 0.005, 0.005),
    ) as file:  # fmt: skip
        file.write(np.full((4, 4), 100, dtype="float32"), 1)
