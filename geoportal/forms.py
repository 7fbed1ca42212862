"""form_for(layer): the one validator. Admin, phone, file and API all pass through it; it words what is wrong."""

from functools import lru_cache

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import places
from .description import model_field
from .layer import Layer
from .models import Feature
from .shapes import Around, Metres, Overlap, shape_value

NEAR_METRES = 1000  # a point this near outside is kept and marked; farther away it is refused (DOMAIN 2)


class CommaFloatField(forms.FloatField):
    """A number with a decimal point or comma."""

    def to_python(self, value):
        return super().to_python(value.replace(",", ".") if isinstance(value, str) and value.count(",") == 1 else value)


class DayField(forms.DateField):
    """A day, year first or day first: never the month first, whatever the language of the page."""

    input_formats = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%m-%y"]


class TickBox(forms.CheckboxInput):
    """A tick box that hands on what a file says in words."""

    def value_from_datadict(self, data, files, name):
        value = data.get(name, False)
        return value.strip().lower() if isinstance(value, str) else value


class YesNoField(forms.BooleanField):
    """Yes or no, ticked or in words. Django alone takes every word, “no” too, for a yes."""

    widget = TickBox
    YES = {"1", "true", "on", "yes", "y", "ya", "benar"}
    NO = {"", "0", "false", "off", "no", "n", "tidak", "tdk", "bukan"}

    def to_python(self, value):
        if isinstance(value, str):
            if value not in self.YES | self.NO:
                raise ValidationError(_("“%(value)s” is neither yes nor no.") % {"value": value})
            value = value in self.YES
        return super().to_python(value)


def field_class(field: models.Field) -> type[forms.Field] | None:
    """Our own class of form field for a model field, or None for Django's."""
    if isinstance(field, models.FloatField):
        return CommaFloatField
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return DayField
    return YesNoField if isinstance(field, models.BooleanField) and not field.null else None


@lru_cache(maxsize=200)
def form_for(layer: Layer) -> type[forms.ModelForm]:
    """The form class of a layer: declared fields, names, and the place (`lon`, `lat`, `accuracy_m`, `place_source`).

    `save()` stores the row and its names together; the area, its state and the version, which are the database's to find,
    are on the instance afterwards.
    """
    own = [name for name in layer.form if not name.startswith("names__")]
    named = [name for name in layer.form if name.startswith("names__")]
    place = {}
    if issubclass(layer.model, Feature) and layer.geom == "place":
        place = {
            "lon": CommaFloatField(label=gettext_lazy("longitude"), required=False),
            "lat": CommaFloatField(label=gettext_lazy("latitude"), required=False),
        }
        own += ["accuracy_m", "place_source", "captured_at", "unit"]
    classes = {name: field_class(model_field(layer.model, name)) for name in [*own, *named]}
    classes = {name: found for name, found in classes.items() if found}
    class_fields = {
        name: model_field(layer.model, name).formfield(**({"form_class": classes[name]} if name in classes else {}))
        for name in named
    } | place
    meta = type("Meta", (), {"model": layer.model, "fields": list(dict.fromkeys(own)), "field_classes": classes})
    return type(
        f"{layer.model.__name__}Form", (LayerForm,), {"Meta": meta, "layer": layer, "named": named, **class_fields}
    )


class LayerForm(forms.ModelForm):
    """What every layer's form does beside its fields."""

    layer: Layer
    named: list[str]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.instance
        if row.pk and self.named:
            names = layer_names(self.layer, row)
            for path in self.named if names else []:
                self.initial.setdefault(path, getattr(names, path.removeprefix("names__")))
        if row.pk and "lon" in self.fields and row.place:
            self.initial.setdefault("lon", row.place.x)
            self.initial.setdefault("lat", row.place.y)

    def clean(self):
        values = super().clean()
        if self.instance.pk and self.stale():
            sentence = _("Somebody else changed this row while you were writing. Open it again.")
            raise ValidationError(sentence, code="stale")
        if "lon" in self.fields:
            values["place"] = self.cleaned_place(values)
        declared = values.get("declared_code")
        if declared and not places.Area.objects.filter(code=declared, deleted_at=None).exists():
            self.add_error("declared_code", _("There is no area with the code “%(code)s” here.") % {"code": declared})
        if self.layer.check:
            for name, sentence in self.layer.check(values).items():
                self.add_error(name, sentence)
        for path in self.named:
            self.judge_name(path, values)
        return values

    def judge_name(self, path: str, values: dict) -> None:
        """The rules of the names' model on one of its fields."""
        if path in values:
            try:
                values[path] = model_field(self.layer.model, path).clean(values[path], None)
            except ValidationError as error:
                self.add_error(path, error)

    def stale(self) -> bool:
        """Whether the stored row is a later version than the one this form began with; locks it until it is stored."""
        row = self.instance
        stored = type(row)._default_manager.select_for_update().filter(pk=row.pk).values_list("version", flat=True)
        return bool(stored) and stored[0] != row.version

    def cleaned_place(self, values: dict) -> Point | None:
        """The point, or None when both coordinates are empty ("no point yet")."""
        lon, lat = values.get("lon"), values.get("lat")
        if lon is None and lat is None:
            return None
        if lon is None or lat is None:
            self.add_error("lat" if lat is None else "lon", _("Give both longitude and latitude, or neither."))
            return None
        sentence = misplaced(lon, lat)
        if sentence:
            self.add_error("lon", sentence)
            return None
        return Point(lon, lat, srid=4326)

    def save(self, commit=True):
        row = super().save(commit)
        if commit:
            row.refresh_from_db()
        return row

    def _post_clean(self):
        if "place" in self.cleaned_data:
            self.instance.place = self.cleaned_data["place"]
        super()._post_clean()

    def _save_m2m(self):
        super()._save_m2m()
        if self.named:
            names = layer_names(self.layer, self.instance) or self.layer.names(of=self.instance)
            for path in self.named:
                if path in self.cleaned_data:
                    setattr(names, path.removeprefix("names__"), self.cleaned_data[path])
            names.save()


def layer_names(layer: Layer, row) -> models.Model | None:
    """The names of a row, or None."""
    return layer.names._default_manager.filter(of=row).first()


def misplaced(lon: float, lat: float) -> str:
    """The sentence for a point that cannot be here, or empty: (0, 0), swapped axes, more than 1 km outside."""
    if lon == 0 and lat == 0:
        return _("The point is 0, 0: the device had no position. Take it again.")
    if -180 <= lon <= 180 and -90 <= lat <= 90 and served(lon, lat):
        return ""
    if -180 <= lat <= 180 and -90 <= lon <= 90 and served(lat, lon):
        return _("Longitude and latitude are swapped: %(lon)s is the latitude here. Swap them.") % {"lon": f"{lon:g}"}
    return _("The point %(lon)s, %(lat)s lies more than 1 km outside %(place)s. Check it.") % {
        "lon": f"{lon:g}", "lat": f"{lat:g}", "place": places.root() or _("the area served"),
    }  # fmt: skip


def served(lon: float, lat: float) -> bool:
    """Whether a point lies in the area served or at most 1 km outside it."""
    point = shape_value(Point(lon, lat, srid=4326))
    near = places.Area.objects.filter(level="village", deleted_at=None, geom__isnull=False)
    around = Around(point, models.Value(float(NEAR_METRES)))
    return near.filter(
        Overlap(models.F("geom"), around), Metres(models.F("geom"), point, models.Value(float(NEAR_METRES)))
    ).exists()
