"""Answers to programs: find the layer, ask access, return bytes. Pages for people are in pages.py."""

import json

from allauth.core.internal import ratelimit
from django.conf import settings
from django.db import connection
from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from . import (
    access,
    audit,
    catalogue,
    description,
    export,
    guard,
    keys,
    places,
    privacy,
    query,
    raster,
    reasons,
    rows,
    stats,
    tiles,
    values,
)
from .errors import NotFound, TooMany
from .layer import Indicator, Layer, Raster, Rate
from .packing import FOR_EVER, MVT, PNG, etag, packed


def layer_or_404(name: str, *kinds: type) -> Layer | Raster:
    """The layer of this name, of rows unless other kinds are asked for; NotFound with a sentence when there is none."""
    layer = catalogue.layer(name)
    if not isinstance(layer, kinds or Layer):
        raise NotFound(_("There is no layer “%(name)s”.") % {"name": name})
    return layer


@require_safe
def layers_json(request):
    """The catalogue with revisions, for this person and language."""
    body = json.dumps(description.everything(request.user), ensure_ascii=False).encode()
    return tagged(request, body, "application/json", "private, no-cache")


def tagged(request, body: bytes, content_type: str, cache: str) -> HttpResponse:
    """The body with its entity tag, or 304 when the caller has it."""
    tag = etag(body)
    same = request.headers.get("If-None-Match") == tag
    answer = HttpResponseNotModified() if same else HttpResponse(body, content_type=content_type)
    answer["ETag"], answer["Cache-Control"], answer["Vary"] = tag, cache, "Cookie, Accept-Language"
    return answer


@require_safe
def tile(request, name: str, z: int, x: int, y: int):
    """A vector tile. Kept for ever under the revision it was made from, never otherwise, and never for rows about persons."""
    layer = layer_or_404(name)
    access.need(request.user, layer, "records")
    made = tiles.tile(layer, request.user, z, x, y, request.GET)
    if made.data and z >= layer.min_zoom:  # below it a tile carries counts
        audit.drawn(request, layer)
    fresh = request.GET.get("v") == str(made.revision) and made.current and not query.uses_others(request.GET)
    return kept(layer, request, tile_bytes(request, made.data), fresh)


def kept(layer: Layer | Raster, request, answer: HttpResponse, fresh: bool) -> HttpResponse:
    """A tile's answer: kept for ever when it is fresh and the same for anyone, else by nobody."""
    public = access.key(layer, request.user) == "public"
    answer["Cache-Control"] = FOR_EVER if fresh and public else "no-store" if public else "private, no-store"
    return answer


def tile_bytes(request, body: bytes, content_type: str = MVT) -> HttpResponse:
    """The tile's bytes as an answer: see packed()."""
    held, zips = request.headers.get("If-None-Match"), request.headers.get("Accept-Encoding", "")
    status, headers, data = packed(body, content_type, held, zips)
    answer = HttpResponse(data, status=status, headers=headers)
    if status != 200:
        del answer["Content-Type"]
    return answer


@require_safe
def raster_tile(request, name: str, z: int, x: int, y: int):
    """A raster tile, kept for ever under the revision of the file it was made from."""
    layer = layer_or_404(name, Raster)
    access.need(request.user, layer, "records")
    made = raster.tile(layer, z, x, y)
    fresh = bool(made.revision) and request.GET.get("v") == str(made.revision)
    return kept(layer, request, tile_bytes(request, made.data, PNG), fresh)


@require_safe
def raster_value(request, name: str):
    """The value of a raster layer at lon, lat (degrees, EPSG:4326) with its class; null where it has none."""
    layer = layer_or_404(name, Raster)
    access.need(request.user, layer, "records")
    lon, lat = (values.numbers(word, request.GET.get(word, ""), 1)[0] for word in ("lon", "lat"))
    values.point("lon", lon, lat)
    value = raster.value(layer, lon, lat)
    shown = None if value is None else description.legend(layer)[raster.classes(layer, value)]
    body = {"layer": layer.name, "lon": lon, "lat": lat, "value": value, "unit": str(layer.unit), "class": shown}
    return personal(layer, request, JsonResponse(body))


@require_safe
def table_json(request, name: str):
    """A window of the rows, sorted, with the number of all that match."""
    layer = layer_or_404(name)
    access.need(request.user, layer, "records")
    found = rows.window(layer, request.user, request.GET)
    audit.viewed(request, layer, found.pop("codes"))
    return personal(layer, request, JsonResponse(found, json_dumps_params={"ensure_ascii": False}))


def personal(layer: Layer | Raster, request, answer):
    """The answer, kept by no cache when it holds rows not everybody sees."""
    answer["Cache-Control"] = "no-cache" if access.key(layer, request.user) == "public" else "private, no-store"
    return answer


@require_safe
def legend_json(request, name: str):
    """How many rows match, by the style's classes."""
    layer = layer_or_404(name)
    access.need(request.user, layer, "records")
    return personal(layer, request, JsonResponse(rows.legend(layer, request.user, request.GET)))


def indicator_or_404(layer: Layer, name: str) -> Indicator | Rate:
    """The layer's indicator of this name; NotFound with a sentence when there is none."""
    if name not in layer.indicator:
        raise NotFound(_("The layer “%(layer)s” has no indicator “%(name)s”.") % {"layer": layer.title, "name": name})
    return layer.indicator[name]


@require_safe
def indicator(request, name: str, indicator: str, form: str):
    """One indicator by area, as everybody may see it, as JSON or a workbook."""
    layer = layer_or_404(name)
    access.need(request.user, layer, "counts")
    figures = stats.figures(
        layer,
        indicator_or_404(layer, indicator),
        tiles.asked_level(request.GET.get("level")),
        request.GET.get("period") or "",
    )
    if form == "xlsx":
        return export.indicator(figures)
    body = json.dumps(figures, ensure_ascii=False).encode()
    return tagged(request, body, "application/json", "no-cache")


@require_safe
def estimate_json(request):
    """One indicator inside a drawn polygon: of the atoms it covers, which are drawn in its place, with the noise named."""
    layer = layer_or_404(request.GET.get("layer", ""))
    access.need(request.user, layer, "counts")
    indicator = indicator_or_404(layer, request.GET.get("indicator", ""))
    area = values.polygon(request.GET.get("polygon", ""))
    limits = {"app": "geoportal", "config": settings.RATE_LIMITS, "limit_get": True}
    if not ratelimit.consume(request, action="estimate", **limits):
        raise TooMany(60)
    body = privacy.drawn(layer, indicator, area)
    answer = JsonResponse(body, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def feature_json(request, name: str, uid):
    """One feature with labels, values and units."""
    layer = layer_or_404(name)
    access.need(request.user, layer, "records")
    found = rows.feature(layer, request.user, uid)
    code = found["area"]["code"] if found["area"] else ""
    found["noted"] = audit.viewed(request, layer, [code], found["uid"])
    return personal(layer, request, JsonResponse(found, json_dumps_params={"ensure_ascii": False}))


@require_safe
def healthz(request):
    """{"status": "ok"} when database, queue and policies are as they must be; 503 with what is wrong otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT geoportal_late()")
        waiting = cursor.fetchone()[0]
    stale = guard.wrong()
    unread = "" if stale else keys.wrong()  # what it asks the database for is one of the policies' functions
    wrong = stale or unread
    body = {
        "status": "ok" if not wrong else "wrong",
        "database": "ok",
        "queue": {"late": waiting},
        "policies": stale or "ok",
        "keys": unread or "ok",
        "index": guard.slow() or "ok",
        "statements": guard.overheard() or "ok",
    }
    answer = JsonResponse(body, status=503 if wrong else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def export_file(request, name: str, form: str):
    """The matching rows as a file, with the same filters and rights as the map; by POST and for a reason with numbers, too.
    What goes out about persons is in the access log before it does."""
    layer, numbers, reason = layer_or_404(name), request.method == "POST", ""
    access.need(request.user, layer, "export")
    if numbers:
        access.need(request.user, layer, "identity")
        reason = reasons.why(request.POST)
    if layer.personal:
        what = "numbers" if numbers else "names" if access.can(request.user, layer, "identity") else "records"
        inside = request.GET.get("inside", "")
        about = {
            "area_code": inside if places.level_of(inside) else "",
            "rows": rows.asked(layer, request.user, request.GET).count(),
            "asked": audit.asked_for(layer, request.GET),
        }
        audit.looked(request.user, layer, "export", reason=": ".join(filter(None, [what, reason])), **about)
    return personal(layer, request, export.rows(layer, request.user, request.GET, form, numbers))
