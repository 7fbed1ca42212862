"""The pages around uploads: the list of them, where one begins, the workbook to fill in."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from .. import access, catalogue, errors, export, mandate
from ..errors import Forbidden, SignIn, Viewed
from ..layer import Layer
from ..models import User
from ..reading.refusals import KINDS
from ..views import layer_or_404
from . import sending, template
from .kept import Upload

A_PAGE = 25
ENDINGS = (
    ".csv,.tsv,.txt,.xlsx,.xlsm,.xlsb,.xls,.ods,.html,.geojson,.json,.geojsonl,.ndjson,.zip,.gpkg,.kml,.kmz,.gpx,.fgb"
)


def need(request, layer: Layer) -> None:
    """Nothing for whoever may upload into the layer; SignIn or Forbidden for anyone else, Viewed while viewing as another."""
    if not access.writes(request.user, layer):
        raise Forbidden(layer) if request.user.is_authenticated else SignIn(layer)
    if getattr(request, "viewing", None):
        raise Viewed(_("What somebody uploads is shown to them alone."))


def kept_by(user) -> list[int]:
    """Whose uploads the user sees in the list: the own; an administrator's, those of the people within reach, too."""
    if not access.administers(user):
        return [user.pk]
    people = User.objects.filter(pk__in=Upload.objects.values("user")).prefetch_related("scopes")
    return [user.pk, *(one.pk for one in people if mandate.keeps(user, one))]


@require_safe
@never_cache
def listed(request):
    """The layers one may upload into, and the uploads so far."""
    if not request.user.is_authenticated:
        raise SignIn()
    layers = [layer for layer in catalogue.vectors() if access.writes(request.user, layer)]
    if not layers and not access.administers(request.user):
        raise Forbidden()
    found = Upload.objects.filter(user__in=kept_by(request.user)).select_related("user").order_by("-pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    for one in page:
        of = catalogue.layer(one.layer)
        one.title = of.title if of else one.layer
        one.mine = one.user_id == request.user.pk
    words = {"layers": layers, "page": page, "others": access.administers(request.user), "days": settings.UPLOAD_DAYS}
    return render(request, "uploads/list.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def start(request, name: str):
    """Choosing a file for a layer; by POST it is taken in."""
    layer, sentence = layer_or_404(name), ""
    need(request, layer)
    if request.method == "POST":
        if not (sentence := sending.refused(request)):
            made = sending.take_in(layer, request.user, request.FILES["file"])
            there = reverse("upload", args=[layer.name, made.uid])
            return JsonResponse({"url": there}, status=201) if errors.wants_data(request) else redirect(there)
        if errors.wants_data(request):
            raise errors.Invalid(sentence)
    words = {
        "layer": layer, "sentence": sentence, "kinds": KINDS, "endings": ENDINGS, "days": settings.UPLOAD_DAYS,
        "limit": settings.UPLOAD_MEGABYTES,
    }  # fmt: skip
    return render(request, "uploads/start.html", words, status=422 if sentence else 200)


@require_safe
def template_file(request, name: str):
    """The workbook to fill in."""
    layer = layer_or_404(name)
    need(request, layer)
    answer = HttpResponse(template.workbook(layer), content_type=export.FORMS["xlsx"][1])
    answer["Content-Disposition"] = f'attachment; filename="{layer.name}.xlsx"'
    return answer
