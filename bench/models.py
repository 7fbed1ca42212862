"""A public layer as large as the households and with their columns, so that the same tiles can be asked without signing in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from geoportal import catalogue
from geoportal.layer import Access, Categories, Layer, anyone
from geoportal.models import Feature
from layers.households import Household


class House(Feature):
    """A household without its names: what a peer without row-level security may be given."""

    members = models.PositiveSmallIntegerField()
    under5 = models.PositiveSmallIntegerField(default=0)
    water = models.CharField(max_length=11, choices=Household.WATER)
    latrine = models.CharField(max_length=6, choices=Household.LATRINE)
    desil = models.PositiveSmallIntegerField(null=True, blank=True)

    def __str__(self):
        return str(self.uid)


houses = Layer(
    name="houses",
    model=House,
    title=_("Houses"),
    group=_("Places"),
    min_zoom=15,
    style=Categories("latrine", {"own": "#2166ac", "shared": "#92c5de", "pit": "#f4a582", "none": "#b2182b"}),
    popup=["members", "under5", "water", "latrine", "desil"],
    filters=["latrine", "water", "desil", "members"],
    form=["members", "under5", "water", "latrine", "desil"],
    sums=["members"],
    access=Access(records=anyone),
)
catalogue.keep(houses)
