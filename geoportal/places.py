"""Places: areas with their Kemendagri codes, their shapes by source and validity, and which set of boundaries is in use."""

import csv
import uuid
from functools import cache
from itertools import takewhile

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.functions import RandomUUID
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LEVEL_BY_LENGTH = {2: "province", 5: "regency", 8: "district", 13: "village"}
# Words requests may use for a level beside ours.
ALIASES = {
    "provinsi": "province", "kabkota": "regency", "kabupaten": "regency", "kota": "regency", "kecamatan": "district",
    "distrik": "district", "gampong": "village", "desa": "village", "kelurahan": "village", "nagari": "village",
    "kampung": "village",
}  # fmt: skip
# What the lowest level is called, by province (UU 6/2014 art. 1 and 6, UU 11/2006 Aceh, Perda Sumbar 7/2018, UU 21/2001 Papua).
VILLAGE_WORDS = {
    "11": _("Gampong"), "13": _("Nagari"), **dict.fromkeys(("91", "92", "93", "94", "95", "96"), _("Kampung")),
}  # fmt: skip
SAMPLE = "batas contoh, bukan batas resmi"  # the source of the demonstration's borders; shown in the reader's language
PAPUA = {"91", "92", "93", "94", "95", "96"}


def level_of(code: str) -> str | None:
    """province, regency, district or village by the length of a Kemendagri code with dots; None when it is no such code."""
    parts = code.split(".")
    shape = tuple(len(part) for part in parts)
    if all(part.isdigit() for part in parts) and shape in {(2,), (2, 2), (2, 2, 2), (2, 2, 2, 4)}:
        return LEVEL_BY_LENGTH[len(code)]
    return None


def level_word(code: str, level: str):
    """What a level is called where this code lies: gampong in Aceh, nagari in West Sumatra, kota or kabupaten by the code."""
    province = code[:2]
    if level == "village":
        if len(code) == 13:  # the tenth character tells a kelurahan (1) from all else (2)
            return _("Kelurahan") if code[9] == "1" else VILLAGE_WORDS.get(province, _("Desa"))
        return VILLAGE_WORDS.get(province, _("Desa/kelurahan"))
    if level == "district":
        return _("Distrik") if province in PAPUA else _("Kecamatan")
    if level == "regency":
        return _("Kota") if len(code) >= 5 and code[3] in "789" else _("Kabupaten")
    return _("Provinsi")


class Row(models.Model):
    """What every table of a layer carries. `version` and `changed` are kept by the database on every write."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(_("identifier"), unique=True, editable=False, default=uuid.uuid4, db_default=RandomUUID())
    version = models.PositiveIntegerField(_("version"), editable=False, default=1, db_default=1)
    deleted_at = models.DateTimeField(_("taken away"), null=True, blank=True, editable=False)
    created = models.DateTimeField(_("created"), editable=False, default=timezone.now, db_default=Now())
    changed = models.DateTimeField(_("changed"), editable=False, default=timezone.now, db_default=Now())

    class Meta:
        abstract = True


class Area(Row):
    """An administrative area by its Kemendagri code; `geom` is the shape of the boundary set in use (MultiPolygon, EPSG:4326).

    Level and parent follow from the code; the database keeps them so.
    """

    LEVELS = [
        ("province", pgettext_lazy("level", "Province")),
        ("regency", pgettext_lazy("level", "Regency or city")),
        ("district", pgettext_lazy("level", "District")),
        ("village", pgettext_lazy("level", "Village")),
    ]
    code = models.CharField(_("Kemendagri code"), max_length=13, unique=True)
    name = models.CharField(_("name"), max_length=120)
    level = models.CharField(_("level"), max_length=8, choices=LEVELS, editable=False)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        to_field="code",
        null=True,
        editable=False,
        related_name="children",
        verbose_name=_("part of"),
    )
    area_code = models.CharField(max_length=13, blank=True, default="", editable=False, db_index=True)
    area_km2 = models.FloatField(_("size"), null=True, editable=False)
    geom = models.MultiPolygonField(_("shape"), srid=4326, null=True, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("area"), _("areas")
        constraints = [
            models.CheckConstraint(
                name="area_shape_is_valid", condition=models.Q(geom__isvalid=True) | models.Q(geom=None)
            )
        ]

    def __str__(self):
        return f"{level_word(self.code, self.level)} {self.name}"


class BpsCode(models.Model):
    """The code of BPS for the same area: another system, never derived from ours, so a table of its own."""

    area = models.ForeignKey(Area, models.CASCADE, to_field="code", related_name="bps_codes", verbose_name=_("area"))
    code = models.CharField(_("BPS code"), max_length=10)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name, verbose_name_plural = _("BPS code"), _("BPS codes")
        constraints = [models.UniqueConstraint(fields=["area", "code"], name="bps_code_once")]

    def __str__(self):
        return self.code


class BoundarySet(models.Model):
    """Shapes of one source and date. Sources disagree, so all are kept; one is in use and is named on every figure."""

    source = models.CharField(_("source"), max_length=200, unique=True)
    official = models.BooleanField(_("official"), default=False)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    in_use = models.BooleanField(_("in use"), default=False, editable=False)
    loaded = models.DateTimeField(_("loaded"), default=timezone.now, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("boundary set"), _("boundary sets")
        constraints = [
            models.UniqueConstraint(fields=["in_use"], condition=models.Q(in_use=True), name="one_boundary_set_in_use")
        ]

    def __str__(self):
        return str(_("sample borders, not official ones")) if self.source == SAMPLE else self.source


class AreaShape(models.Model):
    """The shape of one area in one boundary set (MultiPolygon, EPSG:4326, valid)."""

    area = models.ForeignKey(Area, models.CASCADE, to_field="code", related_name="shapes", verbose_name=_("area"))
    boundary_set = models.ForeignKey(BoundarySet, models.CASCADE, related_name="shapes", verbose_name=_("boundary set"))
    geom = models.MultiPolygonField(_("shape"), srid=4326)

    class Meta:
        verbose_name, verbose_name_plural = _("area shape"), _("area shapes")
        constraints = [
            models.UniqueConstraint(fields=["area", "boundary_set"], name="one_shape_a_set"),
            models.CheckConstraint(name="shape_is_valid", condition=models.Q(geom__isvalid=True)),
        ]

    def __str__(self):
        return f"{self.area_id} ({self.boundary_set})"


@cache
def official_names() -> dict[str, str]:
    """Names of provinces, regencies and districts by Kemendagri code (fixtures/area_names.csv)."""
    with (settings.BASE_DIR / "fixtures" / "area_names.csv").open(encoding="utf-8") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(line for line in file if not line.startswith("#"))}


def boundary() -> BoundarySet | None:
    """The boundary set in use, or None before any is loaded."""
    return BoundarySet.objects.filter(in_use=True).first()


def root() -> Area | None:
    """The kabupaten/kota served (AREA_ROOT), or None before areas are loaded."""
    return Area.objects.filter(code=settings.AREA_ROOT).first()


def elsewhere() -> str:
    """One sentence, for whoever runs the product, when the database holds another city than AREA_ROOT names; else empty."""
    held = list(Area.objects.filter(level="regency").order_by("code").values_list("code", flat=True))
    if not held or settings.AREA_ROOT in held:
        return ""
    return (
        f"AREA_ROOT is {settings.AREA_ROOT}, and this database holds {', '.join(held)}: "
        f"set AREA_ROOT={held[0]}, or start with another database."
    )


def inside(codes) -> list[str]:
    """Codes of these areas and of all inside them, sorted. A row that declares no more than a kecamatan lies in the kecamatan."""
    wanted = models.Q()
    for code in codes:
        wanted |= models.Q(code=code) | models.Q(code__startswith=code + ".")
    if not wanted:
        return []
    return list(Area.objects.filter(wanted, deleted_at=None).order_by("code").values_list("code", flat=True))


def common(codes) -> str:
    """The code of the smallest area that holds all of these; empty when there is none."""
    steps = zip(*(code.split(".") for code in codes), strict=False)
    return ".".join(same[0] for same in takewhile(lambda step: len(set(step)) == 1, steps)) if all(codes) else ""


def area_at(point) -> str | None:
    """Code of the lowest-level area a point (EPSG:4326) lies in, else of the nearest within 1 km, else None: what the
    database will write into the row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM geoportal_area_at(%s::geometry)", [point.hexewkb.decode()])
        return cursor.fetchone()[0]


def use(boundary_set: BoundarySet) -> None:
    """Make this set the one in use: its shapes go to the areas, parents without a shape get the union of their children."""
    BoundarySet.objects.exclude(pk=boundary_set.pk).filter(in_use=True).update(in_use=False)
    BoundarySet.objects.filter(pk=boundary_set.pk).update(in_use=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT geoportal_use_boundaries(%s)", [boundary_set.pk])


def switch(boundary_set: BoundarySet) -> int:
    """Number of rows placed anew after this set came into use: what a person who may change areas does, where `use` is the
    owner's. The database refuses everyone else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT geoportal_switch(%s)", [boundary_set.pk])
        return cursor.fetchone()[0]
