"""Cells of one table made safe once, when they are written: small ones hidden, and with them what sums would give away.

The cells of one indicator and month form a tree: city, districts, villages; every sum is a parent and its children. Hidden
are (DOMAIN 6) a denominator under 10, a count from 1 to 4, and a complement from 1 to 4 (it tells the count by
subtraction). Then, until it holds everywhere:

- a parent that is shown has no hidden child, or so many that one person who knows a child's own rows (INSIDERS) still finds
  two or more unknown; and what is left of it, with or without such a child, is itself a number that might be shown;
- a parent that is hidden has a hidden child.

Why that suffices: the sums form a tree, and in each of them no or at least two numbers are unknown. Raise one unknown by one;
in each of its (at most two) sums another unknown can take it up, and so on outwards; a tree has no way back, so it always
works out. Every unknown could thus be another number: none can be computed.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .kinship import Family

SMALL, MIN_N, RELIABLE = 5, 10, 20
INSIDERS = 2  # how many areas, whose rows they know themselves, people add to what is shown


@dataclass(frozen=True)
class Cell:
    """A count of one area: cases of n (a rate), or an amount of n rows; adds: the amount is itself a count (a number, a sum).

    of_rows, of_cases: counts that follow from this one's n, or cases, and from another indicator's (`kinship`).
    """

    area: str
    parent: str
    cases: int | None
    n: int
    value: float | None
    state: str = "shown"
    adds: bool = False
    of_rows: tuple[int, ...] = ()
    of_cases: tuple[int, ...] = ()

    @property
    def counts(self) -> tuple[float, ...]:
        """The numbers of which 1 to 4 are too few to be shown."""
        if self.cases is not None:
            return (self.cases, self.n - self.cases, *self.of_rows, *self.of_cases)
        return (self.value or 0, *self.of_rows) if self.adds else self.of_rows


def safe(cells: Iterable[Cell], personal: bool) -> list[Cell]:
    """The cells of one indicator, all levels, with their states. Rows about nothing personal are only marked for reliability.

    Denominators are made safe first, by themselves: they are the same for all indicators of the same rows, and what one
    indicator hides of them no other may show.
    """
    cells = list(cells)
    return marked(cells, hidden_areas([cells]) if personal else set())


def marked(cells: list[Cell], hidden: set[str]) -> list[Cell]:
    """The cells with their states."""
    return [replace(cell, state="small" if cell.area in hidden else state(cell)) for cell in cells]


def safe_tables(tables: list[list[Cell]], families: Iterable[Family]) -> list[list[Cell]]:
    """The cells of all indicators of the same rows about persons, in the order given, with their states."""
    hidden = hidden_in(tables, families)
    return [marked(cells, hidden[k]) for k, cells in enumerate(tables)]


def hidden_in(tables: list[list[Cell]], families: Iterable[Family]) -> dict[int, set[str]]:
    """The areas hidden in each table, by its number."""
    found: dict[int, set[str]] = {}
    for family in families:
        first = set().union(*(found[k] for k in family.after))
        found |= dict.fromkeys(family.members, hidden_areas([tables[k] for k in family.members], first))
    return found


def hidden_areas(tables: list[list[Cell]], hidden: set[str] = frozenset()) -> set[str]:
    """The areas of which nothing is shown in any of the tables, those hidden already among them. An area that a table lacks
    has no rows there."""
    for cells in tables:
        rows = Tree([replace(cell, cases=None, adds=False, of_cases=()) for cell in cells], set(hidden))
        rows.close()
        hidden = hidden | rows.hidden
    tree = Tree(joined(tables), hidden)
    tree.close()
    return tree.hidden


def joined(tables: list[list[Cell]]) -> list[Cell]:
    """One cell for each area, with the counts of all tables; n is the largest: each was judged by itself."""
    if len(tables) == 1:
        return tables[0]
    by_area = [{cell.area: cell for cell in cells} for cells in tables]
    widths = [max((len(cell.counts) for cell in cells), default=0) for cells in tables]
    found = {}
    for area, cell in itertools.chain.from_iterable(one.items() for one in by_area):
        held = [one.get(area) for one in by_area]
        counts = [tuple(h.counts) if h else (0,) * width for h, width in zip(held, widths, strict=True)]
        rows = tuple(h.n if h else 0 for h in held)
        more = (*rows, *itertools.chain.from_iterable(counts))
        found.setdefault(area, Cell(area, cell.parent, None, max(rows), cell.value, of_cases=(), of_rows=more))
    return list(found.values())


def state(cell: Cell) -> str:
    """none, unreliable or shown: of a cell that need not be hidden."""
    if cell.n == 0 or cell.value is None:
        return "none"
    return "unreliable" if cell.cases is not None and cell.n < RELIABLE else "shown"


def hides(cell: Cell) -> bool:
    """Whether a cell by itself would point at few people."""
    return 0 < cell.n < MIN_N or any(0 < count < SMALL for count in cell.counts)


@dataclass
class Tree:
    """Cells by area, children by parent, and the areas that are hidden so far."""

    cells: list[Cell]
    hidden: set[str] = field(default_factory=set)

    def __post_init__(self):
        self.hidden = self.hidden | {cell.area for cell in self.cells if hides(cell)}
        known = {cell.area for cell in self.cells}
        self.children: dict[str, list[Cell]] = {}
        for cell in self.cells:
            if cell.parent in known:
                self.children.setdefault(cell.parent, []).append(cell)

    def close(self) -> None:
        """Hide more until no sum gives anything away."""
        parents = [cell for cell in self.cells if cell.area in self.children]
        while leak := next((parent for parent in parents if not self.holds(parent)), None):
            self.hidden |= self.cover(self.next_hidden(leak))

    def holds(self, parent: Cell) -> bool:
        """Whether a parent and its children give nothing away."""
        unknown = self.unknown(parent)
        if parent.area in self.hidden:
            return bool(unknown)
        return not unknown or (len(unknown) >= 2 + INSIDERS and self.left_is_safe(parent, unknown))

    def unknown(self, parent: Cell) -> list[Cell]:
        return [cell for cell in self.children.get(parent.area, []) if cell.area in self.hidden]

    def left_is_safe(self, parent: Cell, unknown: list[Cell]) -> bool:
        """Whether what is left of a parent might be shown, without its shown children (most) and without those of its hidden
        children too (least); what lies between lies between these two. So too for people who know a hidden child."""
        most = subtract(parent, [c for c in self.children[parent.area] if c.area not in self.hidden])
        parts = [numbers(cell) for cell in unknown]
        rests = [subtract(cell, self.known_below(cell)) for cell in unknown]
        least = less(most, [less(part, [rest]) for part, rest in zip(parts, rests, strict=True)])
        return all(
            might_be_shown(less(least, [rests[i] for i in told]), less(most, [parts[i] for i in told]))
            for size in range(INSIDERS + 1)
            for told in itertools.combinations(range(len(unknown)), size)
        )

    def known_below(self, parent: Cell) -> list[Cell]:
        """The highest shown cells below a parent."""
        found = []
        for child in self.children.get(parent.area, []):
            found += self.known_below(child) if child.area in self.hidden else [child]
        return found

    def next_hidden(self, parent: Cell) -> Cell:
        """What to hide beside: the child of fewest rows with which it holds, else the one that adds most; the parent when no
        child is left."""
        below = self.known_below(parent)
        nearest = [cell for cell in below if cell.parent == parent.area]
        if not below or (not nearest and len(self.unknown(parent)) < 2 + INSIDERS):
            return parent
        nearest = nearest or below
        for cell in sorted(nearest, key=lambda cell: (cell.n, cell.area)):
            if Tree(self.cells, self.hidden | self.cover(cell)).holds(parent):
                return cell
        return max(nearest, key=weight)

    def cover(self, cell: Cell) -> set[str]:
        """The cell and, where it has children that are all shown, one of them: else they would add up to it."""
        children = self.children.get(cell.area, [])
        if not children or self.unknown(cell):
            return {cell.area}
        heavy = [child for child in children if weight(child)[0] >= SMALL]
        child = min(heavy, key=weight) if heavy else max(children, key=weight)
        return {cell.area} | self.cover(child)


def weight(cell: Cell) -> tuple:
    """How much hiding a cell adds to what is left of its parent."""
    return min(cell.counts, default=cell.n), cell.n, cell.area


def numbers(cell: Cell) -> list[float]:
    """[n, counts …] of a cell."""
    return [cell.n, *cell.counts]


def subtract(parent: Cell, known: list[Cell]) -> list[float]:
    """[n, counts …] of a parent less those of the known cells inside it."""
    return less(numbers(parent), [numbers(cell) for cell in known])


def less(whole: list[float], parts: list[list[float]]) -> list[float]:
    """The numbers less those of the parts, place by place."""
    return [number - sum(column) for number, *column in zip(whole, *parts, strict=True)]


def might_be_shown(least: list[float], most: list[float]) -> bool:
    """Whether numbers that lie between these two are large enough, or surely none."""
    return least[0] >= MIN_N and all(low >= SMALL or high == 0 for low, high in zip(least[1:], most[1:], strict=True))
