"""form_for(layer): the one validator. Admin, phone, file and API all pass through it; it words what is wrong."""

import datetime
from functools import lru_cache

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from . import days, places, wording
from .description import model_field
from .fields import Sealed
from .ground import Ground
from .layer import Layer
from .models import Feature


class CommaFloatField(forms.FloatField):
    """A number with a decimal point or comma."""

    def to_python(self, value):
        return super().to_python(value.replace(",", ".") if isinstance(value, str) and value.count(",") == 1 else value)


class DayField(forms.DateField):
    """A day, year first or day first: never the month first, whatever the language of the page."""

    input_formats = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%m-%y"]

    def to_python(self, value):
        return super().to_python(text_or_day(days.plain(value)))


class MomentField(forms.DateTimeField):
    """A day and time; a number, as a workbook may have, is told to be none."""

    def to_python(self, value):
        return super().to_python(text_or_day(value))


def text_or_day(value):
    """What Django's fields of time understand: they would stumble over a number."""
    return value if value is None or isinstance(value, datetime.date) else str(value)


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


class SecretField(forms.CharField):
    """A number that a page never holds: nothing typed keeps the stored one, a single “-” takes it out.

    What is required, and of how many digits, is the model field's to say, once it is known whether one is stored.
    """

    OUT = "-"

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)
        self.widget.attrs |= {"autocomplete": "off", "inputmode": "text", "spellcheck": "false"}

    def to_python(self, value):
        return value if isinstance(value, Sealed) else super().to_python(value)

    def prepare_value(self, value):
        return "" if isinstance(value, Sealed) else value

    def has_changed(self, initial, data):
        if isinstance(data, Sealed):
            return False
        typed = "".join(str(data or "").split())
        if not typed or not initial:
            return bool(typed and typed != self.OUT)
        return typed == self.OUT or typed != initial.reveal()

    def kept(self, typed, stored):
        """What is to be stored, of what was typed and what is stored: a text, Sealed as it is, or empty."""
        if isinstance(typed, Sealed):
            return typed
        return stored or "" if not typed else "" if typed == self.OUT else typed


def field_class(field: models.Field) -> type[forms.Field] | None:
    """Our own class of form field for a model field, or None for Django's."""
    if isinstance(field, models.FloatField):
        return CommaFloatField
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        return DayField
    if isinstance(field, models.DateTimeField):
        return MomentField
    return YesNoField if isinstance(field, models.BooleanField) and not field.null else None


def refusal(layer: Layer, name: str) -> dict:
    """The message for a value that is none of a field's choices: it lists them."""

    def sentence() -> str:
        # The form fills in the value later: what the labels have of its signs is doubled.
        offered = wording.offered(layer, name).replace("%", "%%")
        words = {"value": "%(value)s", "choices": offered}
        return _("“%(value)s” is not one of the choices: %(choices)s.") % words

    return {"invalid_choice": lazy(sentence, str)()}


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
        place = {name: CommaFloatField(label=label, required=False) for name, label in wording.PLACE.items()}
        own += ["accuracy_m", "place_source", "captured_at", "unit"]
    classes = {name: field_class(model_field(layer.model, name)) for name in [*own, *named]}
    classes = {name: found for name, found in classes.items() if found}
    errors = {name: refusal(layer, name) for name in [*own, *named] if model_field(layer.model, name).choices}
    class_fields = {
        name: model_field(layer.model, name).formfield(
            **({"form_class": classes[name]} if name in classes else {}), error_messages=errors.get(name)
        )
        for name in named
    } | place
    words = {"fields": list(dict.fromkeys(own)), "field_classes": classes, "error_messages": errors}
    meta = type("Meta", (), {"model": layer.model, **words})
    return type(
        f"{layer.model.__name__}Form", (LayerForm,), {"Meta": meta, "layer": layer, "named": named, **class_fields}
    )


class Shared(dict):
    """Fields that are not copied for each form: copying them is most of what a form costs."""

    def __deepcopy__(self, memo):
        return dict(self)


@lru_cache(maxsize=200)
def judge_for(layer: Layer) -> type[forms.ModelForm]:
    """The form class of a layer for many rows: its forms share their fields, so nobody may change those."""
    form = form_for(layer)
    judge = type(f"{form.__name__}OfMany", (form,), {})
    judge.base_fields = Shared(judge.base_fields)
    return judge


class LayerForm(forms.ModelForm):
    """What every layer's form does beside its fields."""

    layer: Layer
    named: list[str]

    def __init__(self, *args, ground: Ground | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.ground = ground or Ground(self.layer)
        row = self.instance
        if row.pk and self.named:
            names = self.ground.names(row)
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
        if declared and not self.ground.declared(declared):
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
            field = self.fields.get(path)
            if isinstance(field, SecretField):
                values[path] = field.kept(values[path], self.initial.get(path))
            try:
                values[path] = model_field(self.layer.model, path).clean(values[path], None)
            except ValidationError as error:
                self.add_error(path, error)

    def stale(self) -> bool:
        """Whether the stored row is a later version than the one this form began with; locks it until it is stored."""
        stored = self.ground.version(self.instance)
        return stored is not None and stored != self.instance.version

    def cleaned_place(self, values: dict) -> Point | None:
        """The point, or None when both coordinates are empty ("no point yet")."""
        lon, lat = values.get("lon"), values.get("lat")
        if lon is None and lat is None:
            return None
        if lon is None or lat is None:
            self.add_error("lat" if lat is None else "lon", _("Give both longitude and latitude, or neither."))
            return None
        sentence = misplaced(lon, lat, self.ground)
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
            self.names().save()

    def names(self) -> models.Model:
        """The names of the row as this form has them, not yet stored."""
        row = self.instance
        names = self.ground.names(row) or self.layer.names(of=row)
        for path in self.named:
            if path in self.cleaned_data:
                setattr(names, path.removeprefix("names__"), self.cleaned_data[path])
        return names

    def validate_unique(self):
        """As Django does, but for a key of which the ground knows that it is free or the row's own."""
        excluded = self._get_validation_exclusions() | (set() if self.ground.unique else {self.layer.key})
        try:
            self.instance.validate_unique(exclude=excluded)
        except ValidationError as error:
            self._update_errors(error)


def misplaced(lon: float, lat: float, ground: Ground) -> str:
    """The sentence for a point that cannot be here, or empty: (0, 0), swapped axes, more than 1 km outside."""
    if lon == 0 and lat == 0:
        return _("The point is 0, 0: the device had no position. Take it again.")
    if -180 <= lon <= 180 and -90 <= lat <= 90 and ground.served(lon, lat):
        return ""
    if -180 <= lat <= 180 and -90 <= lon <= 90 and ground.served(lat, lon):
        return _("Longitude and latitude are swapped: %(lon)s is the latitude here. Swap them.") % {"lon": f"{lon:g}"}
    return _("The point %(lon)s, %(lat)s lies more than 1 km outside %(place)s. Check it.") % {
        "lon": f"{lon:g}", "lat": f"{lat:g}", "place": places.root() or _("the area served"),
    }  # fmt: skip
