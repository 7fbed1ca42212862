"""Each `access` line of each declaration, changed in turn to each believable other value: some line of the matrix must notice.

Run by test_mutants.py in a process of its own, a layer each (MUTATED names it). The city is planted under the true declaration;
then, for each mutant, the database gets the policies that follow from it, and people are asked: first those whose rights are
others now, until one is answered otherwise than written.
"""

import os
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
from django.db import connection, transaction

from geoportal import catalogue, enginetables, policies, secondfactor, tiles
from geoportal.layer import ROLES, SECTORS, Access, Grant, anyone, nobody, staff
from geoportal.rules import condition, spelled
from tests.matrix import tables
from tests.matrix.asking import Asking
from tests.matrix.test_matrix import answer
from tests.matrix.world import EVERY_SECTOR

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")]
RIGHTS = [field.name for field in fields(Access)]
FIRST = ("layers", "table-json", "indicator", "admin:*_delete", "admin:*_add", "admin:*_change,moved")


def values(now: frozenset[Grant]) -> Iterator[tuple[str, frozenset[Grant]]]:
    """(words, grants) of each believable other value of a right."""
    yield "anyone", anyone
    yield "nobody", nobody
    yield "whoever is signed in", staff()
    sectors = sorted({g.sector for g in now} - {"*"}) or ["health"]
    for role in ROLES:
        without = frozenset(g for g in now if g.role != role)
        if without != now:
            yield f"not {role}", without
            yield f"{role} alone", now - without
        else:
            yield f"{role} too", now | staff(*sectors, roles=(role,))
            yield f"{role} too, in the own areas", now | staff(*sectors, roles=(role,), scope=True)
    for sector in SECTORS:
        without = frozenset(g for g in now if g.sector != sector)
        if without != now:
            yield f"not {sector}", without
        elif roles := {g.role for g in now} - {"*"}:
            yield f"{sector} too", now | {Grant(role, sector, own) for role in roles for own in {g.own for g in now}}
    for grant in sorted(now - anyone):
        turned = "everywhere" if grant.own else "in the own areas"
        yield f"{grant.role} {grant.sector} {turned}", now - {grant} | {replace(grant, own=not grant.own)}


def meaning(access: Access) -> dict[tuple, str]:
    """(right, role, sector) -> all or own, of all that is granted. Files hold the rows one sees, wherever one may have files."""
    found: dict[tuple, str] = {}
    for right in RIGHTS:
        for grant in access.grants(right):
            for role in spelled(grant.role, "role"):
                for sector in spelled(grant.sector, "sector"):
                    whole = not grant.own or right == "export" or found.get((right, role, sector)) == "all"
                    found[right, role, sector] = "all" if whole else "own"
    return found


def mutants(access: Access, rights) -> Iterator[tuple[str, Access, set]]:
    """(words, access, {(role, sector) whose rights are others}) of each mutant of these rights that means something else."""
    seen, now = [meaning(access)], meaning(access)
    for right in rights:
        for words, grants in values(access.grants(right) if right == "export" else getattr(access, right)):
            mutant = replace(access, **{right: grants})
            if (meant := meaning(mutant)) not in seen:
                seen.append(meant)
                others = {key[1:] for key in meant.keys() | now.keys() if meant.get(key) != now.get(key)}
                yield f"{right}: {words}", mutant, others


def statements(layer) -> list[str]:
    """What `manage.py policies` says of this layer, of the counts of all, and of what hangs on the right to change areas."""
    if layer.kind == "raster":
        return []
    lines = policies.of_layer(layer)
    for name, right in (("pyramid", "records"), ("cube", "counts"), ("atom", "counts")):
        lines += policies.of_counts(f"geoportal_{name}", right)
    lines += policies.of_union()
    if layer.name == "areas":
        keepers = condition(frozenset(g for g in layer.access.change if not g.own))
        lines += [*policies.of_boundaries(), *enginetables.statements(keepers)]
    return lines


def forget() -> None:
    """What the process keeps of declarations is made anew."""
    tiles._statements.clear()
    secondfactor.guarded.cache_clear()


def asked(world, layer: str) -> list[tuple]:
    """(role, sector, Asking, {line: answer}) of everybody, with the lines of this layer, the telling ones first."""

    def rank(line) -> int:
        return FIRST.index(line[0]) if line[0] in FIRST else len(FIRST)

    def mine(expected):
        lines = [line for line in expected if line[1] == layer]
        return {line: expected[line] for line in sorted(lines, key=rank)}

    found = []
    for account in tables.ACCOUNTS:
        user = world.people.get(account)
        role, sector = (user.role, user.sector) if user else ("public", "")
        found.append((role, sector, Asking(world, user), mine(tables.of_account(account))))
    for role in ROLES:
        for sector in EVERY_SECTOR:
            found.append(
                (role, sector, Asking(world, world.moved(role, sector)), mine(tables.of_sectors(role)[sector]))
            )
    return found


def killed(people: list[tuple], others: set) -> str:
    """The first line that is answered otherwise than written, empty when all are as ever."""
    for role, sector, asking, expected in sorted(people, key=lambda one: (one[:2] not in others, len(one[3]))):
        asking.kept.clear()
        for (key, column), wanted in expected.items():
            if (told := answer(asking, key, column)) != wanted:
                return f"{role} {sector} {key}: {told!r} instead of {wanted!r}"
    return ""


def tried(owner, layer, mutant: Access, people: list[tuple], others: set) -> str:
    """What kills a mutant; afterwards declaration and policies are the true ones again."""
    kept, before = transaction.savepoint(), layer.access
    object.__setattr__(layer, "access", mutant)
    forget()
    try:
        with owner(), connection.cursor() as cursor:
            for line in statements(layer):
                cursor.execute(line)
        return killed(people, others)
    except Exception as fault:  # whatever breaks is noticed
        return f"{type(fault).__name__}: {fault}"
    finally:
        object.__setattr__(layer, "access", before)
        transaction.savepoint_rollback(kept)
        forget()


def test_every_mutant_is_noticed(world, owner, settings):
    settings.RATE_LIMITS = {}
    layer = catalogue.layer(os.environ["MUTATED"])
    with owner(), connection.cursor() as cursor:  # nothing of planting is left to be done at the end of the transaction
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    people = asked(world, layer.name)
    assert killed(people, set()) == ""  # of no mutant at all
    rights = RIGHTS if layer.kind == "vector" else ["counts", "records"]  # of a surface there is nothing else to have
    made = mutants(layer.access, rights)
    found = [(words, tried(owner, layer, mutant, people, others)) for words, mutant, others in made]
    for words, by in found:
        print(f"{layer.name} {words}: {by or 'SURVIVES'}")
    alive = [words for words, by in found if not by]
    print(f"mutants of {layer.name}: {len(found)} made, {len(found) - len(alive)} killed")
    assert len(found) >= len(rights) and alive == []
