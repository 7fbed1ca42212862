"""The row-level security, triggers and grants of the whole database as SQL, generated from the declarations.

`manage.py policies` runs it as the owner after every migrate; `guard` stops a start whose declarations expect another text than
the database last received, or whose database is no longer as it was left.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from . import catalogue, enginetables, guard, keys, metadata
from .countrules import COUNTING, of_counts, of_the_counting, of_union
from .fields import Secret
from .layer import Layer, anyone
from .models import Feature
from .places import Area
from .rules import array, columns, condition, secured, table, trigger

SQL = Path(__file__).parent / "sql"


def of_layer(layer: Layer) -> list[str]:
    """Policies and triggers of a layer's table, of its names, and of the history of both."""
    access, model, name = layer.access, layer.model, table(layer.model)
    units = model is not Area
    # PostgreSQL lets an UPDATE see only rows that a SELECT may see; change is checked on the old and on the new row.
    lines = secured(
        name,
        {
            "SELECT": condition(access.grants("records"), units),
            "INSERT": condition(access.add, units),
            "UPDATE": condition(access.change, units),
        },
        counted=True,
        written=columns(model),
    )
    lines += history(model, condition(access.grants("identity" if layer.personal else "records"), units))
    if model is Area:
        lines += trigger(name, "a_place", "BEFORE INSERT OR UPDATE", "ROW", "geoportal_area_kept()")
    elif "__" in layer.geom:
        lines += inherited(layer.name, model, layer.geom.split("__")[0])
    elif any(f.name == "place" for f in model._meta.local_fields):
        lines += trigger(name, "a_place", "BEFORE INSERT OR UPDATE", "ROW", "geoportal_place()")
    lines += trigger(name, "b_row", "BEFORE INSERT OR UPDATE", "ROW", "geoportal_row()")
    lines += trigger(
        name, "z_touch", "AFTER INSERT OR UPDATE OR DELETE", "STATEMENT", f"geoportal_touch('{layer.name}')"
    )
    lines += linked(model)
    if layer.names:
        of_names, identity = table(layer.names), condition(access.identity)
        rules = {"SELECT": identity, "INSERT": condition(access.add), "UPDATE": identity}
        lines += secured(of_names, rules, written=columns(layer.names))
        lines += history(layer.names, identity)
        lines += inherited(layer.name, layer.names, "of") + linked(layer.names)
        lines += trigger(
            of_names, "z_touch", "AFTER INSERT OR UPDATE OR DELETE", "STATEMENT", f"geoportal_touch('{layer.name}')"
        )
    return lines


def inherited(called: str, model, path: str) -> list[str]:
    """Rows that have no place of their own (names, observations) carry area and unit of the row they belong to, whoever writes
    them, and follow it when it moves."""
    link = model._meta.get_field(path)
    child, parent = table(model), table(link.related_model)
    follow = f"geoportal_pass_on('{child}', '{link.column}')"
    return [
        *trigger(child, "a_of", "BEFORE INSERT OR UPDATE", "ROW", f"geoportal_inherit('{parent}', '{link.column}')"),
        *trigger(parent, f"y_{child}", "AFTER UPDATE", "ROW", follow),
    ]


def linked(model) -> list[str]:
    """Triggers that refuse a link to a row of another layer that its writer may not see. And no statistics of numbers that are
    found by their hash: a plan's estimate would tell those that come twice."""
    closed = {one.model: one for one in catalogue.vectors() if not one.access.grants("records") & anyone}
    lines = []
    for field in model._meta.local_concrete_fields:
        if field.is_relation and field.related_model in closed:
            called = (
                f"geoportal_linked('{field.column}', '{table(field.related_model)}', '{field.target_field.column}')"
            )
            lines += trigger(table(model), f"b_{field.column}", "BEFORE INSERT OR UPDATE", "ROW", called)
        if isinstance(field, Secret):
            lines.append(f"ALTER TABLE {table(model)} ALTER COLUMN {field.column}_hash SET STATISTICS 0")
    return lines


def history(model, rule: str) -> list[str]:
    """The event table: written by the row's triggers as the owner and by nobody else, read like the row it tells of."""
    return [
        *secured(table(catalogue.event_model(model)), {"SELECT": rule}),
        f"SELECT geoportal_history_by_owner('{table(model)}')",
    ]


def of_boundaries() -> list[str]:
    """geoportal_switch(set): whoever may change areas anywhere puts a boundary set to use, and every row is placed anew,
    those too that this person may not see. Answers the number of rows placed."""
    areas = next(layer for layer in catalogue.vectors() if layer.model is Area)
    whole = array([g for g in areas.access.change if not g.own])
    placed = [table(layer.model) for layer in catalogue.vectors() if issubclass(layer.model, Feature)]
    again = "\n".join(
        f"  UPDATE {name} SET area_code = '' WHERE place IS NOT NULL; GET DIAGNOSTICS n = ROW_COUNT; placed := placed + n;"
        for name in placed
    )
    return [
        f"""CREATE OR REPLACE FUNCTION geoportal_switch(chosen bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  n bigint;
  placed bigint := 0;
BEGIN
  IF NOT geoportal_is({whole}) THEN
    RAISE EXCEPTION 'no right to change areas' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE geoportal_boundaryset SET in_use = false WHERE in_use AND id <> chosen;
  UPDATE geoportal_boundaryset SET in_use = true WHERE id = chosen;
  PERFORM geoportal_use_boundaries(chosen);
{again}
  RETURN placed;
END $$"""
    ]


def of_numbers() -> list[str]:
    """geoportal_key_heads(): with which bytes the first and the last blob of each column of numbers begin: they name its key
    and tell nothing of anybody (keys.py)."""
    ends = [
        f"(SELECT substring({f.column} FROM 1 FOR {keys.HEAD}) FROM {table(model)} WHERE {f.column} IS NOT NULL "
        f"ORDER BY {model._meta.pk.column} {way} LIMIT 1)"
        for model, f in catalogue.secrets()
        for way in ("ASC", "DESC")
    ]
    # The keys of the second step of signing in (secondfactor.py), in hexadecimal.
    ends.append(
        f"(SELECT DISTINCT decode(left(coalesce(data->>'secret', data->>'seed'), {2 * keys.HEAD}), 'hex') "
        "FROM mfa_authenticator WHERE type IN ('totp', 'recovery_codes'))"
    )
    body = " UNION ALL ".join(ends)
    return [
        f"CREATE OR REPLACE FUNCTION geoportal_key_heads() RETURNS SETOF bytea LANGUAGE sql STABLE SECURITY DEFINER "
        f"SET search_path = public, pg_temp AS $$ {body} $$"
    ]


def statements() -> list[str]:
    """Everything, in order."""
    web, stats = settings.WEB_ROLE, settings.STATS_ROLE
    areas = next(layer for layer in catalogue.vectors() if layer.model is Area)
    return [
        (SQL / "functions.sql").read_text(),
        (SQL / "accounts.sql").read_text(),
        f"SELECT geoportal_bare('{web}', '{stats}')",
        f"GRANT USAGE ON SCHEMA public TO {web}, {stats}",
        "GRANT SELECT ON spatial_ref_sys, geometry_columns, geography_columns TO PUBLIC",
        # A number drawn from a sequence tells how many there are; identity columns need no right to theirs.
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {web}, {stats}",
        f"SELECT geoportal_close_sequences('{web}', '{stats}')",
        *enginetables.statements(condition(frozenset(g for g in areas.access.change if not g.own))),
        *[line for layer in catalogue.vectors() for line in of_layer(layer)],
        *of_counts("geoportal_pyramid", "records"),
        *of_counts("geoportal_cube", "counts"),
        *of_counts("geoportal_atom", "counts"),
        *of_union(),
        *[line for name in COUNTING for line in of_the_counting(name)],
        *of_boundaries(),
        *of_numbers(),
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON geoportal_written TO {stats}",
    ]


def fingerprint() -> str:
    """SHA-256 of all statements: what the database must have received last."""
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()


def write() -> int:
    """Number of statements run: all of them in one transaction, as the owner, then the fingerprint. A new layer has its metadata
    from then on."""
    from .models import Policies

    lines = statements()
    with transaction.atomic(), connection.cursor() as cursor:
        for line in lines:
            cursor.execute(line)
        Policies.objects.all().delete()
        Policies.objects.create(fingerprint=fingerprint())
        metadata.ensure([layer.name for layer in catalogue.layers()])
        guard.remember(cursor)
    return len(lines)
