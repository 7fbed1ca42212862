"""Changing keys: every number written under another key than the first of FIELD_KEY is encrypted and hashed anew.

Batch by batch, each its own transaction; what is done is known by the tag in front of the blob, so a second run goes on
where the first one stopped, and a third has nothing to do.
"""

from collections.abc import Iterator

from django.db import connection, transaction

from . import catalogue, keys, secondfactor
from .fields import Sealed

BATCH = 2000


def rotate() -> Iterator[tuple[str, int, int]]:
    """(table.column, numbers done, numbers to do) after each batch; run as the owner."""
    for model, field in catalogue.secrets():
        table, pk = model._meta.db_table, model._meta.pk.column
        found, done, last = outstanding(table, field.column), 0, 0
        while found and (batch := next_batch(table, pk, field, last)):
            done, last = done + len(batch), batch[-1]
            yield f"{table}.{field.column}", done, found
    renewed = sum(secondfactor.rotate())
    if renewed:
        yield "second steps of signing in", renewed, renewed


def outstanding(table: str, column: str) -> int:
    """How many numbers of a column stand under another key than the first."""
    with connection.cursor() as cursor:
        sql = f"SELECT count(*) FROM {table} WHERE substring({column} FROM 1 FOR {keys.HEAD}) <> %s"
        cursor.execute(sql, [keys.given()[0].head])
        return cursor.fetchone()[0]


def next_batch(table: str, pk: str, field, last: int) -> list[int]:
    """The primary keys of the rows done in one transaction, those after `last`; empty at the end.

    The table's triggers rest meanwhile: nothing about anybody has changed, so there is no event and no revision. Nobody
    else can write to the table until the triggers are back, and nobody sees it without them.
    """
    column, head = field.column, keys.given()[0].head
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks put off to the end cannot be altered
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            f"SELECT {pk}, {column} FROM {table} WHERE {pk} > %s AND substring({column} FROM 1 FOR {keys.HEAD}) <> %s "
            f"ORDER BY {pk} LIMIT {BATCH} FOR UPDATE",
            [last, head],
        )
        rows = [(row, Sealed(bytes(blob), field.bound).reveal()) for row, blob in cursor.fetchall()]
        if rows:
            cursor.execute(
                f"UPDATE {table} SET {column} = n.blob, {field.name}_hash = n.hash "
                f"FROM unnest(%s::bigint[], %s::bytea[], %s::text[]) AS n (pk, blob, hash) WHERE {table}.{pk} = n.pk",
                [
                    [row for row, _number in rows],
                    [field.blob(number) for _row, number in rows],
                    [keys.digest(number) for _row, number in rows],
                ],
            )
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return [row for row, _number in rows]
