"""The catalogue of layers for everybody (Satu Data): a page to search, metadata to read, ISO 19139 and DCAT for other catalogues."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from . import access, export, listing
from . import dcat as dcats
from .layer import Layer, Raster
from .views import layer_or_404, personal


def ways(user, layer) -> dict:
    """Where this user may go from a layer: to the map, the table, to files of its rows, to figures by area."""
    of_rows = isinstance(layer, Layer)
    rows = access.can(user, layer, "records")
    files = [(form, title) for form, (title, _type) in export.FORMS.items()]
    return {
        "map": f"/?layers={layer.name}"
        if rows
        else f"/?colour={layer.name}.{layer.indicators[0].name}"
        if layer.indicators
        else "",
        "table": rows and of_rows,
        "files": files if of_rows and access.can(user, layer, "export") else [],
        "figures": list(layer.indicators) if of_rows and not rows else [],
    }


@require_safe
def listed(request):
    """The layers this person may know of, narrowed by words."""
    words = " ".join(request.GET.get("q", "").split())[:100]
    found = listing.entries(request.user, words)
    entries = [(entry, ways(request.user, entry.layer)) for entry in found]
    return render(request, "catalogue.html", {"entries": entries, "words": words})


@require_safe
def metadata(request, name: str):
    """What is said of one layer."""
    layer = layer_or_404(name, Layer, Raster)
    access.need(request.user, layer, "counts")
    words = {"entry": listing.one(layer), "ways": ways(request.user, layer), "layer": layer}
    return render(request, "metadata.html", words | {"edits": access.administers(request.user)})


@require_safe
def xml(request, name: str):
    """The same as ISO 19139, the XML of ISO 19115 and so of SNI 8843-1:2019."""
    layer = layer_or_404(name, Layer, Raster)
    access.need(request.user, layer, "counts")
    words = {
        "entry": listing.one(layer),
        "ways": ways(request.user, layer),
        "root": request.build_absolute_uri("/").rstrip("/"),
    }
    body = render_to_string("metadata.xml", words | {"today": timezone.localdate()})
    answer = HttpResponse(body, content_type="application/xml; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{layer.name}.xml"'
    return personal(layer, request, answer)


@require_safe
def dcat(request):
    """The catalogue as JSON-LD in the words of DCAT, for other portals to gather."""
    root = request.build_absolute_uri("/").rstrip("/")
    found = [
        (entry, ways(request.user, entry.layer))
        for entry in listing.entries(request.user, request.GET.get("q", "")[:100])
    ]
    answer = JsonResponse(
        dcats.catalogue(found, root), content_type="application/ld+json", json_dumps_params={"ensure_ascii": False}
    )
    answer["Cache-Control"] = "private, no-cache"
    return answer
