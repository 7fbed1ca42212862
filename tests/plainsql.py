"""Plain SQL as whoever is acting: what a statement finds, touches, or is refused with."""

from django.db import DatabaseError, connection, transaction

WEST, EAST = "11.73.01.2001", "11.73.02.2001"
NO_RIGHT = "42501"  # insufficient_privilege: no grant, or against a policy
# All a household needs beside its place, as plain SQL gives it.
NEEDED = (
    "(place, members, under5, water, latrine, pkh, bpnt, pbi, too_young, too_old, too_close, too_many, declared_code, unit, "
    "place_source, dusun, area_code, place_state) SELECT {place}, 4, 0, 'piped', 'own', false, false, false, false, false, false, "
    "false, '', '', '', '', {area}, 'none'"
)


def rows(sql: str, params=()) -> list:
    """The rows of a statement, as whoever is acting."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall() if cursor.description else []


def changed(sql: str, params=()) -> int:
    """How many rows a statement touched; nothing of it stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        transaction.set_rollback(True)
        return cursor.rowcount


def refusal(sql: str, params=()) -> str:
    """The SQLSTATE with which the database refuses, empty when it does not; nothing stays."""
    try:
        changed(sql, params)
    except DatabaseError as error:
        return error.__cause__.sqlstate
    return ""


def outcome(sql: str, params=()) -> str | int:
    """All that a statement tells whoever runs it: how many rows it touched, or the error's code and words; nothing stays."""
    try:
        return changed(sql, params)
    except DatabaseError as error:
        diag = error.__cause__.diag
        return f"{diag.sqlstate} {diag.message_primary} {diag.message_detail}"


def seen(houses, column="id", table="layers_household") -> set[str]:
    """Which of the households a plain SELECT finds."""
    found = {pk for (pk,) in rows(f"SELECT {column} FROM {table}")}
    return {name for name, house in houses.items() if house.pk in found}
