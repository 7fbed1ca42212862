"""Whether the database still guards its rows as `manage.py policies` left it: asked at every start and by /healthz.

Two questions. Is everything as it was written: the text of each policy, each right, trigger and function (a fingerprint alone
would not notice a policy altered by hand, nor a dump restored without its rights)? And is there a way past it that no
declaration knows: a role that bypasses policies, a table or view left open, a function with its owner's rights?
"""

import re

from django.conf import settings
from django.db import connection

REMEDY = "run `manage.py policies`"
# Of an extension: neither ours to secure nor about our rows.
OF_EXTENSION = "SELECT objid FROM pg_depend WHERE deptype = 'e'"
OURS = f"n.nspname = 'public' AND NOT EXISTS ({OF_EXTENSION} AND objid = {{0}}.oid)"
GRANTS = """(SELECT string_agg(coalesce(r.rolname, 'PUBLIC') || ' ' || a.privilege_type, ', ' ORDER BY r.rolname, a.privilege_type)
  FROM aclexplode({0}) a LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE a.grantee <> {1})"""
# kind, name, state of all that `manage.py policies` writes or relies on; a function only when a trigger or a policy of ours runs it.
STATE = f"""
SELECT 'row-level security', 'on ' || c.relname, CASE WHEN c.relrowsecurity THEN 'on' ELSE 'off' END
       || CASE WHEN c.relforcerowsecurity THEN ', forced' ELSE '' END
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND {OURS.format("c")}
UNION ALL
SELECT 'list of rights', 'on ' || c.relname, coalesce({GRANTS.format("c.relacl", "c.relowner")}, '') || coalesce(
       (SELECT string_agg(a.attname || ': ' || a.attacl::text, ', ' ORDER BY a.attname) FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL), '')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND {OURS.format("c")}
UNION ALL
SELECT 'policy', policyname || ' on ' || tablename, concat_ws(' | ', permissive, roles, cmd, qual, with_check)
  FROM pg_policies WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger', t.tgname || ' on ' || c.relname, t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT t.tgisinternal AND {OURS.format("c")}
UNION ALL
SELECT 'function', p.oid::regprocedure::text, concat_ws(' | ', p.prosecdef, p.provolatile, p.proconfig, md5(pg_get_functiondef(p.oid)),
       {GRANTS.format("p.proacl", "p.proowner")})
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prokind = 'f' AND {OURS.format("p")}"""


def found(sql: str, params=()) -> list[tuple]:
    """The rows of a question to the system tables."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall()


def remember(cursor) -> None:
    """Keep what the database looks like now, with all policies just written."""
    cursor.execute("DELETE FROM geoportal_guarded")
    cursor.execute(f"INSERT INTO geoportal_guarded {STATE}")


def wrong() -> str:
    """One sentence that names what does not guard the rows, and the remedy; empty when all does."""
    for question in (roles, unwritten, altered, owners, reached, definers, planted, added):
        if sentence := question():
            return sentence
    return ""


def unwritten() -> str:
    """A sentence when the database last received another text than the declarations ask for, or none."""
    from . import policies
    from .models import Policies

    kept = "SELECT bool_and(coalesce(has_table_privilege(to_regclass(name), 'SELECT'), false)) FROM unnest(%s::text[]) name"
    readable = found(kept, [["public.geoportal_policies", "public.geoportal_guarded"]])[0][
        0
    ]  # not after a restore without rights
    if not readable or not Policies.objects.filter(fingerprint=policies.fingerprint()):
        return f"The row-level security in the database is not the one the declarations ask for: {REMEDY}."
    return ""


def altered() -> str:
    """A sentence when something of what was written is missing or other than it was."""
    differing = found(
        f"WITH here (kind, name, state) AS ({STATE}) SELECT kind, name, g.state, h.state FROM geoportal_guarded g "
        "LEFT JOIN here h USING (kind, name) WHERE g.state IS DISTINCT FROM h.state "
        # What is open or gone says more than a right that differs.
        "ORDER BY array_position('{row-level security,policy,trigger,function}', kind), h.state IS NOT NULL, name LIMIT 1"
    )
    for kind, name, before, now in differing:
        if kind == "row-level security" and before == "on":
            how = (
                "is switched off"
                if now == "off"
                else "binds the owner too (FORCE)"
                if now
                else "is gone with its table"
            )
            return f"The row-level security {name} {how}: {REMEDY}."
        return f"The {kind} {name} {'is missing' if now is None else 'was altered by hand'}: {REMEDY}."
    return ""


def added() -> str:
    """A sentence about a policy or trigger that came later: one policy more lets more rows through."""
    later = found(
        f"WITH here (kind, name, state) AS ({STATE}) SELECT kind, name FROM here LEFT JOIN geoportal_guarded g USING (kind, name) "
        "WHERE g.state IS NULL AND kind IN ('policy', 'trigger') ORDER BY kind, name LIMIT 1"
    )
    for kind, name in later:
        return f"The {kind} {name} was added by hand: {REMEDY}."
    return ""


def roles() -> str:
    """A sentence when the web role, or the one that counts, could pass by the policies or put on a role that can."""
    web, stats = settings.WEB_ROLE, settings.STATS_ROLE
    known = found(
        "SELECT rolname, concat_ws(' ', CASE WHEN rolsuper THEN 'NOSUPERUSER' END, CASE WHEN rolbypassrls THEN 'NOBYPASSRLS' END, "
        "CASE WHEN rolcreaterole THEN 'NOCREATEROLE' END, CASE WHEN rolreplication THEN 'NOREPLICATION' END) "
        "FROM pg_roles WHERE rolname IN (%s, %s)", [web, stats]
    )  # fmt: skip
    for role in {web, stats} - {name for name, _cure in known}:
        return f"The role {role} does not exist: as superuser run the lines of geoportal/sql/cluster.sql that make it."
    for role, cure in known:
        if cure:
            return f"The role {role} may pass by the row-level security: as superuser run ALTER ROLE {role} {cure};"
    worn = found(
        "SELECT o.rolname, m.rolname FROM pg_auth_members JOIN pg_roles o ON o.oid = roleid JOIN pg_roles m ON m.oid = member "
        "WHERE m.rolname IN (%s, %s) AND (m.rolname, o.rolname) <> (%s, %s)", [web, stats, web, stats]
    )  # fmt: skip
    for other, role in worn:
        return f"The role {role} may put on the role {other}: as superuser run REVOKE {other} FROM {role};"
    if found("SELECT 1 WHERE current_user <> %s", [web]):
        here = found("SELECT current_user::text")[0][0]
        return f"The product serves as {here} and not as {web}, whom the policies bind: put DATABASE_URL right."
    return ""


def owners() -> str:
    """A sentence when a table or function belongs to somebody else than the owner: to the web role, or after a restore."""
    owner = settings.OWNER["USER"]
    if owner == settings.WEB_ROLE:  # a web process that is not told the owner's password
        owner = found("SELECT relowner::regrole::text FROM pg_class WHERE oid = 'public.geoportal_policies'::regclass")[
            0
        ][0]
    kind = (
        "CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END"
    )
    strange = found(
        f"SELECT {kind}, c.relname::text, relowner::regrole::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        f"WHERE relkind IN ('r', 'p', 'v', 'm', 'S') AND {OURS.format('c')} AND (relowner <> %(owner)s::regrole OR %(owner)s = %(web)s) "
        "UNION ALL SELECT 'FUNCTION', p.oid::regprocedure::text, proowner::regrole::text FROM pg_proc p "
        f"JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {OURS.format('p')} AND proowner <> %(owner)s::regrole LIMIT 1",
        {"owner": owner, "web": settings.WEB_ROLE},
    )
    for kind, name, who in strange:
        to = "the owner of the database" if owner == settings.WEB_ROLE else owner
        return f"{name} belongs to {who}, whom its policies do not bind: as superuser run ALTER {kind} {name} OWNER TO {to};"
    return ""


REACHED = """
SELECT n.nspname || '.' || c.relname, c.relkind::text, coalesce(c.reloptions::text LIKE '%%security_invoker=true%%', false),
       EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('area_code', 'unit', 'user_id'))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relrowsecurity AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE deptype = 'e' AND objid = c.oid)
   AND EXISTS (SELECT 1 FROM unnest(%s::text[]) role WHERE has_schema_privilege(role, n.oid, 'USAGE')
        AND (has_table_privilege(role, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
             OR has_any_column_privilege(role, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')))
   AND NOT (n.nspname = 'public' AND c.relname = ANY (%s)) ORDER BY 1"""
DEFINERS = f"""
SELECT p.oid::regprocedure::text, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE prosecdef AND n.nspname !~ '^pg_' AND NOT EXISTS ({OF_EXTENSION} AND objid = p.oid)
   AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgfoid = p.oid AND t.tgname LIKE 'pgtrigger\\_%%')"""


def reached() -> str:
    """A sentence about a table or view of which no declaration knows, and by which rows could be reached."""
    from . import enginetables

    web, stats = settings.WEB_ROLE, settings.STATS_ROLE
    for name, kind, invoker, personal in found(REACHED, [[web, stats], [*enginetables.READ, *enginetables.WRITE]]):
        if kind == "m":
            cure = f"REVOKE ALL ON {name} FROM PUBLIC, {web}, {stats};"
            return f"The materialized view {name} shows rows without policies: as owner run {cure}"
        if kind == "v" and not invoker:
            cure = f"ALTER VIEW {name} SET (security_invoker = true);"
            return f"The view {name} shows rows with its owner's eyes: as owner run {cure}"
        if kind != "v":
            what = "holds rows of areas or persons and has no policy" if personal else "has no policy"
            line = "if it shall be read, give it a line in geoportal/enginetables.py"
            return f"The table {name} {what}, and the web role reaches it: {REMEDY}, and {line}."
    return ""


def definers() -> str:
    """A sentence about a function that runs with its owner's rights and is none that the product wrote."""
    from . import policies

    ours = re.findall(r"CREATE OR REPLACE FUNCTION (\w+)\([^$;]*?SECURITY DEFINER", "\n".join(policies.statements()))
    for signature, name in found(DEFINERS):
        if name not in ours:
            cure = f"ALTER FUNCTION {signature} SECURITY INVOKER;"
            return f"The function {signature} runs with its owner's rights and is none of ours: as owner run {cure}"
    return ""


def planted() -> str:
    """A sentence when the web role could put a table or function of its own in the place of one of ours."""
    web = settings.WEB_ROLE
    schemas = "SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_(toast|temp)' AND has_schema_privilege(%s, oid, 'CREATE')"
    for (schema,) in found(schemas, [web]):
        cure = f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {web};"
        return f"The role {web} may create tables and functions in the schema {schema}: as superuser run {cure}"
    path = found(
        "SELECT 1 FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database() "
        "AND setrole = 0 AND 'search_path=public, pg_temp' = ANY (setconfig)"
    )
    if not path:
        cure = f"ALTER DATABASE {connection.settings_dict['NAME']} SET search_path = public, pg_temp;"
        return f"A temporary table could stand before ours: {REMEDY} as the database's owner, or as superuser {cure}"
    return ""


def slow() -> str:
    """A sentence when PostGIS's `&&` may not run before the policies: right answers, but every tile reads the whole table."""
    row = found("SELECT proleakproof FROM pg_proc WHERE proname = 'geometry_overlaps' AND pronargs = 2 LIMIT 1")
    if row and row[0][0]:
        return ""
    return (
        "Slow: geometry_overlaps is not LEAKPROOF. As superuser run: "
        "ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF;"
    )


def overheard() -> str:
    """A sentence when sessions of the web role can read each other's statements, with the names and places in them."""
    if found("SHOW track_activities") == [("off",)]:
        return ""
    web = settings.WEB_ROLE
    cure = f"ALTER ROLE {web} SET track_activities = off;"
    return f"Overheard: pg_stat_activity shows statements of other sessions. As superuser run: {cure}"
