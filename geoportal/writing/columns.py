"""The columns of a file: what each is called, of which kind it is, and how its values are written."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import QuerySet
from django.db.models.query import ValuesListIterable
from django.utils.translation import gettext as _

from geoportal import description
from geoportal.fields import Sealed
from geoportal.layer import Layer

CHUNK = 2000  # rows taken from the database at once


@dataclass(frozen=True)
class Column:
    """One column. path: of the query; name: in files for programs; title: in those for people; kind: text, whole, number,
    yesno or day; words: what is written for a value, where it is not the value itself."""

    path: str
    name: str
    title: str
    kind: str
    words: dict | None = None

    def writer(self) -> Callable | None:
        """The function that makes of a value what is written; None where it stays as it is."""
        if self.words is not None:
            return lambda value: value if value is None else self.words.get(value, value)
        return WRITERS[self.kind]


def text(value) -> str | None:
    """The text of a value; a number out of its seal."""
    if isinstance(value, Sealed):
        value = value.reveal()
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="seconds")
    return value if value is None else str(value)


def day(value) -> str | None:
    return value if value is None else value.isoformat()


WRITERS = {"text": text, "whole": None, "number": lambda v: v if v is None else float(v), "yesno": None, "day": day}
UID = Column("uid", "uid", "uid", "text")
PLACE = (Column("lon", "lon", "lon", "number"), Column("lat", "lat", "lat", "number"))


def columns(layer: Layer, fields: list[str], codes: bool, tables: bool) -> list[Column]:
    """The identifier and these fields. codes: values and names as the database has them, else choices by their labels.

    tables: for a spreadsheet, which knows no yes or no of its own that people of any language read.
    """
    return [UID, *(of_field(layer, path, codes, tables) for path in fields)]


def of_field(layer: Layer, path: str, codes: bool, tables: bool) -> Column:
    """The column of one field."""
    described, of_kind = description.field(layer, path), kind(description.model_field(layer.model, path))
    name = path.removeprefix("names__")
    title = f"{described['label']} ({described['unit']})" if described["unit"] else described["label"]
    words = None
    if described["type"] == "choice" and not codes:
        words, of_kind = {choice["value"]: choice["label"] for choice in described["choices"]}, "text"
    elif described["type"] == "boolean" and tables:
        words = {True: "true", False: "false"} if codes else {True: _("yes"), False: _("no")}
        of_kind = "text"
    return Column(path, name, name if codes else title, of_kind, words)


def kind(field: models.Field) -> str:
    """The kind of a model field's values."""
    if isinstance(field, models.BooleanField):
        return "yesno"
    if isinstance(field, models.IntegerField):
        return "whole"
    if isinstance(field, models.FloatField | models.DecimalField):
        return "number"
    return "day" if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField) else "text"


def rows(found: QuerySet, shown: list[Column], *more: str) -> Iterator[list]:
    """The rows as lists of what is written of each column, and of the annotations named after them; a few thousand are in memory
    at a time. Must be taken inside a transaction."""
    writers = [(n, write) for n, column in enumerate(shown) if (write := column.writer())]
    paths = found.values_list(*(column.path for column in shown), *more)
    # What `iterator()` does, which the setting for PgBouncer keeps from using a cursor. One that ends with its transaction is
    # PgBouncer's to keep as well.
    for row in ValuesListIterable(paths, chunked_fetch=True, chunk_size=CHUNK):
        row = list(row)
        for n, write in writers:
            row[n] = write(row[n])
        yield row
