"""Counts made safe, once, when they are written: small ones hidden, and never one alone that a sum would give away."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

SMALL, MIN_N, RELIABLE = 5, 10, 20


@dataclass(frozen=True)
class Cell:
    """A count of one area: cases of n (a rate), or an amount of n rows."""

    area: str
    parent: str
    cases: int | None
    n: int
    value: float | None
    state: str = "shown"


def safe(cells: Iterable[Cell], personal: bool) -> list[Cell]:
    """The cells with their states. Rows about nothing personal are only marked for reliability.

    A denominator under 10, cases from 1 to 4, and the complement from 1 to 4 (it tells the cases by subtraction) are
    hidden (DOMAIN 6). Where an area's children then hide exactly one, the next smallest is hidden too.
    """
    marked = [replace(cell, state=state(cell, personal)) for cell in cells]
    return complement(marked) if personal else marked


def state(cell: Cell, personal: bool) -> str:
    """none, small, unreliable or shown."""
    if cell.n == 0 or cell.value is None:
        return "none"
    if personal and hides(cell):
        return "small"
    return "unreliable" if cell.cases is not None and cell.n < RELIABLE else "shown"


def hides(cell: Cell) -> bool:
    """Whether a cell by itself would point at few people."""
    if cell.n < MIN_N:
        return True
    return cell.cases is not None and (0 < cell.cases < SMALL or 0 < cell.n - cell.cases < SMALL)


def complement(cells: list[Cell]) -> list[Cell]:
    """The cells, with one more hidden beside every lonely hidden one of the same parent."""
    hidden: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.state == "small":
            hidden.setdefault(cell.parent, []).append(cell)
    also = set()
    for parent, lonely in hidden.items():
        others = [c for c in cells if c.parent == parent and c.state in {"shown", "unreliable"}]
        if len(lonely) == 1 and others:
            also.add(min(others, key=lambda c: (c.cases if c.cases is not None else c.n, c.n, c.area)).area)
    return [replace(cell, state="small") if cell.area in also else cell for cell in cells]
