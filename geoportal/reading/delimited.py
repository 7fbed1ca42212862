"""A text table (CSV, TSV and their kin) -> records, each with the line of the editor it begins in."""

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from .found import Choices, Found, Limits, Refused
from .letters import lines
from .tables import Source

SEPARATORS = ",;\t|"
SAMPLE = 200  # lines by which the separator is found


def source(path: Path, choices: Choices, found: Found, limits: Limits) -> Source:
    """The records of the table; the file is read anew for each pass, so it never lies in memory whole."""
    found.format = "csv"
    csv.field_size_limit(1 << 20)
    sample = list(islice(lines(path, choices.encoding, Found()), SAMPLE))
    said = next((line.strip().lower() for line in sample if line.strip()), "")
    hint = said[4:] if said.startswith("sep=") else ""
    found.separator = choices.separator or (hint[:1] if hint else "") or separator(sample)
    return Source(lambda facts: records(path, choices, found.separator, facts))


def separator(sample: list[str]) -> str:
    """The separator that cuts most lines into equally many cells; of equals the one that makes more."""

    def score(mark: str) -> tuple:
        widths = Counter(len(row) for row in parsed(sample, mark) if any(row) or len(row) > 1)
        width, count = max(widths.items(), key=lambda pair: (pair[0] > 1, pair[1] * min(pair[0], 8)), default=(1, 0))
        return width > 1, count / max(1, sum(widths.values())), width

    return max(SEPARATORS, key=score)


def parsed(sample: list[str], mark: str) -> list[list[str]]:
    try:
        return list(csv.reader(sample, delimiter=mark))
    except csv.Error:
        return []


class Counted:
    """The lines of a file, and how many quotation marks the record now being read has had."""

    def __init__(self, source: Iterator[str]):
        self.source, self.marks = source, 0

    def __iter__(self):
        return self

    def __next__(self) -> str:
        line = next(self.source)
        self.marks += line.count('"')
        return line


def records(path: Path, choices: Choices, mark: str, facts: Found) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each record. Refused when a quotation mark is opened and never closed."""
    text = Counted(lines(path, choices.encoding, facts))
    reader, line = csv.reader(text, delimiter=mark), 1
    try:
        for row in reader:
            if reader.line_num > line and text.marks % 2:
                raise Refused("quote", line=line)
            if not (line == 1 and row and row[0].strip().lower().startswith("sep=") and len(row) < 3):
                yield line, row
            line, text.marks = reader.line_num + 1, 0
    except csv.Error:
        raise Refused("record", line=line) from None
