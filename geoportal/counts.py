"""Tables of stored counts: the cube, atoms, the pyramid; which revision they show; what only the role that counts may read."""

import uuid

from django.contrib.gis.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Cube(models.Model):
    """One safe count: indicator x area x period, suppressed when written. What everybody may see; no row is behind it."""

    STATES = [
        ("shown", _("shown")),
        ("small", _("hidden to protect people")),
        ("none", _("no data")),
        ("unreliable", _("not reliable (n under 20)")),
    ]
    layer = models.CharField(max_length=40)
    indicator = models.CharField(max_length=60)
    level = models.CharField(max_length=8)
    period = models.CharField(max_length=7, blank=True, default="")  # 2026-08, or empty for a layer without time
    area_code = models.CharField(max_length=13)
    value = models.FloatField(null=True)
    cases = models.BigIntegerField(null=True)
    n = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=STATES)
    revision = models.BigIntegerField()
    written = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "indicator", "level", "period", "area_code"], name="one_cube_cell")
        ]


class Taken(models.Model):
    """The rows of one area and month as the cube last counted them: what its next version must not be compared with. Read and
    written by the role that counts alone."""

    layer = models.CharField(max_length=40)
    period = models.CharField(max_length=7, blank=True, default="")
    area_code = models.CharField(max_length=13)
    declared = models.CharField(max_length=16)  # what was asked: other indicators, other counts
    tally = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layer", "period", "area_code"], name="taken_once")]


class Atom(models.Model):
    """A piece of ground with at least 20 of those it is cut for, of one layer and year: unions of such are all that a drawn
    shape is counted by."""

    layer = models.CharField(max_length=40)
    year = models.SmallIntegerField()
    area_code = models.CharField(max_length=13)  # where it lies; a kecamatan's code where gampong were joined
    geom = models.MultiPolygonField(srid=4326)

    class Meta:
        indexes = [models.Index(fields=["layer", "year"], name="atom_of_layer")]


class AtomCount(models.Model):
    """What one indicator counts in an atom, with the sums of the records' keys from which the noise of a union follows. Read
    by the function geoportal_union() alone, which never answers without noise."""

    atom = models.ForeignKey(Atom, models.CASCADE, related_name="counts")
    indicator = models.CharField(max_length=60)
    n = models.BigIntegerField()
    cases = models.BigIntegerField(null=True)
    value = models.FloatField(null=True)
    n_key = models.BigIntegerField()
    cases_key = models.BigIntegerField()
    n_shift = models.SmallIntegerField(default=0)
    cases_shift = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["atom", "indicator"], name="one_count_of_an_atom")]


class NoiseKey(models.Model):
    """The secret from which each record's key is made; read by the role that counts alone."""

    secret = models.UUIDField(default=uuid.uuid4)


class Pyramid(models.Model):
    """Counts of a large layer by map cell: at tile zoom `zoom` a tile shows 32 x 32 cells; x, y count cells from the north-west."""

    layer = models.CharField(max_length=40)
    zoom = models.SmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    area_code = models.CharField(max_length=13)
    count = models.IntegerField()
    sums = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["layer", "zoom", "x", "y"], name="pyramid_cell")]


class Written(models.Model):
    """Which revision of a layer its stored counts (cube, pyramid) show, and since when."""

    what = models.CharField(max_length=8)
    layer = models.CharField(max_length=40)
    revision = models.BigIntegerField()
    rows = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "layer"], name="written_once")]
