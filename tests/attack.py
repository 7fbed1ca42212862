"""An attacker for the tests: all that is shown as linear equations over what is hidden, and the least and the most of each
hidden count by integer programming. It knows the rules of arithmetic, which sets lie in which, and whole areas' own rows."""

import functools
import itertools

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from geoportal.privacy import Cell, kinship, safe_tables
from geoportal.privacy.kinship import ALL, Asked


class City:
    """Made-up rows: village -> pattern -> number; what is asked of them; and what is shown."""

    def __init__(self, rows, asked, patterns=None):
        self.rows, self.asked = rows, asked
        self.patterns = patterns or sorted({p for held in rows.values() for p, n in held.items() if n}, key=sorted)
        self.unknowns = [(v, p) for v in rows for p in self.patterns]
        self.areas = sorted({code[:width] for code in rows for width in (5, 8, 13)})
        self.tables = [self.cells(one) for one in asked]

    def count(self, area, name):
        """True number of rows of a set in an area."""
        inside = [held for village, held in self.rows.items() if village.startswith(area)]
        return sum(n for held in inside for p, n in held.items() if name == ALL or name in p)

    def cells(self, asked):
        sets, found = kinship.order(self.asked), []
        of_rows, of_cases = kinship.following(asked, sets, self.patterns)
        for area in self.areas:
            n, cases = self.count(area, asked.of), asked.cases and self.count(area, asked.cases)
            inside = [held for village, held in self.rows.items() if village.startswith(area)]
            more = [
                tuple(sum(kinship.counted(r, held.items()) for held in inside) for r in rs)
                for rs in (of_rows, of_cases)
            ]
            kin = {"of_rows": more[0], "of_cases": more[1], "adds": cases is None}
            if n:
                value = float(n) if cases is None else 100 * cases / n
                found.append(Cell(area, area.rpartition(".")[0], cases, n, value, **kin))
        return found

    def column(self, area, name):
        """The equation of a set in an area: 1 for each unknown it counts."""
        return np.array([float(v.startswith(area) and (name == ALL or name in p)) for v, p in self.unknowns])

    @functools.cached_property
    def safe(self):
        """The tables made safe."""
        return safe_tables(self.tables, kinship.families(self.asked, self.patterns))

    def shown(self):
        """(equation, its value) of every number that is shown; of areas without a cell: none."""
        for asked, cells in zip(self.asked, self.safe, strict=True):
            states = {cell.area: cell.state for cell in cells}
            for area in self.areas:
                if states.get(area) != "small":
                    for name in filter(lambda name: name is not None, (asked.of, asked.cases)):
                        yield self.column(area, name), self.count(area, name)

    def known_by(self, villages):
        """What people know who may see all rows of these areas."""
        for k, (village, pattern) in enumerate(self.unknowns):
            if any(village.startswith(v) for v in villages):
                yield np.eye(len(self.unknowns))[k], self.rows[village].get(pattern, 0)

    def questions(self):
        """(words, equation) of every set, complement and remainder, by area."""
        sets = kinship.order(self.asked)
        names = [{name: 1} for name in sets]
        for asked in self.asked:
            names += [{asked.of: 1, asked.cases: -1}] if asked.cases is not None else []
            names += itertools.chain(*kinship.following(asked, sets, self.patterns))
        for area in self.areas:
            for name in names:
                yield f"{area} {name}", sum(sign * self.column(area, one) for one, sign in name.items())


def pinned(city, villages=()):
    """(attempts, [words of every secret that is found out]) by somebody who knows all rows of these areas."""
    known = [*city.shown(), *city.known_by(villages)]
    own = np.array([any(v.startswith(w) for w in villages) for v, _pattern in city.unknowns])
    true = np.array([city.rows[v].get(pattern, 0) for v, pattern in city.unknowns])
    table, values = np.array([k[0] for k in known]), np.array([float(k[1]) for k in known])
    program = {"constraints": LinearConstraint(table, values, values), "integrality": np.ones(len(own))}
    attempts, found = 0, []
    for words, column in city.questions():
        secret = int((column * ~own) @ true)  # of others
        if not 1 <= secret <= 4:
            continue
        attempts += 1
        # The least and the most; where the most is the truth, look below, else above: one program is mostly enough.
        ends = []
        for sign in (1, -1):
            answer = milp(sign * column * ~own, bounds=Bounds(0, 10_000), **program)
            assert answer.success, answer.message
            ends.append(round(sign * answer.fun))
            if ends[-1] != secret:
                break
        if len(ends) == 2 and ends[0] == ends[1]:
            found.append(f"{words} = {secret}")
    return attempts, found


def drawn(random, asked, believable, districts=3, villages=6, people=90):
    """A city of rows drawn at random: believable(random) -> a pattern."""
    rows = {}
    for d in range(1, districts + 1):
        for v in range(1, random.randint(2, villages) + 1):
            rows[f"11.73.{d:02}.2{v:03}"] = held = {}
            for _row in range(random.choice([0, 4, 12, 30, people])):
                pattern = frozenset(believable(random)) | {ALL} - {ALL}
                held[pattern] = held.get(pattern, 0) + 1
    return City(rows, asked)


# Indicators of all kinds of kinship: one inside another, parts of a whole (the last follows from the rest), a complement, rows
# of which not all are asked, and some that have nothing to do with each other.
KIN = [
    Asked(ALL, None), Asked(ALL, "stunted"), Asked(ALL, "severely"), Asked("weighed", "wasted"), Asked(ALL, "own"),
    Asked(ALL, "shared"), Asked(ALL, "none"), Asked(ALL, "decent"),
]  # fmt: skip


def child(random):
    """The pattern of a made-up child."""
    if (z := random.random()) < 0.2:
        yield "stunted"
        if z < 0.05:
            yield "severely"
    if random.random() < 0.9:
        yield "weighed"
        if random.random() < 0.08:
            yield "wasted"
    latrine = random.choices(["own", "shared", "none"], [70, 25, 5])[0]
    yield latrine
    if latrine != "none":
        yield "decent"
