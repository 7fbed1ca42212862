"""The pages people open: map, start, table, feature; and what the frame of every page needs."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.shortcuts import redirect, render
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from . import access, catalogue, description, rows
from .layer import Layer
from .views import layer_or_404


class Door(DefaultAccountAdapter):
    """Sign-in without sign-up: an administrator gives accounts."""

    def is_open_for_signup(self, request):
        return False


def frame(request):
    """What the frame of every page shows: the place, the rail of kinds of work, the demo banner."""
    return {"demo": settings.DEMO, "DEMO": settings.DEMO, "place": lazy(description.place, dict)(), "rail": rail(request)}


def rail(request) -> list[dict]:
    """The entries of the rail: those whose page exists. A layer's own pages bring theirs."""
    entries = [("/", gettext_lazy("Map"), "map"), ("/data", gettext_lazy("Data"), "database")]
    for layer in catalogue.vectors():
        entries[1:1] = [(f"/{page.path}", page.title, page.icon) for page in layer.pages if page.title]
    here = request.path
    return [
        {"url": url, "label": str(label), "icon": icon, "active": here == url or (url != "/" and here.startswith(url))}
        for url, label, icon in entries
    ]


@require_safe
def home(request):
    """The map."""
    return render(request, "map.html")


@require_safe
def start(request):
    """After signing in: to the page of one's work. Until the pages of the field and of reports are there, all work is on
    the map: opened at one's own areas."""
    everywhere, areas, _units = access.scopes(request.user) if request.user.is_authenticated else (True, (), ())
    inside = [] if everywhere or not areas else [common(areas)]
    return redirect("/" + (f"?at={inside[0]}" if inside and inside[0] else ""))


def common(codes) -> str:
    """The map view (zoom/lat/lon) around these areas, or empty when they have no shape yet."""
    from django.contrib.gis.db.models import Extent

    from .places import Area

    box = Area.objects.filter(code__in=codes).aggregate(box=Extent("geom"))["box"]
    if not box:
        return ""
    west, south, east, north = box
    return f"14/{(south + north) / 2:.5f}/{(west + east) / 2:.5f}"


@require_safe
def table(request, name: str):
    """A layer's attribute table as a page of its own."""
    layer = layer_or_404(name)
    access.need(request.user, layer, "records")
    return render(request, "table.html", {"layer": layer})


@require_safe
def feature(request, name: str, uid):
    """One feature: every field with its unit, where it is, what is near."""
    layer = layer_or_404(name)
    access.need(request.user, layer, "records")
    return render(request, "feature.html", {"layer": layer, "feature": rows.feature(layer, request.user, uid)})


@require_safe
def data(request):
    """What data there is: every layer with its source, revision, count and downloads."""
    shown = [
        {
            "layer": layer,
            "count": access.visible(layer, request.user).count() if access.can(request.user, layer, "records") else None,
            "source": description.source(layer),
            "export": access.can(request.user, layer, "export"),
        }
        for layer in catalogue.vectors()
        if access.level(request.user, layer)
    ]
    return render(request, "data.html", {"layers": shown, "forms": ("csv", "xlsx", "geojson", "gpkg")})
