"""Administrative areas: the ground every other layer stands on."""

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from geoportal import boundaries
from geoportal.layer import Access, Indicator, Layer, Single, anyone, staff
from geoportal.places import Area

areas = Layer(
    name="areas",
    model=Area,
    title=_("Administrative areas"),
    group=_("Areas"),
    abstract=_("Borders of the areas in use, by Kemendagri code."),
    topic="boundaries",
    order=1,
    min_zoom=0,
    shown=True,
    geom="geom",
    geometry="polygon",
    label="name",
    style=Single(color="#4b5b58", shape="square"),
    popup=["name", "code", "level", "area_km2"],
    filters=["name", "code", "level"],
    form=["code", "name"],
    key="code",
    columns={"Code": "code", "Name": "name"},
    load=boundaries.load,
    indicators=[Indicator(_("Size"), Sum("area_km2"), name="size", unit="km²", ramp="green")],
    access=Access(
        records=anyone,
        add=staff(roles=("admin",)) | staff("planning", roles=("planner",)),
        change=staff(roles=("admin",)) | staff("planning", roles=("planner",)),
    ),
)
