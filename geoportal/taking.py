"""Counts of rows about persons, taken anew area by area (privacy.release says when) and made safe together (privacy)."""

import hashlib
from collections import defaultdict
from datetime import datetime

from . import privacy
from .layer import Layer
from .models import Cube, Taken
from .privacy import kinship, release
from .tally import Tally, asked, conditions, living, month, tables, tallies

Held = dict[str, Tally]  # area code -> tally


def cells(layer: Layer, now: datetime):
    """(indicator, month, cell) of every indicator, month and area, with its state; what was taken anew is noted."""
    made = declared(layer)
    before = {(t.period, t.area_code): t for t in Taken.objects.filter(layer=layer.name, declared=made)}
    found, states = tallies(layer), former(layer) if before else {}
    old = {key: unpacked(layer, taken.tally) for key, taken in before.items()}
    changed = written_since(layer, {key: taken.at for key, taken in before.items()})
    patterns = {pattern for tally in [*found.values(), *old.values()] for pattern in tally.patterns}
    families = kinship.families(asked(layer), patterns)
    fresh: dict[tuple[str, str], Tally] = {}
    for period in sorted({period for period, _code in [*found, *old]}):
        held, counted = of_month(old, period), of_month(found, period)
        new = {
            code
            for code in [*held, *counted]
            if not before or release.enough(*numbers(held.get(code), counted.get(code), changed.get((period, code))))
        }
        table, hidden, new = version(layer, held, counted, new, families, patterns, states.get(period, {}), not before)
        fresh |= {(period, code): counted.get(code, Tally()) for code in new}
        for k, indicator in enumerate(layer.indicators):
            for cell in privacy.marked(table[k], hidden[k]):
                yield indicator.name, period, cell
    note(layer, made, fresh, now)


def version(layer, held: Held, counted: Held, new: set[str], families, patterns, states, first: bool):
    """(tables, areas hidden in each, areas taken anew) of one month: with as much as may be taken anew, else as before."""
    small: set[str] = set()
    for chosen in (new, None, set()):
        chosen = new - small if chosen is None else chosen
        after = {code: t for code, t in (held | {c: counted.get(c, Tally()) for c in chosen}).items() if t.n}
        table = tables(layer, after, patterns)
        if first:
            return table, hidden_first(table, families), chosen
        fresh = tables(layer, {code: t for code, t in after.items() if code in chosen}, patterns)
        hidden = {}
        for family in families:
            was = set().union(*(states.get(layer.indicators[k].name, {}).get("hidden", set()) for k in family))
            shown = set().union(*(states.get(layer.indicators[k].name, {}).get("shown", set()) for k in family))
            mine = [fresh[k] for k in family]
            next_ = release.hidden_next([table[k] for k in family], mine, chosen, was, shown) if chosen else was
            if next_ is None:
                small |= release.small_anew(mine, chosen, was)
            hidden |= dict.fromkeys(family, next_)
        if None not in hidden.values():
            return table, hidden, chosen
    raise AssertionError("the former version always may stand")


def hidden_first(table, families) -> dict[int, set[str]]:
    """The areas hidden in each table when there is nothing to compare with."""
    return {
        k: hidden
        for family in families
        for hidden in [privacy.hidden_areas([table[k] for k in family])]
        for k in family
    }


def numbers(held: Tally | None, counted: Tally | None, changed: int | None) -> tuple[int, int, int]:
    """(rows when last counted, rows now, rows written since: all of them where none were counted)."""
    now = counted.n if counted else 0
    return held.n if held else 0, now, (changed or 0) if held else now


def of_month(tallies: dict, period: str) -> Held:
    return {code: tally for (when, code), tally in tallies.items() if when == period}


def former(layer: Layer) -> dict:
    """month -> indicator -> the areas hidden and shown in the version that stands."""
    found: dict = defaultdict(lambda: defaultdict(lambda: {"hidden": set(), "shown": set()}))
    for cell in Cube.objects.filter(layer=layer.name).only("period", "indicator", "area_code", "state"):
        found[cell.period][cell.indicator]["hidden" if cell.state == "small" else "shown"].add(cell.area_code)
    return found


def written_since(layer: Layer, times: dict[tuple[str, str], datetime]) -> dict[tuple[str, str], int]:
    """How many living rows of each month and area were written after they were last counted."""
    if not times:
        return {}
    rows = living(layer).filter(changed__gt=min(times.values())).values("changed", "area_code", **month(layer))
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows.order_by().iterator():
        key = row.get("month") or "", row["area_code"]
        found[key] += key in times and row["changed"] > times[key]
    return found


def declared(layer: Layer) -> str:
    """What the indicators ask, as a word: tallies of other questions are none."""
    text = repr(
        [
            (i.name, i.kind, str(getattr(i, "value", "")), one)
            for i, one in zip(layer.indicators, asked(layer), strict=True)
        ]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def note(layer: Layer, made: str, fresh: dict[tuple[str, str], Tally], now: datetime) -> None:
    """Remember what was taken anew, and forget what answered other questions."""
    Taken.objects.filter(layer=layer.name).exclude(declared=made).delete()
    rows = [
        Taken(layer=layer.name, period=period, area_code=code, declared=made, tally=packed(layer, tally), at=now)
        for (period, code), tally in fresh.items()
    ]
    Taken.objects.bulk_create(
        rows, batch_size=1000, update_conflicts=True, unique_fields=["layer", "period", "area_code"],
        update_fields=["declared", "tally", "at"],
    )  # fmt: skip


def packed(layer: Layer, tally: Tally) -> dict:
    """A tally as JSON: of each pattern a word of 0 and 1, one for each set."""
    sets = list(conditions(layer))
    words = {"".join("01"[name in pattern] for name in sets): n for pattern, n in tally.patterns.items()}
    return {"patterns": words, "sums": tally.sums}


def unpacked(layer: Layer, stored: dict) -> Tally:
    """The tally of its JSON."""
    sets = list(conditions(layer))
    patterns = {
        frozenset(name for name, bit in zip(sets, word, strict=True) if bit == "1"): n
        for word, n in stored["patterns"].items()
    }
    return Tally(patterns, stored["sums"])
