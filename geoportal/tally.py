"""Rows -> counts by area, not yet safe: what the role that counts finds, and nobody else sees."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Avg, BooleanField, Case, CharField, Count, F, Q, Sum, Value, When
from django.db.models.functions import Cast, Length, Substr

from . import places
from .layer import ADD, Indicator, Layer, Rate
from .privacy import Cell, kinship
from .privacy.kinship import ALL, Asked, Pattern, Remainder

LEVELS = {"regency": 5, "district": 8, "village": 13}


@dataclass
class Tally:
    """The rows of one area and month: how many of each pattern, and sums by indicator as [total, values that there are]."""

    patterns: dict[Pattern, int] = field(default_factory=dict)
    sums: dict[str, list[float]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return sum(self.patterns.values())

    def add(self, other: "Tally") -> None:
        for pattern, n in other.patterns.items():
            self.patterns[pattern] = self.patterns.get(pattern, 0) + n
        for name, (total, values) in other.sums.items():
            held = self.sums.setdefault(name, [0, 0])
            held[0], held[1] = held[0] + total, held[1] + values

    def count(self, name: str) -> int:
        """How many rows a set holds."""
        return sum(n for pattern, n in self.patterns.items() if name == ALL or name in pattern)


def cells(layer: Layer, indicator: Indicator | Rate):
    """(month or "", cell) of each area of each level that has rows.

    One statement counts all levels, hence one snapshot: a row stored meanwhile would be the difference between two levels.
    """
    rate = isinstance(indicator, Rate)
    what = {"cases": Count("pk", filter=indicator.cases)} if rate else {"value": indicator.value}
    adds = not rate and isinstance(indicator.value, ADD)
    rows = living(layer).filter(indicator.of)
    levels = [by_area(layer, rows, width).annotate(**what, n=Count("pk")).order_by() for width in LEVELS.values()]
    for row in levels[0].union(*levels[1:], all=True):
        area, cases, n = row["area"], row.get("cases"), row["n"]
        value = 100 * cases / n if rate else row["value"]
        number = None if value is None else float(value)
        yield row.get("month") or "", Cell(area, area.rpartition(".")[0], cases, n, number, adds=adds)


def living(layer: Layer):
    """The rows a layer's indicators may speak of."""
    rows = layer.model._default_manager.filter(deleted_at=None)
    return rows.filter(level="village") if layer.model is places.Area else rows


def month(layer: Layer) -> dict:
    """By what rows are grouped beside the area: the month, for a layer of observations."""
    return {"month": Substr(Cast(F(layer.when), CharField()), 1, 7)} if layer.monthly else {}


def by_area(layer: Layer, rows, width: int):
    """Rows by area codes of this width. A row that declares a kecamatan only counts there, and in no gampong; one without any
    area counts nowhere."""
    by = {"area": Substr("area_code", 1, width), **month(layer)}
    return rows.alias(width=Length("area_code")).filter(width__gte=width).values(**by)


def asked(layer: Layer) -> list[Asked]:
    """The sets of a layer's indicators, named after their conditions: equal conditions are one set."""

    def name(condition: Q) -> str:
        return repr(condition) if condition else ALL

    return [Asked(name(i.of), name(i.of & i.cases) if isinstance(i, Rate) else None) for i in layer.indicators]


def conditions(layer: Layer) -> dict[str, Q]:
    """The condition of each set but that of all rows."""
    found = {}
    for indicator, sets in zip(layer.indicators, asked(layer), strict=True):
        found[sets.of] = indicator.of
        if isinstance(indicator, Rate):
            found[sets.cases] = indicator.of & indicator.cases
    found.pop(ALL, None)
    return found


def tallies(layer: Layer) -> dict[tuple[str, str], Tally]:
    """(month or "", area code as the rows carry it) -> their tally, in one statement."""
    sets = conditions(layer)
    marks = {f"set_{k}": mark(q) for k, q in enumerate(sets.values())}
    sums = {}
    for k, indicator in enumerate(layer.indicators):
        if isinstance(indicator, Indicator):
            sums |= {
                f"sum_{k}": total(indicator.value),
                f"values_{k}": Count(indicator.value.get_source_expressions()[0]),
            }
    rows = living(layer).exclude(area_code="").values(area=F("area_code"), **month(layer), **marks)
    found: dict[tuple[str, str], Tally] = defaultdict(Tally)
    names = asked(layer)
    for row in rows.annotate(n=Count("pk"), **sums).order_by():
        pattern = frozenset(name for k, name in enumerate(sets) if row[f"set_{k}"])
        tally = Tally({pattern: row["n"]})
        for k, indicator in enumerate(layer.indicators):
            if f"sum_{k}" in row and (names[k].of == ALL or names[k].of in pattern):
                tally.sums[indicator.name] = [float(row[f"sum_{k}"] or 0), row[f"values_{k}"]]
        found[row.get("month") or "", row["area"]].add(tally)
    return dict(found)


def mark(condition: Q) -> Case:
    """Whether a row meets a condition; no where nobody knows."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def total(value):
    """The aggregate that adds up, from which this one follows."""
    return Sum(*value.get_source_expressions()[:1]) if isinstance(value, Avg) else value


def tables(layer: Layer, held: dict[str, Tally], patterns: set[Pattern]) -> list[list[Cell]]:
    """The cells of each indicator, all levels, from tallies by area code."""
    areas: dict[str, Tally] = defaultdict(Tally)
    for code, tally in held.items():
        for width in LEVELS.values():
            if len(code) >= width:
                areas[code[:width]].add(tally)
    names = asked(layer)
    sets = kinship.order(names)
    kin = [kinship.following(one, sets, patterns) for one in names]
    return [
        [cell(area, tally, i, one, more) for area, tally in areas.items() if tally.count(one.of)]
        for i, one, more in zip(layer.indicators, names, kin, strict=True)
    ]


def cell(
    area: str, tally: Tally, indicator: Indicator | Rate, asked: Asked, kin: tuple[list[Remainder], list[Remainder]]
) -> Cell:
    """One area's cell of one indicator."""
    n, rate = tally.count(asked.of), isinstance(indicator, Rate)
    cases = tally.count(asked.cases) if rate else None
    if rate:
        value = 100 * cases / n
    else:
        whole, values = tally.sums.get(indicator.name, [0, 0])
        value = None if not values else whole / values if isinstance(indicator.value, Avg) else whole
    adds = not rate and isinstance(indicator.value, ADD)
    of_rows, of_cases = (tuple(kinship.counted(r, tally.patterns.items()) for r in remainders) for remainders in kin)
    return Cell(area, area.rpartition(".")[0], cases, n, value, adds=adds, of_rows=of_rows, of_cases=of_cases)
