"""Declarations against their models: a contradiction stops the start with the layer's name and the remedy."""

import difflib

from django.core import checks
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import models
from django.db.models import Avg, Count

from . import catalogue, description
from .fields import Secret
from .layer import ADD, Categories, Classes, Layer, Rate, anyone
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
                sentence = f"{option} names “{path}”, which {layer.model.__name__} does not have."
                error(2, sentence, instead(layer, path))
    if any(found.id == "geoportal.E002" for found in wrong):
        return wrong
    style_errors(layer, error)
    access_errors(layer, error)
    form_errors(layer, error)
    indicator_errors(layer, error)
    count_errors(layer, error)
    number_errors(layer, named, error)
    if layer.monthly and not layer.when:
        error(10, "monthly without `when`.", "Name the date field: when=…")
    if layer.when and isinstance(description.model_field(layer.model, layer.when), models.DateTimeField):
        error(
            12,
            f"`when` names “{layer.when}”, a moment.",
            "Give it a DateField: a day is the city's own, a moment is not.",
        )
    if layer.key and not description.model_field(layer.model, layer.key).unique:
        error(6, f"key “{layer.key}” is not unique.", "Give the model field unique=True.")
    doubles = {i.name for i in layer.indicators if [k.name for k in layer.indicators].count(i.name) > 1}
    for name in sorted(doubles):
        error(7, f"two indicators are called “{name}”.", "Give one another name.")
    return wrong


def instead(layer: Layer, path: str) -> str:
    """The remedy for a misspelt field: the likely one, and all there are."""
    known = [f.name for f in layer.model._meta.get_fields() if not f.is_relation]
    if layer.names:
        known += [f"names__{f.name}" for f in layer.names._meta.get_fields() if not f.is_relation]
    likely = difflib.get_close_matches(path, known, n=1)
    return (f"Did you mean “{likely[0]}”? " if likely else "") + f"There are: {', '.join(known)}."


def form_errors(layer: Layer, error) -> None:
    """Fields every row needs and the form does not ask for: no row could be stored."""
    for model, prefix in [(layer.model, ""), *([(layer.names, "names__")] if layer.names else [])]:
        for f in model._meta.local_concrete_fields:
            given = f.null or f.blank or f.has_default() or f.has_db_default() or f.primary_key or not f.editable
            if not given and f.name != "of" and f"{prefix}{f.name}" not in layer.form:
                error(
                    11,
                    f"the form does not ask for “{prefix}{f.name}”, which every row needs.",
                    "Add it to form=[…], or give it a default.",
                )


def indicator_errors(layer: Layer, error) -> None:
    """Indicators that ask for fields the model does not have."""
    for indicator in layer.indicators:
        asked = Count("pk", filter=indicator.cases) if isinstance(indicator, Rate) else indicator.value
        try:
            layer.model._default_manager.filter(indicator.of).values("pk").annotate(_asked=asked)
        except FieldError as problem:
            error(
                13,
                f"the indicator “{indicator.name}” cannot be counted: {problem}",
                "Write field names of the model in Q(…).",
            )


def count_errors(layer: Layer, error) -> None:
    """Counts that cannot be made safe, atoms of what is not counted."""
    for indicator in layer.indicators if layer.personal else ():
        if not isinstance(indicator, Rate) and (
            not isinstance(indicator.value, (*ADD, Avg)) or getattr(indicator.value, "distinct", False)
        ):
            error(
                15,
                f"the indicator “{indicator.name}” may show one person's value.",
                "Rows are about persons: use Count, Sum, Avg or Rate.",
            )
    if layer.atoms:
        named = layer.indicator.get(layer.atoms)
        if named is None or not (isinstance(named, Rate) or isinstance(named.value, ADD)) or layer.geometry != "point":
            remedy = "Name a Rate, or an Indicator of Count or Sum, of a layer of points."
            error(16, f"atoms names “{layer.atoms}”, by which no ground can be cut.", remedy)


SHOWN = ("popup", "table", "form", "columns")  # where a number may be named: masked, or typed


def number_errors(layer: Layer, named: dict, error) -> None:
    """Encrypted numbers where their value would be told: in the row itself, in addresses, by a unique constraint."""
    for f in layer.model._meta.local_concrete_fields:
        if isinstance(f, Secret):
            sentence = f"“{f.name}” is a number of the row itself, which people without identity may see."
            error(20, sentence, "Put it into the model of the names.")
    for option, paths in named.items():
        for path in set(paths) & set(layer.numbers) if option not in SHOWN else ():
            sentence = f"{option} names “{path}”, an encrypted number: its value would stand in addresses and logs."
            error(21, sentence, f"Take it out of {option}; the search finds numbers by their hash.")
    for path in layer.numbers:
        name = path.removeprefix("names__")
        if {name, f"{name}_hash"} & unique_fields(layer.names):
            sentence = (
                f"“{path}” or its hash is unique: whoever is refused for a number that exists elsewhere learns by the refusal "
                "that it exists."
            )
            error(22, sentence, "Take the constraint away; two rows of one number are found by the search and merged.")


def unique_fields(model) -> set[str]:
    """The fields of a model that take part in any unique constraint of its own."""
    found = {f.name for f in model._meta.local_concrete_fields if f.unique and not f.primary_key}
    found |= {name for names in model._meta.unique_together for name in names}
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            parts = [part for e in constraint.expressions for part in e.flatten()]
            found |= {*constraint.fields, *(part.name for part in parts if isinstance(part, models.F))}
    return found


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
    for g in access.identity if layer.names else ():
        if g.own and any(not r.own and alike(g.role, r.role) and alike(g.sector, r.sector) for r in access.records):
            sentence = f"{g.role} of {g.sector} has identity in the own areas and records everywhere: exact places would be, too."
            error(14, sentence, "Give both rights the same scope, or to different roles.")
    for right in ("add", "change"):
        if access.grants(right) & anyone:
            error(9, f"anyone may {right}.", "Name roles: staff(…).")


def alike(one: str, other: str) -> bool:
    """Whether two words of grants mean some person in common."""
    return one == other or "*" in {one, other}
