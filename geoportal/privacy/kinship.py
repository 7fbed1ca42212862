"""What indicators of the same rows tell about each other: stunted less severely stunted is a count of its own.

A set is what an indicator counts: its rows (`of`) or its cases. Two rows are alike when the same sets hold them; a pattern is
the names of the sets that hold a row. Of which set lies inside which, of which have nothing in common, nobody needs to be told
by declaration: it is read from the patterns that occur. (A coincidence only hides more.)
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

ALL = ""  # the set of all rows
Pattern = frozenset[str]
Remainder = Mapping[str, int]  # how often the count of each set is added: {"a": 1, "b": -1} is a less b


@dataclass(frozen=True)
class Asked:
    """The sets of one indicator: the rows it speaks of, and its cases (a rate) or None (an amount)."""

    of: str
    cases: str | None


def order(asked: Sequence[Asked]) -> list[str]:
    """The sets, each once: all rows, then what indicators speak of, then their cases."""
    return list(dict.fromkeys([ALL, *(i.of for i in asked), *(i.cases for i in asked if i.cases is not None)]))


def remainders(name: str, before: Sequence[str], patterns: Collection[Pattern]) -> list[Remainder]:
    """The counts a reader gets out of a set and those before it: what is left of a set less one inside it, and of a set less
    several inside it that have nothing in common. Those that are always 0 tell nothing."""

    def inside(small, large):
        return all(large in p or large == ALL for p in patterns if small in p or small == ALL)

    found: list[Remainder] = []
    for other in before:
        if inside(name, other):
            found.append({other: 1, name: -1})
            apart = {name: -1}
            for third in before:
                common = any(third in p and any(k in p for k in apart) for p in patterns)
                if third not in {other, ALL} and inside(third, other) and not common:
                    apart[third] = -1
            if len(apart) > 1:
                found.append({other: 1, **apart})
        elif inside(other, name):
            found.append({name: 1, other: -1})
    return [r for r in found if any(amount(r, p) for p in patterns)]


def amount(remainder: Remainder, pattern: Pattern) -> int:
    """How often a row of this pattern is counted."""
    return sum(sign for name, sign in remainder.items() if name == ALL or name in pattern)


def equation(name: str, before: Sequence[str], patterns: Sequence[Pattern]) -> list[str]:
    """The sets before from which this one's count follows (a complement, the rest of a whole that is given in parts), in
    order; none when it does not follow. Each of them follows from the others as well."""
    others = [b for b in before if b != ALL]
    table = np.array([[1.0, *(b in p for b in others)] for p in patterns])
    wanted = np.array([float(name in p) for p in patterns])
    weights, *_rest = np.linalg.lstsq(table, wanted, rcond=None)
    if np.abs(table @ weights - wanted).max() > 1e-6:
        return []
    return [b for b, w in zip(others, weights[1:], strict=True) if abs(w) > 1e-6]


@dataclass(frozen=True)
class Family:
    """Numbers of indicators that are hidden together; `after`: of others, to be hidden first: where these are hidden, the
    family is, or it would tell them."""

    members: tuple[int, ...]
    after: frozenset[int] = frozenset()


def families(asked: Sequence[Asked], patterns: Collection[Pattern]) -> list[Family]:
    """Every indicator in one family, each family after those it must follow. A set that follows from others is hidden together
    with the last of them; what was declared before these two is hidden by itself, and they where it is."""
    sets, listed = order(asked), sorted(patterns, key=sorted)
    group = {k: {k} for k in range(len(asked))}
    after: dict[int, set[int]] = {k: set() for k in range(len(asked))}
    for number, one in enumerate(asked):
        for name in filter(None, dict.fromkeys([one.of, one.cases])):
            told = equation(name, sets[: sets.index(name)], listed) if listed else []
            holders = [held for other in told if (held := {k for k in range(number) if asked[k].cases == other})]
            same = {k for k in range(number) if name == one.cases == asked[k].cases}
            joined = same | (holders[-1] if holders else set())
            for k in joined:
                merge(group, number, k)
            after[number] |= set().union(*holders) - joined
    return sorted_families(group, after)


def merge(group: dict[int, set[int]], one: int, other: int) -> None:
    """Put the groups of two indicators together."""
    whole = group[one] | group[other]
    group.update(dict.fromkeys(whole, whole))


def sorted_families(group: dict[int, set[int]], after: dict[int, set[int]]) -> list[Family]:
    """The groups in an order in which each comes after those it follows; groups that follow each other become one."""
    done: list[Family] = []
    placed: set[int] = set()
    waiting = {frozenset(members) for members in group.values()}
    while waiting:
        needs = {members: set().union(*(after[k] for k in members)) - members for members in waiting}
        ready = [members for members in waiting if needs[members] <= placed]
        if not ready:
            waiting = {frozenset().union(*waiting)}
            continue
        first = min(ready, key=min)
        done.append(Family(tuple(sorted(first)), frozenset(needs[first])))
        placed |= first
        waiting.remove(first)
    return done


def following(
    asked: Asked, sets: Sequence[str], patterns: Collection[Pattern]
) -> tuple[list[Remainder], list[Remainder]]:
    """(remainders of the indicator's rows, of its cases) with all sets before."""
    own = {asked.of: 1, asked.cases: -1}
    of_rows = remainders(asked.of, sets[: sets.index(asked.of)], patterns)
    if asked.cases is None:
        return of_rows, []
    of_cases = remainders(asked.cases, sets[: sets.index(asked.cases)], patterns)
    return of_rows, [r for r in of_cases if r != own]


def counted(remainder: Remainder, rows: Iterable[tuple[Pattern, int]]) -> int:
    """The remainder's count among so many rows of each pattern."""
    return sum(amount(remainder, pattern) * n for pattern, n in rows)
