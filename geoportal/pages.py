"""The pages people open: map, start, table, feature; and what the frame of every page needs."""

from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from . import access, admin, audit, catalogue, description, export, freshness, origins, places, reasons, rows, stats
from .views import layer_or_404


def frame(request):
    """What the frame of every page shows: the place, the rail of kinds of work, the demo banner."""
    return {
        "demo": settings.DEMO,
        "DEMO": settings.DEMO,
        "place": SimpleLazyObject(description.place),  # asked for once a page, and only by pages that show it
        "rail": rail(request),
        "work": SimpleLazyObject(lambda: description.work(request.user)["areas"]) if signed_in(request) else [],
        "reads_log": hasattr(request, "user") and access.reads_log(request.user),
        "viewing": getattr(request, "viewing", None),
        "keeps_people": hasattr(request, "user") and access.administers(request.user),
        "administration": hasattr(request, "user") and admin.works(request.user),
    }


def signed_in(request) -> bool:
    return hasattr(request, "user") and request.user.is_authenticated


def rail(request) -> list[dict]:
    """The entries of the rail: those whose page exists. A layer's own pages bring theirs."""
    entries = [
        ("/", gettext_lazy("Map"), "map"),
        ("/data", gettext_lazy("Data"), "database"),
        ("/catalogue", gettext_lazy("Catalogue"), "layout-list"),
    ]
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
    """After signing in: to the page of one's work. Administrators come to the administration, all others to the map: with
    the layers whose rows they work with (it opens at their own areas); or, where they see counts only, coloured by the
    first rate that has figures."""
    user = request.user
    if not user.is_authenticated:
        return redirect("home")
    if user.role == "admin":
        return redirect("admin:index")
    own = [layer.name for layer in catalogue.vectors() if access.can(user, layer, "change")]
    words = {"layers": ",".join(dict.fromkeys([*own, "areas"]))} if own else {"colour": first_rate(user)}
    query = urlencode({k: v for k, v in words.items() if v}, safe="/,.")
    return redirect(f"/?{query}" if query else "home")


def first_rate(user) -> str:
    """layer.indicator of the first rate with figures that this person may see, or empty."""
    counted = freshness.counted()
    rates = [
        f"{layer.name}.{indicator.name}"
        for layer in catalogue.vectors()
        if access.can(user, layer, "counts")
        for indicator in layer.indicators
        if indicator.kind == "rate" and indicator.name in counted.get(layer.name, ())
    ]
    return rates[0] if rates else ""


@require_safe
def table(request, name: str):
    """A layer's attribute table as a page of its own."""
    layer = layer_or_404(name)
    access.need(request.user, layer, "records")
    return render(request, "table.html", {"layer": layer, "writes": access.writes(request.user, layer)})


@require_safe
def feature(request, name: str, uid):
    """One feature: every field with its unit, where it is, what is near."""
    layer = layer_or_404(name)
    access.need(request.user, layer, "records")
    found = rows.feature(layer, request.user, uid)
    code = found["area"]["code"] if found["area"] else ""
    found["noted"] = audit.viewed(request, layer, [code], found["uid"])
    area = places.Area.objects.get(code=found["area"]["code"]) if layer.model is places.Area else None
    figures = stats.of_area(area, request.user) if area else []
    words = {"layer": layer, "feature": found, "figures": figures, "boundary": area and places.boundary()}
    return render(request, "feature.html", words)


@require_safe
def data(request):
    """What data there is: every layer with its source, revision, count and downloads."""
    loads = origins.loaded()
    shown = [
        {
            "layer": layer,
            "count": access.visible(layer, request.user).count()
            if access.can(request.user, layer, "records")
            else None,
            "source": origins.source(layer, loads),
            "export": access.can(request.user, layer, "export"),
            "numbers": layer.numbers and access.can(request.user, layer, "identity"),
            "writes": access.writes(request.user, layer),
        }
        for layer in catalogue.vectors()
        if access.level(request.user, layer)
    ]
    forms = [(form, title) for form, (title, _type) in export.FORMS.items()]
    words = {"layers": shown, "forms": forms, "reasons": reasons.offered()}
    return render(request, "data.html", words | {"uploads": any(entry["writes"] for entry in shown)})
