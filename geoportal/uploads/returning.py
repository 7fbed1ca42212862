"""The workbook that comes back: every row of the file as it was sent, and in the first column what is wrong with it."""

from pathlib import Path

import shapely
import xlsxwriter
from django.utils.translation import gettext as _

from ..reading.found import Found
from . import naming
from .kept import Upload

LONGEST = 32_767  # characters in a cell
ROWS = 1_048_575  # below the header


def fits(found: Found) -> bool:
    """Whether a workbook can hold the file: a shape that is more than a point would be lost in it."""
    return bool(found.columns) and set(found.geometries) <= {"Point", ""}


class Workbook:
    """Written row by row, so that memory stays the same however long it is; text is never a formula."""

    def __init__(self, path: Path, one: Upload, found: Found, labels: dict[str, str]):
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "tmpdir": path.parent,
        }
        self.path, self.row, self.labels = path, 0, labels
        # Of a workbook that came back before, the former round's column is left out.
        self.kept = [at for at, name in enumerate(one.columns) if not naming.returned(name)]
        self.columns = [one.columns[at] for at in self.kept]
        self.points = found.spatial
        self.book = xlsxwriter.Workbook(path, options)
        self.sheet = self.book.add_worksheet(_("Rows"))
        bold = self.book.add_format({"bold": True, "bottom": 1})
        self.wrong = self.book.add_format({"bg_color": "#fbe6d6", "text_wrap": True, "valign": "top"})
        self.sheet.set_column(0, 0, 60)
        self.sheet.set_column(1, max(1, len(self.columns)), 18)
        header = [_("What is wrong"), *self.columns, *(["lon", "lat"] if self.points else [])]
        for at, name in enumerate(header):
            self.sheet.write_string(0, at, name[:LONGEST], bold)
        self.sheet.freeze_panes(1, 1)

    def add(self, cells: list, mistakes, shape: str | None) -> None:
        """Nothing; one row more."""
        self.row += 1
        if self.row > ROWS:
            return
        pairs = [(column or self.labels.get(field, ""), sentence) for field, column, sentence in mistakes]
        said = "\n".join(f"{word}: {sentence}" if word else sentence for word, sentence in pairs)
        if said:
            self.sheet.write_string(self.row, 0, said[:LONGEST], self.wrong)
        cells = [cells[at] for at in self.kept]
        marked = {column for _field, column, _sentence in mistakes}
        if self.points:
            point = shapely.from_wkb(shape) if shape else None
            cells = [*cells, *([point.x, point.y] if point is not None and not point.is_empty else ["", ""])]
        for at, cell in enumerate(cells):
            named = self.columns[at] if at < len(self.columns) else ""
            self.put(at + 1, cell, self.wrong if named in marked else None)

    def put(self, at: int, cell, form) -> None:
        """Nothing; numbers stay numbers, all else is text."""
        if isinstance(cell, bool):
            self.sheet.write_boolean(self.row, at, cell, form)
        elif isinstance(cell, int | float) and abs(cell) < 10**15:
            self.sheet.write_number(self.row, at, cell, form)
        elif cell is not None and cell != "":
            self.sheet.write_string(self.row, at, str(cell)[:LONGEST], form)
        elif form:
            self.sheet.write_blank(self.row, at, None, form)

    def close(self) -> None:
        """Nothing; the file is whole."""
        self.sheet.autofilter(0, 0, max(1, min(self.row, ROWS)), len(self.columns))
        self.book.close()
        self.path.chmod(0o600)
