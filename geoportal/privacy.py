"""Counts made safe, once, when they are written: small ones hidden, and with them what sums would give away.

The cells of one indicator and month form a tree: city, districts, villages; every sum is a parent and its children. Hidden
are (DOMAIN 6) a denominator under 10, a count from 1 to 4, and a complement from 1 to 4 (it tells the count by
subtraction). Then, until it holds everywhere:

- a parent that is shown has no hidden child or at least two, and what is left of it without its shown children (and without
  those of its hidden children) is itself a number that might be shown;
- a parent that is hidden has a hidden child.

Why that suffices: the sums form a tree, and in each of them no or at least two numbers are unknown. Raise one unknown by one;
in each of its (at most two) sums another unknown can take it up, and so on outwards; a tree has no way back, so it always
works out. Every unknown could thus be another number: none can be computed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

SMALL, MIN_N, RELIABLE = 5, 10, 20


@dataclass(frozen=True)
class Cell:
    """A count of one area: cases of n (a rate), or an amount of n rows; adds: the amount is itself a count (a number, a sum)."""

    area: str
    parent: str
    cases: int | None
    n: int
    value: float | None
    state: str = "shown"
    adds: bool = False

    @property
    def counts(self) -> tuple[float, ...]:
        """The numbers of which 1 to 4 are too few to be shown."""
        if self.cases is not None:
            return (self.cases, self.n - self.cases)
        return (self.value or 0,) if self.adds else ()


def safe(cells: Iterable[Cell], personal: bool) -> list[Cell]:
    """The cells of one indicator, all levels, with their states. Rows about nothing personal are only marked for reliability.

    Denominators are made safe first, by themselves: they are the same for all indicators of the same rows, and what one
    indicator hides of them no other may show.
    """
    cells = list(cells)
    if personal:
        rows = Tree([replace(cell, cases=None, adds=False) for cell in cells])
        rows.close()
        tree = Tree(cells, rows.hidden)
        tree.close()
        cells = [replace(cell, state="small") if cell.area in tree.hidden else cell for cell in cells]
    return [cell if cell.state == "small" else replace(cell, state=state(cell)) for cell in cells]


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
        return not unknown or (len(unknown) > 1 and self.left_is_safe(parent))

    def unknown(self, parent: Cell) -> list[Cell]:
        return [cell for cell in self.children.get(parent.area, []) if cell.area in self.hidden]

    def left_is_safe(self, parent: Cell) -> bool:
        """Whether what is left of a parent might be shown, without its shown children (most) and without those of its hidden
        children too (least); what lies between lies between these two."""
        most = subtract(parent, [c for c in self.children[parent.area] if c.area not in self.hidden])
        least = subtract(parent, self.known_below(parent))
        return least[0] >= MIN_N and all(
            low >= SMALL or high == 0 for low, high in zip(least[1:], most[1:], strict=True)
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
        if not below or (not nearest and len(self.unknown(parent)) < 2):
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


def subtract(parent: Cell, known: list[Cell]) -> list[float]:
    """[n, counts …] of a parent less those of the known cells inside it."""
    left = [parent.n, *parent.counts]
    for cell in known:
        left = [whole - part for whole, part in zip(left, [cell.n, *cell.counts], strict=True)]
    return left
