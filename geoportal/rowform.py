"""The form of a row in the administration: the layer's one validator, a map for the place, and what a screen adds to it."""

from django import forms
from django.contrib.gis.forms import GeometryField
from django.forms import Script
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from leaflet.admin import LeafletAdminWidget

from . import places, reach
from .description import capital, model_field
from .fields import MASK
from .forms import form_for
from .layer import Layer
from .places import Area

PLACE = ("map", "lon", "lat", "accuracy_m", "place_source", "unit")


class PlaceWidget(LeafletAdminWidget):
    """django-leaflet's map in a template without inline scripts. For a point it moves the fields `lon` and `lat`, which
    alone are sent and judged; a shape is only shown, for it comes from a boundary set or a file."""

    template_name = "admin/place.html"

    @property
    def media(self):
        return super().media + forms.Media(js=[Script("js/admin/place.js", type="module")])


def form_class(layer: Layer) -> type[forms.ModelForm]:
    """The administration's form of a layer."""
    geometry = model_field(layer.model, layer.geom)
    shown = GeometryField(
        widget=PlaceWidget(attrs={"geom_type": geometry.geom_type}),
        label=gettext_lazy("map"),
        required=False,
        disabled=True,
    )
    fields = {"base": forms.IntegerField(required=False, widget=forms.HiddenInput), "map": shown}
    words = {"place_fields": PLACE if layer.geom == "place" else ("map",), "__module__": __name__}
    return type(f"{layer.model.__name__}RowForm", (RowForm, form_for(layer)), fields | words)


class RowForm(forms.ModelForm):
    """What every layer's form adds in the administration: whose it is, and which version it began with."""

    user = None
    place_fields: tuple[str, ...]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.instance
        self.initial["base"] = row.version if row.pk else None
        self.initial["map"] = getattr(row, self.layer.geom)
        self.named = [path for path in self.named if path in self.fields]
        for field in self.fields.values():
            field.label = capital(field.label) if field.label else field.label
        for name in {"lon", "lat"} & set(self.fields):  # a field for numbers would take no decimal comma
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        for name in set(self.layer.numbers) & set(self.fields):
            if self.initial.get(name):
                kept = _("A number is stored. Leave this empty to keep it; write - to take it out.")
                self.fields[name].help_text = kept
                self.fields[name].widget.attrs["placeholder"] = MASK
        if "declared_code" in self.fields:
            self.fields["declared_code"].widget = forms.Select(choices=lazy(declarable, list)())

    def clean(self):
        values = super().clean()
        row = self.instance
        if row.pk and values.get("base") is not None and values["base"] != row.version:
            sentence = _(
                "Somebody else changed this row while you were writing. Look at its history, then open it again."
            )
            raise forms.ValidationError(sentence, code="stale")
        if not self.errors and (found := reach.beyond(self.layer, self.user, row, values, places.area_at)):
            field, sentence = found
            self.add_error(field or None, sentence)
        return values


def declarable() -> list[tuple]:
    """Areas a row may declare, by district: the district itself, then its villages."""
    found: dict[str, list[tuple[str, str]]] = {}
    for area in Area.objects.filter(level__in=["district", "village"], deleted_at=None).order_by("code"):
        found.setdefault(area.code[:8], []).append((area.code, str(area)))
    return [("", "–"), *((inside[0][1], inside) for inside in found.values())]
