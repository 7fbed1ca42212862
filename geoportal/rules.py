"""The pieces that policies are written with: sets of grants as SQL conditions, a table with exactly these policies."""

from django.conf import settings

from .layer import ROLES, SECTORS, Grant, anyone


def array(grants) -> str:
    """A text[] literal of role:sector for these grants, every `*` spelled out."""
    words = set()
    for g in grants:
        words |= {f"{role}:{sector}" for role in spelled(g.role, "role") for sector in spelled(g.sector, "sector")}
    return "'{" + ",".join(sorted(words)) + "}'::text[]"


def spelled(word: str, kind: str) -> tuple[str, ...]:
    """The word, or every word of its kind for `*`; a person may also have no sector."""
    if word != "*":
        return (word,)
    return ("public", *ROLES, "") if kind == "role" else (*SECTORS, "")


def condition(grants: frozenset[Grant], units: bool = True) -> str:
    """The policy's condition for a set of grants. Each part is a scalar subselect: evaluated once a query, not once a row.

    units: whether the table has a column `unit` by which a person's own posyandu or market opens a row.
    """
    if anyone <= grants:
        return "true"
    whole = [g for g in grants if not g.own]
    own = [g for g in grants if g.own]
    parts = [f"(SELECT geoportal_is({array(whole)}))"] if whole else []
    if own:
        places = "(SELECT geoportal_everywhere()) OR area_code = ANY ((SELECT geoportal_areas())::text[])"
        if units:
            places += " OR (unit <> '' AND unit = ANY ((SELECT geoportal_units())::text[]))"
        parts.append(f"(SELECT geoportal_is({array(own)})) AND ({places})")
    return " OR ".join(f"({part})" for part in parts) or "false"


def table(model) -> str:
    return model._meta.db_table


def columns(model) -> str:
    """The columns that may be written: all but the running number, which would tell by an error that another row has it."""
    return ", ".join(field.column for field in model._meta.local_concrete_fields if field.name != "id")


def secured(name: str, rules: dict[str, str], counted: bool = False, written: str = "") -> list[str]:
    """Statements that give one table exactly these policies: command -> condition. counted: the role that counts reads it;
    written: the columns that may be written, if not all."""
    web, stats = settings.WEB_ROLE, settings.STATS_ROLE
    lines = [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        # Bound by its own policies the owner would see nothing: not to write a row's area, not to dump the database.
        f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY",
        f"REVOKE ALL ON {name} FROM {web}, {stats}, PUBLIC",
        f"SELECT geoportal_drop_policies('{name}')",
    ]
    for command, rule in rules.items():
        clause = f"WITH CHECK ({rule})" if command == "INSERT" else f"USING ({rule})"
        clause += f" WITH CHECK ({rule})" if command == "UPDATE" else ""
        lines.append(f"CREATE POLICY may_{command.lower()} ON {name} FOR {command} TO {web} {clause}")
        only = f" ({written})" if written and command in {"INSERT", "UPDATE"} else ""
        lines.append(f"GRANT {command}{only} ON {name} TO {web}")
    if counted:
        lines.append(f"CREATE POLICY counts ON {name} FOR SELECT TO {stats} USING (true)")
        lines.append(f"GRANT SELECT ON {name} TO {stats}")
    return lines


def trigger(name: str, called: str, event: str, each: str, function: str) -> list[str]:
    """Statements that give a table this trigger."""
    return [
        f"DROP TRIGGER IF EXISTS {called} ON {name}",
        f"CREATE TRIGGER {called} {event} ON {name} FOR EACH {each} EXECUTE FUNCTION {function}",
    ]
