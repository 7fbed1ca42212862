"""The row-level security, triggers and grants of the whole database as SQL, generated from the declarations.

`manage.py policies` runs it as the owner after every migrate; a start whose declarations expect another text than the
database last received is stopped (`stale`). Identifiers come from model metadata, never from input.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from . import catalogue, keys
from .access import LOG_READERS
from .countrules import COUNTING, of_counts, of_the_counting, of_union
from .layer import Grant, Layer
from .models import Feature
from .places import Area
from .rules import array, condition, secured, table

SQL = Path(__file__).parent / "sql"
# Tables without rows about persons that the web role may read and write as Django does.
ENGINE_APPS = ("auth", "contenttypes", "sessions", "admin", "account", "usersessions", "mfa", "procrastinate")
READ_ONLY = ("geoportal_revision", "geoportal_written", "geoportal_policies", "django_migrations")
OPEN = ("geoportal_bpscode", "geoportal_boundaryset", "geoportal_areashape", "geoportal_load", "geoportal_user",
        "geoportal_user_groups", "geoportal_user_user_permissions", "geoportal_scope", "geoportal_cache",
        "geoportal_devicetoken", "geoportal_invitation")  # fmt: skip


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
    )
    lines += history(model, condition(access.grants("identity" if layer.personal else "records"), units))
    if model is Area:
        lines += trigger(name, "a_place", "BEFORE INSERT OR UPDATE", "ROW", "geoportal_area_kept()")
    elif any(f.name == "place" for f in model._meta.local_fields):
        lines += trigger(name, "a_place", "BEFORE INSERT OR UPDATE", "ROW", "geoportal_place()")
    lines += trigger(name, "b_row", "BEFORE INSERT OR UPDATE", "ROW", "geoportal_row()")
    lines += trigger(
        name, "z_touch", "AFTER INSERT OR UPDATE OR DELETE", "STATEMENT", f"geoportal_touch('{layer.name}')"
    )
    if layer.names:
        of_names = table(layer.names)
        identity = condition(access.identity)
        lines += secured(of_names, {"SELECT": identity, "INSERT": condition(access.add), "UPDATE": identity})
        lines += history(layer.names, identity)
        lines += trigger(of_names, "a_names", "BEFORE INSERT OR UPDATE", "ROW", f"geoportal_names('{name}')")
        lines += trigger(
            of_names, "z_touch", "AFTER INSERT OR UPDATE OR DELETE", "STATEMENT", f"geoportal_touch('{layer.name}')"
        )
        lines += trigger(name, "y_names", "AFTER UPDATE", "ROW", f"geoportal_names_follow('{of_names}')")
    return lines


def history(model, rule: str) -> list[str]:
    """The event table: written by the row's triggers as the owner and by nobody else, read like the row it tells of."""
    return [
        *secured(table(catalogue.event_model(model)), {"SELECT": rule}),
        f"SELECT geoportal_history_by_owner('{table(model)}')",
    ]


def trigger(name: str, called: str, event: str, each: str, function: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {called} ON {name}",
        f"CREATE TRIGGER {called} {event} ON {name} FOR EACH {each} EXECUTE FUNCTION {function}",
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


def of_access_log() -> list[str]:
    """Who looked is added to by whoever looks, each under the own name; changed or taken away by nobody; read by the data
    protection officer and the administrator, and by each person of the own entries."""
    own = "user_id IS NOT DISTINCT FROM (SELECT geoportal_user())"
    readers = f"(SELECT geoportal_is({array([Grant(role, '*') for role in LOG_READERS])}))"
    rules = {"SELECT": f"{readers} OR user_id = (SELECT geoportal_user())", "INSERT": own}
    return secured("geoportal_accesslog", rules)


def of_decisions() -> list[str]:
    """What was decided about people is added to by whoever decides, under the own name; changed or taken away by nobody; read
    by administrators and the data protection officer, and by each person of oneself."""
    readers = f"(SELECT geoportal_is({array([Grant('auditor', '*'), Grant('admin', '*')])}))"
    rules = {
        "SELECT": f"{readers} OR of_id = (SELECT geoportal_user())",
        "INSERT": "by_id IS NOT DISTINCT FROM (SELECT geoportal_user())",
    }
    return secured("geoportal_decision", rules)


def statements() -> list[str]:
    """Everything, in order."""
    web, stats = settings.WEB_ROLE, settings.STATS_ROLE
    lines = [
        (SQL / "functions.sql").read_text(),
        f"GRANT USAGE ON SCHEMA public TO {web}, {stats}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {web}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {web}",
        "GRANT SELECT ON spatial_ref_sys, geometry_columns, geography_columns TO PUBLIC",
    ]
    for app in ENGINE_APPS:
        lines.append(f"SELECT geoportal_grant_app('{web}', '{app}')")
    lines += [f"GRANT SELECT ON {name} TO {web}, {stats}" for name in READ_ONLY]
    lines += [f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {web}" for name in OPEN]
    for layer in catalogue.vectors():
        lines += of_layer(layer)
    lines += of_counts("geoportal_pyramid", "records") + of_counts("geoportal_cube", "counts") + of_boundaries()
    lines += of_counts("geoportal_atom", "counts") + of_union()
    for name in COUNTING:
        lines += of_the_counting(name)
    lines += of_access_log() + of_decisions() + of_numbers()
    lines.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON geoportal_written TO {stats}")
    lines.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {stats}")
    return lines


def fingerprint() -> str:
    """SHA-256 of all statements: what the database must have received last."""
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()


def write() -> int:
    """Number of statements run: all of them in one transaction, as the owner, then the fingerprint."""
    from .models import Policies

    lines = statements()
    with transaction.atomic(), connection.cursor() as cursor:
        for line in lines:
            cursor.execute(line)
        Policies.objects.all().delete()
        Policies.objects.create(fingerprint=fingerprint())
    return len(lines)


def stale() -> str:
    """A sentence when the policies in the database are missing, switched off or not those of the declarations; else empty."""
    from .models import Policies

    if not Policies.objects.filter(fingerprint=fingerprint()).exists():
        return (
            "The row-level security in the database is not the one the declarations ask for: run `manage.py policies`."
        )
    wanted = {table(m) for layer in catalogue.vectors() for m in tracked(layer)} | {
        "geoportal_pyramid",
        "geoportal_cube",
        "geoportal_accesslog",
        "geoportal_decision",
        "geoportal_atom",
        *COUNTING,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relrowsecurity", [list(wanted)])
        missing = wanted - {row[0] for row in cursor.fetchall()}
        # A migration that makes a history trigger anew takes the owner's rights from it: writes would be refused.
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE tgrelid::regclass::text = ANY(%s) AND tgname LIKE 'pgtrigger\\_%%' AND NOT prosecdef",
            [list(wanted)],
        )
        mute = {row[0] for row in cursor.fetchall()}
    if missing:
        return f"Row-level security is switched off on {', '.join(sorted(missing))}: run `manage.py policies`."
    if mute:
        return f"The history of {', '.join(sorted(mute))} cannot be written: run `manage.py policies`."
    return ""


def slow() -> str:
    """A sentence when PostGIS's `&&` may not run before the policies: right answers, but every tile reads the whole table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proleakproof FROM pg_proc WHERE proname = 'geometry_overlaps' AND pronargs = 2 LIMIT 1")
        row = cursor.fetchone()
    if row and row[0]:
        return ""
    return (
        "Slow: geometry_overlaps is not LEAKPROOF. As superuser run: "
        "ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF;"
    )


def tracked(layer: Layer) -> list:
    """Every model whose table holds rows of the layer: its own, its names, the history of both."""
    models = [layer.model, *([layer.names] if layer.names else [])]
    return models + [catalogue.event_model(m) for m in models]
