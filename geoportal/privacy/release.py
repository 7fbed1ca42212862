"""When counts are taken anew: what two versions of the cube tell when one is taken from the other.

Somebody who saw the kader leave a house and reads the figures before and after would know what was written. So:

- an area's rows are counted anew only when MIN_N or more of them were touched since they were last counted; until then its
  former counts stand, at every level, for every indicator. One write moves nothing; the tenth moves all ten;
- what was hidden stays hidden while its counts stand, and what was shown is never taken to cover something else: hidden anew
  are only areas counted anew, and they cover each other without help of the others;
- only when every hidden area is counted anew at once is the pattern made from scratch.

Why the second: let the numbers hidden before move as they could then. Areas that are hidden still take the same amounts, in
the new version as well; every sum shown now was shown then, so it still comes out. What was not known before is not known now.
"""

from collections.abc import Callable, Iterable, Mapping

from .kinship import Family
from .suppression import MIN_N, Cell, hidden_areas


def touched(before: int, now: int, changed: int) -> int:
    """At least so many rows are others than when last counted: before and now rows; changed: those of now written since."""
    return max(changed, before - now + changed)


def enough(before: int, now: int, changed: int) -> bool:
    """Whether so many rows changed that an area may be counted anew."""
    return touched(before, now, changed) >= MIN_N


def version(
    build: Callable[[Mapping], list[list[Cell]]],
    families: list[Family],
    held: Mapping,
    counted: Mapping,
    new: set[str],
    before: list[tuple[set[str], set[str]]],
) -> tuple[list[list[Cell]], dict[int, set[str]], set[str]]:
    """(tables, areas hidden in each, areas counted anew): with as many of `new` as may be counted anew, else as before.

    held, counted: rows by area code, as last counted and now, of which `build` makes the tables; before: areas (hidden, shown)
    of each table in the former version.
    """
    small: set[str] = set()
    for attempt in range(3):
        chosen = [new, new - small, set()][attempt]
        anew = {code: counted[code] for code in chosen if code in counted}
        tables, fresh = build({code: r for code, r in held.items() if code not in chosen} | anew), build(anew)
        hidden: dict[int, set[str] | None] = {}
        for family in families:
            was, shown = (set().union(*(before[k][side] for k in family.members)) for side in (0, 1))
            mine = [fresh[k] for k in family.members]
            first = set().union(*(hidden[k] or set() for k in family.after))
            next_ = hidden_next([tables[k] for k in family.members], mine, chosen, was, shown, first) if chosen else was
            if next_ is None:
                small |= small_anew(mine, chosen, was)
            hidden |= dict.fromkeys(family.members, next_)
        if None not in hidden.values():
            break
    return tables, hidden, chosen


def hidden_next(
    tables: list[list[Cell]],
    fresh: list[list[Cell]],
    new: set[str],
    hidden: set[str],
    shown: set[str],
    first: set[str] = frozenset(),
) -> set[str] | None:
    """The areas to hide in the tables of a family; None when these counts may not follow the former ones.

    fresh: the same tables from the areas counted anew (`new`) alone; hidden, shown: areas of the former version;
    first: areas hidden now in the tables this family follows.
    """
    alone = {area for area in hidden if not is_sum(area, hidden)}
    kept = hidden if alone - new else set()
    known = {cell.area for table in fresh for cell in table}
    found = kept | first | hidden_areas(fresh, (kept | first) & known)
    if any(is_sum(area, new) for area in found & shown):
        return None  # better an older village than a city without a figure
    return found if hidden_areas(tables, found) == found else None


def is_sum(area: str, others: Iterable[str]) -> bool:
    """Whether an area has others inside it."""
    return any(other.startswith(area + ".") for other in others)


def small_anew(fresh: list[list[Cell]], new: set[str], hidden: set[str]) -> set[str]:
    """The areas counted anew that would have to be hidden and were not."""
    return (hidden_areas(fresh) - hidden) & new
