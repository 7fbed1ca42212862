"""Rows stored together: as many statements for a thousand as for one, so that the history's triggers run once for all of them."""

from functools import cache

from django.db import connection, models

from .errors import Outside
from .forms import LayerForm
from .ground import Known
from .layer import Layer

# The database keeps these of a row itself.
KEPT = {"uid", "version", "created", "changed", "area_code", "place_state"}
MOST = 60_000  # values in a statement; PostgreSQL takes 65,535


def add(layer: Layer, made: list[LayerForm]) -> None:
    """Nothing; the new rows of these valid forms are stored, then their names."""
    layer.model._default_manager.bulk_create([form.save(commit=False) for form in made])
    if layer.names and any(form.named for form in made):
        layer.names._default_manager.bulk_create([form.names() for form in made])


def change(layer: Layer, changed: list[LayerForm], ground: Known) -> None:
    """Nothing; the known rows of these valid forms are stored as the forms have them, and their names. Outside, when one of them
    is not this person's to change. A table in which nothing changes of a row is not written for it."""
    rows, names = [form.save(commit=False) for form in changed], [form.names() for form in changed if form.named]
    update(layer.model, rows, ground.stored)
    if names:
        update(layer.names, [one for one in names if one.pk], ground.stored)
        layer.names._default_manager.bulk_create([one for one in names if not one.pk])


def update(model, rows: list[models.Model], stored: dict[tuple, dict]) -> None:
    """Nothing; these rows are stored as these objects are. Outside, when one of them cannot be changed by this person.

    stored: (model, key) -> what each held before. Only rows and columns that differ from it are written.
    """
    fields, differing = set(), []
    for row in rows:
        before = stored[model, row.pk]
        others = [f for f in written(model) if f.pre_save(row, add=False) != before[f.attname]]
        fields.update(others)
        if others:
            differing.append(row)
    columns = [field for field in written(model) if field in fields]
    most = MOST // (len(columns) + 1)
    for start in range(0, len(differing), most):
        some = differing[start : start + most]
        with connection.cursor() as cursor:
            cursor.execute(*statement(model, columns, some))
            if cursor.rowcount != len(some):
                raise Outside()


@cache
def written(model) -> list[models.Field]:
    """The columns of a table that the product writes; the database keeps the others."""
    return [f for f in model._meta.local_concrete_fields if not (f.primary_key or f.generated or f.name in KEPT)]


def statement(model, fields: list[models.Field], rows: list[models.Model]) -> tuple[str, list]:
    """SQL and parameters of one UPDATE of these fields of all rows. Names come from the model, values go as parameters, cast to
    their column's type: in a list of values PostgreSQL would have to guess it."""
    key, quote = model._meta.pk, connection.ops.quote_name
    columns = [(key, key.rel_db_type(connection)), *((field, field.db_type(connection)) for field in fields)]
    lines, words = [], []
    for row in rows:
        values = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field, _type in columns]
        marks = [f"{placed(column[0], value)}::{column[1]}" for column, value in zip(columns, values, strict=True)]
        lines.append(f"({', '.join(marks)})")
        words += values
    sets = ", ".join(f"{quote(field.column)} = v.{quote(field.column)}" for field in fields)
    called, pk = ", ".join(quote(field.column) for field, _type in columns), quote(key.column)
    sql = f"UPDATE {quote(model._meta.db_table)} t SET {sets} FROM (VALUES {', '.join(lines)}) v ({called}) WHERE t.{pk} = v.{pk}"
    return sql, words


def placed(field: models.Field, value) -> str:
    """Where a value goes in a statement; of a shape, with what it needs around it."""
    return field.get_placeholder(value, None, connection) if hasattr(field, "get_placeholder") else "%s"
