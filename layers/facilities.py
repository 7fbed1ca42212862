"""Health facilities: hospitals, puskesmas and their branches, clinics."""

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from geoportal.layer import Access, Categories, Indicator, Layer, anyone, staff
from geoportal.models import Feature


class HealthFacility(Feature):
    """One health facility."""

    KINDS = [
        ("hospital", _("hospital")),
        ("puskesmas", _("puskesmas")),
        ("pustu", _("branch puskesmas (pustu)")),
        ("clinic", _("clinic")),
    ]
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=9, choices=KINDS)
    beds = models.PositiveSmallIntegerField(_("beds"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("health facility"), _("health facilities")

    def __str__(self):
        return self.name


keepers = staff("health", roles=("validator", "district"), scope=True) | staff(roles=("admin",))

health_facilities = Layer(
    name="health_facilities",
    model=HealthFacility,
    title=_("Health facilities"),
    group=_("Services"),
    abstract=_("Hospitals, puskesmas, their branches and clinics."),
    topic="health",
    order=41,
    min_zoom=8,
    label="name",
    style=Categories(
        "kind",
        {"hospital": "#b42318", "puskesmas": "#0b6e5f", "pustu": "#5aa897", "clinic": "#7c5cbf"},
        shape="square",
        size=6,
    ),
    popup=["name", "kind", "beds"],
    filters=["name", "kind", "beds"],
    table=["code", "name", "area_code", "kind", "beds"],
    form=["code", "name", "declared_code", "kind", "beds"],
    key="code",
    columns={"Code": "code", "Name": "name", "Longitude": "lon", "Latitude": "lat"},
    indicators=[Indicator(_("Health facilities"), Count("id"), name="facilities")],
    access=Access(records=anyone, add=keepers, change=keepers),
)
