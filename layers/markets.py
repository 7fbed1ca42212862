"""Markets: where prices are seen and families buy. Four criteria of a people's market (class by SNI 8152)."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from geoportal.layer import Access, Categories, Indicator, Layer, anyone, staff
from geoportal.models import Feature


class Market(Feature):
    """One market; `place` is its middle."""

    CLASSES = [("1", _("class I")), ("2", _("class II")), ("3", _("class III")), ("4", _("class IV"))]
    CONDITIONS = [("good", _("good")), ("light", _("lightly damaged")), ("heavy", _("heavily damaged"))]
    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    market_class = models.CharField(_("market class"), max_length=1, choices=CLASSES)
    traders = models.PositiveIntegerField(_("traders"), null=True, blank=True, validators=[MaxValueValidator(20_000)])
    open_days = models.CharField(_("open days"), max_length=60, blank=True, default="")
    daily = models.BooleanField(_("open every day"), default=True)
    condition = models.CharField(_("condition"), max_length=5, choices=CONDITIONS, default="good")

    class Meta:
        verbose_name, verbose_name_plural = _("market"), _("markets")

    def __str__(self):
        return self.name


keepers = staff("trade", roles=("validator", "district"), scope=True) | staff(roles=("admin",))

markets = Layer(
    name="markets",
    model=Market,
    title=_("Markets"),
    group=_("Trade"),
    abstract=_("People's markets with class, traders and open days."),
    topic="economy",
    order=60,
    min_zoom=8,
    shown=True,
    label="name",
    style=Categories(
        "market_class", {"1": "#7a3b06", "2": "#b45309", "3": "#d98a45", "4": "#efc398"}, shape="ring", size=7
    ),
    popup=["name", "market_class", "traders", "open_days", "condition"],
    filters=["name", "market_class", "traders", "daily", "condition"],
    table=["code", "name", "area_code", "market_class", "traders", "open_days", "condition"],
    form=["code", "name", "declared_code", "market_class", "traders", "open_days", "daily", "condition"],
    key="code",
    columns={"Code": "code", "Name": "name", "Longitude": "lon", "Latitude": "lat"},
    indicators=[
        Indicator(_("Markets"), Count("id"), name="markets", ramp="brown"),
        Indicator(_("Traders"), Sum("traders"), name="traders", ramp="brown"),
    ],
    access=Access(records=anyone, add=keepers, change=keepers),
)
