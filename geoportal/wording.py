"""What a layer's fields and their choices are called, for the sentences about them."""

from django.utils.translation import gettext_lazy as _

from . import description
from .layer import Layer

PLACE = {"lon": _("longitude"), "lat": _("latitude")}
OFFERED = 8  # choices that a sentence lists; of more it lists these and says that there are others


def label(layer: Layer, path: str) -> str:
    """What people call a field of the layer, or a coordinate of its place, with a capital."""
    return description.capital(PLACE.get(path) or description.model_field(layer.model, path).verbose_name)


def offered(layer: Layer, path: str) -> str:
    """The choices of a field as a sentence lists them: `Piped water (piped), …`, the label alone where the code is the same."""
    pairs = [(value, description.capital(text)) for value, text in description.choices(layer, path)]
    words = [text if text == str(value) else f"{text} ({value})" for value, text in pairs]
    return ", ".join(words[:OFFERED] + ["…"] * (len(words) > OFFERED))
