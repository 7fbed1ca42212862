"""Policies of stored counts: who reads them, and what nobody reads but the role that counts, and a function that adds noise."""

from django.conf import settings

from . import catalogue
from .rules import condition, secured

COUNTING = ("geoportal_taken", "geoportal_atomcount", "geoportal_noisekey")


def of_counts(name: str, right: str) -> list[str]:
    """A table of stored counts follows, layer by layer, the set of people who have this right; the role that counts writes it."""
    rules = [
        f"(layer = '{layer.name}' AND ({condition(layer.access.grants(right), units=False)}))"
        for layer in catalogue.vectors()
    ]
    stats = settings.STATS_ROLE
    return [
        *secured(name, {"SELECT": " OR ".join(rules)}),
        f"CREATE POLICY written ON {name} FOR ALL TO {stats} USING (true) WITH CHECK (true)",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {stats}",
    ]


def of_the_counting(name: str) -> list[str]:
    """A table that the role that counts reads and writes, and nobody else."""
    stats = settings.STATS_ROLE
    return [
        *secured(name, {}),
        f"CREATE POLICY written ON {name} FOR ALL TO {stats} USING (true) WITH CHECK (true)",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {stats}",
    ]


def of_union() -> list[str]:
    """geoportal_union(layer, indicator, atoms): n, cases and value of a union of atoms, never without noise, for whoever may
    have the layer's counts there. It alone reads what atoms count."""
    rules = " OR ".join(
        f"(layer = '{layer.name}' AND ({condition(layer.access.grants('counts'), units=False)}))"
        for layer in catalogue.vectors()
    )
    return [
        f"""CREATE OR REPLACE FUNCTION geoportal_union(asked text, named text, atoms bigint[],
  OUT n bigint, OUT cases bigint, OUT value bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT greatest(n + geoportal_noise(n_key), 0), greatest(cases + geoportal_noise(cases_key), 0),
         greatest(value + geoportal_noise(cases_key), 0)
    FROM (SELECT sum(c.n + c.n_shift)::bigint AS n, sum(c.cases + c.cases_shift)::bigint AS cases,
                 round(sum(c.value + c.cases_shift))::bigint AS value,
                 sum(c.n_key)::bigint AS n_key, sum(c.cases_key)::bigint AS cases_key
            FROM geoportal_atomcount c JOIN geoportal_atom a ON a.id = c.atom_id
           WHERE a.layer = asked AND c.indicator = named AND a.id = ANY (atoms) AND ({rules})) held
$$"""
    ]
