"""Whether a person may write a row where it is about to lie, as one sentence: what the policy in the database will say of it."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from . import access
from .layer import Layer
from .places import Area


def beyond(layer: Layer, user, row, values: dict, area_at: Callable) -> tuple[str, str] | None:
    """(field, sentence) where this person may not write the row as these values leave it, else None.

    values: cleaned, with `place` and `declared_code` where the layer has them; row: the instance, stored or not;
    area_at: point -> code of the area it lies in, or None.
    """
    point, declared = values.get("place"), values.get("declared_code") or ""
    code = area_at(point) if point else declared
    if not point and layer.geom != "place":
        code = getattr(row, "area_code", "") or values.get("code")
    right = "change" if row.pk else "add"
    if access.may(user, layer, right, code, values.get("unit") or ""):
        return None
    if area := Area.objects.filter(code=code).first():
        sentence = _("This place lies in %(area)s, where your account may not write.") % {"area": area}
    else:
        sentence = _("Set the place or declare its area: without either nobody can tell whether you may write here.")
    return ("lat" if point else "declared_code" if "declared_code" in values else ""), sentence
