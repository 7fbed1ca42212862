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
    found, former = tallies(layer), standing(layer) if before else {}
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
        states = former.get(period, {})
        sides = [states.get(i.name, (set(), set())) for i in layer.indicators]

        def build(leaves: Held):
            return tables(layer, leaves, patterns)

        if before:
            table, hidden, new = release.version(build, families, held, counted, new, sides)
        else:
            table = build(counted)
            hidden = privacy.hidden_in(table, families)
        fresh |= {(period, code): counted.get(code, Tally()) for code in new}
        for k, indicator in enumerate(layer.indicators):
            for cell in privacy.marked(table[k], hidden[k]):
                yield indicator.name, period, cell
    note(layer, made, fresh, now)


def numbers(held: Tally | None, counted: Tally | None, changed: int | None) -> tuple[int, int, int]:
    """(rows when last counted, rows now, rows written since: all of them where none were counted)."""
    now = counted.n if counted else 0
    return held.n if held else 0, now, (changed or 0) if held else now


def of_month(tallies: dict, period: str) -> Held:
    return {code: tally for (when, code), tally in tallies.items() if when == period}


def standing(layer: Layer) -> dict[str, dict[str, tuple[set[str], set[str]]]]:
    """month -> indicator -> the areas (hidden, shown) in the version that stands."""
    found: dict = defaultdict(lambda: defaultdict(lambda: (set(), set())))
    for cell in Cube.objects.filter(layer=layer.name).only("period", "indicator", "area_code", "state"):
        found[cell.period][cell.indicator][cell.state != "small"].add(cell.area_code)
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
