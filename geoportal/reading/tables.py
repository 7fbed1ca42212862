"""Records of cells -> named columns: which line holds the names, what they are, which cells the file itself has spoilt."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from .found import Batch, Choices, Found, Limits, Refused

HEAD = 60  # records among which the names are looked for
SAMPLE = 2000  # rows by which the decimal sign is found
SIZE = 2000  # rows of a batch
EXPONENT = re.compile(r"\s*\d(?:[.,]\d+)?E\+?1\d\s*", re.IGNORECASE)
# Numbers that tell the decimal sign. Three digits behind a mark tell nothing: they may be thousands.
COMMA = re.compile(r"\s*-?(?:\d{1,3}(?:\.\d{3})+,\d+|\d+,(?:\d{1,2}|\d{4,}))\s*")
POINT = re.compile(r"\s*-?(?:\d{1,3}(?:,\d{3})+\.\d+|\d+\.(?:\d{1,2}|\d{4,}))\s*")
DIGITS = 10**15  # spreadsheets keep fifteen digits of a number and put noughts for the rest


@dataclass
class Source:
    """A table to be read, as often as needed: records(found) gives (line, cells) and writes what it finds out into `found`.

    depth: lines of names below the first of them, by their line; spoilt: what is wrong with a cell by (line, column from 0).
    """

    records: Callable[[Found], Iterator[tuple[int, list]]]
    depth: dict[int, int] = field(default_factory=dict)
    spoilt: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)


def table(source: Source, choices: Choices, found: Found, words: frozenset, limits: Limits) -> Iterator[Batch]:
    """The rows in batches; `found` is complete before the first of them. Refused: no cell in it, too many columns."""
    head = []
    for line, row in filled(source.records(Found())):
        head.append((line, row))
        if len(head) == HEAD and (not choices.header or line >= choices.header):
            break
    if not head:
        raise Refused("empty")
    at = named_at(head, choices.header, words)
    lines = [line for line, _row in head]
    top = next((line for line, depth in source.depth.items() if line < lines[at] < line + depth), lines[at])
    at = lines.index(top) if top in lines else at
    found.header, band = head[at][0], source.depth.get(head[at][0], 1)
    last = found.header + band - 1
    last += numbered(next((row for line, row in head if line > last), []))
    used = survey(source, found, last, limits)
    names = header([row for line, row in head if found.header <= line < found.header + band], used, found)
    if at and not choices.header:
        found.note("above", lines=at, line=found.header)
    found.columns = list(names.values())
    found.decimal = choices.decimal or found.decimal
    return batches(source, last, list(names))


def filled(records: Iterator[tuple[int, list]]) -> Iterator[tuple[int, list]]:
    """The records that are not empty throughout."""
    return ((line, row) for line, row in records if any(row) or any(cell not in {"", None} for cell in row))


def plain(cell) -> str:
    """A cell as the name of a column: its words, on one line."""
    return " ".join(str(cell).split()) if cell is not None else ""


def named_at(head: list[tuple[int, list]], chosen: int, words: frozenset) -> int:
    """The index of the record with the names: the chosen line, else the one with most words the layer knows, else the first
    that is as wide as the table."""
    if chosen:
        found = next((at for at, (line, _row) in enumerate(head) if line >= chosen), None)
        if found is None:
            raise Refused("header", line=chosen)
        return found
    known = [sum(plain(cell).lower() in words for cell in row) for _line, row in head]
    if max(known) >= 2:
        return known.index(max(known))
    widths = [sum(cell not in {"", None} for cell in row) for _line, row in head]
    usual = Counter(widths).most_common(1)[0][0]
    return next((at for at, width in enumerate(widths) if width > 0.6 * usual), 0)


def numbered(row: list) -> int:
    """1 where the line below the names numbers the columns, as (1) (2) (3) or 1 2 3 4 5, else 0."""
    cells = [plain(cell) for cell in row if plain(cell)]
    bare = [str(n) for n in range(1, len(cells) + 1)]
    return int((len(cells) >= 5 and cells == bare) or (len(cells) >= 2 and cells == [f"({n})" for n in bare]))


def survey(source: Source, found: Found, last: int, limits: Limits) -> set[int]:
    """The columns that hold anything below the names; counts the rows and finds the decimal sign."""
    used: set[int] = set()
    commas = points = 0
    for line, row in filled(source.records(found)):
        if line <= last:
            continue
        if len(row) > limits.columns:
            raise Refused("wide", columns=len(row), limit=limits.columns)
        found.rows += 1
        if found.rows <= SAMPLE:
            texts = [cell for cell in row if isinstance(cell, str)]
            commas += sum(bool(COMMA.fullmatch(text)) for text in texts)
            points += sum(bool(POINT.fullmatch(text)) for text in texts)
        if len(row) > len(used):
            used.update(at for at, cell in enumerate(row) if cell not in {"", None})
    found.decimal = "," if commas > points else "." if points else ""
    return used


def header(rows: list[list], used: set[int], found: Found) -> dict[int, str]:
    """The name of each column that has one or holds anything: of more lines the words together, twice the same numbered,
    none at all the letters a spreadsheet shows."""
    width = max([len(row) for row in rows] + [at + 1 for at in used])
    parts = [[plain(row[at]) if at < len(row) else "" for row in rows] for at in range(width)]
    lowest = Counter(next((word for word in reversed(words) if word), "") for words in parts)
    names: dict[int, str] = {}
    taken: Counter = Counter()
    for at, words in enumerate(parts):
        words = list(dict.fromkeys(word for word in words if word))
        if not words and at not in used:
            continue
        name = (words[-1] if lowest[words[-1]] == 1 else " ".join(words)) if words else f"({letters(at)})"
        taken[name] += 1
        if taken[name] > 1:
            found.note("twice", name=name, column=letters(at), new=f"{name} ({taken[name]})")
            name = f"{name} ({taken[name]})"
        names[at] = name
    return names


def letters(at: int) -> str:
    """The column's name in a spreadsheet: 0 is A, 25 Z, 26 AA."""
    name = ""
    while at >= 0:
        name, at = chr(65 + at % 26) + name, at // 26 - 1
    return name


def batches(source: Source, last: int, places: list[int]) -> Iterator[Batch]:
    """The rows below the line `last`, of these columns, SIZE at a time."""
    lines, rows = [], []
    for line, row in filled(source.records(Found())):
        if line > last:
            lines.append(line)
            rows.append(row)
            if len(rows) == SIZE:
                yield batch(lines, rows, places, source.spoilt)
                lines, rows = [], []
    if rows:
        yield batch(lines, rows, places, source.spoilt)


def batch(lines: list[int], rows: list[list], places: list[int], spoilt: dict) -> Batch:
    """Rows as columns, with the cells that are no longer what was typed."""
    turned = list(zip_longest(*rows, fillvalue=""))
    none = [""] * len(rows)
    columns = [list(turned[at]) if at < len(turned) else none for at in places]
    wrong = [[n, at, *fault] for at, column in enumerate(columns) for n, fault in faults(column)]
    if spoilt:
        where = {at: n for n, at in enumerate(places)}
        found = ((line, at, spoilt.get((line, at))) for line in lines for at in where)
        wrong += [[lines.index(line), where[at], *fault] for line, at, fault in found if fault]
    return Batch(lines, columns, None, wrong)


def faults(column: list) -> Iterator[tuple[int, tuple[str, str]]]:
    """(row, (code, value)) of numbers a spreadsheet has cut: 1.17E+15, or sixteen digits that are a number."""
    for n, cell in enumerate(column):
        if isinstance(cell, str):
            if ("E" in cell or "e" in cell) and EXPONENT.fullmatch(cell):
                yield n, ("cut", cell.strip())
        elif isinstance(cell, int) and abs(cell) >= DIGITS:
            yield n, ("cut", str(cell))
