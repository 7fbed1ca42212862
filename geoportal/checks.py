"""Declarations against their models: a contradiction stops the start with the layer's name and the remedy."""

from django.core import checks
from django.core.exceptions import FieldDoesNotExist

from . import catalogue, description
from .layer import Categories, Classes, Layer, anyone
from .places import Area, Row


@checks.register
def declarations(app_configs, **kwargs):
    """One error for each contradiction of each layer."""
    return [error for layer in catalogue.vectors() for error in of_layer(layer)]


def of_layer(layer: Layer) -> list[checks.Error]:
    """What is wrong with one declaration."""
    wrong = []

    def error(number: int, sentence: str, remedy: str):
        wrong.append(checks.Error(f"Layer “{layer.name}”: {sentence}", hint=remedy, id=f"geoportal.E{number:03d}"))

    if not issubclass(layer.model, Row):
        error(1, f"{layer.model.__name__} does not start from geoportal.models.Feature.", "Write class …(Feature).")
        return wrong
    named = {
        "popup": layer.popup, "filters": layer.filters, "table": layer.table, "form": layer.form, "sums": layer.sums,
        "columns": [f for f in layer.columns.values() if f not in {"lon", "lat"}],
        "label": [layer.label] if layer.label else [], "key": [layer.key] if layer.key else [],
        "when": [layer.when] if layer.when else [], "geom": [layer.geom],
        "style": [layer.style.field] if isinstance(layer.style, Categories | Classes) else [],
    }  # fmt: skip
    for option, paths in named.items():
        for path in paths:
            try:
                description.model_field(layer.model, path)
            except (FieldDoesNotExist, AttributeError):
                known = ", ".join(f.name for f in layer.model._meta.get_fields() if not f.is_relation)
                error(
                    2, f"{option} names “{path}”, which {layer.model.__name__} does not have.", f"Use one of: {known}."
                )
    if any(found.id == "geoportal.E002" for found in wrong):
        return wrong
    style_errors(layer, error)
    access_errors(layer, error)
    if layer.monthly and not layer.when:
        error(10, "monthly without `when`.", "Name the date field: when=…")
    if layer.key and not description.model_field(layer.model, layer.key).unique:
        error(6, f"key “{layer.key}” is not unique.", "Give the model field unique=True.")
    doubles = {i.name for i in layer.indicators if [k.name for k in layer.indicators].count(i.name) > 1}
    for name in sorted(doubles):
        error(7, f"two indicators are called “{name}”.", "Give one another name.")
    return wrong


def style_errors(layer: Layer, error) -> None:
    """Choices without a colour, colours without a choice, classes that do not fit."""
    style = layer.style
    if isinstance(style, Categories):
        choices = {value for value, _label in description.model_field(layer.model, style.field).flatchoices}
        for value in sorted(choices - set(style.colors), key=str):
            error(3, f"the style gives “{value}” of {style.field} no colour.", f'Add "{value}": "#…" to Categories.')
        for value in sorted(set(style.colors) - choices, key=str) if choices else []:
            error(3, f"the style colours “{value}”, which {style.field} does not have.", "Take it out of Categories.")
    if isinstance(style, Classes) and (
        len(style.colors) != len(style.breaks) + 1 or list(style.breaks) != sorted(style.breaks)
    ):
        error(4, "Classes needs ascending breaks and one colour more than breaks.", "Add or take away a colour.")


def access_errors(layer: Layer, error) -> None:
    """Rights that say one thing and do another."""
    access = layer.access
    if layer.names and (access.grants("records") & anyone or not access.identity):
        error(
            5,
            "its names table needs an identity set, and records not open to anyone.",
            "Set Access(identity=staff(…)).",
        )
    if (
        layer.model is not Area
        and layer.names
        and not any(
            f.name == "of" and f.related_model is layer.model and f.remote_field.related_name == "names"
            for f in layer.names._meta.fields
        )
    ):
        error(8, f'{layer.names.__name__} has no of = OneToOneField(…, related_name="names").', "Add it.")
    for right in ("add", "change"):
        if access.grants(right) & anyone:
            error(9, f"anyone may {right}.", "Name roles: staff(…).")
