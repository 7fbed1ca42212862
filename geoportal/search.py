"""GET /search: areas by name or code, features by their label, typed coordinates; only of layers and rows the person may see."""

from django.conf import settings
from django.contrib.gis.db.models.functions import Envelope, PointOnSurface
from django.contrib.gis.geos import Point
from django.db.models import F, FloatField, Func, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat
from django.http import JsonResponse
from django.utils.translation import gettext as _

from . import access, audit, catalogue, coordinates, places, shapes, spelling
from .errors import BadRequest

ALIKE_ONLY = (0,)  # ranks from here on are of names only spelt alike
MOST = 8  # results of each kind: a list longer than a screen helps nobody


def results(request):
    """{"results": [...]} best first: what begins with the words, then what holds them, then what is spelt alike."""
    text = " ".join(request.GET.get("q", "").split())
    if len(text) > 200:
        raise BadRequest(errors={"q": _("Write at most 200 characters.")})
    root = places.root()
    found = []
    if root and root.geom and len(text) >= 2 and spelling.plain_words(text):
        near = nearby(request.GET.get("near"))
        found = coordinate(text, root) or [hit for hits in (areas, *features(request.user)) for hit in hits(text, near)]
        found.sort(key=lambda hit: hit["rank"])
        if found and found[0]["rank"] < ALIKE_ONLY:  # other spellings help only where nothing is spelt so
            found = [hit for hit in found if hit["rank"] < ALIKE_ONLY]
        named(request, found)
        for hit in found:
            del hit["rank"]
    response = JsonResponse({"results": found})
    response["Cache-Control"] = "private, no-store"
    return response


def named(request, found):
    """Nothing; which layer's people are called by name among these hits is in the access log."""
    for layer in catalogue.vectors():
        hits = [hit for hit in found if hit["layer"] == layer.name]
        audit.viewed(request, layer, [hit["code"] or "" for hit in hits])


def nearby(text):
    """The point of ?near=lon,lat, or None; BadRequest for anything else."""
    if not text:
        return None
    try:
        lon, lat = map(float, text.split(","))
    except ValueError:
        lon = lat = 1000
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise BadRequest(
            errors={"near": _("“%(value)s” is not a place: write longitude,latitude in degrees.") % {"value": text}}
        )
    return Point(lon, lat, srid=4326)


def coordinate(text, root):
    """A list of the one place the text gives, with a sentence where it is outside the area; empty when it gives none."""
    place = coordinates.read(text, root.geom.extent)
    if not place:
        return []
    away = coordinates.kilometres_outside(*place, root.geom.extent)
    subtitle = _("Coordinates")
    if away > 1:
        subtitle = _("%(km)s km outside %(place)s: check the order and the signs") % {"km": round(away), "place": root}
    return [hit("coordinate", coordinates.written(*place), subtitle, place)]


def areas(text, _near):
    """Hits among the areas of the place, by name or by Kemendagri or BPS code; equally good ones by code, wherever one looks."""
    layer = catalogue.layer("areas")
    code = Q()
    if any(c.isdigit() for c in text):
        digits = text.replace(".", "")
        code = Q(code=text) | Q(code__endswith="." + text) | Q(bps_codes__code=digits) | Q(plain=digits)
    rows = (
        places.Area.objects.filter(
            Q(code=settings.AREA_ROOT) | Q(code__startswith=settings.AREA_ROOT + "."), deleted_at=None
        )
        .exclude(geom=None)
        .annotate(plain=Func(F("code"), Value("."), Value(""), function="replace", output_field=TextField()))
        .select_related("parent")
    )
    rows = spelling.ranked(rows, text, F("name"), F("name"), code).annotate(
        box=Envelope("geom"), point=PointOnSurface("geom")
    )
    for row in rows.order_by("-tier", "-alike", "code").distinct()[:MOST]:
        word = places.level_word(row.code, row.level)
        parent = f" · {row.parent}" if row.parent and row.code != settings.AREA_ROOT else ""
        yield hit("area", row.name, f"{word}{parent}", row.point, layer.name, row.code, row.box.extent, row.code) | {
            "rank": (-row.tier, 0, -row.alike)
        }


def features(user):
    """A function text, near -> hits for each layer whose labels this person may see."""
    return [
        lambda text, near, layer=layer: labelled(layer, user, text, near)
        for layer in catalogue.vectors()
        if layer.name != "areas"
        and layer.label
        and access.can(user, layer, "records")
        and access.fields(layer, user, [layer.label])
    ]


def labelled(layer, user, text, near):
    """Hits in one layer: by the label, or by label, kind and area together ("posyandu pusong")."""
    area = Subquery(places.Area.objects.filter(code=OuterRef("area_code")).values("name")[:1])
    rows = access.visible(layer, user).annotate(area_name=Coalesce(area, Value(""), output_field=TextField()))
    label = Coalesce(F(layer.label), Value(""), output_field=TextField())
    whole = Concat(label, Value(f" {layer.title} "), F("area_name"), output_field=TextField())
    rows = spelling.ranked(rows, text, label, whole).annotate(
        point=PointOnSurface(access.geometry(layer, user)), label_text=label
    )
    for row in ordered(rows, near, access.geometry(layer, user), "label_text")[:MOST]:
        subtitle = f"{layer.title} · {row.area_name}" if row.area_name else str(layer.title)
        yield hit("feature", row.label_text, subtitle, row.point, layer.name, row.uid) | {
            "rank": (-row.tier, 1, -row.alike)
        }


def ordered(rows, near, shape, last):
    """Best first; equally good ones by their distance from `near`, then by the field `last`."""
    if near:
        apart = Func(
            shape, shapes.shape_value(near), template="%(expressions)s", arg_joiner=" <-> ", output_field=FloatField()
        )
        return rows.annotate(apart=apart).order_by("-tier", "-alike", "apart", last)
    return rows.order_by("-tier", "-alike", last)


def hit(kind, title, subtitle, point, layer=None, uid=None, bbox=None, code=None):
    """One result as the page wants it; bbox is (west, south, east, north)."""
    lon, lat = (round(value, 6) for value in tuple(point)) if point else (None, None)
    uid = None if uid is None else str(uid)
    return {
        "kind": kind, "layer": layer, "title": title, "subtitle": subtitle, "lon": lon, "lat": lat,
        "bbox": bbox, "uid": uid, "code": code, "rank": (-4,),
    }  # fmt: skip
