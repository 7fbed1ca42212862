"""Numbers kept encrypted: found by their keyed hash, shown to whoever may see them and says why. By POST alone: an address is
kept by browsers, servers and histories.

The answers tell nothing of numbers elsewhere: one that does not exist, one outside the person's scope and one asked for by
somebody without the right are the same “nothing”.
"""

import json
import re

from django.db.models import Q
from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from . import access, audit, catalogue, places, reasons, rows, search, values
from .errors import BadRequest, NotFound
from .keys import digests
from .layer import Layer
from .views import layer_or_404

MOST = 8  # as in the search


def body(request) -> dict:
    """The JSON object of a request; BadRequest, which repeats nothing of it, for anything else."""
    try:
        given = json.loads(request.body)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise BadRequest(_("Send a JSON object."))
    return given


def unkept(answer: dict) -> JsonResponse:
    """The answer, kept by nobody."""
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def find(request):
    """{"results": […]} as /search answers: the records with exactly this number, of those whose names the person may see."""
    number = re.sub(r"[\s.\-]", "", str(body(request).get("q", ""))[:40])
    if not (number.isascii() and number.isdigit() and 14 <= len(number) <= 17):
        raise BadRequest(_("Write the whole number: 14 to 17 digits."))
    found = [(layer, row) for layer in catalogue.vectors() for row in numbered(layer, request.user, number)]
    if request.user.is_authenticated:
        for layer, row in found or [(None, None)]:  # as many entries for a number elsewhere as for none
            audit.looked(request.user, layer, "find", row)
    return unkept({"results": [hit(layer, row, request.user) for layer, row in found]})


def numbered(layer: Layer, user, number: str) -> list:
    """The rows of a layer with this number, in one of its columns, that the person may see with names."""
    if not layer.numbers or not access.can(user, layer, "identity"):
        return []
    columns = [Q(**{f"{path}_hash__in": digests(number)}) for path in layer.numbers]
    found = rows.placed(layer, user, access.visible(layer, user, "identity")).select_related("names")
    return list(found.filter(Q.create(columns, connector=Q.OR)).order_by("pk")[:MOST])


def hit(layer: Layer, row, user) -> dict:
    """One result, called by the name of the person; `edit` leads to its form, where the person may write."""
    area = places.Area.objects.filter(code=row.area_code).first()
    subtitle = f"{layer.title} · {area.name}" if area else str(layer.title)
    told = search.hit("feature", str(row.names), subtitle, (row.lon, row.lat) if row.lon else None, layer.name, row.uid)
    told["edit"] = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    del told["rank"]
    return told if access.may(user, layer, "change", row.area_code, row.unit) else told | {"edit": None}


@require_POST
def reveal(request, name: str, uid: str):
    """{"name", "value"}: one number of one record, in groups of four digits, once the reason is in the access log."""
    layer, given = layer_or_404(name), body(request)
    access.need(request.user, layer, "identity")
    path = given.get("name")
    if path not in layer.numbers:
        raise BadRequest(_("“%(layer)s” has no such number.") % {"layer": layer.title})
    reason = reasons.why(given)
    row = (
        access.visible(layer, request.user, "identity").filter(uid=values.uids(uid)[0]).select_related("names").first()
    )
    sealed = row and getattr(row, "names", None) and getattr(row.names, path.removeprefix("names__"))
    if row is None:
        raise NotFound(_("This feature is not there, or not within what you may see."))
    audit.looked(request.user, layer, "reveal", row, reason=f"{path.removeprefix('names__')}: {reason}")
    return unkept({"name": path, "value": grouped(sealed.reveal()) if sealed else ""})


def grouped(number: str) -> str:
    """The digits in groups of four, as people read them to one another."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))
