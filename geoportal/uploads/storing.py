"""Stored: rows, history, the entry of the load and the upload's own new state in one transaction, or nothing of all that."""

from collections.abc import Callable

from django.db import connection

from ..layer import Layer
from . import checking, folder, undoing
from .kept import Upload, move


def store(layer: Layer, one: Upload, progress: Callable, user) -> None:
    """Nothing; the good rows are stored, and it is kept by what they are found again."""
    result = checking.loaded(layer, one, progress, user, dry_run=False)
    folder.write(one, "said", result.notes)
    context = written_as()
    move(one, "stored", context=context, events=undoing.span(layer, context), **checking.numbers(result))


def written_as() -> str:
    """The context under which the history keeps what this transaction writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pghistory.context_id')")
        return cursor.fetchone()[0]
