"""Tables of an HTML page, often saved under the name .xls -> records, each with its row in the table."""

import codecs
import re
from html.parser import HTMLParser
from pathlib import Path

from .found import Choices, Found, Limits, Refused
from .letters import encoding, lines
from .merged import fill
from .tables import Source

SAID = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
SPAN = 1000  # cells one cell may cover: a page that says more is not a table for people


class Tables(HTMLParser):
    """Collects the cells of each table, and the spans of those that cover more than one; tables inside cells are text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[list[list[str]], list]] = []
        self.depth, self.cell, self.silent = 0, None, 0
        self.cover: tuple[int, int] = (1, 1)

    def handle_starttag(self, tag, attrs):
        if tag in {"script", "style"}:
            self.silent += 1
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.tables.append(([], []))
        elif self.depth == 1 and tag == "tr":
            self.close()
            self.tables[-1][0].append([])
        elif self.depth == 1 and tag in {"td", "th"}:
            self.close()
            values = dict(attrs)
            self.cell, self.cover = [], (span(values.get("rowspan")), span(values.get("colspan")))
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag):
        if tag in {"script", "style"}:
            self.silent = max(0, self.silent - 1)
        elif tag == "table" and self.depth:
            self.close()
            self.depth -= 1
        elif self.depth == 1 and tag in {"td", "th", "tr"}:
            self.close()

    def handle_data(self, data):
        if self.cell is not None and not self.silent:
            self.cell.append(data)

    def close(self):
        """Puts the cell just read to its place, beyond those that reach down into its row."""
        if self.cell is None or self.depth != 1:
            return
        rows, spans = self.tables[-1]
        if not rows:
            rows.append([])
        row, top = rows[-1], len(rows) - 1
        while any(t < top <= b and left <= len(row) <= right for t, left, b, right in spans[-200:]):
            row.append("")
        down, across = self.cover
        if down > 1 or across > 1:
            spans.append((top, len(row), top + down - 1, len(row) + across - 1))
        row += [
            "\n".join(" ".join(part.split()) for part in "".join(self.cell).strip().split("\n")),
            *[""] * (across - 1),
        ]
        self.cell = None


def span(text: str | None) -> int:
    return min(max(int(text), 1), SPAN) if text and text.strip().isdigit() else 1


def told(start: bytes) -> str:
    """The encoding a page names; empty where it names none that there is, begins with a mark of its own, or says UTF-8, which
    it need not be in every line."""
    said = SAID.search(start)
    if not said or encoding(start, "") != "utf-8":
        return ""
    try:
        name = codecs.lookup(said[1].decode()).name
    except LookupError:
        return ""
    return "" if name.startswith("utf") else name  # a page in UTF-16 could not have been read so far


def source(path: Path, choices: Choices, found: Found, limits: Limits) -> Source:
    """The records of the chosen table (1 is the first), else of the largest."""
    with path.open("rb") as file:
        start = file.read(4096)
    parser = Tables()
    for line in lines(path, choices.encoding or told(start), found):
        parser.feed(line)
    parser.close()
    tables = [(rows, spans) for rows, spans in parser.tables if any(any(row) for row in rows)]
    if not tables:
        raise Refused("empty")
    names = [str(n) for n in range(1, len(tables) + 1)]
    if choices.part and choices.part not in names:
        raise Refused("part", part=choices.part, names=names)
    largest = max(range(len(tables)), key=lambda n: sum(map(len, tables[n][0])))
    at = int(choices.part) - 1 if choices.part else largest
    found.part, found.parts = (names[at], names) if len(names) > 1 else ("", [])
    rows, spans = tables[at]
    width = max(map(len, rows))
    for row in rows:
        row += [""] * (width - len(row))
    depth = fill(rows, spans, found)
    return Source(lambda _facts: enumerate(rows, 1), depth)
