"""Tables of the engine: Feature (what a layer's model starts from), User and its scopes; revisions, uploads, who looked."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.gis.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .counts import Atom, AtomCount, Cube, NoiseKey, Pyramid, Taken, Written
from .decisions import Decision
from .invitations import Invitation
from .layer import ROLES, SECTORS
from .metadata import Metadata
from .places import Area, AreaShape, BoundarySet, BpsCode, Row
from .tokens import DeviceToken
from .uploads.kept import Upload

__all__ = [
    "AccessLog",
    "Area",
    "AreaShape",
    "Atom",
    "AtomCount",
    "BoundarySet",
    "BpsCode",
    "Cube",
    "Decision",
    "DeviceToken",
    "Feature",
    "Invitation",
    "Metadata",
    "Names",
    "NoiseKey",
    "Pyramid",
    "Revision",
    "Scope",
    "Taken",
    "Upload",
    "User",
    "Written",
]


class Feature(Row):
    """A row with a place. `place` may be empty ("no point yet"); `area_code` and `place_state` are kept by the database."""

    SOURCES = [
        ("gps", _("GPS")),
        ("map", _("map click")),
        ("geocoded", _("by address")),
        ("centroid", _("middle of the area")),
        ("import", _("from a file")),
    ]
    STATES = [
        ("none", _("no point yet")),
        ("inside", _("as declared")),
        ("border", _("near a border")),
        ("elsewhere", _("elsewhere than declared")),
        ("outside", _("just outside the area")),
    ]
    place = models.PointField(_("place"), srid=4326, null=True, blank=True)
    accuracy_m = models.FloatField(_("accuracy (m)"), null=True, blank=True)
    place_source = models.CharField(_("source of the place"), max_length=8, choices=SOURCES, blank=True, default="")
    captured_at = models.DateTimeField(_("captured at"), null=True, blank=True)
    captured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("captured by"),
    )
    area_code = models.CharField(_("area"), max_length=13, blank=True, default="", editable=False, db_index=True)
    declared_code = models.CharField(_("declared area"), max_length=13, blank=True, default="")
    place_state = models.CharField(
        _("state of the place"), max_length=9, choices=STATES, default="none", editable=False
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True, default="")

    class Meta:
        abstract = True


class Names(models.Model):
    """Names and numbers of a layer's rows, one to one, in a table with a policy of its own; the copies of area and unit
    are kept by the database, for the policy to read."""

    area_code = models.CharField(max_length=13, blank=True, default="", editable=False, db_index=True)
    unit = models.CharField(max_length=40, blank=True, default="", editable=False)

    class Meta:
        abstract = True


ROLE_WORDS = {
    "surveyor": _("field officer"),
    "validator": _("validator"),
    "village": _("head of village"),
    "district": _("district or agency"),
    "planner": _("planner"),
    "official": pgettext_lazy("role", "official"),
    "admin": _("administrator"),
    "auditor": _("data protection officer"),
}
SECTOR_WORDS = {"health": _("health"), "trade": _("trade"), "social": _("social"), "planning": _("planning")}


class People(UserManager):
    """Makes accounts; the first administrator's has the role that the administration asks for."""

    def create_superuser(self, username, email=None, password=None, **extra):
        """The stored user, with role admin unless another is given."""
        return super().create_superuser(username, email, password, **{"role": "admin"} | extra)


class User(AbstractUser):
    """A person who signs in: one role, one sector, some scopes."""

    role = models.CharField(_("role"), max_length=9, choices=[(r, ROLE_WORDS[r]) for r in ROLES], blank=True)
    sector = models.CharField(_("sector"), max_length=8, choices=[(s, SECTOR_WORDS[s]) for s in SECTORS], blank=True)

    # In which mail comes: as chosen on the pages last; empty: the city's.
    language = models.CharField(max_length=5, blank=True, default="", db_default="", editable=False)

    objects = People()

    class Meta:
        verbose_name, verbose_name_plural = _("person"), _("people")


class Scope(models.Model):
    """Where a person works: an area of any level, or a unit (posyandu, market)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="scopes", verbose_name=_("person"))
    # An area in which somebody works is not deleted: an administrator whose last area went would keep the whole city.
    area = models.ForeignKey(Area, models.PROTECT, to_field="code", null=True, blank=True, verbose_name=_("area"))
    unit = models.CharField(_("unit"), max_length=40, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("scope"), _("scopes")
        constraints = [
            models.CheckConstraint(
                name="scope_is_an_area_or_a_unit",
                condition=models.Q(area=None) ^ models.Q(unit=""),
            )
        ]

    def __str__(self):
        return str(self.area or self.unit)


class Revision(models.Model):
    """A layer's number, raised by the database as the last act of every transaction that changed the layer."""

    layer = models.CharField(primary_key=True, max_length=40)
    number = models.BigIntegerField(default=0)
    changed = models.DateTimeField(default=timezone.now)


class Policies(models.Model):
    """Fingerprint of the row-level security as last written; a start with another expectation stops."""

    fingerprint = models.CharField(primary_key=True, max_length=64)
    written = models.DateTimeField(default=timezone.now)


class Load(models.Model):
    """One file that was loaded: who, what, how many."""

    layer = models.CharField(_("layer"), max_length=40)
    file = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    source = models.CharField(_("source"), max_length=200, blank=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name=_("person"))
    stored = models.IntegerField(_("stored"), default=0)
    updated = models.IntegerField(_("updated"), default=0)
    skipped = models.IntegerField(_("skipped"), default=0)
    rejected = models.IntegerField(_("rejected"), default=0)
    at = models.DateTimeField(_("loaded at"), default=timezone.now)

    class Meta:
        verbose_name, verbose_name_plural = _("loaded file"), _("loaded files")

    def __str__(self):
        return f"{self.layer}: {self.file}"


class AccessLog(models.Model):
    """Who looked at what about persons, when and why. Only ever added to (policies.py); equal looks of a minute are one."""

    ACTIONS = [
        ("view", _("opened")),
        ("reveal", _("number shown")),
        ("find", _("searched by number")),
        ("export", _("exported")),
        ("view_as", _("viewed as another person")),
        ("log", _("access log read")),
        ("log_file", _("access log exported")),
    ]
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    minute = models.DateTimeField(editable=False)
    # No constraint and a name of its own: the entry outlives the account.
    user = models.ForeignKey(
        User, models.DO_NOTHING, null=True, db_constraint=False, related_name="+", verbose_name=_("person")
    )
    who = models.CharField(_("person"), max_length=150, blank=True, default="")
    action = models.CharField(_("action"), max_length=20, choices=ACTIONS)
    layer = models.CharField(_("layer"), max_length=40, blank=True, default="")
    record = models.UUIDField(_("record"), null=True, blank=True, db_index=True)
    rows = models.PositiveIntegerField(_("records"), null=True, blank=True)  # of many at once: how many
    area_code = models.CharField(_("area"), max_length=13, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    page = models.CharField(_("page"), max_length=200, blank=True, default="")
    # The query of that page in ASCII, without what may name somebody: which rows were asked for.
    asked = models.CharField(_("asked for"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name, verbose_name_plural = _("look at personal data"), _("access log")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "minute", "action", "layer", "record", "area_code", "reason", "page", "asked"],
                name="one_look_a_minute",
                nulls_distinct=False,
            )
        ]

    def __str__(self):
        return f"{self.who}: {self.action}"
