"""Posyandu: where children are weighed and measured every month."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from geoportal.layer import Access, Categories, Indicator, Layer, anyone, staff
from geoportal.models import Feature


class Posyandu(Feature):
    """One posyandu."""

    STRATA = [("pratama", "Pratama"), ("madya", "Madya"), ("purnama", "Purnama"), ("mandiri", "Mandiri")]
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    strata = models.CharField(_("stage"), max_length=8, choices=STRATA, default="pratama")
    day = models.PositiveSmallIntegerField(
        _("day of the month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    cadres = models.PositiveSmallIntegerField(_("cadres"), null=True, blank=True, validators=[MaxValueValidator(50)])

    class Meta:
        verbose_name, verbose_name_plural = _("posyandu"), _("posyandu")

    def __str__(self):
        return self.name


keepers = staff("health", roles=("validator", "district"), scope=True) | staff(roles=("admin",))

posyandu = Layer(
    name="posyandu",
    model=Posyandu,
    title=_("Posyandu"),
    group=_("Services"),
    abstract=_("Monthly health posts for mothers and children."),
    topic="health",
    order=40,
    min_zoom=10,
    shown=True,
    label="name",
    style=Categories(
        "strata", {"pratama": "#b8d5cd", "madya": "#7fb8a8", "purnama": "#3e9384", "mandiri": "#0b6e5f"}, size=4
    ),
    popup=["name", "strata", "day", "cadres"],
    filters=["name", "strata", "day"],
    table=["code", "name", "area_code", "strata", "day", "cadres"],
    form=["code", "name", "declared_code", "strata", "day", "cadres"],
    key="code",
    columns={"Code": "code", "Name": "name", "Longitude": "lon", "Latitude": "lat"},
    indicators=[Indicator(_("Posyandu"), Count("id"), name="posyandu")],
    access=Access(records=anyone, add=keepers, change=keepers),
)
