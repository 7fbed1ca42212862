"""Rasters: surfaces of cells."""

from django.utils.translation import gettext_lazy as _

from geoportal.layer import Access, Raster, anyone

population = Raster(
    name="population",
    title=_("Population density"),
    group=_("Surfaces"),
    abstract=_("People per hectare in cells of 100 m."),
    file="population.tif",
    unit=_("people/ha"),
    breaks=[5, 20, 50, 100, 200],
    colors=["#f1eef6", "#d0d1e6", "#a6bddb", "#74a9cf", "#2b8cbe", "#045a8d"],
    access=Access(counts=anyone, records=anyone),
)
