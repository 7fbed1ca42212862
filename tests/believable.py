"""Values for the fields of any layer that its own rules accept, so that a test makes rows of layers it does not know."""

import itertools

from django.core.validators import MinValueValidator
from django.db import models

COUNTER = itertools.count(1)


def needs_value(field) -> bool:
    """Whether a row cannot be stored without a value for the field."""
    return not (
        field.null
        or field.has_default()
        or field.has_db_default()
        or field.primary_key
        or field.auto_created
        or field.blank
    )


def believable(field):
    """A value the field's own rules accept; unique ones differ each time."""
    if field.choices:
        return field.flatchoices[0][0]
    if field.unique:
        return f"T{next(COUNTER)}"
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.IntegerField | models.FloatField):
        return max([v.limit_value for v in field.validators if isinstance(v, MinValueValidator)], default=1)
    return "Contoh"
